//! The judgement as the authorization endpoint needs it, before any page is shown: what its status is, or where it leads.

use oauth::{
    authorization::AuthorizationParameters,
    opaque::{OpaqueKind, OpaqueToken},
};

use super::{Documents, Judgement, Told, judge};
use crate::{
    http::{Cookie, Failure, Request},
    router::App,
};

/// The cookie in which Stytch's SDK keeps the session's token.
const SESSION_COOKIE: &str = "stytch_session";

/// What the authorization endpoint does with a request.
pub(in crate::identity) enum Verdict {
    /// The page takes it from here.
    Page,
    /// The page, which says what is wrong, with 400.
    BadRequest,
    /// The client is told, and that may happen by itself.
    SeeOther(String),
}

/// The verdict on a request, and the cookies that are taken away because they were planted.
pub(in crate::identity) async fn verdict(
    request: &Request,
    app: &App,
) -> Result<(Verdict, Vec<String>), Failure> {
    let parameters = AuthorizationParameters::from_query(request.query_pairs());
    let (session, planted) = match request.cookie(SESSION_COOKIE) {
        Cookie::One(token) => (OpaqueToken::parse(OpaqueKind::Session, &token), Vec::new()),
        Cookie::None => (None, Vec::new()),
        Cookie::Several => (None, request.expire_planted(SESSION_COOKIE)),
    };
    let verdict = match judge(request, app, &parameters, session.as_ref(), Documents::Known).await? {
        Judgement::Told(Told { address, by_itself: true, .. }) => Verdict::SeeOther(address),
        Judgement::Shown(_) | Judgement::Told(_) => Verdict::BadRequest,
        Judgement::LogIn { .. } | Judgement::LogInAgain { .. } | Judgement::Good(_) => Verdict::Page,
    };
    Ok((verdict, planted))
}
