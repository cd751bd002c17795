//! What a handler can ask of the client in the middle of its work: its user (elicitation), its model (sampling), its
//! directories (roots).
//!
//! A question is asked under a name and answered once. How it travels is the era's business (`round_trips`); the handler
//! awaits the answer, passes on the error, and works in both:
//!
//! ```
//! # use mcp::{Context, Elicitation, ToolError};
//! # #[derive(serde::Deserialize, schemars::JsonSchema)]
//! # struct Name { name: String }
//! async fn greet(cx: Context<()>, _: mcp::NoArguments) -> Result<String, ToolError> {
//!     let answer = cx.elicit("name", Elicitation::form::<Name>("What is your name?")).await?;
//!     Ok(answer.accepted::<Name>().map_or("Hello!".to_owned(), |name| format!("Hello, {}!", name.name)))
//! }
//! # mcp::Tool::new("greet", greet);
//! ```

use json::whole_numbers;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::client::ClientCapability;
use crate::model::error::Fault;
use crate::model::revision::{Era, Revision};
use crate::model::schema;
use crate::ports::seal::digest;

/// Why a question has no answer. Handlers pass it on with `?`; every handler's error takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskError {
    /// The client will ask again, with the answer. The handler is then run anew, so nothing that changes the world belongs
    /// before a question.
    Pending,
    /// The client did not declare that it can answer such questions, or its revision has none such.
    Unsupported(ClientCapability),
    /// The client cannot or will not answer: its own words.
    Refused(String),
    /// The client has answered before it was asked, and cannot have known the question.
    Unasked,
    /// We failed; see [`Fault`].
    Fault(Fault),
}

/// A question, as it stands on the wire.
pub(crate) struct Question {
    pub(crate) capability: ClientCapability,
    pub(crate) method: &'static str,
    pub(crate) params: Value,
}

impl Question {
    /// As one of the requests that a result asks for.
    pub(crate) fn wire(&self) -> Value {
        json::object(vec![("method", self.method.into()), ("params", self.params.clone())])
    }

    /// A short name for its words, in which no two questions share one.
    pub(crate) fn digest(&self) -> String {
        digest(&json::value_to_string(&self.wire()))
    }
}

/// A question to the client's user (2026-07-28 client/elicitation).
#[derive(Clone, Debug)]
pub struct Elicitation {
    message: String,
    asked: Asked,
}

#[derive(Clone, Debug)]
enum Asked {
    Form(Value),
    Visit(String),
}

impl Elicitation {
    /// A form. Its fields are those of `T`, a struct of strings, numbers, booleans and choices among words: hosts show
    /// nothing nested. Never ask for secrets this way; they would pass through the client.
    pub fn form<T: JsonSchema>(message: impl Into<String>) -> Self {
        Self::form_of(message, schema::of_form::<T>())
    }

    /// A form of fields described in JSON Schema, for what no type describes.
    pub fn form_of(message: impl Into<String>, schema: Value) -> Self {
        Self { message: message.into(), asked: Asked::Form(schema) }
    }

    /// An address to visit, for what the client must not see: a login, a payment. That the user agreed to visit it is all
    /// the answer says.
    pub fn visit(message: impl Into<String>, url: impl Into<String>) -> Self {
        Self { message: message.into(), asked: Asked::Visit(url.into()) }
    }

    /// The question in a revision; `name` tells it apart from others of the same request.
    pub(crate) fn question(self, name: &str, revision: Revision) -> Question {
        let (capability, params) = match self.asked {
            Asked::Form(schema) => {
                let params = vec![("message", self.message.into()), ("requestedSchema", schema)];
                (ClientCapability::Elicitation, json::object(params))
            }
            Asked::Visit(url) => {
                let params =
                    vec![("mode", "url".into()), ("message", self.message.into()), ("url", url.into())];
                let params = json::object(params);
                let id = (revision.era() == Era::Handshake).then_some(("elicitationId", name));
                (ClientCapability::UrlElicitation, with(params, id))
            }
        };
        Question { capability, method: "elicitation/create", params }
    }
}

/// What the user did with a question.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Elicited {
    /// Whether they answered.
    pub action: ElicitedAction,
    /// The fields they filled in; empty unless they accepted a form. Their client should have kept to the schema, and may
    /// not have.
    #[serde(default)]
    pub content: Map<String, Value>,
}

