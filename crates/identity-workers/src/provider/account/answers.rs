//! What each question to an account reads and changes in its tables, and how it is answered.

use oauth::{
    Timestamp,
    grant::{
        authorization_code::{CodeRefusal, Redemption},
        login_code::{Attempt, LoginCode, SendLimit},
        refresh::RefreshToken,
        session::SessionLife,
    },
    jwt::AccessToken,
};
use worker_kit::object::{Never, Reply, Unanswered, answer};

use super::{
    Asked, Authorization, AuthorizationAnswer, Authorize, CodeAnswer, CodeExpected, CodeRedemption,
    ConfirmGrant, ConfirmedGrant, Consents, Disconnect, DisconnectGrant, EndSession, FindConsents, FindGrant,
    FindRefreshToken, Granted, IsIssuedTo, ListConnectedApps, Login, LoginAnswer, RefreshAnswer, RefreshUse,
    RevokeGrant, RevokeRefreshToken, UsableRefreshToken, UseSession, tables::Tables,
};
use crate::provider::person::LoginSession;

impl Tables {
    /// Answers a question in one synchronous block.
    pub(super) fn reply(&self, asked: Asked, now: Timestamp) -> Result<Reply, Unanswered<Never>> {
        match asked {
            Asked::ExpectCode(asked) => answer(asked, |asked| {
                let code = LoginCode::new(asked.code, asked.browser.clone(), now);
                self.expect_code(&code, &asked.browser, asked.known_browser.as_ref(), now)
            }),
            Asked::IsUsed(asked) => answer(asked, |_| self.is_used()),
            Asked::Login(asked) => answer(asked, |login| self.log_in(login, now)),
            Asked::UseSession(asked) => answer(asked, |asked| self.use_session(&asked, now)),
            Asked::EndSession(asked) => answer(asked, |EndSession { token }| {
                let ended = self.session(&token, now)?.map(|session| session.id);
                self.drop_session(&token)?;
                Ok::<_, worker_kit::Error>(ended)
            }),
            Asked::FindConsents(asked) => answer(asked, |FindConsents { token, client_id }| {
                let Some(session) = self.session(&token, now)? else { return Ok(None) };
                Ok::<_, worker_kit::Error>(Some(Consents { session, given: self.consents(&client_id)? }))
            }),
            Asked::Authorize(asked) => {
                answer(asked, |Authorize(authorization)| self.authorize(*authorization, now))
            }
            Asked::CodeRedemption(asked) => answer(asked, |redemption| self.redeem_code(redemption, now)),
            Asked::RefreshUse(asked) => answer(asked, |refresh| self.refresh(&refresh, now)),
            Asked::ListConnectedApps(asked) => answer(asked, |ListConnectedApps { token }| {
                self.session(&token, now)?.map(|_| self.connected_apps(now)).transpose()
            }),
            Asked::Disconnect(asked) => answer(asked, |asked| self.disconnect_app(&asked, now)),
            Asked::DisconnectGrant(asked) => answer(asked, |DisconnectGrant { token, grant }| {
                self.session(&token, now)?.map(|_| self.disconnect_grant(grant, now)).transpose()
            }),
            Asked::FindGrant(asked) => answer(asked, |FindGrant { grant }| {
                Ok::<_, worker_kit::Error>(self.grant(grant, now)?.map(|grant| grant.live))
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
                match self.refresh_token(&token)?.filter(|token| token.state.client_id == client_id) {
                    Some(token) => self.revoke(token.grant),
                    None => Ok(()),
                }
            }),
            Asked::WatchGrant(_) => Err(Unanswered::fault("the tables hold no WebSockets")),
        }
    }

    fn use_session(&self, asked: &UseSession, now: Timestamp) -> worker_kit::Result<Option<LoginSession>> {
        let Some(session) = self.session(&asked.token, now)? else { return Ok(None) };
        let Some(life) = session.life.touch(asked.extend, now) else { return Ok(None) };
        self.keep_session_life(&asked.token, life)?;
        Ok(Some(LoginSession { life, ..session }))
    }

