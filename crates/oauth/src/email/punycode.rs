//! Punycode (RFC 3492), the one way from it: the platform's `URL` makes it, and takes none back.

/// The parameters of Punycode (RFC 3492 section 5).
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;

/// The label that this one stands for, which comes without its `xn--`; `None` if it stands for none (RFC 3492 section 6.2).
pub(super) fn decoded(label: &str) -> Option<String> {
    // "If more than zero code points were consumed then consume one more": a label that begins with its only hyphen has a wrong digit.
    let (basic, encoded) =
        label.rsplit_once('-').filter(|(basic, _)| !basic.is_empty()).unwrap_or(("", label));
    if !basic.is_ascii() {
        return None;
    }
    let mut decoded: Vec<char> = basic.chars().collect();
    let (mut code_point, mut place, mut bias) = (INITIAL_N, 0_u32, INITIAL_BIAS);
    let mut digits = encoded.bytes().map(digit_of);
    while let Some(first) = digits.next() {
        let before = place;
        let (mut digit, mut weight, mut position) = (first?, 1_u32, BASE);
        loop {
            place = place.checked_add(digit.checked_mul(weight)?)?;
            let threshold = position.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            position = position.checked_add(BASE)?;
            digit = digits.next()??;
        }
        let length = u32::try_from(decoded.len()).ok()?.checked_add(1)?;
        bias = adapted(place - before, length, before == 0);
        code_point = code_point.checked_add(place / length)?;
        place %= length;
        decoded.insert(usize::try_from(place).ok()?, char::from_u32(code_point)?);
        place += 1;
    }
    Some(decoded.into_iter().collect())
}

/// The value of a digit, of whichever case (RFC 3492 section 5).
fn digit_of(digit: u8) -> Option<u32> {
    match digit {
        b'a'..=b'z' => Some(u32::from(digit - b'a')),
        b'A'..=b'Z' => Some(u32::from(digit - b'A')),
        b'0'..=b'9' => Some(u32::from(digit - b'0') + 26),
        _ => None,
    }
}

/// The bias of the next number (RFC 3492 section 6.1).
fn adapted(delta: u32, length: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / length;
    let mut bias = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        bias += BASE;
    }
    bias + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_samples_of_the_specification_are_decoded() {
        // RFC 3492 section 7.1: (B), (D), (L), (S).
        for (label, text) in [
            ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
            ("Proprostnemluvesky-uyb24dma41a", "Pročprostěnemluvíčesky"),
            ("3B-ww4c5e180e575a65lsy2b", "3年B組金八先生"),
            ("-> $1.00 <--", "-> $1.00 <-"),
            ("bcher-kva", "bücher"),
            ("", ""),
        ] {
            assert_eq!(decoded(label).as_deref(), Some(text), "{label}");
        }
        for label in ["bcher-kv!", "ü", "ü-kva", "99999999", "a-9", "bcher-kv", "0-ekwn83k9"] {
            assert_eq!(decoded(label), idna::punycode::decode_to_string(label), "{label}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(text in "[a-zäöüß\u{4e00}-\u{9fff}\u{1f300}-\u{1f6ff}0-9-]{1,40}") {
            let encoded = idna::punycode::encode_str(&text).unwrap();
            prop_assert_eq!(decoded(&encoded), Some(text));
        }

        #[test]
        fn any_text_is_decoded_as_elsewhere(label in "[a-zA-Z0-9-]{0,24}") {
            prop_assert_eq!(decoded(&label), idna::punycode::decode_to_string(&label));
        }
    }
}
