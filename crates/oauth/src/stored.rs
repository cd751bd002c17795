//! Reading what was written before.
//!
//! Rules bind what comes in, and never what is stored: they may become stricter, and a client that was registered, an account
//! that was made, a grant that was given under earlier ones stays. So values with rules have no [`Deserialize`] of their own.
//! What comes in is text and passes the value's `parse`; a struct that is read from storage, or from this code's own messages,
//! says `#[serde(deserialize_with = "stored::value")]`. A field with neither does not compile.
//!
//! Identifiers, scopes and digests need no such thing: their form is that of a specification and does not change.

use serde::{Deserialize, Deserializer, de};

/// A value with rules. In JSON it is a string.
pub trait Stored: Sized {
    /// Reads it as this version or any earlier one has written it; `None` for what none can have written.
    fn stored(text: String) -> Option<Self>;
}

/// A value, for `deserialize_with`.
///
/// # Errors
/// For what no version can have written.
pub fn value<'de, T: Stored, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    read(String::deserialize(deserializer)?)
}

/// A list of values. Goes with `default` where the member may be left out.
///
/// # Errors
/// For what no version can have written.
pub fn list<'de, T: Stored, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.into_iter().map(read).collect()
}

/// A list in which `null` stands for what was no value.
///
/// # Errors
/// For what no version can have written.
pub fn options<'de, T: Stored, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Option<T>>, D::Error> {
    let texts = Vec::<Option<String>>::deserialize(deserializer)?;
    texts.into_iter().map(|text| text.map(read).transpose()).collect()
}

fn read<T: Stored, E: de::Error>(text: String) -> Result<T, E> {
    T::stored(text).ok_or_else(|| E::custom("not a value that any version has written"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::registration::ClientMetadata;

    /// A registration as the first release wrote it, with what later rules may refuse.
    fn registration() -> Value {
        json!({
            "client_name": "Cla\u{202e}ude \u{e0041}",
            "redirect_uris": ["https:evil.example", "https://@a.example/cb?code=1", "http://0x7f.1/cb", "com.example:/cb"],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "post_logout_redirect_uris": ["https:///evil.example/bye"],
            "client_uri": "https://a.example/",
        })
    }

    #[test]
    fn a_stored_registration_is_read_and_written_again_as_it_is() {
        let read: ClientMetadata = json::from_value(&registration()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), registration());
    }
}
