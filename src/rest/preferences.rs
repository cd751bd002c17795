//! What a request asks for beyond its path: how much to answer (`Prefer`), and under which condition to act (`If-Match`,
//! `If-None-Match`).

use worker::Response;

use crate::{
    http::{self, Failure, Request, with_headers},
    todo_list::{ListJson, Reply},
};

/// RFC 7240: `Prefer: return=minimal` asks for what changed instead of the whole list.
pub(super) fn reply(request: &Request) -> Reply {
    let prefers_minimal = request.header("prefer").is_some_and(|header| {
        header.split([',', ';']).any(|preference| preference.trim().eq_ignore_ascii_case("return=minimal"))
    });
    if prefers_minimal { Reply::News } else { Reply::All }
}

/// An answer that honours the preference for less.
pub(super) fn minimal<T: serde::Serialize>(news: &T) -> Result<Response, Failure> {
    Ok(with_headers(http::json(news)?, &[("preference-applied", "return=minimal")])?)
}

/// The list, under its entity tag; 304 where the caller has it already.
pub(super) fn list(ListJson { etag, json }: ListJson) -> Result<Response, Failure> {
    let response = match json {
        Some(json) => http::json_bytes(json)?,
        None => http::empty(304)?,
    };
    Ok(with_headers(response, &[("etag", &etag)])?)
}

/// The versions that `If-Match` allows (RFC 9110 section 13.1.1); none: any will do.
pub(super) fn if_match(request: &Request) -> Option<Vec<u64>> {
    let header = request.header("if-match")?;
    (header.trim() != "*").then(|| header.split(',').filter_map(version).collect())
}

/// The version of the list that the caller has, from `If-None-Match` (RFC 9110 section 13.1.2, which compares weakly).
pub(super) fn if_none_match(request: &Request) -> Option<u64> {
    let header = request.header("if-none-match")?;
    let tag = header.trim();
    version(tag.strip_prefix("W/").unwrap_or(tag))
}

/// The version that a strong entity tag of this interface stands for.
fn version(tag: &str) -> Option<u64> {
    tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}
