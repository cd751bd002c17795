//! Who makes a change.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// The longest name of an app that is kept, in characters as people count them.
const MAX_NAME_CHARS: usize = 60;

/// The person in their browser, or an app that they have connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schemars(inline, description = "Who did it: the person in their browser, or an app they have connected.")]
#[expect(missing_docs, reason = "a doc becomes part of the published schema")]
pub enum Actor {
    Browser,
    App {
        /// The app's OAuth client id.
        id: String,
        /// The name it goes by.
        name: String,
    },
}

/// By way of one struct: for an enum with its tag inside, serde compiles a second reader of each member.
impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Kind {
            Browser,
            App,
        }
        #[derive(Deserialize)]
        struct Written {
            kind: Kind,
            id: Option<String>,
            name: Option<String>,
        }
        match Written::deserialize(deserializer)? {
            Written { kind: Kind::Browser, .. } => Ok(Self::Browser),
            Written { kind: Kind::App, id: Some(id), name: Some(name) } => Ok(Self::App { id, name }),
            _ => Err(D::Error::custom("an app has an id and a name")),
        }
    }
}

impl Actor {
    /// An app by its client id and the name it gave itself: what can be seen of it, in one line of at most 60 characters.
    /// That may be nothing; the app then goes by a description.
    pub fn app(id: impl Into<String>, name: &str) -> Self {
        let visible = text::visible(name);
        let name = text::shorten(visible.trim(), MAX_NAME_CHARS).into_owned();
        let name = if name.is_empty() { "A connected app".to_owned() } else { name };
        Self::App { id: id.into(), name }
    }
}
