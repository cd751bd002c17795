//! The engine's sessions, stored in objects.

use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{StreamExt, stream};
use litemap::LiteMap;
use mcp::{
    AwaitedAnswer, Event, Events, Fault, Lease, LocalFuture, LogLevel, ResourceChange, ResourceChanges,
    Sessions, Subscribed,
};
use worker::Env;
use worker_kit::{
    clock::now_ms,
    object::{self, Question},
    timer::sleep,
};

use crate::change_feed::Subscriber;
use crate::feed_client::{FeedClient, RegistryFeed};
use crate::questions::{
    AwaitAnswer, AwaitCancellation, Cancel, End, Follow, GetClientInfo, HasEnded, Holder, IsOver, Push,
    Record, Session, SetClientInfo, SetLogLevel, StreamFrame, Subscribe, TakeAnswer, Tell, Unsubscribe,
    WantedLogLevel, WorkOnCall, fault,
};
use crate::random_name;

/// How long a question waits for the person's answer.
const ANSWER_LIMIT: Duration = Duration::from_mins(10);

/// How long a request runs before its session's object is asked whether it was cancelled: most are done by then.
const UNSTOPPED: Duration = Duration::from_secs(1);

/// How long an isolate assumes that a session is alive without asking, in milliseconds. So a plain request needs no object, and a
/// session that another isolate has ended is over everywhere within this time.
const TRUST_MS: u64 = 30_000;

/// Names that begin with this are of sessions whose end is in the registry alone. Names of earlier versions are hexadecimal digits: their
/// ends may be in their own objects, which are asked too. An id is valid for seven days.
const ENDS_IN_REGISTRY: &str = "s";

/// The most sessions in [`SEEN`].
const REMEMBERED: usize = 10_000;

thread_local! {
    /// Sessions that this isolate knows to be over, or when it last knew them to be alive.
    static SEEN: RefCell<LiteMap<String, Seen>> = RefCell::default();
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
    feed: Rc<dyn FeedClient>,
}

impl HeldSessions {
    /// Sessions in the `MCP_SESSION` objects. What they hold counts against the limits of `holder`, whose principal's registry has the
    /// feed of changes.
    pub fn new(env: &Env, holder: Holder) -> Self {
        let feed = Rc::new(RegistryFeed::of(env, &holder.principal));
        Self { env: env.clone(), holder, feed }
    }

    /// Uses another feed of changes than that of the principal's registry.
    #[must_use]
    pub fn with_feed(self, feed: Rc<dyn FeedClient>) -> Self {
        Self { feed, ..self }
    }

    /// A session of this holder, as a subscriber of the feed.
    fn subscriber(&self, session: &str) -> Subscriber {
        Subscriber { session: session.to_owned(), client: self.holder.client.clone() }
    }

    fn ask<Q: Question<Object = Session> + 'static>(
        &self,
        session: &str,
        question: Q,
    ) -> LocalFuture<Result<Q::Answer, Fault>> {
        Box::pin(object::ask_or(&self.env, session, question, fault))
    }

    /// As [`ask`](Self::ask), with a question whose JSON may be invalid.
    fn ask_with<Q: Question<Object = Session> + 'static>(
        &self,
        session: &str,
        question: json::Result<Q>,
    ) -> LocalFuture<Result<Q::Answer, Fault>> {
        match question {
            Ok(question) => self.ask(session, question),
            Err(error) => Box::pin(async { Err(Fault::new(error)) }),
        }
    }
}

/// Notifies a principal's clients of changes, for a server none of whose objects embeds a [`ChangeFeed`](crate::ChangeFeed). A client
/// with an open `subscriptions/listen` gets them now. One whose session subscribed gets them also when it reconnects later. This does
/// not wait for the clients.
///
/// # Errors
/// The platform's: then no client was notified.
pub async fn changed(env: &Env, principal: &str, changes: Vec<ResourceChange>) -> Result<(), Fault> {
    object::ask(env, principal, Tell { changes }).await.map_err(fault)
}

impl Sessions for HeldSessions {
    fn name(&self) -> Result<String, Fault> {
        random_name(ENDS_IN_REGISTRY)
    }

    fn is_over(&self, session: &str) -> LocalFuture<Result<bool, Fault>> {
        let now = now_ms();
        match SEEN.with_borrow(|known| known.get(session).copied()) {
            Some(Seen::Over) => return Box::pin(async { Ok(true) }),
            Some(Seen::Alive(at)) if now.saturating_sub(at) < TRUST_MS => {
                return Box::pin(async { Ok(false) });
            }
            _ => {}
        }
        let has_ended = HasEnded { session: session.to_owned() };
        let has_ended = object::ask_or(&self.env, self.holder.principal.as_str(), has_ended, fault);
        let ended_earlier = (!session.starts_with(ENDS_IN_REGISTRY)).then(|| self.ask(session, IsOver));
        let session = session.to_owned();
        Box::pin(async move {
            let over = has_ended.await?
                || match ended_earlier {
                    Some(ended_earlier) => ended_earlier.await?,
                    None => false,
                };
            remember(&session, if over { Seen::Over } else { Seen::Alive(now) });
            Ok(over)
        })
    }

    fn end(&self, session: &str) -> LocalFuture<Result<(), Fault>> {
        remember(session, Seen::Over);
        let ended = self.ask(session, End { holder: self.holder.clone() });
        let (feed, session) = (Rc::clone(&self.feed), session.to_owned());
        Box::pin(async move {
            if ended.await? {
                // If this call fails, the feed removes the session when it next notifies it.
                let _heard = feed.unsubscribe(&session).await;
            }
            Ok(())
        })
    }

