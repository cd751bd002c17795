//! The judgement for the authorization endpoint, before the person is asked: its status or redirect, and the JSON for the page, which
//! asks the endpoint again while the person is not logged in.

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

/// What the authorization endpoint does with a request. Its JSON is the answer to the page.
#[derive(Serialize)]
#[serde(tag = "step", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Verdict {
    /// The page takes it from here.
    Page,
    /// The person has to log in. The page carries the mark through that and back.
    LogIn { request_mark: String },
    /// The request is refused. `way_back` is the client's redirect URI with the error, if there is one; `by_itself`: the redirect may
    /// be automatic.
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
        Judgement::Shown(refusal) => {
            Verdict::Refused { reason: refusal.reason(), way_back: None, by_itself: false }
        }
        Judgement::LogIn { request_mark } => Verdict::LogIn { request_mark },
        Judgement::LogInAgain { .. } | Judgement::Good(_) => Verdict::Page,
    };
    Ok((verdict, planted))
}
