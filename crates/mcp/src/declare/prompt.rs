//! Prompts: what a user can pick from a menu (2026-07-28 server/prompts).
//!
//! A prompt is a name, an async function from its arguments to messages, and words about it. Arguments come from a struct
//! of strings, as the protocol has no others.

use std::future::ready;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::declare::arguments;
use crate::declare::completion::{Completer, Completing, Completion, CompletionError, completer};
use crate::declare::content::{Block, Content};
use crate::handler::ask::AskError;
use crate::handler::context::Context;
use crate::model::error::Fault;
use crate::model::implementation::{Icon, known_meta};
use crate::model::revision::{Feature, PerRevision, Revision};
use crate::model::schema::{self, Arguments};
use crate::ports::local_future::LocalFuture;

/// Why a prompt gave no messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptError {
    /// An argument is wrong: what, in words for the client's developer.
    Invalid(String),
    /// A question to the client has no answer, or none yet.
    Asked(AskError),
    /// We failed; see [`Fault`].
    Fault(Fault),
}

impl From<AskError> for PromptError {
    fn from(error: AskError) -> Self {
        Self::Asked(error)
    }
}

impl From<Fault> for PromptError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// One message of a prompt.
#[derive(Clone, Debug)]
pub struct PromptMessage {
    role: &'static str,
    content: Content,
}

impl PromptMessage {
    /// Something the user says.
    pub fn user(content: Content) -> Self {
        Self { role: "user", content }
    }

    /// Something the model said.
    pub fn assistant(content: Content) -> Self {
        Self { role: "assistant", content }
    }

    pub(crate) fn wire(&self, revision: Revision) -> MessageWire<'_> {
        MessageWire { role: self.role, content: self.content.wire(revision) }
    }
}

#[derive(Serialize)]
pub(crate) struct MessageWire<'a> {
    role: &'static str,
    content: Block<'a>,
}

type GetHandler<C> = Box<dyn Fn(Context<C>, &str) -> LocalFuture<Result<Vec<PromptMessage>, PromptError>>>;

/// One prompt.
pub struct Prompt<C> {
    pub(crate) name: String,
    title: Option<String>,
    pub(crate) description: Option<String>,
    icons: Vec<Icon>,
    meta: Map<String, Value>,
    pub(crate) permissions: Vec<String>,
    arguments: Value,
    pub(crate) get: GetHandler<C>,
    pub(crate) completers: Vec<(String, Completer<C>)>,
    written: PerRevision,
}

impl<C: 'static> Prompt<C> {
    /// A prompt and its function. Its arguments are the fields of `A`, a struct of `String` and `Option<String>`;
    /// [`crate::NoArguments`] is there for none.
    pub fn new<A, F>(name: impl Into<String>, handler: F) -> Self
    where
        A: Arguments,
        F: AsyncFn(Context<C>, A) -> Result<Vec<PromptMessage>, PromptError> + 'static,
    {
        Self::with_schema(name, schema::of_arguments::<A>(), handler)
    }

    /// As [`Self::new`], with the schema of its arguments made before ([`crate::ToolSchemas::derived`] makes it). Of each property its
    /// name, its description and whether it is required are shown.
    pub fn with_schema<A, F>(name: impl Into<String>, arguments: Value, handler: F) -> Self
    where
        A: DeserializeOwned + 'static,
        F: AsyncFn(Context<C>, A) -> Result<Vec<PromptMessage>, PromptError> + 'static,
    {
        let handler = Rc::new(handler);
        let expected = Rc::new(arguments.clone());
        let get: GetHandler<C> = Box::new(move |cx, arguments| {
            let arguments = match arguments::decode::<A>(arguments, &expected) {
                Ok(arguments) => arguments,
                Err(complaint) => return Box::pin(ready(Err(PromptError::Invalid(complaint)))),
            };
            let handler = Rc::clone(&handler);
            Box::pin(async move { handler(cx, arguments).await })
        });
        Self::of(name.into(), arguments, get)
    }

    /// Apart, since it is the same for all types.
    fn of(name: String, arguments: Value, get: GetHandler<C>) -> Self {
        Self {
            name,
            title: None,
            description: None,
            icons: Vec::new(),
            meta: Map::new(),
            permissions: Vec::new(),
            arguments,
            get,
            completers: Vec::new(),
            written: PerRevision::default(),
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What it is for, in words for a person.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// A picture of it.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icons.push(icon);
        self
    }

    /// A member of its `_meta`, as [`crate::Tool::meta`].
    #[must_use]
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.insert(name.into(), value.into());
        self
    }

    /// A permission the caller must have; without it the prompt is not listed and getting it is refused. May be given
    /// several times.
    #[must_use]
    pub fn requires(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }

    /// How an argument is completed while the user types it.
    #[must_use]
    pub fn complete<F>(mut self, argument: impl Into<String>, handler: F) -> Self
    where
        F: AsyncFn(Context<C>, Completing) -> Result<Completion, CompletionError> + 'static,
    {
        self.completers.push((argument.into(), completer(handler)));
        self
    }

    /// What is wrong with this declaration, if anything.
    pub(crate) fn defect(&self) -> Option<String> {
        let is_text = |property: &Value| property.get("type").is_some_and(|kind| kind == "string");
        if let Some((name, _)) = schema::properties(&self.arguments).find(|(_, property)| !is_text(property))
        {
            return Some(format!("its argument {name} is not a string"));
        }
        self.completers
            .iter()
            .find(|(argument, _)| !schema::properties(&self.arguments).any(|(name, _)| name == argument))
            .map(|(argument, _)| format!("it has no argument {argument} to complete"))
    }

    /// The prompt as it stands in a list, made once for each revision.
    pub(crate) fn written(&self, revision: Revision) -> Result<&str, json::Error> {
        let required: Vec<&str> = schema::strings(self.arguments.get("required")).collect();
        let arguments: Vec<_> = schema::properties(&self.arguments)
            .map(|(name, property)| ArgumentWire {
                name,
                description: property.get("description").and_then(Value::as_str),
                required: required.contains(&name.as_str()),
            })
            .collect();
        self.written
            .get_or_make(revision, || {
                json::to_string(&PromptWire {
                    name: &self.name,
                    title: self.title.as_deref().filter(|_| revision.knows(Feature::Titles)),
                    description: self.description.as_deref(),
                    arguments,
                    icons: Icon::known(&self.icons, revision),
                    meta: known_meta(&self.meta, revision),
                })
            })
            .map(|written| &**written)
    }
}

#[derive(Serialize)]
struct PromptWire<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arguments: Vec<ArgumentWire<'a>>,
    #[serde(skip_serializing_if = "<[Icon]>::is_empty")]
    icons: &'a [Icon],
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Map<String, Value>>,
}

#[derive(Serialize)]
struct ArgumentWire<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    required: bool,
}
