//! E-mail addresses as the name of an account.

mod punycode;

use std::fmt;

use serde::Serialize;

use crate::stored::Stored;

/// An address in the one spelling that names an account.
///
/// The part before the `@` is lower-case and composed (NFC). RFC 5321 lets a mail host tell `Ada@` from `ada@`; none in use does,
/// and two accounts that differ only so would be a trap. The domain is what UTS #46 makes of it, in its Unicode form, which is
/// how accounts were named from the first version on: `ada@Bücher.example`, `ada@bücher。example` and
/// `ada@xn--bcher-kva.example` are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// What it takes of Unicode's tables to bring an address into its one spelling. The caller's platform has them.
#[derive(Clone, Copy)]
pub struct Unicode {
    /// A text in lower case (Unicode Standard section 3.13, toLowercase).
    pub lower_case: fn(&str) -> String,
    /// A text in canonical composition (NFC, UAX #15).
    pub composed: fn(&str) -> String,
    /// The ASCII form of a domain, as URLs have it (UTS #46; URL Standard, "domain to ASCII"); `None` for what is none.
    pub domain_to_ascii: fn(&str) -> Option<String>,
}

/// RFC 5321 section 4.5.3.1, in bytes.
const MAX_LOCAL_LENGTH: usize = 64;
/// RFC 1035 section 2.3.4.
const MAX_LABEL_LENGTH: usize = 63;

/// What the part before the `@` cannot have: quoting and comments are not taken.
const FORBIDDEN: &str = "@\"<>()[],;:\\";

/// How the ASCII form of a label begins that has another one (RFC 3492, RFC 5890 section 2.3.2.1).
const PUNYCODE: &str = "xn--";

impl EmailAddress {
    /// RFC 5321 section 4.5.3.1: 254 characters in all, with the domain in ASCII.
    pub const MAX_LENGTH: usize = 254;

    /// Reads an address; `None` for what no mail could be sent to, or what its reader could not tell from another address.
    /// Quoted local parts and addresses of hosts by number are not taken.
    pub fn parse(text: &str, unicode: Unicode) -> Option<Self> {
        let text = text.trim();
        if text.len() > 4 * Self::MAX_LENGTH || text.chars().any(text::is_hidden) || text::piles_marks(text) {
            return None;
        }
        let (local, domain) = text.rsplit_once('@')?;
        let local = (unicode.lower_case)(local);
        let local = if local.is_ascii() { local } else { (unicode.composed)(&local) };
        if !(1..=MAX_LOCAL_LENGTH).contains(&local.len())
            || local.contains(|c: char| c.is_whitespace() || FORBIDDEN.contains(c))
        {
            return None;
        }
        let ascii = domain_in_ascii(domain, unicode)?;
        if local.len() + 1 + ascii.len() > Self::MAX_LENGTH {
            return None;
        }
        Some(Self(format!("{local}@{}", domain_in_unicode(&ascii, unicode)?)))
    }

    /// The spelling that the first versions named an account by, where they took the address at all: they lower-cased it, and
    /// that was all. Accounts of that time are stored under it.
    pub fn as_first_spelled(text: &str, unicode: Unicode) -> Option<Self> {
        let text = (unicode.lower_case)(text.trim());
        (text.len() <= Self::MAX_LENGTH && text.contains('@')).then_some(Self(text))
    }

    /// `local@domain`, the domain in Unicode: the name of the account. For sending mail there is [`Self::on_envelope`].
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as it stands on an envelope, its domain in ASCII (RFC 5891 section 4.4), unless it has no such form: addresses of the
    /// first versions were not looked at.
    pub fn on_envelope(&self, unicode: Unicode) -> String {
        let Some((local, domain)) = self.0.rsplit_once('@').filter(|(_, domain)| !domain.is_ascii()) else {
            return self.0.clone();
        };
        (unicode.domain_to_ascii)(domain).map_or_else(|| self.0.clone(), |ascii| format!("{local}@{ascii}"))
    }
}

