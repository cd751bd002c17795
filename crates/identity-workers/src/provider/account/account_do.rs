//! The `Account` Durable Object: one per person, named by the user id.
//!
//! Between reading a question and having its outcome in SQLite nothing is awaited, so questions are answered one after the
//! other and what is consumed is consumed once. The platform holds the answer back until the writes are on disk.

use std::{cell::Cell, time::Duration};

use futures_util::future::{Either, select};
use oauth::{Timestamp, UserId};
use worker::{
    DurableObject, Env, Error, Request, Response, Socket, State, WebSocket, WebSocketIncomingMessage,
    console_warn,
};
use worker_kit::{
    background::Background,
    object::{Never, Question, Reply, Unanswered, accept, answer, serve},
    storage::ObjectStorage,
    timer::sleep,
};
use worker_macros::durable_object;

use super::{
    AccountObject, Asked, AuthorizationAnswer, CodeAnswer, CodeExpected, ExpectCode, LoginAnswer,
    RefreshAnswer, WatchGrant, grant_streams,
    schema::SCHEMA,
    tables::{Sweep, Tables},
    untold::Untold,
};
use crate::{access, clock::now};

/// The soonest that the alarm comes back to sweep.
const SWEEP_SECONDS: i64 = 3600;

/// The delay of the alarm that notifies of an end of access, if the work behind the answer is killed.
const TELL_AGAIN_SECONDS: i64 = 10;

/// The time limit of a notification.
const PATIENCE: Duration = Duration::from_secs(4);

/// The `Retry-After` for a request that revoked access, if the notification failed.
const TRY_AGAIN_SECONDS: u32 = 2;

#[durable_object]
pub struct Account {
    state: State,
    env: Env,
    storage: ObjectStorage,
    /// When the alarm is due, as far as this instance has set or seen it.
    alarm_at: Cell<Option<Timestamp>>,
    /// Whether this instance has seen to the alarm since it came last: only what adds something that ends can bring it forward.
    has_looked: Cell<bool>,
}

impl DurableObject for Account {
    fn new(state: State, env: Env) -> Self {
        let (alarm_at, has_looked) = Default::default();
        Self { storage: ObjectStorage::new(&state, SCHEMA), state, env, alarm_at, has_looked }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        serve::<AccountObject>(&self.storage, request, async |asked| self.reply(asked, now()).await).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.alarm_at.set(None);
        self.has_looked.set(false);
        if self.storage.postpone_alarm().await? {
            return Response::empty();
        }
        let Some(tables) = Tables::open(&self.storage)? else { return Response::empty() };
        self.tell_again(&tables.untold()).await?;
        let sweep_again = match tables.sweep(now())? {
            Sweep::Again(at) => Some(at.since(now()).max(SWEEP_SECONDS)),
            Sweep::Done => None,
            Sweep::Abandoned => {
                self.storage.delete_all().await?;
                return Response::empty();
            }
        };
        // Read now: another end may have been stored while the earlier ones were notified.
        let tell_again = tables.untold().wait(now())?;
        match tell_again.into_iter().chain(sweep_again).min() {
            Some(wait) => self.set_alarm(wait).await?,
            None => {
                self.alarm_at.set(None);
                self.storage.platform().delete_alarm().await?;
            }
        }
        Response::empty()
    }

    /// Messages are ignored: grant streams only receive.
    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> worker::Result<()> {
        Ok(())
    }

    async fn websocket_close(&self, stream: WebSocket, _: usize, _: String, _: bool) -> worker::Result<()> {
        // The platform answers a close by itself or leaves it to us, by compatibility date; once is enough.
        drop(stream.close::<&str>(None, None));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: Error) -> worker::Result<()> {
        Ok(())
    }

    async fn connect(&self, _: Socket) -> worker::Result<()> {
        Err("an account takes no TCP connections".into())
    }
}

