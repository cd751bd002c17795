//! The page's files, which the platform serves without this Worker; here those that an answer of the Worker is made of.

use std::time::Duration;

use worker::{Env, Error, Headers, Method, Response, ResponseBody};

use crate::{http::Failure, object::within};

/// The binding in `wrangler.toml`.
const BINDING: &str = "ASSETS";

/// Where the page is.
const PAGE: &str = "/";

/// How long a file may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A file, with the headers that it is served with (`frontend/public/_headers`).
pub struct StaticFile {
    /// The headers that the platform serves it with, as they came.
    pub headers: Headers,
    /// The whole file.
    pub body: Vec<u8>,
}

/// Reads the file that is served at a path.
///
/// # Errors
/// When there is none; 503 when it takes too long.
pub async fn read(env: &Env, path: &str) -> Result<StaticFile, Failure> {
    let files = env.assets(BINDING)?;
    let read = async {
        // The host is of no account.
        let mut file = files.fetch(format!("https://files.invalid{path}"), None).await?;
        match file.status_code() {
            200 => Ok(StaticFile { headers: file.headers().clone(), body: file.bytes().await? }),
            status => Err(Error::RustError(format!("the file at {path} was answered with {status}"))),
        }
    };
    within(TIME_LIMIT, read).await
}

/// The page, under a status that the file itself cannot have.
///
/// # Errors
/// As [`read`].
pub async fn page(env: &Env, method: &Method, status: u16) -> Result<Response, Failure> {
    let StaticFile { headers, body } = read(env, PAGE).await?;
    // What is said of the file is not said of this answer, whose status may be another the next time.
    headers.delete("etag")?;
    headers.set("cache-control", "no-store")?;
    let body = if *method == Method::Head { ResponseBody::Empty } else { ResponseBody::Body(body) };
    Ok(Response::from_body(body)?.with_status(status).with_headers(headers))
}
