//! Consent: the two calls behind Stytch's `IdentityProvider` component on the page `/oauth/authorize`.
//!
//! `start` says what to show. `submit` decides, and trusts nothing of what `start` was asked: it checks everything again and
//! asks the account whether this person may be passed without a question. What it answers is an address that the page
//! goes to, so it is only ever one that the client registered.

use oauth::{
    ClientId, OAuthError, OAuthErrorCode,
    authorization::{
        AuthorizationParameters, AuthorizationPolicy, AuthorizationRequest, Prompt, check_redirect,
        check_request, error_redirect, success_redirect,
    },
    client_document::ClientDocumentUrl,
    grant::authorization_code::AuthorizationCode,
    opaque::{OpaqueKind, OpaqueToken},
    redirect::RedirectUri,
};
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::{
    super::{
        account::{Authorization, AuthorizationAnswer},
        client_registration::Client,
        clients::{self, Found},
        grantable_scopes,
        stytch::{SdkError, StytchError, sdk_answer},
    },
    Presented, Shown, body,
};
use crate::{
    http::Request,
    identity::{now, resource_scopes, token},
    random,
    router::App,
};

pub(super) async fn start(
    request: &mut Request,
    app: &App,
    presented: &Presented,
) -> Result<Response, SdkError> {
    let parameters: AuthorizationParameters = body(request).await?;
    let (client_id, client, redirect) = registered(request, &parameters, app, presented).await?;
    // The client may be anybody who registered a minute ago, so nobody is sent there before having seen the page
    // (RFC 9700 section 4.11.2): what is wrong is said here.
    let asked = check_request(&parameters, client_id.clone(), redirect, &policy(request, app)?)
        .map_err(|error| StytchError::bad_request(error.description))?;
    let Shown { digest, user_id, account, .. } = presented.session(app)?;
    let consents = account.consents(digest, client_id).await?.ok_or(StytchError::session_not_found())?;
    let is_remembered = !asked.must_ask() && asked.consent().is_among(&consents.given);
    // With `prompt=none` nobody may be asked; `submit` then tells the client that it would have been necessary.
    let consent_required = !is_remembered && asked.prompt != Prompt::None;
    let result =
        |scope, is_grantable| json!({"scope": scope, "is_grantable": is_grantable, "description": ""});
    let granted = asked.scopes.iter().map(|scope| result(scope, true));
    let refused = asked.unknown_scopes.iter().map(|scope| result(scope, false));
    sdk_answer(json!({
        "user_id": user_id,
        "user": consents.session.profile.as_stytch_user(&user_id),
        "client": {
            "client_id": asked.client_id,
            "client_type": if client.metadata.is_public() { "third_party_public" } else { "third_party" },
            "client_name": client.metadata.client_name,
            "client_description": "",
        },
        "consent_required": consent_required,
        "scope_results": granted.chain(refused).collect::<Vec<_>>(),
    }))
}

#[derive(Deserialize)]
struct Submit {
    #[serde(flatten)]
    parameters: AuthorizationParameters,
    #[serde(default)]
    consent_granted: bool,
}

pub(super) async fn submit(
    request: &mut Request,
    app: &App,
    presented: &Presented,
) -> Result<Response, SdkError> {
    let Submit { parameters, consent_granted } = body(request).await?;
    let (client_id, client, redirect) = registered(request, &parameters, app, presented).await?;
    let issuer = request.origin.as_str();
    let state = parameters.state.as_deref();
    let refused = |error: OAuthError| {
        sdk_answer(
            json!({"redirect_uri": error_redirect(&redirect, state, issuer, error), "authorization_code": ""}),
        )
    };
    let policy = policy(request, app)?;
    let asked = match check_request(&parameters, client_id, redirect.clone(), &policy) {
        Ok(asked) => asked,
        Err(error) => return refused(error),
    };
    let challenge = match asked.challenge() {
        Ok(challenge) => challenge,
        Err(error) => return refused(error),
    };
    let Shown { digest, user_id, account, .. } = presented.session(app)?;
    let code = OpaqueToken::new(OpaqueKind::AuthorizationCode, user_id.uuid(), &random::bytes()?);
    let authorization = Authorization {
        token: digest,
        client_name: client.metadata.client_name,
        consent: asked.consent(),
        must_ask: asked.must_ask(),
        consented: consent_granted && asked.prompt != Prompt::None,
        code: code.digest(),
        stands_for: AuthorizationCode {
            grant: random::uuid()?,
            redirect_uri: asked.redirect_uri.as_str().to_owned(),
            challenge,
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
        AuthorizationAnswer::Authorized => sdk_answer(json!({
            "redirect_uri": success_redirect(&redirect, state, issuer, code.as_str()),
            "authorization_code": code.as_str(),
        })),
        AuthorizationAnswer::NotConsented => refused(not_consented(&asked)),
        AuthorizationAnswer::NoSession => Err(StytchError::session_not_found().into()),
    }
}

fn not_consented(asked: &AuthorizationRequest) -> OAuthError {
    match asked.prompt {
        Prompt::None => OAuthError::new(OAuthErrorCode::ConsentRequired, "The user would have to be asked."),
        Prompt::Default | Prompt::Consent => {
            OAuthError::new(OAuthErrorCode::AccessDenied, "The user did not agree.")
        }
    }
}

/// The client, and where its answer goes. What is wrong here is shown and never sent on.
async fn registered(
    request: &Request,
    parameters: &AuthorizationParameters,
    app: &App,
    presented: &Presented,
) -> Result<(ClientId, Client, RedirectUri), SdkError> {
    let unknown = StytchError::new(
        404,
        "connected_app_not_found",
        "The app that sent you here is not registered (any more). Remove the connection there and connect again.",
    );
    let client_id: ClientId = parameters.client_id.parse().map_err(|_| unknown)?;
    let found = if ClientDocumentUrl::is_meant_by(&client_id) {
        // Nothing is fetched for somebody who is not logged in.
        let Shown { digest, account, user_id, .. } = presented.session(app)?;
        account.use_session(digest, None).await?.ok_or(StytchError::session_not_found())?;
        clients::current(request, app, &client_id, &user_id).await?
    } else {
        Found::registered(clients::known(app, &client_id).await?)
    };
    let client = match found {
        Found::Client(client) => *client,
        Found::Unknown => return Err(unknown.into()),
        Found::Wait(seconds) => {
            let message = "Too many apps were looked up for you. Please wait a while.";
            return Err(StytchError::too_many_requests(message, seconds).into());
        }
        Found::Refused(refusal) => {
            return Err(StytchError::new(400, "invalid_client_id_metadata", refusal.description()).into());
        }
    };
    let redirect = check_redirect(parameters, &client.metadata).map_err(|refusal| {
        StytchError::new(
            400,
            "connected_app_supplied_redirect_url_not_found_in_client",
            refusal.description(),
        )
    })?;
    Ok((client_id, client, redirect))
}

fn policy(request: &Request, app: &App) -> Result<AuthorizationPolicy, SdkError> {
    let resources = token::resources(app, &request.origin)
        .ok_or_else(|| worker::Error::from("the origin is no resource"))?;
    Ok(AuthorizationPolicy { scopes: grantable_scopes(), default_scopes: resource_scopes(app), resources })
}
