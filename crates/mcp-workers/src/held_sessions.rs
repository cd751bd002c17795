//! The engine's sessions, held by objects.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{StreamExt, stream};
use mcp::{Change, Changes, Event, Events, Fault, LocalFuture, LogLevel, Sessions, Subscribed};
use worker::{Date, Env};
use worker_kit::timer::sleep;

use crate::link::{Command, Holder, Listen, Opened, command, listen, registry_of, stub};
use crate::random_name;

/// How long a person may take to answer a question.
const ANSWER_LIMIT: Duration = Duration::from_mins(10);

/// How long a request is worked off before its session's object is asked whether it was cancelled: most are done by then.
const UNSTOPPED: Duration = Duration::from_secs(1);

/// How long an isolate takes a session to be alive without asking, in milliseconds: a plain request needs no object, and a
/// session that another isolate has ended is over everywhere within this time.
const TRUST_MS: u64 = 30_000;

/// How many sessions an isolate remembers this of.
const REMEMBERED: usize = 10_000;

thread_local! {
    /// What this isolate knows of sessions: that they are over, or when they were last seen alive.
    static SEEN: RefCell<HashMap<String, Seen>> = RefCell::default();
}

#[derive(Clone, Copy)]
enum Seen {
    Over,
    Alive(u64),
}

fn remember(session: &str, seen: Seen) {
    SEEN.with_borrow_mut(|known| {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(session.to_owned(), seen);
    });
}

/// Sessions in the objects of the binding `MCP_SESSION`, whose class is [`crate::McpSession`], as one client of one principal
/// uses them.
pub struct HeldSessions {
    env: Env,
    holder: Holder,
}

impl HeldSessions {
    /// The sessions of this Worker, for whom something is held if it is.
    pub fn new(env: &Env, holder: Holder) -> Self {
        Self { env: env.clone(), holder }
    }

    fn tell(&self, session: &str, what: Command) -> LocalFuture<Result<(), Fault>> {
        self.ask(session, what)
    }

    fn ask<T: serde::de::DeserializeOwned + 'static>(
        &self,
        session: &str,
        what: Command,
    ) -> LocalFuture<Result<T, Fault>> {
        let (stub, holder) = (stub(&self.env, session), self.holder.clone());
        Box::pin(async move { command(&stub?, Some(&holder), &what).await })
    }
}

/// Says that something of a principal's has changed. Every client of theirs that wants to know is told: one that listens,
/// now; one with a session that subscribed, also when it comes back for what it missed. This does not wait for them.
///
/// # Errors
/// The platform's: then nobody was told.
pub async fn changed(env: &Env, principal: &str, changes: Vec<Change>) -> Result<(), Fault> {
    let registry = stub(env, &registry_of(principal))?;
    command(&registry, None, &Command::Tell { changes }).await
}

impl Sessions for HeldSessions {
    fn name(&self) -> Result<String, Fault> {
        random_name()
    }

    fn is_over(&self, session: &str) -> LocalFuture<Result<bool, Fault>> {
        let now = Date::now().as_millis();
        match SEEN.with_borrow(|known| known.get(session).copied()) {
            Some(Seen::Over) => return Box::pin(async { Ok(true) }),
            Some(Seen::Alive(at)) if now.saturating_sub(at) < TRUST_MS => {
                return Box::pin(async { Ok(false) });
            }
            _ => {}
        }
        let asked = self.ask::<bool>(session, Command::IsOver);
        let session = session.to_owned();
        Box::pin(async move {
            let over = asked.await?;
            remember(&session, if over { Seen::Over } else { Seen::Alive(now) });
            Ok(over)
        })
    }

    fn end(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        remember(session, Seen::Over);
        self.tell(session, Command::End)
    }

    fn set_client_info(&self, session: &str, client_info: &str) -> LocalFuture<Result<(), Fault>> {
        self.tell(session, Command::Introduce { introduction: client_info.to_owned() })
    }

    fn client_info(&self, session: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        self.ask(session, Command::Introduction)
    }

