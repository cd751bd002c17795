//! Identifiers in Stytch's format, `{kind}-{environment}-{uuid}`, and client identifiers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not an identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a valid identifier")
    }
}

impl std::error::Error for InvalidId {}

/// The UUID at the end of `{kind}-test-{uuid}` or `{kind}-live-{uuid}`.
fn uuid_of(kind: &str, text: &str) -> Option<Uuid> {
    let rest = text.strip_prefix(kind)?;
    let uuid = rest.strip_prefix("-test-").or_else(|| rest.strip_prefix("-live-"))?;
    // Only the hyphenated lower-case form: one user must have exactly one spelling.
    // `from_str` would say what is wrong with it.
    Uuid::try_parse(uuid).ok().filter(|parsed| parsed.hyphenated().to_string() == uuid)
}

/// What an identifier consists of. Boxed in each, as they are handed on everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Id {
    text: String,
    uuid: Uuid,
}

macro_rules! stytch_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(Box<Id>);

        impl $name {
            /// The identifier of a test project, which is what a self-contained deployment is.
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(Box::new(Id { text: format!(concat!($kind, "-test-{}"), uuid.hyphenated()), uuid }))
            }

            /// The UUID at the end of it: 36 characters in the text, hyphenated and in lower case.
            pub fn uuid(&self) -> Uuid {
                self.0.uuid
            }

            /// `{kind}-{environment}-{uuid}`, as on the wire and in storage.
            pub fn as_str(&self) -> &str {
                &self.0.text
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let uuid = uuid_of($kind, text).ok_or(InvalidId)?;
                Ok(Self(Box::new(Id { text: text.to_owned(), uuid })))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.text
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0.text)
            }
        }
    };
}

stytch_id! {
    /// A person: `user-test-…` or `user-live-…`.
    UserId, "user"
}
stytch_id! {
    /// An e-mail address of a person; also the method id of a one-time code sent to it.
    EmailId, "email"
}
stytch_id! {
    /// A login session.
    SessionId, "session"
}
stytch_id! {
    /// A client that registered itself here or was entered in a Stytch project.
    RegisteredClientId, "connected-app"
}

/// Any `client_id` (RFC 6749 appendix A.1: visible ASCII), at most 2,048 characters: a registered client's, or the
/// URL of a client id metadata document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ClientId(String);

impl ClientId {
    /// In bytes, which are as many characters. A URL of this length is also the longest that is
    /// [fetched](crate::fetch_policy::FetchUrl::MAX_LENGTH).
    pub const MAX_LENGTH: usize = 2048;

    /// The id as the client spells it. Two ids are the same if they are to the letter.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The registered client that this names, if it has that form.
    pub fn registered(&self) -> Option<RegisteredClientId> {
        self.0.parse().ok()
    }
}

impl FromStr for ClientId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for ClientId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let fits =
            (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err(InvalidId) }
    }
}

impl From<RegisteredClientId> for ClientId {
    fn from(id: RegisteredClientId) -> Self {
        Self(id.into())
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "0fe1c8f4-5b1a-4c55-8f5c-3d0d7b6d7a11";

    #[test]
    fn user_ids_of_both_environments_parse() {
        for environment in ["test", "live"] {
            let text = format!("user-{environment}-{UUID}");
            assert_eq!(text.parse::<UserId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_kinds_and_other_spellings_do_not() {
        for text in [
            String::new(),
            format!("user-{UUID}"),
            format!("user-test-{}", UUID.to_uppercase()),
            format!("user-test-{}", UUID.replace('-', "")),
            format!("user-test-{UUID} "),
            format!("connected-app-test-{UUID}"),
            format!("user-dev-{UUID}"),
        ] {
            assert_eq!(text.parse::<UserId>(), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn client_ids_are_visible_ascii() {
        assert!("https://claude.ai/oauth/client".parse::<ClientId>().is_ok());
        for text in ["", "a b", "a\n", "ü"] {
            assert_eq!(text.parse::<ClientId>(), Err(InvalidId));
        }
        assert_eq!("a".repeat(2049).parse::<ClientId>(), Err(InvalidId));
    }
}
