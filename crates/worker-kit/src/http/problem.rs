//! An error response.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Body, Response, answer_of};

/// An error response for the client: RFC 9457, `application/problem+json`.
///
/// Boxed, so that the many `Result`s that may carry one stay small.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: u16,
    /// A stable name of the reason, for programs.
    code: &'static str,
    detail: String,
    members: Map<String, Value>,
    headers: Vec<(&'static str, String)>,
    /// In seconds.
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem with its HTTP status, a stable code and one sentence for people.
    pub fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            code,
            detail: detail.into(),
            members: Map::new(),
            headers: Vec::new(),
            retry_after: None,
        }))
    }

    /// The HTTP status of the response, and the member `status` of its body.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Adds what to do next.
    #[must_use]
    pub fn advice(mut self, advice: &str) -> Self {
        self.0.detail = format!("{} {advice}", self.0.detail);
        self
    }

    /// Adds an extension member (RFC 9457 section 3.2).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the response. Its name is in lower case.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// 404 for a path without a resource.
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "There is nothing at this address.")
    }

    /// 405 with the methods that would be right (RFC 9110 section 15.5.6), such as `"GET, POST"`.
    pub fn method_not_allowed(allow: &'static str) -> Self {
        Self::new(405, "method_not_allowed", format!("This address takes {allow}.")).header("allow", allow)
    }

    /// Adds `Retry-After`, in seconds.
    #[must_use]
    pub(super) fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The member `detail`: one sentence for people.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// As a response of type `application/problem+json`.
    ///
    /// # Errors
    /// The problem cannot be written.
    pub fn into_response(self) -> crate::Result<Response> {
        #[derive(Serialize)]
        struct Document<'a> {
            r#type: &'static str,
            title: &'static str,
            status: u16,
            detail: &'a str,
            code: &'static str,
            #[serde(flatten)]
            members: &'a Map<String, Value>,
        }
        let document = Document {
            r#type: "about:blank",
            title: title(self.0.status),
            status: self.0.status,
            detail: &self.0.detail,
            code: self.0.code,
            members: &self.0.members,
        };
        let body = Body::Bytes(json::to_vec(&document)?);
        let mut response = answer_of(body, "application/problem+json").with_status(self.0.status);
        for (name, value) in &self.0.headers {
            response = response.with(name, value);
        }
        Ok(match self.0.retry_after {
            Some(seconds) => response.with("retry-after", &seconds.to_string()),
            None => response,
        })
    }
}

/// With type `about:blank` the title is the status' own phrase (RFC 9457 section 4.2.1).
fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
