//! `completion/complete` (2026-07-28 server/utilities/completion).

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use crate::declare::completion::{Completer, Completing, Completion};
use crate::declare::server::Server;
use crate::handler::answer::Answer;
use crate::methods::exchange::{Exchange, permitted};
use crate::model::error::RpcError;
use crate::model::failure::Failure;
use crate::ports::authorize::Authorize;

/// What the argument belongs to.
#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: Kind,
    /// Of a prompt.
    name: Option<String>,
    /// Of a resource template.
    uri: Option<String>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "ref/prompt")]
    Prompt,
    #[serde(rename = "ref/resource")]
    Resource,
}

#[derive(Deserialize)]
struct Argument {
    name: String,
    value: String,
}

#[derive(Deserialize, Default)]
struct Others {
    #[serde(default)]
    arguments: Map<String, Value>,
}

impl<C: Authorize + Clone + 'static> Server<C> {
    /// What has no completer is completed by nothing. What the server does not have, or the caller may not know of, is
    /// -32602 alike.
    pub(super) fn complete(&self, exchange: &Exchange<'_>, app: C) -> Result<Answer, Failure> {
        let params = &exchange.params;
        let reference: Reference = read("ref", params.reference)?;
        let argument: Argument = read("argument", params.argument)?;
        let others: Others =
            params.context.map_or_else(|| Ok(Others::default()), |raw| read("context", Some(raw)))?;
        let others = texts(others.arguments).ok_or_else(|| not_taken("context"))?;
        let completer = self
            .completers(&reference, &app)
            .ok_or_else(|| RpcError::invalid_params("params.ref names nothing that this server has"))?
            .iter()
            .find(|(name, _)| *name == argument.name);
        let response_context = self.response_context(exchange)?;
        let completing = Completing { value: argument.value, others };
        let completion =
            completer.map(|(_, complete)| complete(exchange.context(app, &response_context), completing));
        Ok(exchange.working(async move {
            let completion = match completion {
                Some(completion) => completion.await?,
                None => Completion::default(),
            };
            let mut result = response_context.result();
            result.member("completion", &completion)?;
            response_context.finish(result, None)
        }))
    }

    fn completers(&self, reference: &Reference, app: &C) -> Option<&[(String, Completer<C>)]> {
        match reference.kind {
            Kind::Prompt => self
                .prompt_named(reference.name.as_deref()?)
                .filter(|prompt| permitted(app, &prompt.permissions))
                .map(|prompt| prompt.completers.as_slice()),
            Kind::Resource => {
                let uri = reference.uri.as_deref()?;
                self.resource_templates()
                    .find(|template| template.uri_template == uri && permitted(app, &template.permissions))
                    .map(|template| template.completers.as_slice())
            }
        }
    }
}

fn read<'a, T: Deserialize<'a>>(name: &str, raw: Option<&'a RawValue>) -> Result<T, RpcError> {
    raw.filter(|raw| raw.get().starts_with('{'))
        .and_then(|raw| json::from_str(raw.get()).ok())
        .ok_or_else(|| not_taken(name))
}

fn not_taken(name: &str) -> RpcError {
    RpcError::invalid_params(&format!("params.{name} is not what this method takes"))
}

/// The members of an object of texts.
fn texts(members: Map<String, Value>) -> Option<Vec<(String, String)>> {
    let text = |(name, value)| match value {
        Value::String(text) => Some((name, text)),
        _ => None,
    };
    members.into_iter().map(text).collect()
}
