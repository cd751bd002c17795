//! Consent: the two calls behind Stytch's `IdentityProvider` component on the page `/oauth/authorize`.
//!
//! `start` says what to show. `submit` decides, and trusts nothing from `start`: it judges the request again, and the account decides
//! whether this person need not be asked. The page redirects to the address in the answer of `submit`, so that is always one that the
//! client registered. An error goes there only after an action of the person, or if they have connected the client before
//! ([`super::super::authorize`]).

use std::borrow::Cow;

use json::Written;
use oauth::{
    ClientId, OAuthError, OAuthErrorCode, Scope, UserId,
    authorization::{AuthorizationParameters, Prompt, error_redirect, success_redirect},
    grant::authorization_code::AuthorizationCode,
    opaque::{OpaqueKind, OpaqueToken},
};
use serde::{Deserialize, Serialize};
use worker_kit::{
    http::{Request, Response},
    random,
};

use super::{
    super::{
        account::{Authorization, AuthorizationAnswer},
        authorize::{Documents, ErrorRedirect, Good, Judgement, connected_clients::ConnectedClients, judge},
        stytch::{SdkError, SdkErrorKind, StytchError, sdk_answer},
    },
    presented::{Body, Presented, ShownSession},
};
use crate::{clock::now, deployment::Deployment};

pub(super) async fn start(
    request: &Request,
    body: &Body,
    deployment: &Deployment,
    presented: &Presented,
) -> Result<Response, SdkError> {
    let parameters: AuthorizationParameters = body.read()?;
    let judgement =
        judge(request, deployment, &parameters, presented.session.as_ref(), Documents::Fetched).await?;
    let Good { asked, client, user_id, consents, consent_required, .. } = *good(judgement)?;
    let result = |scope, is_grantable| ScopeResult { scope, is_grantable, description: "" };
    let granted = asked.scopes.iter().map(|scope| result(scope, true));
    let refused = asked.unknown_scopes.iter().map(|scope| result(scope, false));
    sdk_answer(&Begun {
        user_id: &user_id,
        user: consents.session.profile.as_stytch_user(&user_id)?,
        client: AskingClient {
            id: &asked.client_id,
            kind: if client.metadata.is_public() { "third_party_public" } else { "third_party" },
            name: deployment.application.shown(&client.metadata.client_name),
            description: "",
        },
        consent_required,
        scope_results: granted.chain(refused).collect(),
    })
}

/// The answer of `start`.
#[derive(Serialize)]
struct Begun<'a> {
    user_id: &'a UserId,
    user: Written,
    client: AskingClient<'a>,
    consent_required: bool,
    scope_results: Vec<ScopeResult<'a>>,
}

#[derive(Serialize)]
struct AskingClient<'a> {
    #[serde(rename = "client_id")]
    id: &'a ClientId,
    #[serde(rename = "client_type")]
    kind: &'static str,
    #[serde(rename = "client_name")]
    name: Cow<'a, str>,
    #[serde(rename = "client_description")]
    description: &'static str,
}

#[derive(Serialize)]
struct ScopeResult<'a> {
    scope: &'a Scope,
    is_grantable: bool,
    description: &'static str,
}

/// Stands beside the parameters. Not in one struct with them: serde would compile another reader of each.
#[derive(Deserialize)]
struct Submit {
    /// Stytch's component sends `false` both when the person refused and when it did not ask.
    #[serde(default)]
    consent_granted: bool,
}

