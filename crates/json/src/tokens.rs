//! JSON as it is taken in, before a type is made of it: a member that stands twice is found, and whole numbers are read as such
//! however they are written.
//!
//! All of it looks at text, since a parsed value no longer tells. The text is valid JSON already: `serde_json` has seen it.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::raw::RAW;

/// The most digits of a whole number that is written out: those of the largest of 64 bits.
const MAX_DIGITS: usize = 20;

/// How deep objects are looked into. What lies deeper is not read by anybody: `serde_json` decodes a value that is at most 127 levels
/// deep, and in nothing that is read as a type does a value stand deeper than some ten levels.
const MAX_DEPTH: usize = 160;

/// A part of JSON text: a string with its quotes, a number, or one character of whatever else there is.
enum Token<'a> {
    Text(&'a str),
    Number(&'a str),
    Other(&'a str),
}

/// The parts of a JSON text. Joined they are that text.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = self.0.chars().next()?;
        let (make, length): (fn(&'a str) -> Token<'a>, usize) = match first {
            '"' => (Token::Text, text_length(self.0)),
            '-' | '0'..='9' => (Token::Number, self.0.bytes().take_while(|byte| is_of_number(*byte)).count()),
            other => (Token::Other, other.len_utf8()),
        };
        let (token, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(make(token))
    }
}

/// The length of the string that a text begins with, in bytes, quotes included.
fn text_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return index + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// The same text with every whole number written in digits alone, so that a type which asks for an integer gets one:
/// `10.0`, `1e1` and `-0` are integers (JSON Schema 2020-12, Validation, section 6.1.1: "any number with a zero fractional
/// part"). Exact, as no number is computed: digits are moved. A number too large for 64 bits stays as it is.
pub fn whole_numbers(text: &str) -> Cow<'_, str> {
    let is_written_otherwise = |token| matches!(token, Token::Number(number) if whole(number).is_some());
    if !Tokens(text).any(is_written_otherwise) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    for token in Tokens(text) {
        match token {
            Token::Number(number) => written.push_str(whole(number).as_deref().unwrap_or(number)),
            Token::Text(part) | Token::Other(part) => written.push_str(part),
        }
    }
    Cow::Owned(written)
}

/// Whether a JSON value is a whole number. Of those that are not written in digits alone, only such as have at most twenty digits.
pub fn is_whole_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && (digits.bytes().all(|byte| byte.is_ascii_digit()) || whole(value).is_some())
}

/// Whether a string in the text has one half of a surrogate pair, as programs make that cut text in the middle of an emoji. JSON
/// allows it (RFC 8259 section 8.2), and it is no text.
pub fn has_half_of_a_pair(text: &str) -> bool {
    Tokens(text).any(|token| matches!(token, Token::Text(text) if unquoted(text).is_none()))
}

/// A number in digits alone; `None` if it stands so already, is not whole, or has more than [`MAX_DIGITS`].
fn whole(number: &str) -> Option<String> {
    let (sign, unsigned) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{integer}{fraction}");
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return (number != "0").then(|| "0".to_owned());
    }
    let dropped = i64::try_from(digits.len() - significant.len()).ok()?;
    let zeros = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(dropped)?;
    let zeros = usize::try_from(zeros).ok()?;
    let significant = significant.trim_start_matches('0');
    if !unsigned.contains(['.', 'e', 'E']) || significant.len().checked_add(zeros)? > MAX_DIGITS {
        return None;
    }
    Some(format!("{sign}{significant}{}", "0".repeat(zeros)))
}

/// The name of a member on which readers may disagree, if there is one, down to a depth of 160, below which no value is read.
///
/// That is one that an object has twice: readers differ in which of them counts ("The names within an object SHOULD be unique", RFC 8259
/// section 4). And it is the name by which `serde_json` knows values that it keeps as text: of a `Value` it would read what stands in that
/// text, which no other reader does.
pub fn disputed_member(text: &str) -> Option<Cow<'_, str>> {
    let mut depth = 0_usize;
    // For each object that is open: what it has so far. JSON's own map is compiled anyway, and a `BTreeSet` would be five kilobytes more.
    let mut open: Vec<Map<String, Value>> = Vec::new();
    let mut last: Option<&str> = None;
    for token in Tokens(text) {
        match token {
            Token::Text(text) => last = Some(text),
            // Only the name of a member stands before a colon.
            Token::Other(":") => {
                let written = last.take()?;
                // One with half of a surrogate pair is compared as it is written.
                let name = unquoted(written).unwrap_or(Cow::Borrowed(written));
                if name == RAW {
                    return Some(name);
                }
                if depth <= MAX_DEPTH
                    && open.last_mut()?.insert(name.as_ref().to_owned(), Value::Null).is_some()
                {
                    return Some(name);
                }
            }
            Token::Other("{") => {
                depth += 1;
                if depth <= MAX_DEPTH {
                    open.push(Map::new());
                }
            }
            Token::Other("}") => {
                if depth <= MAX_DEPTH {
                    open.pop();
                }
                depth = depth.saturating_sub(1);
            }
            Token::Number(_) | Token::Other(_) => {}
        }
    }
    None
}

