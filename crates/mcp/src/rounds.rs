//! Questions in the stateless era: multi-round-trip requests (2026-07-28 basic/patterns/mrtr).
//!
//! A handler that asks is answered at once or stopped. When it is stopped, its questions go back as an
//! `InputRequiredResult`, and the client sends the same request again with the answers. The handler then runs from its
//! start: questions of earlier rounds find their answers in `requestState`, which the client carries and cannot alter.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::ask::{AskError, Question};
use crate::error::RpcError;
use crate::jsonrpc::{Params, string};
use crate::platform::Platform;
use crate::seal::digest;

/// How long a client may take to come back with answers, in seconds: a person may have to find something out.
const LIFETIME_SECONDS: u64 = 60 * 60;

/// What the seal is for.
const PURPOSE: &str = "requestState";

/// What the client carries from round to round. Bound to who asked, to what was asked, and to a time.
#[derive(Serialize, Deserialize)]
struct State {
    /// The caller, as [`crate::Authorize::principal`] names them.
    principal: String,
    /// The method and its parameters, without the answers.
    request: String,
    /// Seconds since 1970 after which it is worth nothing.
    expires: u64,
    answers: BTreeMap<String, Value>,
}

/// The questions and answers of one request.
pub(crate) struct Rounds {
    principal: String,
    request: String,
    platform: Platform,
    /// Answers of this round, by name. Names nobody asks for are ignored.
    given: Map<String, Value>,
    asked: RefCell<Asked>,
}

#[derive(Default)]
struct Asked {
    /// Answers that the handler has used, and will need again.
    answers: BTreeMap<String, Value>,
    open: Map<String, Value>,
}

/// Why a handler was stopped: what to ask the client, and what it must bring along with its answers.
pub(crate) struct InputRequired {
    pub(crate) requests: Map<String, Value>,
    pub(crate) state: Option<String>,
}

impl Rounds {
    /// Takes up a request, in its first round or a later one. A `requestState` that is not authentic, not this caller's, of
    /// another request or too old is -32602.
    pub(crate) fn take_up(
        method: &str,
        params: &Params<'_>,
        principal: &str,
        platform: &Platform,
    ) -> Result<Self, RpcError> {
        let given = match params.input_responses {
            None => Map::new(),
            Some(raw) => serde_json::from_str(raw.get())
                .map_err(|_| RpcError::invalid_params("params.inputResponses must be an object"))?,
        };
        let request = request_digest(method, params);
        let answers = match params.request_state {
            None => BTreeMap::new(),
            Some(raw) => open(raw, principal, &request, platform).ok_or_else(|| {
                RpcError::invalid_params("params.requestState is not one of this request's")
            })?,
        };
        Ok(Self {
            principal: principal.to_owned(),
            request,
            platform: platform.clone(),
            given,
            asked: RefCell::new(Asked { answers, open: Map::new() }),
        })
    }

    /// The answer to a question, if `read` takes it; else the question is put.
    ///
    /// "If the client's response does not contain all the information the server needs, the server SHOULD respond with a new
    /// `InputRequiredResult`" rather than an error.
    pub(crate) fn ask<T>(
        &self,
        name: &str,
        question: Question,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, AskError> {
        let busy =
            |_| AskError::Fault(crate::Fault::new("a question was asked while another was being asked"));
        let mut asked = self.asked.try_borrow_mut().map_err(busy)?;
        if let Some(answer) = self.given.get(name).or_else(|| asked.answers.get(name)).cloned()
            && let Some(read) = read(&answer)
        {
            asked.answers.insert(name.to_owned(), answer);
            return Ok(read);
        }
        let Question { method, params, .. } = question;
        asked.open.insert(name.to_owned(), serde_json::json!({"method": method, "params": params}));
        Err(AskError::Pending)
    }

    /// What to send a client whose handler was stopped.
    pub(crate) fn input_required(&self) -> InputRequired {
        let Ok(asked) = self.asked.try_borrow() else {
            return InputRequired { requests: Map::new(), state: None };
        };
        let state = State {
            principal: self.principal.clone(),
            request: self.request.clone(),
            expires: self.platform.now_seconds().saturating_add(LIFETIME_SECONDS),
            answers: asked.answers.clone(),
        };
        let state = serde_json::to_vec(&state)
            .ok()
            .and_then(|content| self.platform.sealing_key()?.seal(PURPOSE, &content));
        InputRequired { requests: asked.open.clone(), state }
    }
}

fn open(
    raw: &RawValue,
    principal: &str,
    request: &str,
    platform: &Platform,
) -> Option<BTreeMap<String, Value>> {
    let content = platform.sealing_key()?.open(PURPOSE, &string(raw)?)?;
    let state: State = serde_json::from_slice(&content).ok()?;
    let valid =
        state.principal == principal && state.request == request && platform.now_seconds() < state.expires;
    valid.then_some(state.answers)
}

/// What must be the same in every round. Parsed and written again, so that a client may order members as it likes.
fn request_digest(method: &str, params: &Params<'_>) -> String {
    let value = |raw: Option<&RawValue>| raw.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    digest(
        &serde_json::json!([method, value(params.name), value(params.uri), value(params.arguments)])
            .to_string(),
    )
}
