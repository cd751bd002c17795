//! Agents that asked to be told: what happened to a list becomes notifications about resources.

use mcp::ResourceChange;
use todo::ListDelta;
use worker::{Env, console_error};

use super::addresses::{HISTORY, LIST, address};

/// How many todos of one change are told of one by one. Beyond that an agent is told that the list is another one.
const MAX_TOLD: usize = 20;

/// Tells a user's agents what happened to their list. Whoever does not listen is not woken.
pub(crate) async fn tell_agents(env: Env, user_id: String, delta: Vec<ListDelta>) {
    let changes: Vec<ResourceChange> = delta.iter().flat_map(changes).collect();
    if changes.is_empty() {
        return;
    }
    if let Err(fault) = mcp_workers::changed(&env, &user_id, changes).await {
        // They can read the list at any time; only the hint is lost.
        console_error!("agents were not told: {fault}");
    }
}

fn changes(delta: &ListDelta) -> Vec<ResourceChange> {
    if delta.change.is_none() {
        return Vec::new();
    }
    let ids: Vec<_> = delta.todos.iter().map(|todo| todo.id).chain(delta.removed.iter().copied()).collect();
    let each = ids.into_iter().take(MAX_TOLD).map(|id| ResourceChange::Resource { uri: address(id) });
    let whole = [LIST, HISTORY].map(|uri| ResourceChange::Resource { uri: uri.to_owned() });
    each.chain(whole).chain([ResourceChange::ResourceList]).collect()
}
