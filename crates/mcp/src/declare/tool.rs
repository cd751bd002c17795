//! Tools: what a model can do (2026-07-28 server/tools).
//!
//! A tool is a name, an async function from typed arguments to a typed outcome, and words about it. Its schemas come from
//! the types. The function is written once; how its outcome looks in each revision is the engine's business.

use std::future::ready;
use std::rc::Rc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::declare::app::{ToolLink, ToolVisibility};
use crate::declare::arguments;
use crate::declare::content::Content;
use crate::handler::ask::AskError;
use crate::handler::context::Context;
use crate::model::client::ClientCapability;
use crate::model::error::Fault;
use crate::model::implementation::{Icon, known_meta};
use crate::model::revision::{Feature, PerRevision, Revision};
use crate::model::schema::{self, Arguments, MirroredParameter};
use crate::ports::local_future::LocalFuture;

/// Why a call of a tool gave no outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolError {
    /// It did not work out, and the model should know: what is wrong and what to do about it. Goes back as a result with
    /// `isError`.
    Failed(String),
    /// The client would have to do something it did not declare it can.
    NeedsClient(ClientCapability),
    /// A question to the client has no answer, or none yet.
    Asked(AskError),
    /// We failed; see [`Fault`].
    Fault(Fault),
}

impl ToolError {
    /// Words for the model: what is wrong and what to do about it.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    /// We failed; the words are for the log alone.
    pub fn fault(what: impl std::fmt::Display) -> Self {
        Self::Fault(Fault::new(what))
    }
}

impl From<AskError> for ToolError {
    fn from(error: AskError) -> Self {
        Self::Asked(error)
    }
}

impl From<Fault> for ToolError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// An outcome with structured content: any type with a JSON form and a schema. Its text is that JSON, after a sentence in
/// plain words if one is given; a client that knows no structured content so loses nothing.
#[derive(Clone, Debug)]
pub struct Output<T> {
    structured: T,
    summary: Option<String>,
}

impl<T> Output<T> {
    /// An outcome that speaks for itself.
    pub fn new(structured: T) -> Self {
        Self { structured, summary: None }
    }

    /// What happened, in words for a person.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = Some(summary.into());
        self
    }
}

/// What a tool's function may give: an [`Output`] of a type, [`Content`] blocks, or plain text.
#[diagnostic::on_unimplemented(
    message = "a tool cannot give `{Self}`",
    label = "this tool's function gives `{Self}`",
    note = "give `Output::new(value)` of a type with `#[derive(serde::Serialize, JsonSchema)]`, a `String`, a `Content` or a `Vec<Content>`",
    note = "`use mcp::schemars::{{self, JsonSchema}};` is all that this derive needs"
)]
pub trait ToolOutput {
    /// The schema of the structured content, if there is any.
    fn schema() -> Option<Value>;

    /// The outcome in parts.
    ///
    /// # Errors
    /// A value that has no JSON form: a number that is infinite or NaN, a map whose keys are not strings.
    fn into_parts(self) -> Result<OutputParts, json::Error>;
}

/// An outcome, taken apart for the wire.
pub struct OutputParts {
    pub(crate) content: Vec<Content>,
    /// JSON.
    pub(crate) structured: Option<String>,
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema> ToolOutput for Output<T> {
    fn schema() -> Option<Value> {
        Some(schema::of_result::<T>())
    }

    fn into_parts(self) -> Result<OutputParts, json::Error> {
        let structured = json::to_string(&self.structured)?;
        let json = Content::text(&structured);
        let content = self.summary.map(Content::Text).into_iter().chain([json]).collect();
        Ok(OutputParts { content, structured: Some(structured) })
    }
}

impl ToolOutput for Vec<Content> {
    fn schema() -> Option<Value> {
        None
    }

    fn into_parts(self) -> Result<OutputParts, json::Error> {
        Ok(OutputParts { content: self, structured: None })
    }
}

impl ToolOutput for Content {
    fn schema() -> Option<Value> {
        None
    }

    fn into_parts(self) -> Result<OutputParts, json::Error> {
        Ok(OutputParts { content: vec![self], structured: None })
    }
}

impl ToolOutput for String {
    fn schema() -> Option<Value> {
        None
    }

    fn into_parts(self) -> Result<OutputParts, json::Error> {
        Content::Text(self).into_parts()
    }
}

/// The two schemas of a tool, in JSON Schema 2020-12.
///
/// Keep them as a text, and let a test hold the text to the types:
///
/// ```
/// # use mcp::{NoArguments, Output, ToolSchemas};
/// let kept = r#"{"input":{"type":"object","additionalProperties":false,"properties":{}},"output":{"type":"integer"}}"#;
/// assert_eq!(ToolSchemas::from_json(kept), ToolSchemas::derived::<NoArguments, Output<i64>>());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolSchemas {
    /// Of its arguments, an object.
    pub input: Value,
    /// Of its structured content, if there is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
}

