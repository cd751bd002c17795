//! The `Account` Durable Object: one per person, named by the user id.
//!
//! Between reading a question and having its outcome in SQLite nothing is awaited, so questions are answered one after the
//! other and what is consumed is consumed once. The platform holds the answer back until the writes are on disk.

use std::{cell::Cell, time::Duration};

use futures_util::future::{Either, select};
use oauth::{
    Timestamp, UserId,
    grant::{
        authorization_code::{CodeRefusal, Redemption},
        login_code::{Attempt, LoginCode, SendLimit},
        refresh::RefreshToken,
        session::SessionLife,
    },
    jwt::AccessToken,
};
use worker::{
    DurableObject, Env, Error, Request, Response, Socket, State, WebSocket, WebSocketIncomingMessage,
    console_warn,
};
use worker_kit::{
    http::empty,
    object::{Never, Question, Reply, Unanswered, accept, answer, serve},
    storage::ObjectStorage,
    timer::sleep,
};
use worker_macros::durable_object;

use super::{
    AccountObject, Asked, Authorization, AuthorizationAnswer, Authorize, CodeAnswer, CodeExpected,
    CodeRedemption, ConfirmGrant, ConfirmedGrant, Consents, Disconnect, DisconnectGrant, EndSession,
    ExpectCode, FindConsents, FindGrant, FindRefreshToken, Granted, IsIssuedTo, ListConnectedApps, Login,
    LoginAnswer, RefreshAnswer, RefreshUse, RevokeGrant, RevokeRefreshToken, UsableRefreshToken, UseSession,
    WatchGrant, grant_streams,
    schema::SCHEMA,
    tables::{Sweep, Tables},
    untold::Untold,
};
use crate::{access, clock::now, provider::person::LoginSession};

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
    alarm_is_set: Cell<bool>,
}

