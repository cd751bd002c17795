//! A request, with its method, URL and header fields read from the platform once.

use std::{cell::Cell, ops::Range};

use wasm_bindgen::prelude::wasm_bindgen;
use whatwg_url::Url;
use worker::{
    FromRequest, Method,
    js_sys::{Uint8Array, futures::JsFuture},
    web_sys::{self, ReadableStream},
};

use super::{Origin, Problem};

#[wasm_bindgen(module = "/src/http/request.js")]
extern "C" {
    #[wasm_bindgen(js_name = headOf)]
    fn head_of(request: &web_sys::Request) -> String;

    #[wasm_bindgen(js_name = fieldsIn)]
    pub(super) fn fields_in(headers: &web_sys::Headers) -> String;
}

/// A request as the platform has it, of which nothing has been read. The platform crate's own reads at once what hardly anybody asks for.
pub struct Incoming(web_sys::Request);

impl FromRequest for Incoming {
    fn from_raw(request: web_sys::Request) -> Result<Self, impl Into<Box<dyn std::error::Error>>> {
        Ok::<_, worker::Error>(Self(request))
    }
}

impl Incoming {
    /// The method, and the path: percent-encoded, without the query, and empty where the URL is none. For a request that is not read as a
    /// [`Request`].
    pub fn line(&self) -> (Method, String) {
        let head = Head::of(&self.0);
        (head.method(), head.url().map(|url| url.path().to_owned()).unwrap_or_default())
    }
}

/// A request that was sent to an origin this Worker serves.
pub struct Request {
    platform: web_sys::Request,
    head: Head,
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
    pub fn read(
        Incoming(platform): Incoming,
        is_served: impl FnOnce(&Origin) -> bool,
    ) -> Result<Self, Problem> {
        let unknown_host = || {
            Problem::new(421, "unknown_host", "This server does not answer to that host name.")
                .advice("Behind a custom domain, set PUBLIC_ORIGIN to its origin.")
        };
        let head = Head::of(&platform);
        let url = head.url().ok_or_else(unknown_host)?;
        let origin = Origin::of_url(&url).filter(is_served).ok_or_else(unknown_host)?;
        Ok(Self { method: head.method(), path: url.path().to_owned(), origin, url, head, platform })
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

    /// A header's value; several are joined with a comma (RFC 9110 section 5.3).
    pub fn header(&self, name: &str) -> Option<String> {
        self.head.field(name).map(ToOwned::to_owned)
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

    /// The whole body, which the platform reads at once.
    pub(super) async fn bytes(&self) -> crate::Result<Vec<u8>> {
        let body = JsFuture::from(self.platform.array_buffer()?).await?;
        Ok(Uint8Array::new(&body).to_vec())
    }

    /// The body, to be read piece by piece.
    pub(super) fn body(&self) -> Option<ReadableStream> {
        self.platform.body()
    }
}

thread_local! {
    /// The URL of the request that was read last, as it stood there and parsed.
    static LAST_URL: Cell<Option<(String, Url)>> = const { Cell::new(None) };
}

/// What a request says before its body: the method, the URL and the header fields, a line each.
struct Head {
    text: String,
    method: Range<usize>,
    url: Range<usize>,
    /// Where the names and values of the fields are.
    fields: Vec<(Range<usize>, Range<usize>)>,
}

impl Head {
    fn of(request: &web_sys::Request) -> Self {
        let text = head_of(request);
        let mut lines = lines_of(&text);
        let (method, url) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let field = |line: Range<usize>| {
            let colon = text.get(line.clone())?.find(':')?.saturating_add(line.start);
            Some((line.start..colon, colon.saturating_add(1)..line.end))
        };
        let fields = lines.filter_map(field).collect();
        Self { text, method, url, fields }
    }

    fn at(&self, place: &Range<usize>) -> &str {
        self.text.get(place.clone()).unwrap_or_default()
    }

    /// The platform crate's own type reads every unknown name (such as `QUERY`) as GET.
    fn method(&self) -> Method {
        let name = self.at(&self.method);
        let method = Method::from(name.to_owned());
        if method.as_ref() == name { method } else { Method::Trace }
    }

    /// Whatever the caller wrote as host and path may still stand in what the platform says, so it is parsed; not again where the request
    /// before asked for the same, as agents do.
    fn url(&self) -> Option<Url> {
        let text = self.at(&self.url);
        let (text, url) = match LAST_URL.take() {
            Some(last) if last.0 == text => last,
            _ => (text.to_owned(), Url::parse(text)?),
        };
        LAST_URL.set(Some((text, url.clone())));
        Some(url)
    }

    fn field(&self, name: &str) -> Option<&str> {
        let (_, value) = self.fields.iter().find(|(place, _)| self.at(place).eq_ignore_ascii_case(name))?;
        Some(self.at(value))
    }
}

/// Where the lines of a text are.
fn lines_of(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split('\n').scan(0_usize, |start, line| {
        let place = *start..start.saturating_add(line.len());
        *start = place.end.saturating_add(1);
        Some(place)
    })
}
