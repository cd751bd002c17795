//! Logging in with a code by e-mail.
//!
//! The browser that asks gets a cookie, and the code works only together with it. A code that is read over a shoulder, or
//! asked for in somebody else's name, opens nothing; and nobody can be logged into a stranger's account by being sent the
//! stranger's code.

use oauth::{
    Digest, UserId,
    email::EmailAddress,
    grant::{login_code::LoginCode, session::SessionDuration},
    id::{EmailId, SessionId},
    opaque::{OpaqueKind, OpaqueToken},
};
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::{
    super::{
        account::{AccountClient, CodeExpected, Login, LoginAnswer},
        mail::Delivery,
        network_limit::{self, Purpose},
        person::{Attributes, user_of},
        stytch::{SdkError, StytchError, sdk_answer},
    },
    body, sessions,
};
use crate::{
    http::{self, Cookie, Request},
    key_ring::Keys,
    random,
    router::App,
};

/// What Stytch takes when the page does not say.
const DEFAULT_SESSION_MINUTES: u64 = 60;

#[derive(Deserialize)]
struct Send {
    email: String,
}

/// Sends a code to an address. The account comes into being with the first one.
pub(super) async fn send(request: &mut Request, app: &App) -> Result<Response, SdkError> {
    let Send { email } = body(request).await?;
    let email = EmailAddress::parse(&email).ok_or(StytchError::new(
        400,
        "invalid_email",
        "That is not an e-mail address a code can be sent to.",
    ))?;
    let delivery = Delivery::of(request, app).ok_or(StytchError::new(
        400,
        "email_settings_not_found",
        "This server cannot send e-mail: mail delivery is not configured, so nobody can log in.",
    ))?;

    if let Some(wait) = network_limit::count_network(request, app, Purpose::LoginCode).await? {
        let message = "Too many codes were asked for from this network. Please wait a while.";
        return Err(StytchError::too_many_requests(message, wait).into());
    }
    let keys = Keys::open(&app.env).await?;
    let user_id = user_of(&keys, &email);
    let code = LoginCode::digits(u64::from_le_bytes(random::bytes()?));
    let browser = BrowserCookie::of(request)?;
    let account = AccountClient::of(&app.env, &user_id)?;
    let expected =
        account.expect_code(email.clone(), digest(&keys, &user_id, &code), browser.digest()).await?;
    if let CodeExpected::Wait { seconds } = expected {
        let message = "Too many codes were sent to this address. Please wait a while.";
        return Err(StytchError::too_many_requests(message, seconds).into());
    }
    delivery.deliver(app, email, code).await?;

    let email_id = EmailId::from_uuid(user_id.uuid());
    let answer = sdk_answer(json!({"method_id": email_id}))?;
    Ok(http::with_headers(answer, &[("set-cookie", &browser.set_cookie())])?)
}

#[derive(Deserialize)]
struct Authenticate {
    /// The code as typed.
    token: String,
    method_id: String,
    #[serde(default)]
    session_duration_minutes: Option<u64>,
}

/// Logs in with a code.
pub(super) async fn authenticate(request: &mut Request, app: &App) -> Result<Response, SdkError> {
    let Authenticate { token: code, method_id, session_duration_minutes } = body(request).await?;
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
    let browser = BrowserCookie::sent_by(request)?.ok_or(no_code)?;

    let keys = Keys::open(&app.env).await?;
    let user_id = UserId::from_uuid(email_id.uuid());
    let session_token = OpaqueToken::new(OpaqueKind::Session, user_id.uuid(), &random::bytes()?);
    let login = Login {
        code: digest(&keys, &user_id, code.trim()),
        browser: browser.digest(),
        token: session_token.digest(),
        session_id: SessionId::from_uuid(random::uuid()?),
        duration,
        attributes: attributes(request),
    };
    match AccountClient::of(&app.env, &user_id)?.log_in(login).await? {
        LoginAnswer::LoggedIn(session) => {
            let answer = sessions::Authenticated {
                keys: &keys,
                issuer: request.origin.as_str(),
                user_id: &user_id,
                session: &session,
                session_token: session_token.as_str(),
            };
            let response =
                sdk_answer(answer.members(json!({"method_id": email_id, "reset_sessions": false})).await?)?;
            Ok(http::with_headers(response, &[("set-cookie", &browser.clear_cookie())])?)
        }
        LoginAnswer::WrongCode => {
            Err(StytchError::new(401, "unable_to_auth_otp_code", "That is not the code. Look again.").into())
        }
        LoginAnswer::NoCode => Err(no_code.into()),
    }
}

pub(super) fn session_duration(minutes: u64) -> Result<SessionDuration, StytchError> {
    SessionDuration::from_minutes(minutes).ok_or(StytchError::new(
        400,
        "invalid_session_duration_minutes",
        "session_duration_minutes must be between 5 and 527040.",
    ))
}

/// What an account knows a code by. Six digits could be tried out if the digest needed no secret.
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

/// The cookie that ties a code to the browser that asked for it.
struct BrowserCookie {
    value: String,
    /// Its `__Host-` name keeps sister hosts from planting one; browsers take that name over https only.
    secure: bool,
}

impl BrowserCookie {
    const NAME: &str = "login_browser";
    const SECURE_NAME: &str = "__Host-login_browser";

    /// The browser's cookie, or a new one.
    fn of(request: &Request) -> Result<Self, SdkError> {
        match Self::sent_by(request)? {
            Some(cookie) => Ok(cookie),
            None => Ok(Self {
                value: Digest::of(&random::bytes::<32>()?).to_string(),
                secure: request.origin.is_secure(),
            }),
        }
    }

    /// # Errors
    /// 400 for several: all but one were planted. They are taken away, so that the next try finds the right one.
    fn sent_by(request: &Request) -> Result<Option<Self>, SdkError> {
        let secure = request.origin.is_secure();
        let name = if secure { Self::SECURE_NAME } else { Self::NAME };
        match request.cookie(name) {
            // Anything else was not set here.
            Cookie::One(value) if value.parse::<Digest>().is_ok() => Ok(Some(Self { value, secure })),
            Cookie::One(_) | Cookie::None => Ok(None),
            Cookie::Several => {
                let error = StytchError::bad_request("This browser holds two logins under way. Try again.");
                Err(SdkError::WithCookies(error, request.expire_planted(name)))
            }
        }
    }

    fn digest(&self) -> Digest {
        Digest::of(self.value.as_bytes())
    }

    fn set_cookie(&self) -> String {
        self.header(&self.value, LoginCode::LIFETIME_SECONDS)
    }

    fn clear_cookie(&self) -> String {
        self.header("", 0)
    }

    fn header(&self, value: &str, max_age: i64) -> String {
        let (name, secure) = if self.secure { (Self::SECURE_NAME, "; Secure") } else { (Self::NAME, "") };
        format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}")
    }
}