    fn log_level(&self, session: &str) -> LocalFuture<Result<Option<LogLevel>, Fault>> {
        self.ask(session, Command::LogLevel)
    }

    fn set_log_level(&self, session: &str, level: LogLevel) -> LocalFuture<Result<(), Fault>> {
        self.tell(session, Command::SetLogLevel { level })
    }

    fn subscribe(&self, session: &str, _: &str, uri: &str) -> LocalFuture<Result<Subscribed, Fault>> {
        self.ask(session, Command::Subscribe { uri: uri.to_owned() })
    }

    fn unsubscribe(&self, session: &str, uri: &str) -> LocalFuture<Result<(), Fault>> {
        self.tell(session, Command::Unsubscribe { uri: uri.to_owned() })
    }

    fn tell_of_lists(&self, session: &str, _: &str) -> LocalFuture<Result<(), Fault>> {
        self.tell(session, Command::HearOfLists)
    }

    fn answered(&self, session: &str, request: &str, response: &str) -> LocalFuture<Result<(), Fault>> {
        let (request, response) = (request.to_owned(), response.to_owned());
        self.tell(session, Command::Answered { request, response })
    }

    fn answer(&self, session: &str, request: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        let (stub, holder) = (stub(&self.env, session), self.holder.clone());
        let request = request.to_owned();
        Box::pin(async move {
            let stub = stub?;
            let mut frames = listen(&stub, &holder, Listen::Answer { request: &request }).await?;
            match select(frames.next(), sleep(ANSWER_LIMIT)).await {
                Either::Left((answer, _)) => Ok(answer),
                Either::Right(_) => Ok(None),
            }
        })
    }

    fn cancel(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        self.tell(session, Command::Cancel { request: request.to_owned() })
    }

    fn cancelled(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        let (stub, holder) = (stub(&self.env, session), self.holder.clone());
        let request = request.to_owned();
        Box::pin(async move {
            let stub = stub?;
            sleep(UNSTOPPED).await;
            let mut frames = listen(&stub, &holder, Listen::Cancelled { request: &request }).await?;
            frames.next().await.map(|_| ()).ok_or_else(|| Fault::new("a session object stopped listening"))
        })
    }

    fn record(&self, session: &str, event: &Event) -> LocalFuture<Result<(), Fault>> {
        self.tell(session, Command::Record { event: event.clone() })
    }

    fn push(&self, session: &str, message: &str) -> LocalFuture<Result<(), Fault>> {
        self.tell(session, Command::Push { message: message.to_owned() })
    }

    fn follow(
        &self,
        session: &str,
        stream: &str,
        after: Option<u64>,
    ) -> LocalFuture<Result<(u64, Events), Fault>> {
        let (stub, holder) = (stub(&self.env, session), self.holder.clone());
        let stream = stream.to_owned();
        Box::pin(async move {
            let stub = stub?;
            let mut frames = listen(&stub, &holder, Listen::Stream { stream: &stream, after }).await?;
            let first = frames.next().await.ok_or_else(|| Fault::new("a session object opened no stream"))?;
            let Opened { at } = serde_json::from_str(&first).map_err(Fault::new)?;
            // What is not an event ends the stream; the client comes back and asks for what it missed.
            let events = stream::unfold(frames, async |mut frames| {
                let frame = frames.next().await?;
                Some((serde_json::from_str::<Event>(&frame).ok()?, frames))
            });
            Ok((at, Box::pin(events) as Events))
        })
    }

    fn changes(&self, principal: &str) -> LocalFuture<Result<Changes, Fault>> {
        let (stub, holder) = (stub(&self.env, &registry_of(principal)), self.holder.clone());
        Box::pin(async move {
            let stub = stub?;
            let mut frames = listen(&stub, &holder, Listen::Changes).await?;
            frames.next().await.ok_or_else(|| Fault::new("a session object opened no stream"))?;
            let changes = frames.flat_map(|frame| {
                stream::iter(serde_json::from_str::<Vec<Change>>(&frame).unwrap_or_default())
            });
            Ok(Box::pin(changes) as Changes)
        })
    }
}
