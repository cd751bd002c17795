//! Questions in the stateless era: multi-round-trip requests (2026-07-28 basic/patterns/mrtr).
//!
//! A handler that asks is answered at once or stopped. When it is stopped, its questions go back as an
//! `InputRequiredResult`, and the client sends the same request again with the answers. The handler then runs from its
//! start: questions of earlier round trips find their answers in `requestState`, which the client carries and cannot alter, and so
//! does what the handler kept ([`crate::Context::keep`]).
//!
//! An answer counts for the question as it was put. The state knows which questions were put, and in which words: one that
//! reads otherwise by now is put again. `requestState` is optional, so a client may answer a question that it knows before it
//! was put; not so a question that was made from something kept, which nobody can have seen without the state.

use std::cell::RefCell;

use json::whole_numbers;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::handler::ask::{AskError, Question};
use crate::model::error::{Fault, RpcError};
use crate::model::jsonrpc::{Params, string};
use crate::model::sorted;
use crate::ports::authorize::Authorize;
use crate::ports::platform::Platform;
use crate::ports::seal::{Owner, digest};

/// How long a client may take to come back with answers, in seconds: a person may have to find something out.
const LIFETIME_SECONDS: u64 = 60 * 60;

/// What the seal is for.
const PURPOSE: &str = "requestState";

/// What the client carries from round to round. Bound to who asked, to what was asked, and to a time.
#[derive(Serialize, Deserialize)]
struct State {
    /// The method and its parameters, without the answers.
    request: String,
    /// Seconds since 1970 after which it is worth nothing.
    expires: u64,
    answers: Map<String, Value>,
    #[serde(default)]
    kept: Map<String, Value>,
    /// The questions that wait for an answer: digests of their words, by name. Absent from states that were sealed before.
    put: Option<Map<String, Value>>,
}

/// The questions and answers of one request.
pub(crate) struct MultiRoundTrip {
    caller: Caller,
    request: Asking,
    platform: Platform,
    /// Answers of this round, by name. Names nobody asks for are ignored.
    given: Map<String, Value>,
    /// What the answers may answer.
    put: Put,
    asked: RefCell<Asked>,
}

/// The questions that were put in the round before.
enum Put {
    /// There is no state: it is the first round, or nothing seals states here.
    Nothing,
    /// The state is of the form that did not say.
    Unsaid,
    These(Map<String, Value>),
}

#[derive(Default)]
struct Asked {
    /// Answers that the handler has used, and will need again.
    answers: Map<String, Value>,
    kept: Map<String, Value>,
    /// Whether something was kept in this round, that no state of an earlier one can have held.
    keeps_anew: bool,
    open: Vec<(String, Question)>,
}

/// Why a handler was stopped: what to ask the client, and what it must bring along with its answers.
pub(crate) struct InputRequired {
    pub(crate) requests: Map<String, Value>,
    pub(crate) state: Option<String>,
}

impl MultiRoundTrip {
    /// Takes up a request, in its first round or a later one. A `requestState` that is not authentic, not this caller's or
    /// client's, of another request or too old is -32602.
    pub(crate) fn take_up(
        method: &str,
        params: &Params<'_>,
        caller: &impl Authorize,
        platform: &Platform,
    ) -> Result<Self, RpcError> {
        let given = match params.input_responses {
            None => Map::new(),
            Some(raw) => json::from_str(&whole_numbers(raw.get()))
                .map_err(|_| RpcError::invalid_params("params.inputResponses must be an object"))?,
        };
        let caller = Caller { principal: caller.principal().to_owned(), client: caller.client().to_owned() };
        let request = Asking::of(method, params);
        let (put, asked) = match params.request_state {
            None => (Put::Nothing, Asked::default()),
            Some(raw) => {
                let state = open(raw, &caller, &request, platform).ok_or_else(|| {
                    RpcError::invalid_params("params.requestState is not one of this request's")
                })?;
                let asked = Asked { answers: state.answers, kept: state.kept, ..Asked::default() };
                (state.put.map_or(Put::Unsaid, Put::These), asked)
            }
        };
        let asked = RefCell::new(asked);
        Ok(Self { caller, request, platform: platform.clone(), given, put, asked })
    }

