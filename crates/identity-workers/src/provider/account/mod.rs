//! The object that owns one person's account, and the questions that it answers.
//!
//! It stores everything of this person: login codes, sessions, authorization codes, grants, refresh tokens, consent. The object has one
//! thread and each question is answered in one synchronous block, so of a thousand parallel redemptions of one code one succeeds. It
//! gets only digests of secrets.

mod account_do;
mod answers;
mod client;
mod grant_streams;
mod grant_tables;
mod schema;
mod tables;
mod untold;

use std::borrow::Cow;

use oauth::{
    ClientId, Digest, Scopes, Timestamp, UserId,
    authorization::{Consent, LoginAge},
    email::EmailAddress,
    grant::{
        authorization_code::{AuthorizationCode, CodeRefusal},
        refresh::RefreshRefusal,
        session::SessionDuration,
    },
    id::SessionId,
    pkce::CodeVerifier,
    resource::ResourceUri,
    stored,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use worker_kit::object::{Never, Object};

pub(super) use self::client::AccountClient;
use super::person::{Attributes, LoginSession, Profile};

/// The object that owns one account.
pub(super) enum AccountObject {}

impl Object for AccountObject {
    const BINDING: &'static str = "ACCOUNT";
    type Name = UserId;
    type Asked = Asked;
    type Refusal = Never;

    fn name(user: &UserId) -> Cow<'_, str> {
        user.as_str().into()
    }
}

