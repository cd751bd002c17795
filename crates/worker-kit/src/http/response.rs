//! An answer, as data until it leaves the Worker. Everything dynamic is `no-store`: it is the state of one user at one moment.

use std::borrow::Cow;

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
    fields: Vec<Field>,
    body: Body,
}

/// The name of a header field, in lower case, and its value.
type Field = (Cow<'static, str>, Cow<'static, str>);

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
        let sent = worker::Response::from_stream(chunks.map(Ok::<_, worker::Error>))?;
        Ok(sent.body().clone().into())
    }
}

impl Response {
    /// A response without header fields.
    pub fn new(status: u16, body: Body) -> Self {
        Self { status, fields: Vec::new(), body }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with a header field, in place of others of its name, which is in lower case. But each cookie has a field of its own (RFC 6265
    /// section 3).
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        let (name, value) = (name.into(), value.into());
        match self.fields.iter_mut().find(|(known, _)| *known == name && name != "set-cookie") {
            Some((_, known)) => *known = value,
            None => self.fields.push((name, value)),
        }
        self
    }

    /// The same with some header fields.
    #[must_use]
    pub fn with_all(self, fields: &[(&'static str, &'static str)]) -> Self {
        fields.iter().fold(self, |response, (name, value)| response.with(*name, *value))
    }

    /// The same with cookies set.
    #[must_use]
    pub fn with_cookies(self, cookies: impl IntoIterator<Item = String>) -> Self {
        cookies.into_iter().fold(self, |response, cookie| response.with("set-cookie", cookie))
    }

    /// The header as the platform takes it: a line for each field.
    ///
    /// # Errors
    /// A field has a line break in it, which would be one more field.
    fn lines(&self) -> crate::Result<String> {
        let mut lines = String::new();
        for part in self.fields.iter().flat_map(|(name, value)| [name, ":", value, "\n"]) {
            lines.push_str(part);
        }
        if lines.split('\n').count() > self.fields.len().saturating_add(1) {
            return Err("a header field has a line break".into());
        }
        Ok(lines)
    }

    /// Whether every answer of its kind has the same header.
    fn is_constant(&self) -> bool {
        let is_constant = |text: &Cow<'static, str>| matches!(text, Cow::Borrowed(_));
        self.fields.iter().all(|(name, value)| is_constant(name) && is_constant(value))
    }

    /// As the platform has it.
    ///
    /// # Errors
    /// A field has a line break in it, or the platform's.
    pub fn into_platform(self) -> crate::Result<web_sys::Response> {
        let lines = self.lines()?;
        let is_constant = self.is_constant();
        Ok(match &self.body {
            Body::Empty => respond(self.status, &lines, is_constant, None)?,
            Body::Bytes(bytes) => respond_with_bytes(self.status, &lines, is_constant, bytes)?,
            Body::Stream(stream) => respond(self.status, &lines, is_constant, Some(stream))?,
            Body::Socket(socket) => respond_with_socket(&lines, socket.as_ref())?,
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

/// Of what the platform crate has read or made.
impl From<ResponseBody> for Body {
    fn from(body: ResponseBody) -> Self {
        match body {
            ResponseBody::Empty => Self::Empty,
            ResponseBody::Body(bytes) => Self::Bytes(bytes),
            ResponseBody::Stream(stream) => Self::Stream(stream),
        }
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

    fn lines(response: &Response) -> String {
        response.lines().unwrap()
    }

    #[test]
    fn a_field_is_there_once_and_each_cookie_for_itself() {
        let response = empty(200)
            .with("cache-control", "private")
            .with("etag", "1".to_owned())
            .with("etag", "2".to_owned());
        assert_eq!(lines(&response), "cache-control:private\nx-content-type-options:nosniff\netag:2\n");
        let problem = Problem::new(401, "several", "Two.")
            .header("set-cookie", "a=; Path=/")
            .header("set-cookie", "a=; Path=/api");
        let response = problem.into_response().unwrap().with_cookies(["b=1".to_owned()]);
        let cookies: Vec<_> = lines(&response)
            .lines()
            .filter(|line| line.starts_with("set-cookie:"))
            .map(ToOwned::to_owned)
            .collect();
        assert_eq!(cookies, ["set-cookie:a=; Path=/", "set-cookie:a=; Path=/api", "set-cookie:b=1"]);
    }

    #[test]
    fn no_value_makes_a_field_of_its_own() {
        for broken in ["a\nset-cookie:b=1", "\n", "a\n"] {
            assert!(empty(200).with("location", broken.to_owned()).lines().is_err(), "{broken:?}");
        }
    }

    #[test]
    fn only_a_header_without_anything_of_this_answer_is_kept() {
        assert!(json_answer(Body::Empty).is_constant());
        assert!(!json_answer(Body::Empty).with("etag", "1".to_owned()).is_constant());
        assert!(!json_answer(Body::Empty).with_cookies(["secret=1".to_owned()]).is_constant());
    }
}