/// The domain of an address in ASCII, if it can be one.
fn domain_in_ascii(domain: &str, unicode: Unicode) -> Option<String> {
    // A platform that reads it as a URL's host must see nothing of a URL in it.
    if domain.chars().any(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.')) {
        return None;
    }
    let lower = domain.to_ascii_lowercase();
    let is_plain = lower.is_ascii() && !lower.split('.').any(|label| label.starts_with(PUNYCODE));
    let ascii = if is_plain { lower } else { (unicode.domain_to_ascii)(domain)? };
    let label_is_fine = |label: &str| {
        (1..=MAX_LABEL_LENGTH).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let (_, top) = ascii.rsplit_once('.')?;
    let is_number = top.bytes().all(|byte| byte.is_ascii_digit());
    (!is_number && ascii.split('.').all(label_is_fine)).then_some(ascii)
}

/// The Unicode form of a domain that is in ASCII; `None` where the ASCII form is not that of any.
fn domain_in_unicode(ascii: &str, unicode: Unicode) -> Option<String> {
    let labels = ascii.split('.').map(|label| match label.strip_prefix(PUNYCODE) {
        Some(encoded) => punycode::decoded(encoded),
        None => Some(label.to_owned()),
    });
    let domain = labels.collect::<Option<Vec<_>>>()?.join(".");
    // Anything can be written in Punycode: letters that would have been mapped, characters that no domain has.
    let is_its_own = domain == ascii || (unicode.domain_to_ascii)(&domain).as_deref() == Some(ascii);
    (is_its_own && !domain.chars().any(text::is_hidden)).then_some(domain)
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
    use proptest::prelude::*;

    /// As much of Unicode as these tests need. What the platform makes of addresses the suites see.
    const UNICODE: Unicode = Unicode {
        lower_case: str::to_lowercase,
        composed: |text| text.replace("e\u{301}", "é"),
        domain_to_ascii: |domain| {
            let mapped = domain.to_lowercase().replace('。', ".").replace('ａ', "a");
            let labels = mapped.split('.').map(|label| {
                let encoded = idna::punycode::encode_str(label)?;
                Some(if label.is_ascii() { label.to_owned() } else { format!("xn--{encoded}") })
            });
            Some(labels.collect::<Option<Vec<_>>>()?.join("."))
        },
    };

    fn parse(text: &str) -> Option<String> {
        EmailAddress::parse(text, UNICODE).map(|address| address.to_string())
    }

    #[test]
    fn one_account_has_one_spelling() {
        for (text, spelling) in [
            (" Ada.Lovelace+todo@Example.COM ", "ada.lovelace+todo@example.com"),
            ("ada@bücher.example", "ada@bücher.example"),
            ("ada@BÜCHER.example", "ada@bücher.example"),
            ("ada@bücher。example", "ada@bücher.example"),
            ("ada@xn--bcher-kva.example", "ada@bücher.example"),
            ("ada@XN--BCHER-KVA.example", "ada@bücher.example"),
            ("ada@ａ.example", "ada@a.example"),
            ("rene\u{301}@a.example", "rené@a.example"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(spelling), "{text}");
            assert_eq!(parse(spelling).as_deref(), Some(spelling), "{spelling}");
        }
    }

    #[test]
    fn an_envelope_is_in_ascii() {
        let on_envelope = |text| EmailAddress::parse(text, UNICODE).unwrap().on_envelope(UNICODE);
        assert_eq!(on_envelope("ada@Bücher.example"), "ada@xn--bcher-kva.example");
        assert_eq!(on_envelope("ada@b.example"), "ada@b.example");
    }

    #[test]
    fn what_the_first_versions_named_an_account_by() {
        let first = |text| EmailAddress::as_first_spelled(text, UNICODE).map(|address| address.to_string());
        assert_eq!(first(" Ada@XN--bcher-kva.example ").as_deref(), Some("ada@xn--bcher-kva.example"));
        assert_eq!(first("ada@ａ.example").as_deref(), Some("ada@ａ.example"));
        assert_eq!(first("ada"), None);
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
            "a@b.example.",
            "a@b.example:25",
            "a@b.example/c",
            "a@b%2eexample",
            "a@127.0.0.1",
            "a@xn--.example",
            "a@xn--a.example",
            "a@xn--bcher-2pa.example",
            "a@b.example\r\nbcc: x@y.example",
            "<ada@b.example>",
            "\"a\"@b.example",
            "a@[127.0.0.1]",
            "a\u{200b}da@b.example",
            "a\u{ad}da@b.example",
            "ada\u{e0041}@b.example",
            "ada@b\u{3164}b.example",
            "a\u{300}\u{301}\u{302}\u{303}\u{304}da@b.example",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&format!("{}@b.example", "a".repeat(65))), None);
        assert_eq!(parse(&format!("a@{}.example", "b.".repeat(130))), None);
        assert_eq!(parse(&format!("a@{}.example", "b".repeat(64))), None);
    }

    proptest! {
        /// A plain address is what it was before there was more to it than lower case.
        #[test]
        fn plain_addresses_keep_their_spelling(text in "[a-zA-Z0-9.+_-]{1,20}@[a-zA-Z0-9-]{1,10}\\.[a-z]{2,5}") {
            if let Some(address) = parse(&text) {
                prop_assert_eq!(Some(address), EmailAddress::as_first_spelled(&text, UNICODE).map(|first| first.to_string()));
            }
        }

        #[test]
        fn any_text_is_refused_without_harm(text in "\\PC{0,40}@?\\PC{0,40}") {
            if let Some(address) = parse(&text) {
                prop_assert_eq!(parse(&address), Some(address));
            }
        }
    }
}
