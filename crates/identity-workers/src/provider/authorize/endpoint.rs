//! The judgement as the authorization endpoint needs it, before anybody is asked: what its status is, or where it leads, and
//! what the page is told that asks it again while nobody is logged in.

use oauth::{
    authorization::AuthorizationParameters,
    opaque::{OpaqueKind, OpaqueToken},
};
use serde::Serialize;
use worker_kit::http::{Cookie, Failure, Request};

use super::{Documents, ErrorRedirect, Judgement, judge};
use crate::deployment::Deployment;

/// The cookie in which Stytch's SDK keeps the session's token.
const SESSION_COOKIE: &str = "stytch_session";

/// What the authorization endpoint does with a request. As JSON it is what the page is told.
#[derive(Serialize)]
#[serde(tag = "step", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Verdict {
    /// The page takes it from here.
    Page,
    /// The person has to log in. The page carries the mark through that and back.
    LogIn { request_mark: String },
    /// Nobody is asked anything. The client may be told at `way_back`, if there is such an address; `by_itself` if that may
    /// happen without anybody's doing.
    Refused { reason: &'static str, way_back: Option<String>, by_itself: bool },
}

/// The verdict on a request, and the cookies that are taken away because they were planted.
pub(crate) async fn verdict(
    request: &Request,
    deployment: &Deployment,
) -> Result<(Verdict, Vec<String>), Failure> {
    let parameters = AuthorizationParameters::from_query(request.query_pairs());
    let (session, planted) = match request.cookie(SESSION_COOKIE) {
        Cookie::One(token) => (OpaqueToken::parse(OpaqueKind::Session, &token), Vec::new()),
        Cookie::None => (None, Vec::new()),
        Cookie::Several => (None, request.expire_planted(SESSION_COOKIE)),
    };
    let verdict = match judge(request, deployment, &parameters, session.as_ref(), Documents::Known).await? {
        Judgement::ErrorRedirect(ErrorRedirect { error, address, by_itself }) => {
            Verdict::Refused { reason: error.description, way_back: Some(address), by_itself }
        }
        Judgement::Shown(error) => {
            Verdict::Refused { reason: error.message(), way_back: None, by_itself: false }
        }
        Judgement::LogIn { request_mark } => Verdict::LogIn { request_mark },
        Judgement::LogInAgain { .. } | Judgement::Good(_) => Verdict::Page,
    };
    Ok((verdict, planted))
}
