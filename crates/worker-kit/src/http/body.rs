//! Reading request bodies, with a limit.

use serde::de::{self, DeserializeOwned};

use super::{Failure, Problem, Request, stream::bytes_of};

/// The longest JSON body of the REST and identity endpoints, in bytes. A text of 1,000 four-byte characters, each
/// escaped as two `\uXXXX`, takes 12,000.
pub const MAX_JSON_BYTES: usize = 16 * 1024;

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413 when it is longer, by its `Content-Length` or while it is read.
pub async fn limited_body(request: &Request, limit: usize) -> Result<Vec<u8>, Failure> {
    let too_long = || {
        Failure::from(
            Problem::new(413, "body_too_long", format!("The body may have at most {limit} bytes."))
                .with("limit", limit),
        )
    };
    match request.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) if length > limit => return Err(too_long()),
        Some(_) => return Ok(request.bytes().await?),
        None => {}
    }
    // No length was announced: a chunked body, or none.
    let body = bytes_of(request.body(), limit).await?;
    if body.len() > limit { Err(too_long()) } else { Ok(body) }
}

/// Reads a JSON body. What waits for it is compiled once, and not for each type that is read of it.
///
/// # Errors
/// 415 for another content type, 413 for more than [`MAX_JSON_BYTES`].
pub async fn json_body(request: &Request) -> Result<JsonBody, Failure> {
    let content_type = request.header("content-type").unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(
            415,
            "not_json",
            "Send the body as JSON, with Content-Type: application/json.",
        )
        .into());
    }
    limited_body(request, MAX_JSON_BYTES).await.map(JsonBody)
}

/// A body that is said to be JSON.
pub struct JsonBody(Vec<u8>);

impl JsonBody {
    /// Parses it. It has to be an object: for a struct serde accepts an array of its fields as well; that is refused here.
    ///
    /// # Errors
    /// 400 if it is not an object, or not a `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let read = match self.0.trim_ascii_start() {
            [b'{', ..] => json::from_untrusted_slice(&self.0),
            _ => Err(de::Error::custom("expected an object")),
        };
        read.map_err(|error| {
            Problem::new(400, "bad_json", format!("The body is not what this endpoint takes: {error}."))
                .into()
        })
    }
}
