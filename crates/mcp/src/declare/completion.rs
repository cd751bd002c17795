//! Completion: what an argument might become, while it is typed (2026-07-28 server/utilities/completion).

use std::rc::Rc;

use serde::Serialize;

use crate::handler::context::Context;
use crate::model::error::Fault;
use crate::ports::local_future::LocalFuture;

/// The most values one answer may have.
const MAX_VALUES: usize = 100;

/// An argument being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completing {
    /// What is there so far.
    pub value: String,
    /// Other arguments that already have their value, where the client tells them.
    pub others: Vec<(String, String)>,
}

impl Completing {
    /// The value of another argument, where the client tells it.
    pub fn other(&self, argument: &str) -> Option<&str> {
        self.others.iter().find(|(name, _)| name == argument).map(|(_, value)| value.as_str())
    }
}

/// What it might become.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    has_more: bool,
}

impl Completion {
    /// These values, best first. The protocol takes 100 of them; the rest are counted.
    pub fn new(values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut values: Vec<String> = values.into_iter().map(Into::into).collect();
        let total = values.len();
        values.truncate(MAX_VALUES);
        Self { has_more: total > values.len(), values, total: Some(total) }
    }
}

/// Completion fails in one way only: what cannot be completed is not completed.
pub type CompletionError = Fault;

pub(crate) type Completer<C> =
    Box<dyn Fn(Context<C>, Completing) -> LocalFuture<Result<Completion, CompletionError>>>;

pub(crate) fn completer<C: 'static, F>(handler: F) -> Completer<C>
where
    F: AsyncFn(Context<C>, Completing) -> Result<Completion, CompletionError> + 'static,
{
    let handler = Rc::new(handler);
    Box::new(move |cx, completing| {
        let handler = Rc::clone(&handler);
        Box::pin(async move { handler(cx, completing).await })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_protocol_takes_are_counted() {
        let completion = Completion::new((0..150).map(|n| n.to_string()));
        assert_eq!((completion.values.len(), completion.total, completion.has_more), (100, Some(150), true));
        let completion = Completion::new(["a"]);
        assert_eq!((completion.values.len(), completion.total, completion.has_more), (1, Some(1), false));
    }
}