impl Account {
    async fn reply(&self, asked: Asked, now: Timestamp) -> Result<Reply, Unanswered<Never>> {
        let tables = match (Tables::open(&self.storage)?, &asked) {
            (Some(tables), _) => tables,
            (None, Asked::ExpectCode(ExpectCode { email, known_browser: None, .. })) => {
                Tables::create(&self.storage, email, now)?
            }
            (None, _) => return self.without_account(asked),
        };
        if let Asked::WatchGrant(asked) = asked {
            return accept(asked, |WatchGrant { grant }| {
                grant_streams::accept(&self.state, &tables, grant, now)
            });
        }
        let adds_an_end = asked.adds_an_end();
        let Some(cause) = asked.may_end_access() else {
            let reply = tables.reply(asked, now);
            self.keep_alarm(&tables, adds_an_end, now).await?;
            return reply;
        };
        let ended_before = tables.untold().last()?;
        let reply = tables.reply(asked, now);
        let ended = tables.untold().last()?;
        if ended.is_none() {
            grant_streams::dismiss(&self.state, &tables, now)?;
            self.keep_alarm(&tables, adds_an_end, now).await?;
            return reply;
        }
        // In the same turn as the end, before anything can fail: the alarm notifies of it even if this object is killed. For ends from
        // before it stands already, and is not put off: somebody may ask more often than it would come.
        let wait = if ended == ended_before { tables.untold().wait(now)? } else { None };
        self.alarm_by(now.plus(wait.unwrap_or(TELL_AGAIN_SECONDS)), now).await?;
        grant_streams::dismiss(&self.state, &tables, now)?;
        let tell = tell(self.env.clone(), self.user()?, tables.untold());
        match cause {
            Cause::Evicted => self.state.behind(async move { drop(tell.await) }),
            // This request ended nothing; an earlier end that is not yet notified is no reason to refuse it.
            Cause::Misuse if ended == ended_before => {}
            Cause::Misuse | Cause::TakenBack => {
                if !tell.await? {
                    return Err(Unanswered::for_now(TRY_AGAIN_SECONDS));
                }
            }
        }
        reply
    }

    /// Notifies of the ends that are not confirmed, if any.
    async fn tell_again(&self, untold: &Untold) -> worker_kit::Result<()> {
        let Some(wait) = untold.wait(now())? else { return Ok(()) };
        // First of all, so that an alarm comes again if this one is killed.
        self.set_alarm(wait).await?;
        tell(self.env.clone(), self.user()?, untold.clone()).await?;
        Ok(())
    }

    /// Whose account this is.
    fn user(&self) -> worker_kit::Result<UserId> {
        let name = self.state.id().name().and_then(|name| name.parse().ok());
        name.ok_or_else(|| "an account is named by its user".into())
    }

    /// Answers for an account that does not exist: the token is made up, or the account was deleted.
    fn without_account(&self, asked: Asked) -> Result<Reply, Unanswered<Never>> {
        match asked {
            Asked::ExpectCode(asked) => say(asked, CodeExpected::UnknownBrowser),
            Asked::Login(asked) => say(asked, LoginAnswer::NoCode),
            Asked::ConfirmGrant(asked) => say(asked, None),
            Asked::IsIssuedTo(asked) => say(asked, false),
            Asked::IsUsed(asked) => say(asked, false),
            Asked::Authorize(asked) => say(asked, AuthorizationAnswer::NoSession),
            Asked::CodeRedemption(asked) => say(asked, CodeAnswer::Unknown),
            Asked::RefreshUse(asked) => say(asked, RefreshAnswer::Unknown),
            Asked::EndSession(asked) => say(asked, None),
            Asked::UseSession(asked) => say(asked, None),
            Asked::FindConsents(asked) => say(asked, None),
            Asked::ListConnectedApps(asked) => say(asked, None),
            Asked::Disconnect(asked) => say(asked, None),
            Asked::DisconnectGrant(asked) => say(asked, None),
            Asked::FindGrant(asked) => say(asked, None),
            Asked::FindRefreshToken(asked) => say(asked, None),
            Asked::RevokeGrant(asked) => say(asked, ()),
            Asked::RevokeRefreshToken(asked) => say(asked, ()),
            Asked::WatchGrant(asked) => accept(asked, |_| grant_streams::turn_away(&self.state)),
        }
    }