impl DurableObject for Account {
    fn new(state: State, env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA), state, env, alarm_is_set: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        serve::<AccountObject>(&self.storage, request, async |asked| self.reply(asked, now()).await).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if self.storage.postpone_alarm().await? {
            return empty(200);
        }
        self.alarm_is_set.set(false);
        let Some(tables) = Tables::open(&self.storage)? else { return empty(200) };
        self.tell_again(&tables.untold()).await?;
        let sweep_again = match tables.sweep(now())? {
            Sweep::Again(at) => Some(at.since(now()).max(SWEEP_SECONDS)),
            Sweep::Done => None,
            Sweep::Abandoned => {
                self.storage.delete_all().await?;
                return empty(200);
            }
        };
        // Read now: another end may have been stored while the earlier ones were notified.
        let tell_again = tables.untold().wait(now())?;
        match tell_again.into_iter().chain(sweep_again).min() {
            Some(wait) => self.set_alarm(wait).await?,
            None => {
                self.alarm_is_set.set(false);
                self.storage.platform().delete_alarm().await?;
            }
        }
        empty(200)
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
        let Some(cause) = asked.may_end_access() else {
            let reply = tables.reply(asked, now);
            self.keep_alarm().await?;
            return reply;
        };
        let ended_before = tables.untold().last()?;
        let reply = tables.reply(asked, now);
        let ended = tables.untold().last()?;
        if ended.is_none() {
            grant_streams::dismiss(&self.state, &tables, now)?;
            self.keep_alarm().await?;
            return reply;
        }
        // In the same turn as the end, before anything can fail: the alarm notifies of it even if this object is killed.
        self.set_alarm(TELL_AGAIN_SECONDS).await?;
        grant_streams::dismiss(&self.state, &tables, now)?;
        let tell = tell(self.env.clone(), self.user()?, tables.untold());
        match cause {
            Cause::Evicted => self.state.wait_until(async move { drop(tell.await) }),
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
    async fn tell_again(&self, untold: &Untold) -> worker::Result<()> {
        let Some(wait) = untold.wait(now())? else { return Ok(()) };
        // First of all, so that an alarm comes again if this one is killed.
        self.set_alarm(wait).await?;
        tell(self.env.clone(), self.user()?, untold.clone()).await?;
        Ok(())
    }

    /// Whose account this is.
    fn user(&self) -> worker::Result<UserId> {
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

    /// Sets the alarm that deletes expired rows, if none is set.
    async fn keep_alarm(&self) -> worker::Result<()> {
        if self.alarm_is_set.replace(true) {
            return Ok(());
        }
        if self.storage.platform().get_alarm().await?.is_none() {
            self.set_alarm(SWEEP_SECONDS).await?;
        }
        Ok(())
    }

    async fn set_alarm(&self, seconds: i64) -> worker::Result<()> {
        self.alarm_is_set.set(true);
        self.storage.platform().set_alarm(Duration::from_secs(seconds.unsigned_abs())).await
    }
}

/// Notifies of every end that is not confirmed. Returns whether all are confirmed now.
async fn tell(env: Env, user: UserId, untold: Untold) -> worker::Result<bool> {
    let (Some(tell), ends) = (access::who_is_told(), untold.all()?) else { return Ok(true) };
    let Some(last) = ends.last().map(|end| end.place) else { return Ok(true) };
    let ended = ends.into_iter().map(|end| end.access).collect();
    match select(tell(env, user, ended), sleep(PATIENCE)).await {
        Either::Left((Ok(()), _)) => {
            untold.heard(last)?;
            Ok(true)
        }
        Either::Left((Err(failure), _)) => {
            console_warn!("the notification of ended access failed, and is repeated: {failure:?}");
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
    answer(question, |_| Ok::<_, worker::Error>(said))
}

impl Tables {
    fn reply(&self, asked: Asked, now: Timestamp) -> Result<Reply, Unanswered<Never>> {
        match asked {
            Asked::ExpectCode(asked) => answer(asked, |asked| {
                let code = LoginCode::new(asked.code, asked.browser, now);
                self.expect_code(&code, asked.browser, asked.known_browser, now)
            }),
            Asked::IsUsed(asked) => answer(asked, |_| self.is_used()),
            Asked::Login(asked) => answer(asked, |login| self.log_in(login, now)),
            Asked::UseSession(asked) => answer(asked, |asked| self.use_session(&asked, now)),
            Asked::EndSession(asked) => answer(asked, |EndSession { token }| {
                let ended = self.session(token, now)?.map(|session| session.id);
                self.drop_session(token)?;
                Ok::<_, worker::Error>(ended)
            }),
            Asked::FindConsents(asked) => answer(asked, |FindConsents { token, client_id }| {
                let Some(session) = self.session(token, now)? else { return Ok(None) };
                Ok::<_, worker::Error>(Some(Consents { session, given: self.consents(&client_id)? }))
            }),
            Asked::Authorize(asked) => {
                answer(asked, |Authorize(authorization)| self.authorize(*authorization, now))
            }
            Asked::CodeRedemption(asked) => answer(asked, |redemption| self.redeem_code(redemption, now)),
            Asked::RefreshUse(asked) => answer(asked, |refresh| self.refresh(&refresh, now)),
            Asked::ListConnectedApps(asked) => answer(asked, |ListConnectedApps { token }| {
                self.session(token, now)?.map(|_| self.connected_apps(now)).transpose()
            }),
            Asked::Disconnect(asked) => answer(asked, |asked| self.disconnect_app(&asked, now)),
            Asked::DisconnectGrant(asked) => answer(asked, |DisconnectGrant { token, grant }| {
                self.session(token, now)?.map(|_| self.disconnect_grant(grant, now)).transpose()
            }),
            Asked::FindGrant(asked) => answer(asked, |FindGrant { grant }| {
                Ok::<_, worker::Error>(self.grant(grant, now)?.map(|grant| grant.live))
            }),
            Asked::ConfirmGrant(asked) => answer(asked, |asked| self.confirm_grant(&asked, now)),
            Asked::FindRefreshToken(asked) => answer(asked, |asked| self.usable_refresh_token(&asked, now)),
            Asked::IsIssuedTo(asked) => answer(asked, |asked| self.is_issued_to(&asked, now)),
            Asked::RevokeGrant(asked) => answer(asked, |RevokeGrant { grant, client_id }| {
                match self.grant(grant, now)?.filter(|grant| grant.live.client_id == client_id) {
                    Some(_) => self.revoke(grant),
                    None => Ok(()),
                }
            }),
            Asked::RevokeRefreshToken(asked) => answer(asked, |RevokeRefreshToken { token, client_id }| {
                match self.refresh_token(token)?.filter(|token| token.state.client_id == client_id) {
                    Some(token) => self.revoke(token.grant),
                    None => Ok(()),
                }
            }),
            Asked::WatchGrant(_) => Err(Unanswered::fault("the tables hold no WebSockets")),
        }
    }

    fn use_session(&self, asked: &UseSession, now: Timestamp) -> worker::Result<Option<LoginSession>> {
        let Some(session) = self.session(asked.token, now)? else { return Ok(None) };
        let Some(life) = session.life.touch(asked.extend, now) else { return Ok(None) };
        self.keep_session_life(asked.token, life)?;
        Ok(Some(LoginSession { life, ..session }))
    }

    fn disconnect_app(&self, asked: &Disconnect, now: Timestamp) -> worker::Result<Option<bool>> {
        if self.session(asked.token, now)?.is_none() {
            return Ok(None);
        }
        let was_connected = self.connected_apps(now)?.iter().any(|app| app.client_id == asked.client_id);
        self.disconnect(&asked.client_id)?;
        Ok(Some(was_connected))
    }

    fn confirm_grant(&self, asked: &ConfirmGrant, now: Timestamp) -> worker::Result<Option<ConfirmedGrant>> {
        let kept = self.grant(asked.grant, now)?;
        let Some(kept) = kept.filter(|kept| kept.live.client_id == asked.client_id) else { return Ok(None) };
        self.note_use(&asked.client_id, now)?;
        self.note_call(asked.grant, now)?;
        let app_name = self.app_name(&asked.client_id)?;
        Ok(Some(ConfirmedGrant { app_name, expires_at: kept.live.expires_at }))
    }

    fn usable_refresh_token(
        &self,
        asked: &FindRefreshToken,
        now: Timestamp,
    ) -> worker::Result<Option<UsableRefreshToken>> {
        let token = self
            .refresh_token(asked.token)?
            .filter(|token| token.state.client_id == asked.client_id && token.state.is_usable(now));
        Ok(token.map(|token| UsableRefreshToken { grant: token.grant, resource: token.state.resource }))
    }

    fn is_issued_to(&self, asked: &IsIssuedTo, now: Timestamp) -> worker::Result<bool> {
        let code = self
            .code(asked.token)?
            .is_some_and(|code| code.client_id == asked.client_id && !code.redeemed && now < code.expires_at);
        let refresh_token = self
            .refresh_token(asked.token)?
            .is_some_and(|token| token.state.client_id == asked.client_id && now < token.state.expires_at);
        Ok(code || refresh_token)
    }

    fn expect_code(
        &self,
        code: &LoginCode,
        browser: oauth::Digest,
        known_browser: Option<oauth::Digest>,
        now: Timestamp,
    ) -> worker::Result<CodeExpected> {
        if let Some(known) = known_browser
            && !self.knows_browser(known, now)?
        {
            return Ok(CodeExpected::UnknownBrowser);
        }
        match SendLimit::check(&self.sent_codes(known_browser, now)?, now) {
            Ok(()) => {
                self.add_login_code(browser, known_browser, code, now)?;
                Ok(CodeExpected::Yes)
            }
            Err(seconds) => Ok(CodeExpected::Wait { seconds }),
        }
    }

    fn log_in(&self, login: Login, now: Timestamp) -> worker::Result<LoginAnswer> {
        let Some(code) = self.login_code(login.browser)? else { return Ok(LoginAnswer::NoCode) };
        match code.attempt(login.code, login.browser, now) {
            Attempt::Accepted => {
                self.drop_login_code(login.browser)?;
                self.keep_known_browser(login.known_browser, now)?;
                let life = SessionLife::begin(login.duration, now);
                self.add_session(login.token, &login.session_id, life, &login.attributes)?;
                Ok(LoginAnswer::LoggedIn(Box::new(LoginSession {
                    id: login.session_id,
                    life,
                    attributes: login.attributes,
                    profile: self.profile()?,
                })))
            }
            Attempt::WrongCode(code) => {
                self.keep_login_code(login.browser, &code)?;
                Ok(LoginAnswer::WrongCode)
            }
            Attempt::WrongBrowser(_) => Ok(LoginAnswer::NoCode),
            Attempt::Expired | Attempt::NoTriesLeft => {
                self.drop_login_code(login.browser)?;
                Ok(LoginAnswer::NoCode)
            }
        }
    }

    fn authorize(&self, authorization: Authorization, now: Timestamp) -> worker::Result<AuthorizationAnswer> {
        let Some(session) = self.session(authorization.token, now)? else {
            return Ok(AuthorizationAnswer::NoSession);
        };
        let Authorization { login_age, request_began, .. } = authorization;
        if !login_age.allows(session.life.started_at, request_began, now) {
            return Ok(AuthorizationAnswer::LoginTooOld);
        }
        let mut code = authorization.stands_for;
        let given = self.consents(&code.client_id)?;
        let is_remembered = !authorization.must_ask && authorization.consent.is_among(&given);
        if !authorization.consented && !is_remembered {
            return Ok(AuthorizationAnswer::NotConsented);
        }
        self.add_consent(&code.client_id, &authorization.client_name, given, authorization.consent, now)?;
        code.authenticated_at = session.life.started_at;
        self.add_code(authorization.code, &code, now)?;
        Ok(AuthorizationAnswer::Authorized)
    }

    fn redeem_code(&self, redemption: CodeRedemption, now: Timestamp) -> worker::Result<CodeAnswer> {
        let Some(mut code) = self.code(redemption.code)? else { return Ok(CodeAnswer::Unknown) };
        let attempt = Redemption {
            client_id: &redemption.client_id,
            redirect_uri: redemption.redirect_uri.as_deref(),
            verifier: &redemption.verifier,
            resources: redemption.resources,
        };
        match code.redeem(&attempt, now) {
            Ok(()) => {}
            Err(CodeRefusal::Replayed) => {
                self.revoke(code.grant)?;
                return Ok(CodeAnswer::Refused(CodeRefusal::Replayed));
            }
            Err(refusal) => return Ok(CodeAnswer::Refused(refusal)),
        }
        code.redeemed = true;
        self.keep_code(redemption.code, &code)?;
        self.note_use(&code.client_id, now)?;
        let lasting = code.scopes.contains("offline_access");
        if lasting {
            let token =
                RefreshToken::first(code.client_id.clone(), code.scopes.clone(), code.resource.clone(), now);
            self.prolong(code.grant, token.expires_at)?;
            self.add_refresh_token(redemption.refresh_token, code.grant, &token)?;
        } else {
            self.prolong(code.grant, now.plus(AccessToken::LIFETIME_SECONDS))?;
        }
        Ok(CodeAnswer::Granted(Box::new(Granted {
            grant: code.grant,
            scopes: code.scopes,
            resource: code.resource,
            nonce: code.nonce,
            authenticated_at: code.authenticated_at,
            profile: self.profile()?,
            lasting,
        })))
    }

    fn refresh(&self, refresh: &RefreshUse, now: Timestamp) -> worker::Result<RefreshAnswer> {
        let Some(kept) = self.refresh_token(refresh.token)? else { return Ok(RefreshAnswer::Unknown) };
        let Some(grant) = self.grant(kept.grant, now)? else { return Ok(RefreshAnswer::Unknown) };
        let outcome =
            match kept.state.exchange(&refresh.client_id, refresh.scopes.as_ref(), &refresh.resources, now) {
                Ok(outcome) => outcome,
                Err(refusal) => {
                    if refusal.ends_family() {
                        self.revoke(kept.grant)?;
                    }
                    return Ok(RefreshAnswer::Refused(refusal));
                }
            };
        self.keep_refresh_token(refresh.token, &outcome.used)?;
        if let Some(successor) = &outcome.successor {
            self.add_refresh_token(refresh.successor, kept.grant, successor)?;
            self.supersede_before(kept.grant, refresh.token)?;
        }
        self.note_use(&refresh.client_id, now)?;
        Ok(RefreshAnswer::Granted(Box::new(Granted {
            grant: kept.grant,
            scopes: outcome.scopes,
            resource: outcome.used.resource,
            nonce: None,
            authenticated_at: grant.authenticated_at,
            profile: grant.live.profile,
            lasting: true,
        })))
    }
}