    fn set_client_info(&self, session: &str, client_info: &str) -> LocalFuture<Result<(), Fault>> {
        let holder = self.holder.clone();
        self.ask_with(
            session,
            json::raw(client_info).map(|client_info| SetClientInfo { holder, client_info }),
        )
    }

    fn client_info(&self, session: &str) -> LocalFuture<Result<Option<String>, Fault>> {
        let stored = self.ask(session, GetClientInfo);
        Box::pin(async { Ok(stored.await?.map(|client_info| client_info.get().to_owned())) })
    }

    fn log_level(&self, session: &str) -> LocalFuture<Result<Option<LogLevel>, Fault>> {
        self.ask(session, WantedLogLevel)
    }

    fn set_log_level(&self, session: &str, level: LogLevel) -> LocalFuture<Result<(), Fault>> {
        self.ask(session, SetLogLevel { holder: self.holder.clone(), level })
    }

    fn subscribe(&self, session: &str, _: &str, uri: &str) -> LocalFuture<Result<Subscribed, Fault>> {
        let asked = self.ask(session, Subscribe { holder: self.holder.clone(), uri: uri.to_owned() });
        let (feed, subscriber) = (Rc::clone(&self.feed), self.subscriber(session));
        // In this order: the feed removes a session that it notifies before it is subscribed to anything.
        Box::pin(async move {
            let answer = asked.await?;
            if matches!(answer, Subscribed::Yes) {
                feed.subscribe(subscriber).await?;
            }
            Ok(answer)
        })
    }

    fn unsubscribe(&self, session: &str, uri: &str) -> LocalFuture<Result<(), Fault>> {
        self.ask(session, Unsubscribe { uri: uri.to_owned() })
    }

    fn tell_of_lists(&self, session: &str, _: &str) -> LocalFuture<Result<(), Fault>> {
        self.feed.subscribe(self.subscriber(session))
    }

    fn answered(&self, session: &str, request: &str, response: &str) -> LocalFuture<Result<bool, Fault>> {
        let (holder, request) = (self.holder.clone(), request.to_owned());
        self.ask_with(session, json::raw(response).map(|response| TakeAnswer { holder, request, response }))
    }

    fn answer(&self, session: &str, request: &str) -> LocalFuture<Result<AwaitedAnswer, Fault>> {
        let asked = AwaitAnswer { holder: self.holder.clone(), request: request.to_owned() };
        let opened = object::open(&self.env, session, asked);
        Box::pin(async {
            let mut answers = opened.await.map_err(fault)?;
            Ok(Box::pin(async move {
                match select(answers.next(), sleep(ANSWER_LIMIT)).await {
                    Either::Left((answer, _)) => Ok(answer.map(|answer| answer.get().to_owned())),
                    Either::Right(_) => Ok(None),
                }
            }) as AwaitedAnswer)
        })
    }

    fn work_on(
        &self,
        session: &str,
        call: &str,
        listener: &str,
        lost: &str,
    ) -> LocalFuture<Result<Lease, Fault>> {
        let (env, session) = (self.env.clone(), session.to_owned());
        let (holder, call, listener) = (self.holder.clone(), call.to_owned(), listener.to_owned());
        let asked = json::raw(lost).map(|lost| WorkOnCall { holder, call, listener, lost });
        Box::pin(async move {
            let asked = asked.map_err(Fault::new)?;
            let lease = object::open(&env, session.as_str(), asked).await.map_err(fault)?;
            Ok(Box::new(lease) as Lease)
        })
    }

    fn cancel(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        self.ask(session, Cancel { holder: self.holder.clone(), request: request.to_owned() })
    }

    fn cancelled(&self, session: &str, request: &str) -> LocalFuture<Result<(), Fault>> {
        let (env, session) = (self.env.clone(), session.to_owned());
        let stopped = AwaitCancellation { holder: self.holder.clone(), request: request.to_owned() };
        Box::pin(async move {
            sleep(UNSTOPPED).await;
            let mut cancellations = object::open(&env, session.as_str(), stopped).await.map_err(fault)?;
            cancellations.next().await.ok_or_else(|| Fault::new("a session object stopped listening"))
        })
    }

    fn record(&self, session: &str, event: &Event) -> LocalFuture<Result<(), Fault>> {
        let holder = self.holder.clone();
        self.ask_with(session, event.clone().try_into().map(|event| Record { holder, event }))
    }

    fn push(&self, session: &str, message: &str) -> LocalFuture<Result<(), Fault>> {
        let holder = self.holder.clone();
        self.ask_with(session, json::raw(message).map(|message| Push { holder, message }))
    }

    fn follow(
        &self,
        session: &str,
        stream: &str,
        after: Option<u64>,
    ) -> LocalFuture<Result<Option<(u64, Events)>, Fault>> {
        let follow = Follow { holder: self.holder.clone(), stream: stream.to_owned(), after };
        let opened = object::open(&self.env, session, follow);
        Box::pin(async {
            let mut frames = opened.await.map_err(fault)?;
            let at = match frames.next().await {
                Some(StreamFrame::Opened { at }) => at,
                Some(StreamFrame::Over) => return Ok(None),
                _ => return Err(Fault::new("a session object opened no stream")),
            };
            // What is not an event ends the stream; the client comes back and asks for what it missed.
            let mut frames = Some(frames);
            let events = stream::poll_fn(move |task| {
                let Some(open) = &mut frames else { return Poll::Ready(None) };
                if let Some(StreamFrame::Event(event)) = ready!(open.poll_next_unpin(task)) {
                    return Poll::Ready(Some(event.into()));
                }
                frames = None;
                Poll::Ready(None)
            });
            Ok(Some((at, Box::pin(events) as Events)))
        })
    }

    fn changes(&self, _: &str) -> LocalFuture<Result<ResourceChanges, Fault>> {
        self.feed.listen(self.holder.clone())
    }
}
