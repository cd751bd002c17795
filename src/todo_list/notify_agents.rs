//! A change of the list as changes of MCP resources, for agents.

use mcp::ResourceChange;
use todo::ListDelta;

use super::addresses::{HISTORY, LIST, address};

/// How many todos of one change are told of one by one. Beyond that an agent is told that the list is another one.
const MAX_TOLD: usize = 20;

/// The resources of a list that has become another one.
pub(super) fn whole_list() -> Vec<ResourceChange> {
    let whole = [LIST, HISTORY].map(|uri| ResourceChange::Resource { uri: uri.to_owned() });
    whole.into_iter().chain([ResourceChange::ResourceList]).collect()
}

/// The resources that a change was about.
pub(super) fn resource_changes(delta: &ListDelta) -> Vec<ResourceChange> {
    if delta.change.is_none() {
        return Vec::new();
    }
    let ids: Vec<_> = delta.todos.iter().map(|todo| todo.id).chain(delta.removed.iter().copied()).collect();
    let each = ids.into_iter().take(MAX_TOLD).map(|id| ResourceChange::Resource { uri: address(id) });
    each.chain(whole_list()).collect()
}
