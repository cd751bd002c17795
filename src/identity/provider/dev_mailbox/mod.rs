//! The mailbox of development: login codes that would have been mailed, shown at `/dev/mailbox`.
//!
//! Whoever can read it can be anybody, so it exists only where all three hold: this Worker is the identity provider, its
//! configuration says so (`SHOW_LOGIN_CODES`), and the request came to a loopback host.

mod dev_mailbox_do;

use std::time::Duration;

use oauth::{email::EmailAddress, stored};
use serde::{Deserialize, Serialize};
use worker::{Env, Method, Response, Stub};

use crate::{
    http::{self, Failure, Problem, Request},
    object::ask,
    random,
    router::App,
};

/// The binding in `wrangler.toml`.
const BINDING: &str = "DEV_MAILBOX";

/// The one object's name.
const NAME: &str = "mailbox";

const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The page, with `{nonce}` where its Content-Security-Policy's nonce goes.
const PAGE: &str = include_str!("mailbox.html");

/// What the object is asked.
#[derive(Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Ask {
    /// Answered with `null`.
    Keep {
        #[serde(deserialize_with = "stored::value")]
        to: EmailAddress,
        code: String,
    },
    /// Answered with every [`Mail`], newest first.
    All,
}

/// One code.
#[derive(Serialize, Deserialize)]
struct Mail {
    #[serde(deserialize_with = "stored::value")]
    to: EmailAddress,
    code: String,
    /// RFC 3339.
    sent_at: String,
}

/// Whether codes asked for by this request are shown here.
pub(super) fn is_open(request: &Request, app: &App) -> bool {
    super::is_on(app) && app.config.dev_mailbox && request.origin.is_loopback()
}

/// Puts a code into the mailbox.
pub(super) async fn deliver(env: &Env, to: EmailAddress, code: String) -> Result<(), Failure> {
    ask(&stub(env)?, TIME_LIMIT, &Ask::Keep { to, code }).await
}

/// `GET /dev/mailbox`: the codes for programs, a page of them for people.
pub(super) async fn show(request: &Request, app: &App) -> Result<Response, Failure> {
    if !is_open(request, app) {
        return Err(Problem::not_found().into());
    }
    if !matches!(request.method, Method::Get | Method::Head) {
        return Err(Problem::method_not_allowed("GET, HEAD").into());
    }
    if !request.prefers_html() {
        let mails: Vec<Mail> = ask(&stub(&app.env)?, TIME_LIMIT, &Ask::All).await?;
        return Ok(http::json(&mails)?);
    }
    let nonce = random::uuid()?.simple().to_string();
    let page = PAGE.replace("{nonce}", &nonce).into_bytes();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let response = http::bytes_response(page, "text/html; charset=utf-8")?;
    Ok(http::with_headers(
        response,
        &[("content-security-policy", &policy), ("referrer-policy", "no-referrer"), ("vary", "Accept")],
    )?)
}

fn stub(env: &Env) -> worker::Result<Stub> {
    env.durable_object(BINDING)?.get_by_name(NAME)
}
