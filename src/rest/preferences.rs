//! Request headers of `/api`: the length of the answer (`Prefer`), conditions (`If-Match`, `If-None-Match`), and the idempotency key
//! (`Idempotency-Key`).

use todo::IdempotencyKey;
use worker_kit::{
    http::{self, Failure, Problem, Request, Response},
    object::Document,
};

use crate::todo_list::{TodoListError, WholeList};

/// What the answer to a change is.
#[derive(Clone, Copy)]
pub(super) enum Reply {
    /// What changed.
    Delta,
    /// The list after it.
    All,
}

/// RFC 7240: `Prefer: return=minimal` asks for what changed instead of the whole list.
pub(super) fn reply(request: &Request) -> Reply {
    let prefers_minimal = request.header("prefer").is_some_and(|header| {
        header.split([',', ';']).any(|preference| preference.trim().eq_ignore_ascii_case("return=minimal"))
    });
    if prefers_minimal { Reply::Delta } else { Reply::All }
}

/// An answer that honours the preference for less.
pub(super) fn minimal<T: serde::Serialize>(delta: &T) -> Result<Response, Failure> {
    Ok(http::json(delta)?.with("preference-applied", "return=minimal"))
}

/// The list, under its entity tag; 304 where the caller has it already.
pub(super) fn list(list: Document<WholeList>) -> Response {
    let etag = format!("\"{}\"", list.version());
    let response = match list.into_body() {
        Some(json) => http::json_answer(json),
        None => http::empty(304),
    };
    response.with("etag", &etag)
}

/// The name under which a command may be sent again without being carried out again, if it has one.
///
/// # Errors
/// 400 for what is no key.
pub(super) fn idempotency_key(request: &Request) -> Result<Option<IdempotencyKey>, Failure> {
    let sent = request.header("idempotency-key");
    Ok(sent.map(|sent| IdempotencyKey::parse(&sent)).transpose().map_err(TodoListError::from)?)
}

/// `If-Match` as a regular expression that ECMA-262 and JSON Schema read: nothing, which the platform does not tell from no
/// header at all; `*`; or a list of entity tags with, as lists may have them, empty places in it (RFC 9110 sections 5.6.1.2, 8.8.3 and 13.1.1).
#[cfg(test)]
pub(super) const IF_MATCH_PATTERN: &str =
    r#"^(?:\*?|[ \t,]*(?:W/)?"[!#-~]*"(?:[ \t]*,[ \t,]*(?:W/)?"[!#-~]*")*[ \t,]*)$"#;

/// The versions that `If-Match` allows (RFC 9110 section 13.1.1); none: any will do.
///
/// # Errors
/// 400 for what is neither `*` nor a list of entity tags: its sender means a condition, so it must not be ignored.
pub(super) fn if_match(request: &Request) -> Result<Option<Vec<u64>>, Problem> {
    let Some(header) = request.header("if-match") else { return Ok(None) };
    if matches!(header.trim(), "" | "*") {
        return Ok(None);
    }
    let malformed =
        || Problem::new(400, "bad_if_match", "`If-Match` is `*` or a list of entity tags, such as \"7\".");
    strong_versions(&header).map(Some).ok_or_else(malformed)
}

/// The versions that a list of entity tags names. Weak tags count for nothing: `If-Match` compares strongly.
fn strong_versions(list: &str) -> Option<Vec<u64>> {
    const BETWEEN: [char; 3] = [' ', '\t', ','];
    let mut versions = Vec::new();
    let mut rest = list.trim_matches(BETWEEN);
    loop {
        let (is_weak, tag) = rest.strip_prefix("W/").map_or((false, rest), |tag| (true, tag));
        let (opaque, after) = tag.strip_prefix('"')?.split_once('"')?;
        if !opaque.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        versions.extend(version(opaque).filter(|_| !is_weak));
        let after = after.trim_start_matches([' ', '\t']);
        if after.is_empty() {
            return Some(versions);
        }
        rest = after.strip_prefix(',')?.trim_start_matches(BETWEEN);
    }
}

/// The version of the list that the caller has, from `If-None-Match` (RFC 9110 section 13.1.2, which compares weakly). Anything
/// else stands for no version that there ever was: the list is sent.
pub(super) fn if_none_match(request: &Request) -> Option<u64> {
    let header = request.header("if-none-match")?;
    let tag = header.trim();
    version(tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?)
}

/// The version that an entity tag of this interface stands for, without its quotation marks.
fn version(opaque: &str) -> Option<u64> {
    // The parser would take a sign and leading zeros as well.
    opaque.parse().ok().filter(|version: &u64| version.to_string() == opaque)
}