/// What a JSON string says.
fn unquoted(text: &str) -> Option<Cow<'_, str>> {
    match text.strip_prefix('"')?.strip_suffix('"')? {
        inner if inner.contains('\\') => crate::from_str(text).ok().map(Cow::Owned),
        inner => Some(Cow::Borrowed(inner)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_whole_number_is_whole_however_it_is_written() {
        for (written, read) in [
            ("10.0", "10"),
            ("1e1", "10"),
            ("1.0E+1", "10"),
            ("100e-1", "10"),
            ("1.50e1", "15"),
            ("-2.0", "-2"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("0.0e5", "0"),
            ("0e-9", "0"),
            // Beyond 2^53 a double would be another number.
            ("9007199254740993.0", "9007199254740993"),
            ("18446744073709551615.0", "18446744073709551615"),
            ("1844674407370955161500e-2", "18446744073709551615"),
            // As they are.
            ("0", "0"),
            ("10", "10"),
            ("-7", "-7"),
            ("1.5", "1.5"),
            ("15e-1", "15e-1"),
            ("1e400", "1e400"),
            ("1e99999999999999999999", "1e99999999999999999999"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ] {
            assert_eq!(whole_numbers(written), read, "{written}");
        }
        let text = r#"{"a":[1.0,"2.0 \" 3.0\\",{"4.0":5e0}],"e":"E","n":null}"#;
        assert_eq!(whole_numbers(text), r#"{"a":[1,"2.0 \" 3.0\\",{"4.0":5}],"e":"E","n":null}"#);
    }

    #[test]
    fn a_disputed_member_is_found_however_deep_and_however_it_is_spelt() {
        for (text, name) in [
            (r#"{"a":1,"a":1}"#, Some("a")),
            (r#"{"a":1,"\u0061":2}"#, Some("a")),
            (r#"[{"x":[{"b":"b","c":{"b":1,"d":2,"d":3}}]}]"#, Some("d")),
            (r#"{"a":"a","b":"a","c":["a","a"]}"#, None),
            (r#"{"a":{"a":{"a":1}},"b":{"a":1}}"#, None),
            (r#"{"a":":","b":"\",\"a\":"}"#, None),
            ("7", None),
            (r#"{"a":{"$serde_json::private::RawValue":"{\"b\":1,\"b\":2}"}}"#, Some(RAW)),
            (r#"[{"\u0024serde_json::private::RawValue":"7"}]"#, Some(RAW)),
            (r#"{"a":"$serde_json::private::RawValue"}"#, None),
            // A name that is no text is passed over by whoever does not want its object; what comes after it counts.
            (r#"{"x":{"\ud800":1},"a":{"b":1,"b":2}}"#, Some("b")),
            (r#"{"\ud800":1,"\ud800":2}"#, Some(r#""\ud800""#)),
        ] {
            assert_eq!(disputed_member(text).as_deref(), name, "{text}");
        }
        let deep = r#"{"a":"#.repeat(100_000);
        assert_eq!(disputed_member(&deep), None);
        for depth in [1, 126, 127, 128, 137] {
            let text = format!("{}{{\"d\":1,\"d\":2}}{}", "{\"a\":".repeat(depth), "}".repeat(depth));
            assert_eq!(
                disputed_member(&text).as_deref(),
                Some("d"),
                "at depth {depth}, where a value may still stand"
            );
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1.0e9_f64..1.0e9).prop_map(Value::from),
            any::<i32>().prop_map(|whole| Value::from(f64::from(whole))),
            "[a-z\"\\\\:{}0-9.]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[a-c\"\\\\]{0,2}", inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Equal, with numbers compared as numbers.
    fn same(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
            }
            (one, other) => one == other,
        }
    }

    proptest! {
        #[test]
        fn nothing_but_the_writing_of_numbers_changes(value in any_json()) {
            let text = value.to_string();
            let read: Value = serde_json::from_str(&whole_numbers(&text)).unwrap();
            prop_assert!(same(&value, &read), "{text}");
            prop_assert_eq!(disputed_member(&text), None);
        }

        #[test]
        fn an_integer_comes_through_every_way_of_writing_it(value: i64, shift in 0_usize..8, upper: bool) {
            let text = value.to_string();
            let exponent = if upper { "E+" } else { "e" };
            let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
            let at = digits.len().saturating_sub(shift).max(1);
            let (integer, fraction) = digits.split_at(at);
            for written in [
                format!("{text}.0"),
                format!("{text}.000e0"),
                format!("{text}00e-2"),
                format!("{sign}{integer}.{fraction}0{exponent}{}", fraction.len()),
            ] {
                let read: i64 = serde_json::from_str(&whole_numbers(&written)).unwrap();
                prop_assert_eq!(read, value, "{}", written);
            }
        }
    }
}