    fn disconnect_app(&self, asked: &Disconnect, now: Timestamp) -> worker_kit::Result<Option<bool>> {
        if self.session(&asked.token, now)?.is_none() {
            return Ok(None);
        }
        let was_connected = self.connected_apps(now)?.iter().any(|app| app.client_id == asked.client_id);
        self.disconnect(&asked.client_id)?;
        Ok(Some(was_connected))
    }

    fn confirm_grant(
        &self,
        asked: &ConfirmGrant,
        now: Timestamp,
    ) -> worker_kit::Result<Option<ConfirmedGrant>> {
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
    ) -> worker_kit::Result<Option<UsableRefreshToken>> {
        let token = self
            .refresh_token(&asked.token)?
            .filter(|token| token.state.client_id == asked.client_id && token.state.is_usable(now));
        Ok(token.map(|token| UsableRefreshToken { grant: token.grant, resource: token.state.resource }))
    }

    fn is_issued_to(&self, asked: &IsIssuedTo, now: Timestamp) -> worker_kit::Result<bool> {
        let code = self
            .code(&asked.token)?
            .is_some_and(|code| code.client_id == asked.client_id && !code.redeemed && now < code.expires_at);
        let refresh_token = self
            .refresh_token(&asked.token)?
            .is_some_and(|token| token.state.client_id == asked.client_id && now < token.state.expires_at);
        Ok(code || refresh_token)
    }

    fn expect_code(
        &self,
        code: &LoginCode,
        browser: &oauth::Digest,
        known_browser: Option<&oauth::Digest>,
        now: Timestamp,
    ) -> worker_kit::Result<CodeExpected> {
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

    fn log_in(&self, login: Login, now: Timestamp) -> worker_kit::Result<LoginAnswer> {
        let Some(code) = self.login_code(&login.browser)? else { return Ok(LoginAnswer::NoCode) };
        match code.attempt(&login.code, &login.browser, now) {
            Attempt::Accepted => {
                self.drop_login_code(&login.browser)?;
                self.keep_known_browser(&login.known_browser, now)?;
                let life = SessionLife::begin(login.duration, now);
                self.add_session(&login.token, &login.session_id, life, &login.attributes)?;
                Ok(LoginAnswer::LoggedIn(Box::new(LoginSession {
                    id: login.session_id,
                    life,
                    attributes: login.attributes,
                    profile: self.profile()?,
                })))
            }
            Attempt::WrongCode(code) => {
                self.keep_login_code(&login.browser, &code)?;
                Ok(LoginAnswer::WrongCode)
            }
            Attempt::WrongBrowser(_) => Ok(LoginAnswer::NoCode),
            Attempt::Expired | Attempt::NoTriesLeft => {
                self.drop_login_code(&login.browser)?;
                Ok(LoginAnswer::NoCode)
            }
        }
    }

    fn authorize(
        &self,
        authorization: Authorization,
        now: Timestamp,
    ) -> worker_kit::Result<AuthorizationAnswer> {
        let Some(session) = self.session(&authorization.token, now)? else {
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
        self.add_code(&authorization.code, &code, now)?;
        Ok(AuthorizationAnswer::Authorized)
    }

    fn redeem_code(&self, redemption: CodeRedemption, now: Timestamp) -> worker_kit::Result<CodeAnswer> {
        let Some(mut code) = self.code(&redemption.code)? else { return Ok(CodeAnswer::Unknown) };
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
        self.keep_code(&redemption.code, &code)?;
        self.note_use(&code.client_id, now)?;
        let lasting = code.scopes.contains("offline_access");
        if lasting {
            let token =
                RefreshToken::first(code.client_id.clone(), code.scopes.clone(), code.resource.clone(), now);
            self.prolong(code.grant, token.expires_at)?;
            self.add_refresh_token(&redemption.refresh_token, code.grant, &token)?;
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

    fn refresh(&self, refresh: &RefreshUse, now: Timestamp) -> worker_kit::Result<RefreshAnswer> {
        let Some(kept) = self.refresh_token(&refresh.token)? else { return Ok(RefreshAnswer::Unknown) };
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
        self.keep_refresh_token(&refresh.token, &outcome.used)?;
        if let Some(successor) = &outcome.successor {
            self.add_refresh_token(&refresh.successor, kept.grant, successor)?;
            self.supersede_before(kept.grant, &refresh.token)?;
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
