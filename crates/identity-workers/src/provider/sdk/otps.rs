//! Logging in with a code by e-mail.
//!
//! The browser that asks gets a cookie, and the code works only together with it. So a code that was read by another person, or requested
//! for another person's address, is useless; and a person cannot be logged into a stranger's account with the stranger's code.
//!
//! A browser that has logged in gets a second cookie, by which its account knows it again: strangers who request codes for an address
//! cannot use up the rate limit of its owner.

use json::Written;
use oauth::{
    Digest, UserId,
    email::EmailAddress,
    grant::login_code::LoginCode,
    id::{EmailId, SessionId},
    opaque::{OpaqueKind, OpaqueToken},
};
use serde::{Deserialize, Serialize};
use worker_kit::{
    http::{Failure, Request, Response},
    random,
};

use super::{
    super::{
        account::{AccountClient, CodeExpected, Login, LoginAnswer},
        mail::Delivery,
        network_limit::{self, Purpose},
        person::{Attributes, user_of},
        stytch::{SdkError, StytchError, sdk_answer},
    },
    browser_cookie::{BrowserCookie, Cookie},
    presented::Body,
    sessions,
};
use crate::{deployment::Deployment, email, key_ring::Keys, provider::sdk::sessions::session_duration};

/// What Stytch takes when the page does not say.
const DEFAULT_SESSION_MINUTES: u64 = 60;

#[derive(Deserialize)]
struct Send {
    email: String,
}

#[derive(Serialize)]
struct Sent {
    method_id: EmailId,
}

/// Sends a code to an address. The first one creates the account.
pub(super) async fn send(
    request: &Request,
    body: &Body,
    deployment: &Deployment,
) -> Result<Response, SdkError> {
    let Send { email: typed } = body.read()?;
    let delivery = Delivery::of(request, deployment).ok_or(StytchError::new(
        400,
        "email_settings_not_found",
        "This server cannot send e-mail: mail delivery is not configured, so nobody can log in.",
    ))?;

    let keys = Keys::open(deployment).await?;
    let email = address_of(&typed, &keys, deployment).await?.ok_or(StytchError::new(
        400,
        "invalid_email",
        "That is not an e-mail address a code can be sent to.",
    ))?;
    let user_id = user_of(&keys, &email);
    let code = LoginCode::digits(u64::from_le_bytes(random::bytes()?));
    let browser = BrowserCookie::of(request, Cookie::Login)?;
    let known_browser = BrowserCookie::sent_by(request, Cookie::Known)?.map(|known| known.digest());
    let account = AccountClient::of(&deployment.env, &user_id);
    let expect = async |known_browser| {
        let code = digest(&keys, &user_id, &code);
        account.expect_code(email.clone(), code, browser.digest(), known_browser).await
    };
    let mut expected = match known_browser {
        Some(known_browser) => expect(Some(known_browser)).await?,
        None => CodeExpected::UnknownBrowser,
    };
    if let CodeExpected::UnknownBrowser = expected {
        if let Some(wait) = network_limit::count_network(request, deployment, Purpose::LoginCode).await? {
            let message = "Too many codes were asked for from this network. Please wait a while.";
            return Err(StytchError::too_many_requests(message, wait).into());
        }
        expected = expect(None).await?;
    }
    if let CodeExpected::Wait { seconds } = expected {
        let message = "Too many codes were sent to this address. Please wait a while.";
        return Err(StytchError::too_many_requests(message, seconds).into());
    }
    delivery.deliver(deployment, email, code).await?;

    let email_id = EmailId::from_uuid(user_id.uuid());
    let answer = sdk_answer(&Sent { method_id: email_id })?;
    Ok(answer.with_cookies(&[browser.set_cookie()]))
}

/// The address in a text as typed; `None` if it is none.
async fn address_of(
    typed: &str,
    keys: &Keys,
    deployment: &Deployment,
) -> Result<Option<EmailAddress>, Failure> {
    let address = email::parse(typed);
    match email::as_first_spelled(typed) {
        // An account of the first versions is named by what they made of the address. Whoever logged in then finds it again.
        Some(first) if address.as_ref() != Some(&first) => {
            let is_used = AccountClient::of(&deployment.env, &user_of(keys, &first)).is_used().await?;
            Ok(if is_used { Some(first) } else { address })
        }
        _ => Ok(address),
    }
}

#[derive(Deserialize)]
struct Authenticate {
    /// The code as typed.
    token: String,
    method_id: String,
    #[serde(default)]
    session_duration_minutes: Option<u64>,
}

/// What the answer has besides the members of every session's.
#[derive(Serialize)]
struct LoggedInWith {
    method_id: EmailId,
    reset_sessions: bool,
}

/// Logs in with a code.
pub(super) async fn authenticate(
    request: &Request,
    body: &Body,
    deployment: &Deployment,
) -> Result<Response, SdkError> {
    let Authenticate { token: code, method_id, session_duration_minutes } = body.read()?;
    let email_id: EmailId = method_id.parse().map_err(|_| {
        StytchError::new(400, "invalid_method_id", "The method_id is not that of an e-mail address.")
    })?;
    let duration = session_duration(session_duration_minutes.unwrap_or(DEFAULT_SESSION_MINUTES))?;
    // One answer for everything that is not a wrong digit: it does not tell who has an account.
    let no_code = StytchError::new(
        404,
        "otp_code_not_found",
        "The code is no longer good, or was asked for in another browser. Ask for a new one.",
    );
    let browser = BrowserCookie::sent_by(request, Cookie::Login)?.ok_or(no_code)?;
    let known_browser = BrowserCookie::of(request, Cookie::Known)?;

    let keys = Keys::open(deployment).await?;
    let user_id = UserId::from_uuid(email_id.uuid());
    let session_token = OpaqueToken::new(OpaqueKind::Session, user_id.uuid(), &random::bytes()?);
    let login = Login {
        code: digest(&keys, &user_id, code.trim()),
        browser: browser.digest(),
        known_browser: known_browser.digest(),
        token: session_token.digest(),
        session_id: SessionId::from_uuid(random::uuid()?),
        duration,
        attributes: attributes(request),
    };
    match AccountClient::of(&deployment.env, &user_id).log_in(login).await? {
        LoginAnswer::LoggedIn(session) => {
            let answer = sessions::Authenticated {
                keys: &keys,
                issuer: request.origin.as_str(),
                user_id: &user_id,
                session: &session,
                session_token: session_token.as_str(),
            };
            let besides = LoggedInWith { method_id: email_id, reset_sessions: false };
            let besides = Written::of(&besides)?;
            let response = sdk_answer(&answer.members().await?.and(&besides))?;
            Ok(response.with_cookies(&[browser.clear_cookie(), known_browser.set_cookie()]))
        }
        LoginAnswer::WrongCode => {
            Err(StytchError::new(401, "unable_to_auth_otp_code", "That is not the code. Look again.").into())
        }
        LoginAnswer::NoCode => Err(no_code.into()),
    }
}

/// The digest that an account stores of a code. It is keyed with a secret, since six digits could be guessed from a plain digest.
fn digest(keys: &Keys, user_id: &UserId, code: &str) -> Digest {
    let secret = keys.secret_for("login code");
    Digest::keyed(secret.as_bytes(), "login code", &[user_id.as_str().as_bytes(), code.as_bytes()])
}

fn attributes(request: &Request) -> Attributes {
    let shortened = |value: Option<String>| value.unwrap_or_default().chars().take(256).collect();
    Attributes {
        ip_address: shortened(request.header("cf-connecting-ip")),
        user_agent: shortened(request.header("user-agent")),
    }
}