pub(super) async fn submit(
    request: &Request,
    body: &Body,
    deployment: &Deployment,
    presented: &Presented,
) -> Result<Response, SdkError> {
    let parameters: AuthorizationParameters = body.read()?;
    let Submit { consent_granted } = body.read()?;
    let judgement =
        judge(request, deployment, &parameters, presented.session.as_ref(), Documents::Fetched).await?;
    let Good { asked, client, consent_required, request_began, .. } = match judgement {
        Judgement::ErrorRedirect(ErrorRedirect { address, by_itself, .. })
            if by_itself || consent_granted =>
        {
            return refused(&address);
        }
        other => *good(other)?,
    };
    let (state, issuer) = (parameters.state.as_deref(), request.origin.as_str());
    let denied = || {
        let error = OAuthError::new(OAuthErrorCode::AccessDenied, "The user did not agree.");
        refused(&error_redirect(&asked.redirect_uri, state, issuer, error))
    };
    if consent_required && !consent_granted {
        return denied();
    }
    let ShownSession { digest, user_id, account, .. } = presented.session(deployment)?;
    let code = OpaqueToken::new(OpaqueKind::AuthorizationCode, user_id.uuid(), &random::bytes()?);
    let authorization = Authorization {
        token: digest,
        client_name: client.metadata.client_name,
        consent: asked.consent(),
        must_ask: asked.must_ask(),
        consented: consent_granted && asked.prompt != Prompt::None,
        login_age: asked.login_age,
        request_began,
        code: code.digest(),
        stands_for: AuthorizationCode {
            grant: random::uuid()?,
            redirect_uri: asked.redirect_uri.as_str().to_owned(),
            challenge: asked.challenge,
            authenticated_at: now(),
            expires_at: now().plus(AuthorizationCode::LIFETIME_SECONDS),
            redeemed: false,
            client_id: asked.client_id.clone(),
            scopes: asked.scopes.clone(),
            resource: asked.resource.clone(),
            nonce: asked.nonce.clone(),
        },
    };
    match account.authorize(authorization).await? {
        AuthorizationAnswer::Authorized => {
            let redirect_uri = success_redirect(&asked.redirect_uri, state, issuer, code.as_str());
            let answer =
                sdk_answer(&Decided { redirect_uri: &redirect_uri, authorization_code: code.as_str() })?;
            let connected = ConnectedClients::of(request, deployment).await?;
            Ok(answer.with_cookies(&[connected.set_cookie_with(&asked.client_id)]))
        }
        AuthorizationAnswer::NotConsented => denied(),
        AuthorizationAnswer::NoSession => Err(StytchError::session_not_found().into()),
        // It was fresh enough a moment ago.
        AuthorizationAnswer::LoginTooOld => Err(LOGIN_TOO_OLD.into()),
    }
}

const LOGIN_TOO_OLD: StytchError =
    StytchError::new(401, "login_too_old", "The app asks that you log in again before you decide.");

/// The request, if the person may decide about it. Otherwise the error for the page, with what it needs for the next step.
fn good(judgement: Judgement) -> Result<Box<Good>, SdkError> {
    match judgement {
        Judgement::Good(good) => Ok(good),
        Judgement::Shown(refusal) => Err(StytchError::from(refusal).into()),
        Judgement::ErrorRedirect(ErrorRedirect { error, address, .. }) => {
            let error = StytchError::new(error.code.status(), error.code.as_str(), error.description);
            Err(detailed(error, &Details { redirect_uri: Some(address), ..Details::default() }))
        }
        Judgement::LogIn { .. } => Err(StytchError::session_not_found().into()),
        Judgement::LogInAgain { request_mark } => {
            let details = Details { request_mark: Some(request_mark), ..Details::default() };
            Err(detailed(LOGIN_TOO_OLD, &details))
        }
    }
}

/// The answer that the component takes for a refusal: an address without a code.
fn refused(address: &str) -> Result<Response, SdkError> {
    sdk_answer(&Decided { redirect_uri: address, authorization_code: "" })
}

/// The answer of `submit`.
#[derive(Serialize)]
struct Decided<'a> {
    redirect_uri: &'a str,
    authorization_code: &'a str,
}

/// What an error tells the page for the next step.
#[derive(Default, Serialize)]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_mark: Option<String>,
}

fn detailed(error: StytchError, details: &Details) -> SdkError {
    match Written::of(details) {
        Ok(details) => SdkErrorKind::Detailed(error, details).into(),
        Err(unwritable) => unwritable.into(),
    }
}