impl ToolSchemas {
    /// Those of the types.
    pub fn derived<A: Arguments, R: ToolOutput>() -> Self {
        Self { input: schema::of_arguments::<A>(), output: R::schema() }
    }

    /// Those that were kept: an object with `input` and perhaps `output`. A tool with anything else is one with a defect
    /// ([`crate::Server::defects`]).
    pub fn from_json(kept: &str) -> Self {
        json::from_str(kept).unwrap_or_default()
    }
}

/// What a tool does to the world, for hosts that decide whether to ask their user first. Hints only, and only what is
/// said: a host takes an unsaid `destructive` or `open_world` for `true`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolAnnotations {
    read_only: Option<bool>,
    destructive: Option<bool>,
    idempotent: Option<bool>,
    open_world: Option<bool>,
}

impl ToolAnnotations {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn read_only(mut self, yes: bool) -> Self {
        self.read_only = Some(yes);
        self
    }

    /// Whether it may destroy something, rather than only add.
    #[must_use]
    pub fn destructive(mut self, yes: bool) -> Self {
        self.destructive = Some(yes);
        self
    }

    /// Whether calling it again with the same arguments changes nothing more.
    #[must_use]
    pub fn idempotent(mut self, yes: bool) -> Self {
        self.idempotent = Some(yes);
        self
    }

    /// Whether it reaches beyond a closed set of things, such as into the web.
    #[must_use]
    pub fn open_world(mut self, yes: bool) -> Self {
        self.open_world = Some(yes);
        self
    }
}

type CallHandler<C> = Box<dyn Fn(Context<C>, &str) -> LocalFuture<Result<OutputParts, ToolError>>>;

/// One tool.
pub struct Tool<C> {
    pub(crate) name: String,
    title: Option<String>,
    description: Option<String>,
    annotations: ToolAnnotations,
    icons: Vec<Icon>,
    meta: Map<String, Value>,
    pub(crate) link: ToolLink,
    pub(crate) permissions: Vec<String>,
    pub(crate) needs_task: bool,
    pub(crate) input_schema: Rc<Value>,
    output_schema: Option<Value>,
    pub(crate) mirrored: Result<Vec<MirroredParameter>, String>,
    pub(crate) call: CallHandler<C>,
    written: PerRevision,
}

