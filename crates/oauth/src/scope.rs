//! Scopes (RFC 6749 section 3.3).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One scope: 1 to 128 characters of `%x21 / %x23-5B / %x5D-7E`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Scope(String);

impl Scope {
    /// In bytes, which are as many characters. RFC 6749 sets no limit; this one bounds what is stored and shown.
    pub const MAX_LENGTH: usize = 128;

    /// The scope as it was sent. Scopes are case-sensitive (RFC 6749 section 3.3).
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Scope {
    type Error = InvalidScope;

    fn try_from(text: String) -> Result<Self, InvalidScope> {
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        if (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err(InvalidScope)
        }
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        text.to_owned().try_into()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The text holds something that is no scope, or more than [`Scopes::MAX_COUNT`] of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidScope;

impl fmt::Display for InvalidScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a valid list of scopes")
    }
}

impl std::error::Error for InvalidScope {}

/// A set of scopes in the order in which they were named. Its text form is the space-delimited `scope` parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The most different scopes that one set has.
    pub const MAX_COUNT: usize = 32;

    /// The empty set. As text it is the empty string.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The first [`Self::MAX_COUNT`] different scopes of a list.
    pub fn collect(scopes: impl IntoIterator<Item = Scope>) -> Self {
        let mut set = Vec::new();
        for scope in scopes {
            if set.len() < Self::MAX_COUNT && !set.contains(&scope) {
                set.push(scope);
            }
        }
        Self(set)
    }

    /// Whether there is no scope in it: what an absent or an empty `scope` reads as.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes, each once, in the order in which they were named.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// Whether this scope is in it, to the letter: no scope implies another.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|held| held.as_str() == scope)
    }

    /// Whether every scope of `others` is in it. True for the empty set.
    pub fn contains_all(&self, others: &Self) -> bool {
        others.iter().all(|scope| self.0.contains(scope))
    }

    /// Those of `self` that are in `allowed`.
    #[must_use]
    pub fn intersection(&self, allowed: &Self) -> Self {
        Self(self.iter().filter(|scope| allowed.0.contains(scope)).cloned().collect())
    }

    /// Those of `self`, then those of `others` that are new.
    #[must_use]
    pub fn union(&self, others: &Self) -> Self {
        Self::collect(self.iter().chain(others.iter()).cloned())
    }

    /// `self` without one scope.
    #[must_use]
    pub fn without(&self, scope: &str) -> Self {
        Self(self.iter().filter(|held| held.as_str() != scope).cloned().collect())
    }
}

impl FromStr for Scopes {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let mut set = Vec::new();
        for part in text.split(' ').filter(|part| !part.is_empty()) {
            let scope: Scope = part.parse()?;
            if !set.contains(&scope) {
                set.push(scope);
            }
        }
        if set.len() > Self::MAX_COUNT { Err(InvalidScope) } else { Ok(Self(set)) }
    }
}

impl TryFrom<String> for Scopes {
    type Error = InvalidScope;

    fn try_from(text: String) -> Result<Self, InvalidScope> {
        text.parse()
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scopes(text: &str) -> Scopes {
        text.parse().unwrap()
    }

    #[test]
    fn keeps_the_order_and_drops_repeats() {
        assert_eq!(scopes("  b a  b ").to_string(), "b a");
    }

    #[test]
    fn refuses_what_the_grammar_does_not_have() {
        for text in ["a\tb", "\"a\"", "a\\b", "ä", "a\u{7f}"] {
            assert_eq!(text.parse::<Scopes>(), Err(InvalidScope), "{text}");
        }
        assert_eq!("x".repeat(129).parse::<Scopes>(), Err(InvalidScope));
    }

    #[test]
    fn refuses_too_many() {
        let many = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert!(many(32).parse::<Scopes>().is_ok());
        assert_eq!(many(33).parse::<Scopes>(), Err(InvalidScope));
    }

    #[test]
    fn set_operations() {
        let held = scopes("todos:read todos:write email");
        assert!(held.contains_all(&scopes("email todos:read")));
        assert!(!held.contains_all(&scopes("email openid")));
        assert_eq!(held.intersection(&scopes("email openid")).to_string(), "email");
        assert_eq!(scopes("a b").union(&scopes("b c")).to_string(), "a b c");
    }

    proptest! {
        #[test]
        fn text_form_goes_both_ways(words in proptest::collection::vec("[!#-\\[\\]-~]{1,20}", 0..10)) {
            let set = scopes(&words.join(" "));
            prop_assert_eq!(scopes(&set.to_string()), set);
        }
    }
}
