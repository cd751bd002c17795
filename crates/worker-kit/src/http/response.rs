//! Making responses. Everything dynamic is `no-store`: it is the state of one user at one moment.

use serde::Serialize;
use worker::{Headers, Response, ResponseBody};

/// 200 with JSON.
///
/// # Errors
/// The platform's.
pub fn json<T: Serialize>(value: &T) -> crate::Result<Response> {
    json_bytes(json::to_vec(value)?)
}

/// 200 with JSON that is already serialized.
///
/// # Errors
/// The platform's.
pub fn json_bytes(body: Vec<u8>) -> crate::Result<Response> {
    bytes_response(body, "application/json")
}

/// 200 with JSON that is streamed.
///
/// # Errors
/// The platform's.
pub fn json_answer(body: ResponseBody) -> crate::Result<Response> {
    body_response(body, "application/json")
}

/// 200 with bytes of a media type.
///
/// # Errors
/// The platform's.
pub fn bytes_response(body: Vec<u8>, content_type: &str) -> crate::Result<Response> {
    body_response(ResponseBody::Body(body), content_type)
}

fn body_response(body: ResponseBody, content_type: &str) -> crate::Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(Response::from_body(body)?.with_headers(headers))
}

/// A response without a body.
///
/// # Errors
/// The platform's.
pub fn empty(status: u16) -> crate::Result<Response> {
    let headers = Headers::new();
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(Response::empty()?.with_status(status).with_headers(headers))
}

/// The same response with cookies set, each with a header of its own (RFC 6265 section 3).
///
/// # Errors
/// The platform's.
pub fn with_cookies(response: Response, cookies: &[String]) -> crate::Result<Response> {
    let headers: Vec<_> = cookies.iter().map(|cookie| ("set-cookie", cookie.as_str())).collect();
    with_headers(response, &headers)
}

/// The same response with some headers set; `Set-Cookie` is added to those that it has.
///
/// # Errors
/// The platform's.
pub fn with_headers(mut response: Response, headers: &[(&str, &str)]) -> crate::Result<Response> {
    let all = response.headers_mut();
    for (name, value) in headers {
        if *name == "set-cookie" {
            all.append(name, value)?;
        } else {
            all.set(name, value)?;
        }
    }
    Ok(response)
}