    /// Sets the alarm for what ends next, unless it comes by then anyway.
    async fn keep_alarm(&self, tables: &Tables, adds_an_end: bool, now: Timestamp) -> worker_kit::Result<()> {
        if self.has_looked.replace(true) && !adds_an_end {
            return Ok(());
        }
        if self.alarm_at.get().is_none() {
            let known = self.storage.platform().get_alarm().await?;
            self.alarm_at.set(known.map(|ms| Timestamp::from_unix(ms / 1_000)));
        }
        // Nothing is swept sooner.
        let soonest = now.plus(SWEEP_SECONDS);
        if self.alarm_at.get().is_some_and(|at| at <= soonest) {
            return Ok(());
        }
        match tables.next_end()? {
            Some(end) => self.alarm_by(end.max(soonest), now).await,
            None => Ok(()),
        }
    }

    /// Sets the alarm, unless it comes by then anyway.
    async fn alarm_by(&self, at: Timestamp, now: Timestamp) -> worker_kit::Result<()> {
        match self.alarm_at.get() {
            Some(due) if due <= at => Ok(()),
            _ => self.set_alarm(at.since(now)).await,
        }
    }

    async fn set_alarm(&self, seconds: i64) -> worker_kit::Result<()> {
        let at = now().plus(seconds);
        let set = self.storage.platform().set_alarm(Duration::from_secs(seconds.unsigned_abs())).await;
        // Where that failed, the next question looks again.
        self.alarm_at.set(set.is_ok().then_some(at));
        self.has_looked.set(set.is_ok());
        Ok(set?)
    }
}

/// Notifies of every end that is not confirmed. Returns whether all are confirmed now.
async fn tell(env: Env, user: UserId, untold: Untold) -> worker_kit::Result<bool> {
    let (Some(tell), ends) = (access::who_is_told(), untold.all()?) else { return Ok(true) };
    let Some(last) = ends.last().map(|end| end.place) else { return Ok(true) };
    let ended = ends.into_iter().map(|end| end.access).collect();
    match select(tell(env, user, ended), sleep(PATIENCE)).await {
        Either::Left((Ok(()), _)) => {
            untold.heard(last)?;
            Ok(true)
        }
        Either::Left((Err(failure), _)) => {
            console_warn!("the notification of ended access failed, and is repeated: {failure}");
            Ok(false)
        }
        Either::Right(_) => Ok(false),
    }
}

/// Why a question may end access.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The caller revokes it, and is answered only when the notification is confirmed.
    TakenBack,
    /// A code or token was used again. If that ended something, the caller is answered only when the notification is confirmed.
    Misuse,
    /// It is evicted for a new one. The caller did not ask for that, so the answer does not wait for the notification.
    Evicted,
}

impl Asked {
    /// Whether something may be stored for it that ends, or ends at another time.
    fn adds_an_end(&self) -> bool {
        matches!(
            self,
            Self::ExpectCode(_)
                | Self::Login(_)
                | Self::UseSession(_)
                | Self::Authorize(_)
                | Self::CodeRedemption(_)
                | Self::RefreshUse(_)
        )
    }

    /// Why access may end with this question; `None`: it cannot.
    fn may_end_access(&self) -> Option<Cause> {
        match self {
            Self::Disconnect(_)
            | Self::DisconnectGrant(_)
            | Self::RevokeGrant(_)
            | Self::RevokeRefreshToken(_)
            | Self::EndSession(_) => Some(Cause::TakenBack),
            Self::CodeRedemption(_) | Self::RefreshUse(_) => Some(Cause::Misuse),
            Self::Authorize(_) | Self::Login(_) => Some(Cause::Evicted),
            Self::ExpectCode(_)
            | Self::IsUsed(_)
            | Self::UseSession(_)
            | Self::FindConsents(_)
            | Self::ListConnectedApps(_)
            | Self::FindGrant(_)
            | Self::ConfirmGrant(_)
            | Self::FindRefreshToken(_)
            | Self::IsIssuedTo(_)
            | Self::WatchGrant(_) => None,
        }
    }
}

fn say<Q: Question<Object = AccountObject>>(
    question: Q,
    said: Q::Answer,
) -> Result<Reply, Unanswered<Never>> {
    answer(question, |_| Ok::<_, worker_kit::Error>(said))
}