    /// What was kept under this name in an earlier round; `None` if nothing was.
    pub(crate) fn kept<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let asked = self.asked.try_borrow().ok()?;
        json::from_value(asked.kept.get(name)?).ok()
    }

    /// Keeps something for later round trips. Where nothing seals states there are none to hold it.
    pub(crate) fn keep(&self, name: &str, value: &impl Serialize) -> Result<(), Fault> {
        let value = json::to_value(value).map_err(Fault::new)?;
        let mut asked = self.asked.try_borrow_mut().map_err(Fault::new)?;
        asked.kept.insert(name.to_owned(), value);
        asked.keeps_anew |= self.platform.sealing_key().is_some();
        Ok(())
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
        let busy = |_| AskError::Fault(Fault::new("a question was asked while another was being asked"));
        let mut asked = self.asked.try_borrow_mut().map_err(busy)?;
        let given = match self.given.get(name) {
            Some(_) if asked.keeps_anew && matches!(self.put, Put::Nothing) => return Err(AskError::Unasked),
            given => given.filter(|_| self.was_put(name, &question, asked.keeps_anew)),
        };
        if let Some(answer) = given.or_else(|| asked.answers.get(name)).cloned()
            && let Some(read) = read(&answer)
        {
            asked.answers.insert(name.to_owned(), answer);
            return Ok(read);
        }
        asked.open.retain(|(open, _)| open != name);
        asked.open.push((name.to_owned(), question));
        Err(AskError::Pending)
    }

    /// Whether an answer of this round can be one to this question.
    fn was_put(&self, name: &str, question: &Question, keeps_anew: bool) -> bool {
        match &self.put {
            Put::Nothing | Put::Unsaid => !keeps_anew,
            Put::These(questions) => questions.get(name).is_some_and(|words| *words == question.digest()),
        }
    }

    /// What to send a client whose handler was stopped.
    pub(crate) fn input_required(&self) -> InputRequired {
        let Ok(asked) = self.asked.try_borrow() else {
            return InputRequired { requests: Map::new(), state: None };
        };
        let mut put = Map::new();
        put.extend(asked.open.iter().map(|(name, question)| (name.clone(), question.digest().into())));
        let state = State {
            request: self.request.digest(),
            expires: self.platform.now_seconds().saturating_add(LIFETIME_SECONDS),
            answers: asked.answers.clone(),
            kept: asked.kept.clone(),
            put: Some(put),
        };
        let key = self.platform.sealing_key();
        let state = key.and_then(|key| key.seal_for(PURPOSE, &self.caller.owner(), &state));
        let requests = asked.open.iter().map(|(name, question)| (name.clone(), question.wire()));
        InputRequired { requests: requests.collect(), state }
    }
}

fn open(raw: &RawValue, caller: &Caller, request: &Asking, platform: &Platform) -> Option<State> {
    let state: State = platform.sealing_key()?.open_for(PURPOSE, &caller.owner(), &string(raw)?)?;
    let valid = state.request == request.digest() && platform.now_seconds() < state.expires;
    valid.then_some(state)
}

/// Who asks. The digests are made where a state is opened or sealed: most calls have none.
struct Caller {
    principal: String,
    client: String,
}

impl Caller {
    fn owner(&self) -> Owner {
        Owner::named(&self.principal, &self.client)
    }
}

/// What must be the same in every round, as the client wrote it. Its digest, too, is made where it is needed.
struct Asking {
    method: String,
    name: Option<Box<RawValue>>,
    uri: Option<Box<RawValue>>,
    arguments: Option<Box<RawValue>>,
}

impl Asking {
    fn of(method: &str, params: &Params<'_>) -> Self {
        let own = |raw: Option<&RawValue>| raw.map(ToOwned::to_owned);
        Self {
            method: method.to_owned(),
            name: own(params.name),
            uri: own(params.uri),
            arguments: own(params.arguments),
        }
    }

    /// Parsed, put in order and written again, so that a client may order members and write numbers as it likes.
    fn digest(&self) -> String {
        let value = |raw: &Option<Box<RawValue>>| {
            raw.as_ref().and_then(|raw| json::from_str::<Value>(&whole_numbers(raw.get())).ok())
        };
        let (name, uri, arguments) = (value(&self.name), value(&self.uri), value(&self.arguments));
        let request = vec![Value::from(&*self.method), name.into(), uri.into(), arguments.into()];
        let request = sorted::members(request.into());
        digest(&json::value_to_string(&request))
    }
}
