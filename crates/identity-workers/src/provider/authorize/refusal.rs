//! Why a request is refused without a redirect: nothing says that the client's address is its own.

use oauth::{OAuthErrorCode, authorization::RedirectlessRefusal, client_document::DocumentRefusal};

use super::super::stytch::StytchError;

/// A refusal that is shown to the person. The page and the calls of Stytch's SDK say it each in their form.
#[derive(Clone, Copy)]
pub(in crate::provider) enum AuthorizeRefusal {
    UnknownClient,
    /// Too many documents were fetched.
    Wait {
        seconds: i64,
    },
    /// The client's metadata document.
    Document(DocumentRefusal),
    Redirect(RedirectlessRefusal),
    /// `prompt=none` without a login.
    LoginRequired,
}

impl AuthorizeRefusal {
    /// In words, for the person.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::UnknownClient => {
                "The app that sent you here is not registered (any more). Remove the connection there and connect again."
            }
            Self::Wait { .. } => "Too many apps were looked up of late. Please wait a while.",
            Self::Document(refusal) => refusal.description(),
            Self::Redirect(refusal) => refusal.description(),
            Self::LoginRequired => "You are not logged in, and the app asked that you are not asked.",
        }
    }
}

impl From<AuthorizeRefusal> for StytchError {
    fn from(refusal: AuthorizeRefusal) -> Self {
        let login_required = OAuthErrorCode::LoginRequired;
        let (status, error_type) = match refusal {
            AuthorizeRefusal::UnknownClient => (404, "connected_app_not_found"),
            AuthorizeRefusal::Wait { seconds } => return Self::too_many_requests(refusal.reason(), seconds),
            AuthorizeRefusal::Document(_) => (400, "invalid_client_id_metadata"),
            AuthorizeRefusal::Redirect(_) => (400, "connected_app_supplied_redirect_url_not_found_in_client"),
            AuthorizeRefusal::LoginRequired => (login_required.status(), login_required.as_str()),
        };
        Self::new(status, error_type, refusal.reason())
    }
}
