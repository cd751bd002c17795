//! A request, with its method, path and origin read from the platform once.

use whatwg_url::Url;
use worker::Method;

use super::{Origin, Problem};

/// A request that was sent to an origin this Worker serves.
pub struct Request {
    platform: worker::Request,
    url: Url,
    /// The method; TRACE for one that is unknown here, which every path answers with 405 and its own `Allow`.
    pub method: Method,
    /// The path, percent-encoded and without dots to resolve, without the query.
    pub path: String,
    /// The origin of the request's URL: every URL of this Worker in an answer starts with it.
    pub origin: Origin,
}

impl Request {
    /// Reads a request. `is_served` says under which origins this Worker answers.
    ///
    /// # Errors
    /// 421 for a host that is not this Worker's (RFC 9110 section 15.5.20).
    pub fn read(platform: worker::Request, is_served: impl FnOnce(&Origin) -> bool) -> Result<Self, Problem> {
        let unknown_host = || {
            Problem::new(421, "unknown_host", "This server does not answer to that host name.")
                .advice("Behind a custom domain, set PUBLIC_ORIGIN to its origin.")
        };
        let url = url_of(&platform).ok_or_else(unknown_host)?;
        let origin = Origin::of_url(&url).filter(is_served).ok_or_else(unknown_host)?;
        Ok(Self { method: method_of(&platform), path: url.path().to_owned(), origin, url, platform })
    }

    /// The path's segments: `/api/items/7` gives `api`, `items`, `7`. A trailing slash makes an empty last one.
    pub fn segments(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }

    /// The segments without the empty last one: for addresses that are the same with a slash at the end.
    pub fn place(&self) -> Vec<&str> {
        let mut segments = self.segments();
        if segments.len() > 1 && segments.last() == Some(&"") {
            segments.pop();
        }
        segments
    }

    /// A header's value; several are joined with a comma. Each call crosses into JavaScript, so call it once.
    pub fn header(&self, name: &str) -> Option<String> {
        self.platform.headers().get(name).ok().flatten()
    }

    /// The parameters of the query, decoded, in their order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        self.url.query_pairs().into_owned().collect()
    }

    /// A parameter of the query, decoded; the first of that name.
    pub fn query(&self, name: &str) -> Option<String> {
        self.query_pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether the client prefers a page to data, as browsers do.
    pub fn prefers_html(&self) -> bool {
        self.header("accept").is_some_and(|accept| accept.contains("text/html"))
    }

    /// The request as the log names it: without the query, which may hold secrets.
    pub fn log_line(&self) -> String {
        format!("{} {}", self.method.as_ref(), self.path)
    }

    pub(super) fn platform_mut(&mut self) -> &mut worker::Request {
        &mut self.platform
    }
}

/// The path of a request that cannot be read as a [`Request`]: percent-encoded, without the query. Empty where its URL is none.
pub fn path_of(platform: &worker::Request) -> String {
    url_of(platform).map(|url| url.path().to_owned()).unwrap_or_default()
}

/// The URL. Whatever the caller wrote as host and path may still stand in what the platform says, so it is parsed.
fn url_of(platform: &worker::Request) -> Option<Url> {
    Url::parse(&platform.inner().url())
}

/// The method. The platform crate's own type reads every unknown name (such as `QUERY`) as GET.
fn method_of(platform: &worker::Request) -> Method {
    let method = platform.method();
    if platform.inner().method() == method.as_ref() { method } else { Method::Trace }
}
