//! Logging out where a client asks for it (OpenID Connect RP-Initiated Logout 1.0): the call behind Stytch's
//! `IdentityProvider` component on the page `/oauth/logout`. It says whether the person is to be asked first, and where the
//! page goes afterwards; the logging out itself is [`super::sessions::revoke`].
//!
//! Anyone can register a client. So without an id token that was issued to the client for the logged-in person, the page asks first,
//! also when nobody is logged in: a mere link neither logs a person out nor redirects them.

use oauth::{
    ClientId, UserId,
    jwt::{Unverified, verify_id_token_hint},
};
use serde::{Deserialize, Serialize};
use worker_kit::http::{Request, Response};

use super::{
    super::{
        clients,
        stytch::{SdkError, StytchError, sdk_answer},
    },
    presented::{Body, Presented, ShownSession},
};
use crate::{
    clock::now,
    deployment::Deployment,
    token::{self, TokenError},
};

#[derive(Deserialize)]
struct Logout {
    client_id: String,
    post_logout_redirect_uri: String,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    id_token_hint: Option<String>,
}

#[derive(Serialize)]
struct LogoutBegun {
    redirect_uri: String,
    consent_required: bool,
}

/// Big enough for any client's, small enough to be a URL.
const MAX_STATE_LENGTH: usize = 4096;

pub(super) async fn start(
    request: &Request,
    body: &Body,
    deployment: &Deployment,
    presented: &Presented,
) -> Result<Response, SdkError> {
    let Logout { client_id, post_logout_redirect_uri, state, id_token_hint } = body.read()?;
    let unknown =
        StytchError::new(404, "connected_app_not_found", "The app that sent you here is not registered.");
    let client_id: ClientId = client_id.parse().map_err(|_| unknown)?;
    let client = clients::known(deployment, &client_id).await?.ok_or(unknown)?;
    let redirect = client.metadata.post_logout_redirect(&post_logout_redirect_uri);
    let redirect = redirect.ok_or(StytchError::new(
        400,
        "post_logout_redirect_uri_not_found_in_client",
        "The address to return to is not one that this app has registered.",
    ))?;
    if state.as_ref().is_some_and(|state| state.len() > MAX_STATE_LENGTH) {
        return Err(StytchError::bad_request("The state is too long.").into());
    }
    let about = match id_token_hint {
        Some(hint) => Some(person_in(&hint, &client_id, request, deployment).await?),
        None => None,
    };
    let logged_in = logged_in(deployment, presented).await?;
    // A token about somebody else proves only that the client knows somebody, whoever is in front of this browser.
    let consent_required = about.is_none() || about != logged_in;
    let redirect_uri = redirect.with_answer(state.as_deref().map(|state| ("state", state)));
    sdk_answer(&LogoutBegun { redirect_uri, consent_required })
}

/// The subject of an id token of this client.
async fn person_in(
    hint: &str,
    client_id: &ClientId,
    request: &Request,
    deployment: &Deployment,
) -> Result<UserId, SdkError> {
    let verified = async {
        let token = Unverified::parse(hint)?;
        let proof = token::prove(&token, deployment).await?;
        let policy = token::provider_policy(deployment, &request.origin);
        Ok(verify_id_token_hint(&token, &proof, &policy, client_id, now())?)
    };
    verified.await.map_err(|error| match error {
        TokenError::Refused(refusal) => {
            StytchError::new(400, "invalid_id_token_hint", refusal.description()).into()
        }
        TokenError::Failed(failure) => failure.into(),
    })
}

/// The person who is logged in in this browser, if any.
async fn logged_in(deployment: &Deployment, presented: &Presented) -> Result<Option<UserId>, SdkError> {
    if presented.session.is_none() {
        return Ok(None);
    }
    let ShownSession { digest, user_id, account, .. } = presented.session(deployment)?;
    Ok(account.use_session(digest, None).await?.map(|_| user_id))
}
