//! The two cookies that identify a browser before a login. Each is a random value without any meaning; only digests of them are stored.

use oauth::{
    Digest,
    grant::login_code::{KnownBrowser, LoginCode},
};
use worker_kit::{
    http::{self, Request},
    random,
};

use super::super::stytch::{SdkError, SdkErrorKind, StytchError};

/// Which of the two.
#[derive(Clone, Copy)]
pub(super) enum Cookie {
    /// Ties a login code to the browser that asked for it.
    Login,
    /// Shows that this browser has logged in here before, so that it has a rate limit apart from strangers.
    Known,
}

impl Cookie {
    /// With and without https. The `__Host-` name keeps sister hosts from planting one; browsers take that name over https
    /// only.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Login => ("__Host-login_browser", "login_browser"),
            Self::Known => ("__Host-known_browser", "known_browser"),
        }
    }

    const fn lifetime_seconds(self) -> i64 {
        match self {
            Self::Login => LoginCode::LIFETIME_SECONDS,
            Self::Known => KnownBrowser::LIFETIME_SECONDS,
        }
    }
}

pub(super) struct BrowserCookie {
    cookie: Cookie,
    value: String,
    is_secure: bool,
}

impl BrowserCookie {
    /// The browser's cookie, or a new one.
    ///
    /// # Errors
    /// As [`Self::sent_by`].
    pub(super) fn of(request: &Request, cookie: Cookie) -> Result<Self, SdkError> {
        match Self::sent_by(request, cookie)? {
            Some(cookie) => Ok(cookie),
            None => Ok(Self {
                cookie,
                value: Digest::of(&random::bytes::<32>()?).to_string(),
                is_secure: request.origin.is_secure(),
            }),
        }
    }

    /// # Errors
    /// 400 for several: all but one were planted. The response expires them, so that the next request has only the right one.
    pub(super) fn sent_by(request: &Request, cookie: Cookie) -> Result<Option<Self>, SdkError> {
        let is_secure = request.origin.is_secure();
        let (secure_name, plain_name) = cookie.names();
        let name = if is_secure { secure_name } else { plain_name };
        match request.cookie(name) {
            // Anything else was not set here.
            http::Cookie::One(value) if value.parse::<Digest>().is_ok() => {
                Ok(Some(Self { cookie, value, is_secure }))
            }
            http::Cookie::One(_) | http::Cookie::None => Ok(None),
            http::Cookie::Several => {
                let error = StytchError::bad_request("This browser holds two logins under way. Try again.");
                Err(SdkErrorKind::WithCookies(error, request.expire_planted(name)).into())
            }
        }
    }

    /// The digest that is stored of it.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(self.value.as_bytes())
    }

    pub(super) fn set_cookie(&self) -> String {
        self.header(&self.value, self.cookie.lifetime_seconds())
    }

    pub(super) fn clear_cookie(&self) -> String {
        self.header("", 0)
    }

    fn header(&self, value: &str, max_age: i64) -> String {
        let (secure_name, plain_name) = self.cookie.names();
        let (name, secure) = if self.is_secure { (secure_name, "; Secure") } else { (plain_name, "") };
        format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}")
    }
}
