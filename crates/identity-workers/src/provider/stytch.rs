//! Stytch's wire formats: the envelope of answers and errors, and the objects that the SDK reads.

use json::Written;
use oauth::{OAuthError, OAuthErrorCode};
use serde::Serialize;
use worker_kit::{
    http::{self, Body, Failure, FailureKind, NotNow, Reason, Response},
    random,
};

/// `status_code` and `request_id`, in every answer of Stytch's.
#[derive(Serialize)]
struct About {
    status_code: u16,
    request_id: String,
}

fn about(status_code: u16) -> worker_kit::Result<Written> {
    let request_id = format!("request-id-test-{}", random::uuid()?);
    Ok(Written::of(&About { status_code, request_id })?)
}

/// An answer of the backend API: its members side by side with `status_code` and `request_id`.
pub(super) fn answer(status: u16, members: &impl Serialize) -> worker_kit::Result<Response> {
    answer_with(status, &Written::of(members)?)
}

/// Apart, since it is the same for all types.
fn answer_with(status: u16, members: &Written) -> worker_kit::Result<Response> {
    Ok(http::json_answer(Body::Bytes(about(status)?.and(members).into_bytes())).with_status(status))
}

/// 200 for the browser SDK, which expects every answer (but no error) inside `data`. Without members: `()`.
pub(super) fn sdk_answer(members: &impl Serialize) -> Result<Response, SdkError> {
    Ok(sdk_answer_with(&Written::of(members)?)?)
}

fn sdk_answer_with(members: &Written) -> worker_kit::Result<Response> {
    #[derive(Serialize)]
    struct Data {
        data: Written,
    }
    http::json(&Data { data: about(200)?.and(members) })
}

/// The error of a call of the SDK. Of the size of a pointer, as nearly everything may fail with it.
pub(super) struct SdkError(Box<SdkErrorKind>);

/// The kinds of an [`SdkError`].
pub(super) enum SdkErrorKind {
    Refused(StytchError),
    /// With details that the page needs for the next step.
    Detailed(StytchError, Written),
    /// With cookies that the response expires.
    WithCookies(StytchError, Vec<String>),
    Failed(Failure),
}

/// An error in Stytch's format; the SDK shows `error_message` to people and acts on `error_type`.
#[derive(Debug, Clone, Copy)]
pub(super) struct StytchError {
    status: u16,
    error_type: &'static str,
    message: &'static str,
    retry_after: Option<i64>,
}

impl StytchError {
    pub(super) const fn new(status: u16, error_type: &'static str, message: &'static str) -> Self {
        Self { status, error_type, message, retry_after: None }
    }

    pub(super) const fn bad_request(message: &'static str) -> Self {
        Self::new(400, "bad_request", message)
    }

    /// There is no session; the SDK drops what it remembers.
    pub(super) const fn session_not_found() -> Self {
        Self::new(404, "session_not_found", "Session could not be found.")
    }

    pub(super) const fn too_many_requests(message: &'static str, wait_seconds: i64) -> Self {
        Self { retry_after: Some(wait_seconds), ..Self::new(429, "too_many_requests", message) }
    }

    /// A temporary failure: nothing was lost; the client may retry after these seconds.
    fn unavailable(wait_seconds: u32) -> Self {
        let message = "The server cannot read what this needs at the moment. Try again.";
        Self { retry_after: Some(wait_seconds.into()), ..Self::new(503, "service_unavailable", message) }
    }

    /// As Stytch's API answers it; `details` are for the page, which Stytch's SDK hands them on to.
    pub(super) fn into_response(self, details: Option<&Written>) -> worker_kit::Result<Response> {
        #[derive(Serialize)]
        struct Document<'a> {
            #[serde(rename = "error_type")]
            kind: &'static str,
            #[serde(rename = "error_message")]
            message: &'static str,
            #[serde(rename = "error_url")]
            url: String,
            #[serde(rename = "error_details", skip_serializing_if = "Option::is_none")]
            details: Option<&'a Written>,
        }
        let document = Document {
            kind: self.error_type,
            message: self.message,
            url: format!("https://stytch.com/docs/api/errors/{}", self.status),
            details,
        };
        let response = answer(self.status, &document)?;
        match self.retry_after {
            Some(seconds) => Ok(response.with("retry-after", &seconds.to_string())),
            None => Ok(response),
        }
    }
}

impl SdkError {
    pub(super) fn kind(self) -> SdkErrorKind {
        *self.0
    }
}

impl From<SdkErrorKind> for SdkError {
    fn from(kind: SdkErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<StytchError> for SdkError {
    fn from(error: StytchError) -> Self {
        SdkErrorKind::Refused(error).into()
    }
}

impl From<Failure> for SdkError {
    fn from(failure: Failure) -> Self {
        let error = match failure.kind() {
            FailureKind::Problem(problem) if problem.status() < 500 => {
                StytchError::new(problem.status(), "bad_request", "The request was not accepted.")
            }
            FailureKind::NotNow(NotNow { reason: Reason::Unavailable(_), retry_after }) => {
                StytchError::unavailable(retry_after)
            }
            FailureKind::NotNow(NotNow { reason: Reason::TooMany, retry_after }) => {
                let message = "Too many requests at once. Try again in a moment.";
                StytchError::too_many_requests(message, retry_after.into())
            }
            other => return SdkErrorKind::Failed(other.into()).into(),
        };
        error.into()
    }
}

impl From<worker_kit::Error> for SdkError {
    fn from(error: worker_kit::Error) -> Self {
        SdkErrorKind::Failed(error.into()).into()
    }
}

impl From<json::Error> for SdkError {
    fn from(error: json::Error) -> Self {
        SdkErrorKind::Failed(error.into()).into()
    }
}

/// The error of a call of an OAuth client. Of the size of a pointer, too.
pub(super) struct ClientError(Box<ClientErrorKind>);

/// The kinds of a [`ClientError`].
pub(super) enum ClientErrorKind {
    Refused(OAuthError),
    /// A temporary failure: the client may retry after these seconds.
    Wait {
        error: OAuthError,
        seconds: i64,
    },
    Failed(Failure),
}

impl ClientError {
    /// A temporary failure: the client may retry after these seconds.
    pub(super) fn wait(error: OAuthError, seconds: i64) -> Self {
        ClientErrorKind::Wait { error, seconds }.into()
    }

    pub(super) fn kind(self) -> ClientErrorKind {
        *self.0
    }
}

impl From<ClientErrorKind> for ClientError {
    fn from(kind: ClientErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<OAuthError> for ClientError {
    fn from(error: OAuthError) -> Self {
        ClientErrorKind::Refused(error).into()
    }
}

impl From<Failure> for ClientError {
    fn from(failure: Failure) -> Self {
        ClientErrorKind::Failed(failure).into()
    }
}

impl From<worker_kit::Error> for ClientError {
    fn from(error: worker_kit::Error) -> Self {
        ClientErrorKind::Failed(error.into()).into()
    }
}

/// An error of RFC 6749 section 5.2 or RFC 7591 section 3.2.2, with Stytch's `status_code` and `request_id` beside it.
pub(super) fn oauth_error(error: OAuthError) -> worker_kit::Result<Response> {
    #[derive(Serialize)]
    struct Document {
        error: &'static str,
        error_description: &'static str,
    }
    let status = error.code.status();
    let members = Document { error: error.code.as_str(), error_description: error.description };
    let response = answer(status, &members)?;
    if error.code == OAuthErrorCode::InvalidClient {
        return Ok(response.with("www-authenticate", "Basic realm=\"oauth2\""));
    }
    Ok(response)
}