/// The three ways to deal with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElicitedAction {
    /// Answered it.
    Accept,
    /// Said no.
    Decline,
    /// Closed it without a choice.
    Cancel,
}

impl Elicited {
    /// The form as filled in; `None` if the user did not accept, or what came does not fit.
    pub fn accepted<T: DeserializeOwned>(&self) -> Option<T> {
        (self.action == ElicitedAction::Accept)
            .then(|| json::from_value(&Value::Object(self.content.clone())).ok())
            .flatten()
    }
}

/// Something for the client's model to answer (2026-07-28 client/sampling).
#[derive(Clone, Debug)]
pub struct Sampling {
    messages: Vec<Value>,
    system_prompt: Option<String>,
    max_tokens: u32,
}

impl Sampling {
    /// A conversation to be continued by at most `max_tokens` tokens.
    pub fn new(max_tokens: u32) -> Self {
        Self { messages: Vec::new(), system_prompt: None, max_tokens }
    }

    /// What the user says next.
    #[must_use]
    pub fn user(self, text: impl Into<String>) -> Self {
        self.message("user", text)
    }

    /// What the model said next.
    #[must_use]
    pub fn assistant(self, text: impl Into<String>) -> Self {
        self.message("assistant", text)
    }

    /// What the model should bear in mind throughout.
    #[must_use]
    pub fn system_prompt(self, text: impl Into<String>) -> Self {
        Self { system_prompt: Some(text.into()), ..self }
    }

    fn message(mut self, role: &str, text: impl Into<String>) -> Self {
        let content = json::object(vec![("type", "text".into()), ("text", text.into().into())]);
        self.messages.push(json::object(vec![("role", role.into()), ("content", content)]));
        self
    }

    pub(crate) fn question(self) -> Question {
        let params =
            json::object(vec![("messages", self.messages.into()), ("maxTokens", self.max_tokens.into())]);
        let prompt = self.system_prompt.as_deref().map(|prompt| ("systemPrompt", prompt));
        let params = with(params, prompt);
        Question { capability: ClientCapability::Sampling, method: "sampling/createMessage", params }
    }
}

/// What the client's model said.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sampled {
    /// Which model.
    pub model: String,
    /// Why it stopped, if the client says.
    #[serde(default)]
    pub stop_reason: Option<String>,
    /// One content block, or since 2025-11-25 a list of them, as they came.
    pub content: Value,
}

impl Sampled {
    /// The words of the answer, without anything else it may have.
    pub fn text(&self) -> String {
        let blocks = self.content.as_array().map_or(std::slice::from_ref(&self.content), Vec::as_slice);
        blocks.iter().filter_map(|block| block.get("text")?.as_str()).collect()
    }
}

/// A directory or file the client works in (2026-07-28 client/roots).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Root {
    /// Its address, a `file:` URI.
    pub uri: String,
    /// Its name for people.
    #[serde(default)]
    pub name: Option<String>,
}

/// `roots/list` as the client answers it.
#[derive(Deserialize)]
pub(crate) struct RootList {
    pub(crate) roots: Vec<Root>,
}

pub(crate) fn roots_question() -> Question {
    Question { capability: ClientCapability::Roots, method: "roots/list", params: json::object(vec![]) }
}

/// The answer in a JSON-RPC response of the client's, or why there is none.
pub(crate) fn read_answer<T: DeserializeOwned>(response: Option<&str>) -> Result<T, AskError> {
    #[derive(Deserialize)]
    struct Response {
        result: Option<Value>,
        error: Option<Refusal>,
    }
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    let refused = |why: &str| AskError::Refused(why.to_owned());
    let response = response.ok_or_else(|| refused("it did not come in time"))?;
    match json::from_str(&whole_numbers(response)) {
        Ok(Response { error: Some(error), .. }) => Err(AskError::Refused(error.message)),
        Ok(Response { result: Some(result), .. }) => {
            json::from_value(&result).map_err(|_| refused("it is not of the form asked for"))
        }
        _ => Err(refused("it is not a response")),
    }
}

/// An object with one more member, if there is one to add.
fn with(object: Value, member: Option<(&str, &str)>) -> Value {
    match (object, member) {
        (Value::Object(mut members), Some((name, value))) => {
            members.insert(name.to_owned(), value.into());
            Value::Object(members)
        }
        (object, _) => object,
    }
}
