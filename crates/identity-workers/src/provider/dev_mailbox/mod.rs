//! The mailbox of development: login codes that would have been mailed, shown at `/dev/mailbox`.
//!
//! Its reader can log in as anyone, so it exists only where all three hold: this Worker is the identity provider, its
//! configuration says so (`SHOW_LOGIN_CODES`), and the request came to a loopback host.

mod dev_mailbox_do;

use std::borrow::Cow;

use oauth::{email::EmailAddress, stored};
use serde::{Deserialize, Serialize};
use worker::{Env, Method};
use worker_kit::{
    http::{self, Body, Failure, Problem, Request, Response},
    object::{Never, Object, ask, ask_or},
    random,
};

use crate::deployment::Deployment;

/// The page, with `{nonce}` where its Content-Security-Policy's nonce goes.
const PAGE: &str = include_str!("mailbox.html");

/// The one mailbox.
enum Mailbox {}

impl Object for Mailbox {
    const BINDING: &'static str = "DEV_MAILBOX";
    type Name = ();
    type Asked = Asked;
    type Refusal = Never;

    fn name((): &()) -> Cow<'_, str> {
        "mailbox".into()
    }
}

worker_kit::questions! {
    /// The questions to the object.
    enum Asked;
    Mailbox {
        Keep -> (),
        EveryMail -> Vec<Mail>,
    }
}

/// Stores a code.
#[derive(Serialize, Deserialize)]
struct Keep {
    #[serde(deserialize_with = "stored::value")]
    to: EmailAddress,
    code: String,
}

/// All stored codes, the newest first.
#[derive(Serialize, Deserialize)]
struct EveryMail;

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
pub(super) fn is_open(request: &Request, deployment: &Deployment) -> bool {
    deployment.has_embedded_provider() && deployment.config.dev_mailbox && request.origin.is_loopback()
}

/// Whether the request may come from a page whose host name was rebound to this machine. Wrangler's development server takes the URL of
/// a request from a header that any page can send (`MF-Original-URL`), and sets `Host` from it, so neither is reliable. A header that
/// no page can set is: a browser sends `Sec-Fetch-Mode` only to origins that it trusts, and over http these are only loopback names.
/// Other programs need not send it.
fn is_from_a_rebound_name(request: &Request) -> bool {
    let is_browser = request.header("accept-language").is_some()
        || request.header("user-agent").is_some_and(|agent| agent.starts_with("Mozilla/"));
    is_browser && request.header("sec-fetch-mode").is_none()
}

/// Puts a code into the mailbox.
pub(super) fn deliver(
    env: &Env,
    to: EmailAddress,
    code: String,
) -> impl Future<Output = Result<(), Failure>> {
    ask_or(env, &(), Keep { to, code }, Failure::from)
}

/// `GET /dev/mailbox`: the codes for programs, a page of them for people.
pub(super) async fn show(request: &Request, deployment: &Deployment) -> Result<Response, Failure> {
    if !is_open(request, deployment) {
        return Err(Problem::not_found().into());
    }
    if is_from_a_rebound_name(request) {
        return Err(Problem::new(
            421,
            "unknown_host",
            "The mailbox is read at this machine's own name only.",
        )
        .into());
    }
    if !matches!(request.method, Method::Get | Method::Head) {
        return Err(Problem::method_not_allowed("GET, HEAD").into());
    }
    if !request.prefers_html() {
        return Ok(http::json(&ask(&deployment.env, &(), EveryMail).await?)?);
    }
    let nonce = random::uuid()?.simple().to_string();
    let page = PAGE.replace("{nonce}", &nonce).into_bytes();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let response = http::answer_of(Body::Bytes(page), "text/html; charset=utf-8");
    Ok(response
        .with("content-security-policy", &policy)
        .with_all(&[("referrer-policy", "no-referrer"), ("vary", "Accept")]))
}
