//! Base64 with padding (RFC 4648 section 4), as values of the protocol have it. By way of the alphabet for URLs, in which tokens and seals are
//! written: coding is compiled for each alphabet.

use base64ct::{Base64UrlUnpadded, Encoding as _};

pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = Base64UrlUnpadded::encode_string(bytes).into_bytes();
    for byte in &mut text {
        match byte {
            b'-' => *byte = b'+',
            b'_' => *byte = b'/',
            _ => {}
        }
    }
    while !text.len().is_multiple_of(4) {
        text.push(b'=');
    }
    String::from_utf8(text).unwrap_or_default()
}

/// `None`: it is not Base64, or not as [`encode`] writes it.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    if !text.len().is_multiple_of(4) || text.contains(['-', '_']) {
        return None;
    }
    let digits: String = digits
        .chars()
        .map(|digit| match digit {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    Base64UrlUnpadded::decode_vec(&digits).ok()
}

#[cfg(test)]
mod tests {
    use base64ct::Base64;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_base64_as_the_library_has_it(bytes: Vec<u8>, text in "[A-Za-c0-3+/_=-]{0,9}={0,3}") {
            let encoded = encode(&bytes);
            prop_assert_eq!(&encoded, &Base64::encode_string(&bytes));
            prop_assert_eq!(decode(&encoded), Some(bytes));
            prop_assert_eq!(decode(&text), Base64::decode_vec(&text).ok());
        }
    }
}