worker_kit::questions! {
    /// The questions to the object. Each is described at its method of [`AccountClient`].
    pub(super) enum Asked;
    AccountObject {
        ExpectCode -> CodeExpected,
        IsUsed -> bool,
        Login -> LoginAnswer,
        UseSession -> Option<LoginSession>,
        EndSession -> Option<SessionId>,
        FindConsents -> Option<Consents>,
        Authorize -> AuthorizationAnswer,
        CodeRedemption -> CodeAnswer,
        RefreshUse -> RefreshAnswer,
        ListConnectedApps -> Option<Vec<ConnectedApp>>,
        Disconnect -> Option<bool>,
        DisconnectGrant -> Option<bool>,
        FindGrant -> Option<LiveGrant>,
        ConfirmGrant -> Option<ConfirmedGrant>,
        FindRefreshToken -> Option<UsableRefreshToken>,
        IsIssuedTo -> bool,
        RevokeGrant -> (),
        RevokeRefreshToken -> (),
        WatchGrant opens Never,
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ExpectCode {
    #[serde(deserialize_with = "stored::value")]
    email: EmailAddress,
    code: Digest,
    browser: Digest,
    known_browser: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct IsUsed;

#[derive(Serialize, Deserialize)]
pub(super) struct UseSession {
    token: Digest,
    extend: Option<SessionDuration>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EndSession {
    token: Digest,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FindConsents {
    token: Digest,
    client_id: ClientId,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Authorize(Box<Authorization>);

#[derive(Serialize, Deserialize)]
pub(super) struct ListConnectedApps {
    token: Digest,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Disconnect {
    token: Digest,
    client_id: ClientId,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DisconnectGrant {
    token: Digest,
    grant: Uuid,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FindGrant {
    grant: Uuid,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ConfirmGrant {
    grant: Uuid,
    client_id: ClientId,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FindRefreshToken {
    token: Digest,
    client_id: ClientId,
}

#[derive(Serialize, Deserialize)]
pub(super) struct IsIssuedTo {
    token: Digest,
    client_id: ClientId,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RevokeGrant {
    grant: Uuid,
    client_id: ClientId,
}

/// Ends the grant of a refresh token, whether or not that is the newest: the client may know no other one.
#[derive(Serialize, Deserialize)]
pub(super) struct RevokeRefreshToken {
    token: Digest,
    client_id: ClientId,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WatchGrant {
    grant: Uuid,
}

/// An attempt to log in with a code.
#[derive(Serialize, Deserialize)]
pub(super) struct Login {
    pub(super) code: Digest,
    pub(super) browser: Digest,
    /// What the browser is known by afterwards, if it succeeds.
    pub(super) known_browser: Digest,
    /// The session that begins if it succeeds.
    pub(super) token: Digest,
    pub(super) session_id: SessionId,
    pub(super) duration: SessionDuration,
    pub(super) attributes: Attributes,
}

#[derive(Serialize, Deserialize)]
pub(super) enum LoginAnswer {
    LoggedIn(Box<LoginSession>),
    /// No such code, one that has expired or was tried too often, or another browser's.
    NoCode,
    WrongCode,
}

#[derive(Serialize, Deserialize)]
pub(super) enum CodeExpected {
    Yes,
    /// Too many codes were sent to this address.
    Wait {
        seconds: i64,
    },
    /// The browser is not known to the account. Nothing was done.
    UnknownBrowser,
}

/// A person's consents for one client.
#[derive(Serialize, Deserialize)]
pub(super) struct Consents {
    pub(super) session: LoginSession,
    pub(super) given: Vec<Consent>,
}

/// A request for an authorization code, after all checks of the request itself.
#[derive(Serialize, Deserialize)]
pub(super) struct Authorization {
    /// The session of the person who decides.
    pub(super) token: Digest,
    pub(super) client_name: String,
    pub(super) consent: Consent,
    /// Whether the person must consent again.
    pub(super) must_ask: bool,
    /// Whether the person has just consented.
    pub(super) consented: bool,
    /// How recent their login has to be, and when the request began, if known.
    #[serde(default)]
    pub(super) login_age: LoginAge,
    #[serde(default)]
    pub(super) request_began: Option<Timestamp>,
    /// The code's digest, and what the code stands for. `authenticated_at` is filled in by the account.
    pub(super) code: Digest,
    pub(super) stands_for: AuthorizationCode,
}

#[derive(Serialize, Deserialize)]
pub(super) enum AuthorizationAnswer {
    /// The code is stored and may be returned to the client.
    Authorized,
    /// The person refused, or would have to be asked.
    NotConsented,
    NoSession,
    /// The person would have to log in again.
    LoginTooOld,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CodeRedemption {
    pub(super) code: Digest,
    pub(super) client_id: ClientId,
    /// What the client sent, if it did.
    pub(super) redirect_uri: Option<String>,
    pub(super) verifier: CodeVerifier,
    #[serde(deserialize_with = "stored::options")]
    pub(super) resources: Vec<Option<ResourceUri>>,
    /// The refresh token that begins a family, should lasting access have been granted.
    pub(super) refresh_token: Digest,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RefreshUse {
    pub(super) token: Digest,
    pub(super) successor: Digest,
    pub(super) client_id: ClientId,
    pub(super) scopes: Option<Scopes>,
    #[serde(deserialize_with = "stored::options")]
    pub(super) resources: Vec<Option<ResourceUri>>,
}

/// The grant for which a client may get tokens.
#[derive(Serialize, Deserialize)]
pub(super) struct Granted {
    pub(super) grant: Uuid,
    pub(super) scopes: Scopes,
    #[serde(deserialize_with = "stored::value")]
    pub(super) resource: ResourceUri,
    pub(super) nonce: Option<String>,
    pub(super) authenticated_at: Timestamp,
    pub(super) profile: Profile,
    /// Whether the refresh token that came with the question is good now.
    pub(super) lasting: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) enum CodeAnswer {
    Granted(Box<Granted>),
    Refused(CodeRefusal),
    Unknown,
}

#[derive(Serialize, Deserialize)]
pub(super) enum RefreshAnswer {
    Granted(Box<Granted>),
    Refused(RefreshRefusal),
    Unknown,
}

/// A client that a person has connected.
#[derive(Serialize, Deserialize)]
pub(super) struct ConnectedApp {
    pub(super) client_id: ClientId,
    pub(super) name: String,
    pub(super) scopes: Scopes,
    /// When it was first connected.
    pub(super) connected_at: Timestamp,
    /// When it last called, to the minute.
    pub(super) used_at: Timestamp,
    /// Its grants, one for each device that was connected; none when all have expired.
    pub(super) grants: Vec<ConnectedGrant>,
}

/// One device of a connected client.
#[derive(Serialize, Deserialize)]
pub(super) struct ConnectedGrant {
    pub(super) grant_id: Uuid,
    pub(super) scopes: Scopes,
    /// When it was connected; absent where that was not stored then.
    pub(super) begun_at: Option<Timestamp>,
    /// When it last called, to the minute; absent before the first call.
    pub(super) used_at: Option<Timestamp>,
}

/// A valid grant.
#[derive(Serialize, Deserialize)]
pub(super) struct LiveGrant {
    pub(super) client_id: ClientId,
    pub(super) scopes: Scopes,
    pub(super) expires_at: Timestamp,
    pub(super) profile: Profile,
}

/// A confirmed grant, for the check of an access token.
#[derive(Serialize, Deserialize)]
pub(crate) struct ConfirmedGrant {
    /// The name by which the person has connected the client.
    pub(crate) app_name: String,
    pub(crate) expires_at: Timestamp,
}

/// A refresh token that is valid now.
#[derive(Serialize, Deserialize)]
pub(super) struct UsableRefreshToken {
    pub(super) grant: Uuid,
    #[serde(deserialize_with = "stored::value")]
    pub(super) resource: ResourceUri,
}
