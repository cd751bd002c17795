//! An answer, as data until it leaves the Worker. Everything dynamic is `no-store`: it is the state of one user at one moment.

use futures_util::{Stream, StreamExt};
use serde::Serialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{
    IntoResponse, ResponseBody, WebSocket,
    web_sys::{self, ReadableStream},
};

#[wasm_bindgen(module = "/src/http/response.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn respond(
        status: u16,
        fields: &str,
        are_constant: bool,
        body: Option<&ReadableStream>,
    ) -> Result<web_sys::Response, JsValue>;

    #[wasm_bindgen(catch, js_name = respondWithBytes)]
    fn respond_with_bytes(
        status: u16,
        fields: &str,
        are_constant: bool,
        bytes: &[u8],
    ) -> Result<web_sys::Response, JsValue>;

    #[wasm_bindgen(catch, js_name = respondWithSocket)]
    fn respond_with_socket(fields: &str, socket: &web_sys::WebSocket) -> Result<web_sys::Response, JsValue>;
}

/// A response.
pub struct Response {
    status: u16,
    /// The header fields, a line each.
    fields: String,
    /// Whether every answer of its kind has the same fields.
    is_constant: bool,
    /// Whether a field has a line break in it, which would be one more field.
    is_broken: bool,
    body: Body,
}

/// What a response has after its header.
pub enum Body {
    /// Nothing.
    Empty,
    /// Bytes.
    Bytes(Vec<u8>),
    /// What is read piece by piece.
    Stream(ReadableStream),
    /// The WebSocket of a response 101.
    Socket(WebSocket),
}

impl Body {
    /// What comes in chunks, sent as they come.
    ///
    /// # Errors
    /// The platform's.
    pub fn of_chunks(chunks: impl Stream<Item = Vec<u8>> + 'static) -> crate::Result<Self> {
        match worker::Response::from_stream(chunks.map(Ok::<_, worker::Error>))?.body() {
            ResponseBody::Stream(stream) => Ok(Self::Stream(stream.clone())),
            _ => Err("chunks are no stream".into()),
        }
    }
}

impl Response {
    /// A response without header fields.
    pub const fn new(status: u16, body: Body) -> Self {
        Self { status, fields: String::new(), is_constant: true, is_broken: false, body }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with a header field, in place of others of its name, which is in lower case. But each cookie has a field of its own (RFC 6265
    /// section 3).
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.is_constant = false;
        self.set(name, value);
        self
    }

    /// The same with some header fields that every answer of its kind has.
    #[must_use]
    pub fn with_all(mut self, fields: &[(&'static str, &'static str)]) -> Self {
        for (name, value) in fields {
            self.set(name, value);
        }
        self
    }

    /// The same with cookies set.
    #[must_use]
    pub fn with_cookies<'c>(self, cookies: impl IntoIterator<Item = &'c String>) -> Self {
        cookies.into_iter().fold(self, |response, cookie| response.with("set-cookie", cookie))
    }

    #[inline(never)]
    fn set(&mut self, name: &str, value: &str) {
        self.is_broken |= name.contains(['\n', ':']) || value.contains('\n');
        let is_it = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
        if name != "set-cookie" && self.fields.split('\n').any(is_it) {
            self.fields = self.fields.split_inclusive('\n').filter(|line| !is_it(line)).collect();
        }
        for part in [name, ":", value, "\n"] {
            self.fields.push_str(part);
        }
    }

    /// As the platform has it.
    ///
    /// # Errors
    /// A field has a line break in it, or the platform's.
    pub fn into_platform(self) -> crate::Result<web_sys::Response> {
        let Self { status, fields, is_constant, is_broken, body } = self;
        if is_broken {
            return Err("a header field has a line break".into());
        }
        Ok(match &body {
            Body::Empty => respond(status, &fields, is_constant, None)?,
            Body::Bytes(bytes) => respond_with_bytes(status, &fields, is_constant, bytes)?,
            Body::Stream(stream) => respond(status, &fields, is_constant, Some(stream))?,
            Body::Socket(socket) => respond_with_socket(&fields, socket.as_ref())?,
        })
    }
}

impl IntoResponse for Response {
    fn into_raw(self) -> Result<web_sys::Response, impl Into<Box<dyn std::error::Error>>> {
        self.into_platform()
    }
}

/// For an answer of the platform crate's, such as that of an object's `fetch`.
impl TryFrom<Response> for worker::Response {
    type Error = worker::Error;

    fn try_from(response: Response) -> Result<Self, worker::Error> {
        Ok(response.into_platform()?.into())
    }
}

/// 200 with JSON.
///
/// # Errors
/// The value cannot be written.
pub fn json<T: Serialize>(value: &T) -> crate::Result<Response> {
    Ok(json_answer(Body::Bytes(json::to_vec(value)?)))
}

/// 200 with JSON that is already serialized.
pub fn json_answer(body: Body) -> Response {
    answer_of(body, "application/json")
}

/// 200 with a body of a media type.
pub fn answer_of(body: Body, content_type: &'static str) -> Response {
    Response::new(200, body).with_all(&[
        ("content-type", content_type),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ])
}

/// A response without a body.
pub fn empty(status: u16) -> Response {
    Response::new(status, Body::Empty)
        .with_all(&[("cache-control", "no-store"), ("x-content-type-options", "nosniff")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Problem;

    #[test]
    fn a_field_is_there_once_and_each_cookie_for_itself() {
        let response = empty(200).with("cache-control", "private").with("etag", "1").with("etag", "2");
        assert_eq!(response.fields, "x-content-type-options:nosniff\ncache-control:private\netag:2\n");
        let response = empty(200).with("cache", "no").with("etag", "cache-control:");
        assert_eq!(
            response.fields,
            "cache-control:no-store\nx-content-type-options:nosniff\ncache:no\netag:cache-control:\n"
        );
        let problem = Problem::new(401, "several", "Two.")
            .header("set-cookie", "a=; Path=/")
            .header("set-cookie", "a=; Path=/api");
        let response = problem.into_response().unwrap().with_cookies(&["b=1".to_owned()]);
        let cookies: Vec<_> =
            response.fields.lines().filter(|line| line.starts_with("set-cookie:")).collect();
        assert_eq!(cookies, ["set-cookie:a=; Path=/", "set-cookie:a=; Path=/api", "set-cookie:b=1"]);
    }

    #[test]
    fn no_value_makes_a_field_of_its_own() {
        for broken in ["a\nset-cookie:b=1", "\n", "a\n"] {
            assert!(empty(200).with("location", broken).with("etag", "1").is_broken, "{broken:?}");
            assert!(empty(200).with("location", broken).with("location", "/").is_broken, "{broken:?}");
        }
        for broken in ["a:b", "a\nb"] {
            assert!(empty(200).with(broken, "1").is_broken, "{broken:?}");
        }
    }

    #[test]
    fn only_a_header_without_anything_of_this_answer_is_kept() {
        assert!(json_answer(Body::Empty).is_constant);
        assert!(!json_answer(Body::Empty).with("etag", "1").is_constant);
        assert!(!json_answer(Body::Empty).with_cookies(&["secret=1".to_owned()]).is_constant);
        assert!(!json_answer(Body::Empty).with("etag", "1").with_all(&[("vary", "origin")]).is_constant);
    }
}
