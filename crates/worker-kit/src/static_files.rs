//! Reading the page's static files, for answers made of them. Otherwise the platform serves them without this Worker.

use std::time::Duration;

use worker::{Env, Method};

use crate::{
    http::{Body, Failure, Response, fetch_from_binding},
    object::within,
};

/// The binding in `wrangler.toml`.
const BINDING: &str = "ASSETS";

/// The path of the page.
const PAGE: &str = "/";

/// The time limit of reading a file.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A file, with the headers that the platform serves it with (`frontend/public/_headers`).
pub struct StaticFile {
    /// The names and values of its header fields, unchanged.
    pub fields: Vec<(String, String)>,
    /// The whole file.
    pub body: Vec<u8>,
}

/// Reads the file that is served at a path.
///
/// # Errors
/// There is no such file; 503 when it takes too long.
pub async fn read(env: &Env, path: &str) -> Result<StaticFile, Failure> {
    let read = async {
        // The platform ignores the host.
        let file = fetch_from_binding(env, BINDING, &format!("https://files.invalid{path}")).await?;
        match file.status() {
            200 => Ok(StaticFile { fields: file.fields(), body: file.bytes(usize::MAX).await? }),
            status => Err(format!("the file at {path} was answered with {status}").into()),
        }
    };
    within(TIME_LIMIT, read).await
}

/// A response with the page and this status, `no-store`.
///
/// # Errors
/// As [`read`].
pub async fn page(env: &Env, method: &Method, status: u16) -> Result<Response, Failure> {
    let StaticFile { fields, body } = read(env, PAGE).await?;
    let body = if *method == Method::Head { Body::Empty } else { Body::Bytes(body) };
    // The file's validators do not hold for this response: its status may be another the next time.
    let fields = fields.into_iter().filter(|(name, _)| name != "etag");
    let response =
        fields.fold(Response::new(status, body), |response, (name, value)| response.with(&name, &value));
    Ok(response.with("cache-control", "no-store"))
}