impl<C: 'static> Tool<C> {
    /// A tool and its function. Arguments that do not fit their type never reach it: the model is told what is wrong.
    /// Their type must be a struct, as arguments are an object; [`crate::NoArguments`] is there for none.
    pub fn new<A, R, F>(name: impl Into<String>, handler: F) -> Self
    where
        A: Arguments,
        R: ToolOutput + 'static,
        F: AsyncFn(Context<C>, A) -> Result<R, ToolError> + 'static,
    {
        Self::with_schemas(name, ToolSchemas::derived::<A, R>(), handler)
    }

    /// As [`Self::new`], with schemas that were made before: for a program that starts without deriving them, and leaves out the
    /// code that does.
    pub fn with_schemas<A, R, F>(name: impl Into<String>, schemas: ToolSchemas, handler: F) -> Self
    where
        A: DeserializeOwned + 'static,
        R: ToolOutput + 'static,
        F: AsyncFn(Context<C>, A) -> Result<R, ToolError> + 'static,
    {
        let handler = Rc::new(handler);
        let input_schema = Rc::new(schemas.input);
        let expected = Rc::clone(&input_schema);
        let call: CallHandler<C> = Box::new(move |cx, arguments| {
            let arguments = match arguments::decode::<A>(arguments, &expected) {
                Ok(arguments) => arguments,
                Err(complaint) => return Box::pin(ready(Err(ToolError::Failed(complaint)))),
            };
            let handler = Rc::clone(&handler);
            Box::pin(async move { handler(cx, arguments).await?.into_parts().map_err(ToolError::fault) })
        });
        Self::of(name.into(), input_schema, schemas.output, call)
    }

    /// Apart, since it is the same for all types.
    fn of(name: String, input_schema: Rc<Value>, output_schema: Option<Value>, call: CallHandler<C>) -> Self {
        Self {
            name,
            title: None,
            description: None,
            annotations: ToolAnnotations::new(),
            icons: Vec::new(),
            meta: Map::new(),
            link: ToolLink::default(),
            permissions: Vec::new(),
            needs_task: false,
            mirrored: schema::mirrored_parameters(&input_schema),
            input_schema,
            output_schema,
            call,
            written: PerRevision::default(),
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What it does and when to use it, in words for a model.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// What it does to the world.
    #[must_use]
    pub fn annotations(mut self, annotations: ToolAnnotations) -> Self {
        self.annotations = annotations;
        self
    }

    /// A picture of it.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icons.push(icon);
        self
    }

    /// The schema of its arguments in JSON Schema 2020-12, shown in place of the one that its type gives; for what no type
    /// can say. It must be of an object, and describe what the type takes.
    #[must_use]
    pub fn input_schema(mut self, schema: Value) -> Self {
        self.mirrored = schema::mirrored_parameters(&schema);
        self.input_schema = Rc::new(schema);
        self
    }

    /// A member of its `_meta`, for extensions of the protocol and vendors' own. Names have a prefix with a reversed domain:
    /// `com.example/thing` (2026-07-28 basic/index, "`_meta`").
    #[must_use]
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.insert(name.into(), value.into());
        self
    }

    /// The app in which hosts that can are to show its results, by its `ui://` address ([`crate::Server::app`]).
    #[must_use]
    pub fn app(mut self, uri: impl Into<String>) -> Self {
        self.link.app = Some(uri.into());
        self
    }

    /// Who may call it in a host that knows apps; both the model and apps, if left unsaid.
    #[must_use]
    pub fn visible_to(mut self, visibility: ToolVisibility) -> Self {
        self.link.visibility = Some(visibility);
        self
    }

    /// A permission the caller must have; without it the tool is not listed and a call is refused. May be given several
    /// times.
    #[must_use]
    pub fn requires(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }

    /// Says that its handler always goes on as a task ([`crate::Context::go_on_as_task`]): a client that knows none is refused
    /// (SEP-2663, "Required Capabilities").
    #[must_use]
    pub fn needs_task(mut self) -> Self {
        self.needs_task = true;
        self
    }

    /// Whether a revision shows this tool's structured content. Before 2026-07-28 it had to be an object.
    pub(crate) fn structured_in(&self, revision: Revision) -> bool {
        self.output_schema.as_ref().is_some_and(|schema| {
            revision.knows(Feature::StructuredOutputOfAnyType)
                || (revision.knows(Feature::StructuredOutput) && is_object(schema))
        })
    }

    /// What is wrong with this declaration, if anything.
    pub(crate) fn defect(&self) -> Option<String> {
        let named = !self.name.is_empty()
            && self.name.len() <= 128
            && self.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b));
        if !named {
            return Some("its name is not 1 to 128 of A-Z a-z 0-9 _ - . /".to_owned());
        }
        if !is_object(&self.input_schema) {
            return Some("its arguments are not a struct".to_owned());
        }
        self.mirrored.as_ref().err().cloned().or_else(|| self.link.defect().map(str::to_owned))
    }

    /// The tool as it stands in a list, made once for each revision.
    pub(crate) fn written(&self, revision: Revision) -> Result<&str, json::Error> {
        self.written
            .get_or_make(revision, || {
                let hints = revision.knows(Feature::ToolAnnotations).then_some(AnnotationsWire {
                    title: self.title.as_deref(),
                    read_only_hint: self.annotations.read_only,
                    destructive_hint: self.annotations.destructive,
                    idempotent_hint: self.annotations.idempotent,
                    open_world_hint: self.annotations.open_world,
                });
                let mut meta = self.meta.clone();
                self.link.write_into(&mut meta);
                json::to_string(&ToolWire {
                    name: &self.name,
                    title: self.title.as_deref().filter(|_| revision.knows(Feature::Titles)),
                    description: self.description.as_deref(),
                    input_schema: &self.input_schema,
                    output_schema: self.output_schema.as_ref().filter(|_| self.structured_in(revision)),
                    annotations: hints.filter(|hints| *hints != AnnotationsWire::default()),
                    icons: Icon::known(&self.icons, revision),
                    meta: known_meta(&meta, revision),
                })
            })
            .map(|written| &**written)
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "object")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToolWire<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    input_schema: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_schema: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<AnnotationsWire<'a>>,
    #[serde(skip_serializing_if = "<[Icon]>::is_empty")]
    icons: &'a [Icon],
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Map<String, Value>>,
}

/// The title stands here too: revisions before 2025-06-18 have no other place for it.
#[derive(Serialize, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
struct AnnotationsWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only_hint: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destructive_hint: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotent_hint: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_world_hint: Option<bool>,
}
