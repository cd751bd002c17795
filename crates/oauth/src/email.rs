//! E-mail addresses as the name of an account.

use std::fmt;

use serde::Serialize;

use crate::stored::Stored;

/// An address in the one spelling that names an account: trimmed and lower-case.
///
/// RFC 5321 lets a mail host tell `Ada@` from `ada@`; none in use does, and two accounts that differ only so would be a trap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// RFC 5321 section 4.5.3.1: 254 characters in all, 64 before the `@`.
    pub const MAX_LENGTH: usize = 254;

    /// Reads an address; `None` for what no mail could be sent to. Quoted local parts and addresses of hosts by number
    /// are not taken.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        // Whoever reads the address could not tell it from another.
        if text.chars().any(text::is_hidden) {
            return None;
        }
        let (local, domain) = text.rsplit_once('@')?;
        let local_is_fine = (1..=64).contains(&local.len())
            && !local.contains(|c: char| c.is_whitespace() || c.is_control() || "@\"<>()[],;:\\".contains(c));
        let label_is_fine = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain_is_fine = domain.contains('.') && domain.split('.').all(label_is_fine);
        (text.len() <= Self::MAX_LENGTH && local_is_fine && domain_is_fine).then_some(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Stored for EmailAddress {
    /// Any text is one.
    fn stored(text: String) -> Option<Self> {
        Some(Self(text))
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_has_one_spelling() {
        let parse = |text| EmailAddress::parse(text).unwrap().to_string();
        assert_eq!(parse(" Ada.Lovelace+todo@Example.COM "), "ada.lovelace+todo@example.com");
        assert_eq!(parse("ada@bücher.example"), "ada@bücher.example");
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in [
            "",
            "@",
            "ada",
            "ada@",
            "@a.example",
            "ada@localhost",
            "a b@c.example",
            "a@b@c.example",
            "a@-b.example",
            "a@b..example",
            "a@b.example\r\nbcc: x@y.example",
            "<ada@b.example>",
            "\"a\"@b.example",
            "a@[127.0.0.1]",
            "a\u{200b}da@b.example",
            "ada\u{e0041}@b.example",
            "ada@b\u{3164}b.example",
        ] {
            assert_eq!(EmailAddress::parse(text), None, "{text}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@b.example", "a".repeat(65))), None);
        assert_eq!(EmailAddress::parse(&format!("a@{}.example", "b.".repeat(130))), None);
    }
}
