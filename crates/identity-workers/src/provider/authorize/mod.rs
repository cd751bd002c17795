//! The judgement of an authorization request, for the address that a browser opens ([`endpoint`]) and for the calls of the page
//! ([`super::sdk`]).
//!
//! Errors go to the client by redirect, but automatically only if this person or browser has connected the client before: a mere link
//! must not lead to an address that a stranger registered a minute ago (RFC 9700 section 4.11.2). Otherwise the page shows the error,
//! with a button for the redirect.

pub(crate) mod connected_clients;
pub(crate) mod endpoint;
mod refusal;

use oauth::{
    ClientId, OAuthError, OAuthErrorCode, Timestamp,
    authorization::{
        AuthorizationParameters, AuthorizationPolicy, AuthorizationRequest, Prompt, RedirectlessRefusal,
        RequestMark, check_redirect, check_request, error_redirect,
    },
    client_document::ClientDocumentUrl,
    opaque::OpaqueToken,
    redirect::RedirectUri,
};
use worker_kit::http::{Failure, Request};

use super::{
    account::{AccountClient, Consents},
    client_registration::RegisteredClient,
    clients::{self, Found},
    project::grantable_scopes,
};
use crate::{UserId, clock::now, deployment::Deployment, key_ring::Keys, resource_scopes, token};

pub(super) use connected_clients::ConnectedClients;
pub(super) use refusal::AuthorizeRefusal;

/// The outcome of an authorization request.
pub(super) enum Judgement {
    /// The client or its redirect URI is invalid: the error is shown, and nothing is redirected.
    Shown(AuthorizeRefusal),
    /// The error goes to the client.
    ErrorRedirect(ErrorRedirect),
    /// The person has to log in.
    LogIn { request_mark: String },
    /// The person is logged in, but the client asks for a login for this request.
    LogInAgain { request_mark: String },
    /// The person may decide, or has decided before.
    Good(Box<Good>),
}

/// An error that goes to the client by redirect.
pub(super) struct ErrorRedirect {
    pub(super) error: OAuthError,
    /// The client's redirect URI with the error in it.
    pub(super) address: String,
    /// Whether the redirect may be automatic: the person (without a session, this browser) has connected the client before.
    pub(super) by_itself: bool,
}

/// A request of a logged-in person that may be answered with a code.
pub(super) struct Good {
    pub(super) asked: AuthorizationRequest,
    pub(super) client: RegisteredClient,
    pub(super) user_id: UserId,
    pub(super) consents: Consents,
    /// Whether the person has to consent.
    pub(super) consent_required: bool,
    pub(super) request_began: Option<Timestamp>,
}

/// How to look up a client that is identified by the URL of its metadata document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Documents {
    /// Only a stored document is used.
    Known,
    /// The document is fetched, for a logged-in person.
    Fetched,
}

/// The valid session of the request.
struct LoggedIn {
    user_id: UserId,
    consents: Consents,
}

pub(super) async fn judge(
    request: &Request,
    deployment: &Deployment,
    parameters: &AuthorizationParameters,
    session: Option<&OpaqueToken>,
    documents: Documents,
) -> Result<Judgement, Failure> {
    let unknown = || Ok(Judgement::Shown(AuthorizeRefusal::UnknownClient));
    let Ok(client_id) = parameters.client_id.parse::<ClientId>() else { return unknown() };
    let logged_in = logged_in(deployment, session, &client_id).await?;
    let knows_client = logged_in.as_ref().map(|LoggedIn { consents, .. }| !consents.given.is_empty());
    let visitor = Visitor { request, deployment, parameters, knows_client };

    let is_by_document = ClientDocumentUrl::is_meant_by(&client_id);
    // Nothing is fetched without a login.
    let fetches_for = logged_in.as_ref().filter(|_| is_by_document && documents == Documents::Fetched);
    let found = match fetches_for {
        Some(LoggedIn { user_id, .. }) => clients::current(request, deployment, &client_id, user_id).await?,
        None => clients::without_fetching(request, deployment, &client_id).await?,
    };
    // A stored document may be out of date, so it is no reason to refuse. A redirect URI that no document could make valid is.
    let is_certain = fetches_for.is_some() || !is_by_document;
    let client = match found {
        Found::Client(client) => *client,
        Found::Wait(seconds) => return Ok(Judgement::Shown(AuthorizeRefusal::Wait { seconds })),
        Found::Unknown if is_certain => return unknown(),
        Found::Unknown if RedirectUri::parse(&parameters.redirect_uri).is_ok() => {
            return visitor.has_to_log_in().await;
        }
        Found::Unknown => {
            let refusal = RedirectlessRefusal::InvalidRedirectUri;
            return Ok(Judgement::Shown(AuthorizeRefusal::Redirect(refusal)));
        }
        Found::Refused(refusal) => return Ok(Judgement::Shown(AuthorizeRefusal::Document(refusal))),
    };
    let redirect = match check_redirect(parameters, &client.metadata) {
        Ok(redirect) => redirect,
        Err(RedirectlessRefusal::UnregisteredRedirectUri) if !is_certain => {
            return visitor.has_to_log_in().await;
        }
        Err(refusal) => return Ok(Judgement::Shown(AuthorizeRefusal::Redirect(refusal))),
    };
    let policy = policy(request, deployment)?;
    match check_request(parameters, client_id.clone(), &client.metadata, redirect.clone(), &policy) {
        Ok(asked) => visitor.judge(asked, client, logged_in).await,
        Err(error) => {
            Ok(Judgement::ErrorRedirect(visitor.error_redirect(error, &client_id, &redirect).await?))
        }
    }
}

