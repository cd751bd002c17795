//! Who makes a change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest name of an app that is kept, in characters.
const MAX_NAME_CHARS: usize = 60;

/// The person in their browser, or an app that they have connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schemars(inline, description = "Who did it: the person in their browser, or an app they have connected.")]
pub enum Actor {
    Browser,
    App {
        /// The app's OAuth client id.
        id: String,
        /// The name it goes by.
        name: String,
    },
}

impl Actor {
    /// An app by its client id and the name it gave itself: one line, at most 60 characters. What is left of the name may
    /// be nothing; the app then goes by a description.
    pub fn app(id: impl Into<String>, name: &str) -> Self {
        let printable = name.chars().map(|char| if char.is_control() { ' ' } else { char });
        let name: String = printable.collect::<String>().trim().chars().take(MAX_NAME_CHARS).collect();
        let name = if name.is_empty() { "A connected app".to_owned() } else { name };
        Self::App { id: id.into(), name }
    }
}
