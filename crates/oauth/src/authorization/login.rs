//! How fresh the person's login has to be (OpenID Connect Core section 3.1.2.1: `prompt=login`, `max_age`), and how this server
//! knows when a request began.

use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use super::AuthorizationParameters;
use crate::{Digest, Timestamp};

/// What a request asks of the login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginAge {
    /// `prompt=login`: the person logs in for this request, however fresh their session is.
    pub anew: bool,
    /// `max_age`, in seconds.
    pub at_most: Option<i64>,
}

impl LoginAge {
    /// Whether a session that began at `logged_in_at` will do. One that began after the request did always will.
    pub fn allows(self, logged_in_at: Timestamp, request_began: Option<Timestamp>, now: Timestamp) -> bool {
        if request_began.is_some_and(|began| logged_in_at >= began) {
            return true;
        }
        !self.anew && self.at_most.is_none_or(|seconds| now.since(logged_in_at) <= seconds)
    }

    pub(super) fn is_asked_for(self) -> bool {
        self != Self::default()
    }
}

/// `max_age`: digits, at most a hundred years.
pub(super) fn max_age(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|seconds| digits && *seconds <= 100 * 366 * 24 * 3600)
}

/// Says when a request first came here. The page carries it through the login and back; it is sealed, so that nobody can
/// have a request begin earlier than it did, and bound to everything in the request that decides anything, so that it is good for
/// no other.
pub struct RequestMark;

impl RequestMark {
    /// How long a mark is good, in seconds. Who takes longer to log in logs in once more.
    const LIFETIME_SECONDS: i64 = 3600;

    /// The mark of a request that begins now, under a key of the deployment.
    pub fn make(key: &[u8], parameters: &AuthorizationParameters, now: Timestamp) -> String {
        format!("{}.{}", now.unix(), Self::seal(key, parameters, now))
    }

    /// When the request began, if it carries a mark of ours that is still good.
    pub fn began(key: &[u8], parameters: &AuthorizationParameters, now: Timestamp) -> Option<Timestamp> {
        let (began, seal) = parameters.request_mark.as_deref()?.split_once('.')?;
        let began = Timestamp::from_unix(began.parse().ok()?);
        let is_fresh = (0..Self::LIFETIME_SECONDS).contains(&now.since(began));
        (is_fresh && seal.parse() == Ok(Self::seal(key, parameters, began))).then_some(began)
    }

    fn seal(key: &[u8], parameters: &AuthorizationParameters, began: Timestamp) -> Digest {
        // In the address scopes are one text, and in the calls of Stytch's component a list.
        let scopes = sorted(parameters.named_scopes()).join(" ");
        let resources = sorted(parameters.resources());
        let optional = [
            &parameters.state,
            &parameters.nonce,
            &parameters.code_challenge,
            &parameters.prompt,
            &parameters.max_age,
        ];
        let began = began.unix().to_be_bytes();
        let mut parts = vec![began.as_slice()];
        let texts = [&parameters.client_id, &parameters.redirect_uri, &scopes];
        parts.extend(texts.map(String::as_bytes));
        parts.extend(optional.map(|value| value.as_deref().unwrap_or_default().as_bytes()));
        // However many there are, they come last.
        parts.extend(resources.into_iter().map(str::as_bytes));
        Digest::keyed(key, "authorization request began", &parts)
    }
}

/// The texts in order, each once.
fn sorted<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    // The sorts of lists are three kilobytes more of Wasm.
    let mut sorted = texts.collect::<BinaryHeap<_>>().into_sorted_vec();
    sorted.dedup();
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::OneOrMany;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    #[test]
    fn a_login_is_as_fresh_as_was_asked_for() {
        let allows = |anew, at_most, age: i64, began: Option<i64>| {
            LoginAge { anew, at_most }.allows(NOW.plus(-age), began.map(|ago| NOW.plus(-ago)), NOW)
        };
        assert!(allows(false, None, 1_000_000, None));
        assert!(allows(false, Some(60), 60, None));
        assert!(!allows(false, Some(60), 61, None));
        assert!(!allows(false, Some(0), 1, None));
        assert!(!allows(true, None, 0, None));
        assert!(!allows(true, Some(3600), 10, None));
        // The person logged in after the request had begun.
        assert!(allows(true, None, 100, Some(100)));
        assert!(allows(false, Some(0), 99, Some(100)));
        assert!(!allows(true, None, 101, Some(100)));
    }

    #[test]
    fn max_age_is_a_number_of_seconds() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("3600", Some(3600)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("x", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(max_age(text), seconds, "{text}");
        }
    }

    #[test]
    fn a_mark_is_good_for_its_own_request_and_an_hour() {
        let request = AuthorizationParameters {
            client_id: "c".to_owned(),
            code_challenge: Some("x".to_owned()),
            ..AuthorizationParameters::default()
        };
        let mark = RequestMark::make(b"key", &request, NOW);
        let marked = |request: &AuthorizationParameters, mark: &str| AuthorizationParameters {
            request_mark: Some(mark.to_owned()),
            ..request.clone()
        };
        let good = marked(&request, &mark);
        assert_eq!(RequestMark::began(b"key", &good, NOW.plus(3599)), Some(NOW));
        assert_eq!(RequestMark::began(b"key", &good, NOW.plus(3600)), None);
        assert_eq!(RequestMark::began(b"key", &good, NOW.plus(-1)), None);
        assert_eq!(RequestMark::began(b"another", &good, NOW), None);
        let earlier = mark.replacen("1000000", "999999", 1);
        assert_eq!(RequestMark::began(b"key", &marked(&request, &earlier), NOW), None);
        for nonsense in ["", ".", "1000000", "x.y", "1000000."] {
            assert_eq!(RequestMark::began(b"key", &marked(&request, nonsense), NOW), None);
        }
    }

    #[test]
    fn a_mark_is_bound_to_everything_that_decides_anything_however_it_is_spelled() {
        let query = "client_id=c&redirect_uri=r&scope=a%20b%20a&state=s&nonce=n&code_challenge=x&prompt=login&max_age=9&resource=q&resource=p";
        let read = |query: &str| {
            AuthorizationParameters::from_query(form_urlencoded::parse(query.as_bytes()).into_owned())
        };
        let mark = RequestMark::make(b"key", &read(query), NOW);
        let is_good = |parameters: AuthorizationParameters| {
            let marked = AuthorizationParameters { request_mark: Some(mark.clone()), ..parameters };
            RequestMark::began(b"key", &marked, NOW).is_some()
        };
        assert!(is_good(read(query)));
        let list = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        // As Stytch's component says it.
        assert!(is_good(AuthorizationParameters {
            scope: None,
            scopes: Some(list(&["b", "a"])),
            resource: None,
            resources: Some(OneOrMany::Many(list(&["p", "q"]))),
            ..read(query)
        }));
        let pairs: Vec<&str> = query.split('&').collect();
        for (index, pair) in pairs.iter().enumerate() {
            let others = |instead: &[String]| {
                let kept = pairs.iter().enumerate().filter(|(place, _)| *place != index);
                kept.map(|(_, pair)| (*pair).to_owned())
                    .chain(instead.iter().cloned())
                    .collect::<Vec<_>>()
                    .join("&")
            };
            assert!(!is_good(read(&others(&[]))), "without {pair}");
            assert!(!is_good(read(&others(&[format!("{pair}z")]))), "another {pair}");
        }
    }
}
