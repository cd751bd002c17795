//! The client of an account object: each method asks one question, in one call.

use oauth::{ClientId, Digest, UserId, email::EmailAddress, grant::session::SessionDuration, id::SessionId};
use uuid::Uuid;
use worker::Env;
use worker_kit::{
    http::Failure,
    object::{self, Question},
};

use super::{
    AccountObject, Authorization, AuthorizationAnswer, Authorize, CodeAnswer, CodeExpected, CodeRedemption,
    ConfirmGrant, ConfirmedGrant, ConnectedApp, Consents, Disconnect, DisconnectGrant, EndSession,
    ExpectCode, FindConsents, FindGrant, FindRefreshToken, IsIssuedTo, IsUsed, ListConnectedApps, LiveGrant,
    Login, LoginAnswer, RefreshAnswer, RefreshUse, RevokeGrant, RevokeRefreshToken, UsableRefreshToken,
    UseSession, WatchGrant,
};
use crate::provider::person::LoginSession;

/// The client of one person's account object.
pub(in crate::provider) struct AccountClient {
    env: Env,
    user: UserId,
}

impl AccountClient {
    pub(in crate::provider) fn of(env: &Env, user: &UserId) -> Self {
        Self { env: env.clone(), user: user.clone() }
    }

    /// Stores a login code that is about to be mailed, for a browser that the account knows or for a stranger. For a stranger the
    /// account is made if there is none.
    pub(in crate::provider) fn expect_code(
        &self,
        email: EmailAddress,
        code: Digest,
        browser: Digest,
        known_browser: Option<Digest>,
    ) -> impl Future<Output = Result<CodeExpected, Failure>> {
        self.ask(ExpectCode { email, code, browser, known_browser })
    }

    /// Whether the person ever logged in to it.
    pub(in crate::provider) fn is_used(&self) -> impl Future<Output = Result<bool, Failure>> {
        self.ask(IsUsed)
    }

    pub(in crate::provider) fn log_in(
        &self,
        login: Login,
    ) -> impl Future<Output = Result<LoginAnswer, Failure>> {
        self.ask(login)
    }

    /// The session of a token, if it is valid; with `extend` it lasts that long from now.
    pub(in crate::provider) fn use_session(
        &self,
        token: Digest,
        extend: Option<SessionDuration>,
    ) -> impl Future<Output = Result<Option<LoginSession>, Failure>> {
        self.ask(UseSession { token, extend })
    }

    /// Ends a session; `None` when there was none.
    pub(in crate::provider) fn end_session(
        &self,
        token: Digest,
    ) -> impl Future<Output = Result<Option<SessionId>, Failure>> {
        self.ask(EndSession { token })
    }

    /// `None` without a live session.
    pub(in crate::provider) fn consents(
        &self,
        token: Digest,
        client_id: ClientId,
    ) -> impl Future<Output = Result<Option<Consents>, Failure>> {
        self.ask(FindConsents { token, client_id })
    }

    pub(in crate::provider) fn authorize(
        &self,
        authorization: Authorization,
    ) -> impl Future<Output = Result<AuthorizationAnswer, Failure>> {
        self.ask(Authorize(Box::new(authorization)))
    }

    pub(in crate::provider) fn redeem_code(
        &self,
        redemption: CodeRedemption,
    ) -> impl Future<Output = Result<CodeAnswer, Failure>> {
        self.ask(redemption)
    }

    pub(in crate::provider) fn refresh(
        &self,
        refresh: RefreshUse,
    ) -> impl Future<Output = Result<RefreshAnswer, Failure>> {
        self.ask(refresh)
    }

    /// `None` without a live session.
    pub(in crate::provider) fn connected_apps(
        &self,
        token: Digest,
    ) -> impl Future<Output = Result<Option<Vec<ConnectedApp>>, Failure>> {
        self.ask(ListConnectedApps { token })
    }

    /// Ends all grants of a client; false when it has none, `None` without a valid session.
    pub(in crate::provider) fn disconnect(
        &self,
        token: Digest,
        client_id: ClientId,
    ) -> impl Future<Output = Result<Option<bool>, Failure>> {
        self.ask(Disconnect { token, client_id })
    }

    /// Ends the grant of one device; false when there is no such grant, `None` without a valid session.
    pub(in crate::provider) fn disconnect_grant(
        &self,
        token: Digest,
        grant: Uuid,
    ) -> impl Future<Output = Result<Option<bool>, Failure>> {
        self.ask(DisconnectGrant { token, grant })
    }

    /// The grant, if it is valid.
    pub(in crate::provider) fn grant(
        &self,
        grant: Uuid,
    ) -> impl Future<Output = Result<Option<LiveGrant>, Failure>> {
        self.ask(FindGrant { grant })
    }

    /// A client's grant, if it is valid now. Counts as a use of it.
    pub(in crate::provider) fn confirm_grant(
        &self,
        grant: Uuid,
        client_id: ClientId,
    ) -> impl Future<Output = Result<Option<ConfirmedGrant>, Failure>> {
        self.ask(ConfirmGrant { grant, client_id })
    }

    /// Waits until the grant ends, however long that takes; returns at once if it has ended.
    pub(in crate::provider) async fn grant_ends(&self, grant: Uuid) -> Result<(), Failure> {
        object::open(&self.env, &self.user, WatchGrant { grant }).await?.ended().await;
        Ok(())
    }

    /// A client's refresh token, if it is valid now.
    pub(in crate::provider) fn refresh_token(
        &self,
        token: Digest,
        client_id: ClientId,
    ) -> impl Future<Output = Result<Option<UsableRefreshToken>, Failure>> {
        self.ask(FindRefreshToken { token, client_id })
    }

    /// Whether a code or refresh token was issued to that client and has not ended. Does not consume it.
    pub(in crate::provider) fn is_issued_to(
        &self,
        token: Digest,
        client_id: ClientId,
    ) -> impl Future<Output = Result<bool, Failure>> {
        self.ask(IsIssuedTo { token, client_id })
    }

    /// Ends a grant of the client, with every token issued for it.
    pub(in crate::provider) fn revoke_grant(
        &self,
        grant: Uuid,
        client_id: ClientId,
    ) -> impl Future<Output = Result<(), Failure>> {
        self.ask(RevokeGrant { grant, client_id })
    }

    /// Ends the grant of a client's refresh token, with every token issued for it. A used token ends it as well; one of another client
    /// ends nothing.
    pub(in crate::provider) fn revoke_refresh_token(
        &self,
        token: Digest,
        client_id: ClientId,
    ) -> impl Future<Output = Result<(), Failure>> {
        self.ask(RevokeRefreshToken { token, client_id })
    }

    fn ask<Q: Question<Object = AccountObject>>(
        &self,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, Failure>> {
        object::ask_or(&self.env, &self.user, question, Failure::from)
    }
}