/// The request, with what is known about its sender.
struct Visitor<'a> {
    request: &'a Request,
    deployment: &'a Deployment,
    parameters: &'a AuthorizationParameters,
    /// Whether the person who is logged in has connected the client before.
    knows_client: Option<bool>,
}

impl Visitor<'_> {
    /// The last stage: the login and the consent.
    async fn judge(
        &self,
        asked: AuthorizationRequest,
        client: RegisteredClient,
        logged_in: Option<LoggedIn>,
    ) -> Result<Judgement, Failure> {
        let refused = |code, description| OAuthError::new(code, description);
        let refuse = async |error| {
            Ok(Judgement::ErrorRedirect(
                self.error_redirect(error, &asked.client_id, &asked.redirect_uri).await?,
            ))
        };
        let Some(LoggedIn { user_id, consents }) = logged_in else {
            if asked.prompt == Prompt::None {
                return refuse(refused(OAuthErrorCode::LoginRequired, "The user would have to log in."))
                    .await;
            }
            return self.has_to_log_in().await;
        };
        let request_began = if asked.asks_about_login() { self.request_began().await? } else { None };
        if !asked.login_age.allows(consents.session.life.started_at, request_began, now()) {
            if asked.prompt == Prompt::None {
                return refuse(refused(
                    OAuthErrorCode::LoginRequired,
                    "The user would have to log in again.",
                ))
                .await;
            }
            return Ok(Judgement::LogInAgain { request_mark: self.mark().await? });
        }
        let consent_required = asked.must_ask() || !asked.consent().is_among(&consents.given);
        if consent_required && asked.prompt == Prompt::None {
            return refuse(refused(OAuthErrorCode::ConsentRequired, "The user would have to be asked."))
                .await;
        }
        let good = Good { asked, client, user_id, consents, consent_required, request_began };
        Ok(Judgement::Good(Box::new(good)))
    }

    async fn error_redirect(
        &self,
        error: OAuthError,
        client_id: &ClientId,
        redirect: &RedirectUri,
    ) -> Result<ErrorRedirect, Failure> {
        let by_itself = match self.knows_client {
            Some(knows) => knows,
            None => ConnectedClients::of(self.request, self.deployment).await?.holds(client_id),
        };
        let (state, issuer) = (self.parameters.state.as_deref(), self.request.origin.as_str());
        Ok(ErrorRedirect { error, address: error_redirect(redirect, state, issuer, error), by_itself })
    }

    async fn has_to_log_in(&self) -> Result<Judgement, Failure> {
        // The error would go to the client, but its redirect URI is not certain.
        if self.parameters.prompt.as_deref() == Some("none") {
            return Ok(Judgement::Shown(AuthorizeRefusal::LoginRequired));
        }
        Ok(Judgement::LogIn { request_mark: self.mark().await? })
    }

    async fn request_began(&self) -> Result<Option<Timestamp>, Failure> {
        let key = mark_key(self.deployment).await?;
        Ok(RequestMark::began(key.as_bytes(), self.parameters, now()))
    }

    /// The mark that the request carries, or a new one.
    async fn mark(&self) -> Result<String, Failure> {
        let key = mark_key(self.deployment).await?;
        let carried = self.parameters.request_mark.as_ref();
        match RequestMark::began(key.as_bytes(), self.parameters, now()).and(carried) {
            Some(mark) => Ok(mark.clone()),
            None => Ok(RequestMark::make(key.as_bytes(), self.parameters, now())),
        }
    }
}

async fn mark_key(deployment: &Deployment) -> Result<oauth::Digest, Failure> {
    Ok(Keys::open(deployment).await?.secret_for("authorization request"))
}

async fn logged_in(
    deployment: &Deployment,
    session: Option<&OpaqueToken>,
    client_id: &ClientId,
) -> Result<Option<LoggedIn>, Failure> {
    let Some(session) = session else { return Ok(None) };
    let user_id = UserId::from_uuid(session.account());
    let consents =
        AccountClient::of(&deployment.env, &user_id).consents(session.digest(), client_id.clone()).await?;
    Ok(consents.map(|consents| LoggedIn { user_id, consents }))
}

fn policy(request: &Request, deployment: &Deployment) -> Result<AuthorizationPolicy, Failure> {
    let resources = token::resources(deployment, &request.origin)
        .ok_or_else(|| Failure::fault("the origin is no resource"))?;
    Ok(AuthorizationPolicy {
        scopes: grantable_scopes(deployment),
        default_scopes: resource_scopes(deployment),
        resources,
    })
}
