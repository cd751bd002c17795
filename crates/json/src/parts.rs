//! The parts of an object or a list: the values that stand in it.

/// What is left of an object or a list, whose text is valid. Of an object each name is a part, and each value.
pub(crate) struct Parts<'a>(&'a str);

impl<'a> Parts<'a> {
    /// Of all that stands between the brackets.
    pub(crate) fn of(text: &'a str) -> Self {
        Self(text.get(1..).unwrap_or_default())
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let start = self.0.trim_start_matches([' ', '\t', '\n', '\r', ',', ':']);
        let (part, rest) = start.split_at_checked(length(start))?;
        self.0 = rest;
        (!part.is_empty()).then_some(part)
    }
}

/// The length of the value that a text begins with, in bytes; 0 where none does.
fn length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (0_usize, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += string_length(bytes.get(at..).unwrap_or_default()),
            b'{' | b'[' => {
                (at, open) = (at + 1, open + 1);
                continue;
            }
            b'}' | b']' if open > 0 => (at, open) = (at + 1, open - 1),
            b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if open == 0 => return at,
            _ => {
                at += 1;
                continue;
            }
        }
        if open == 0 {
            return at;
        }
    }
    at
}

/// The length of the string that a text begins with, in bytes, quotes included.
pub(crate) fn string_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'"' if !is_escaped => return at + 1,
            b'\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn the_parts_of_a_list_are_those_that_serde_json_finds() {
        for text in [
            "[]",
            "[ \n]",
            "[1]",
            "[-1.5e+3 ,true\t, null]",
            r#"["",",", "]", "\"", "\\", "\\\"[", "{"]"#,
            r#"[[],{},[[]],{"a":[1,{"b":"}"}]} , [ "[" , 2 ] ]"#,
            r#"[{"]":"}"},"\u005d",[1,2] ]"#,
        ] {
            let theirs: Vec<&RawValue> = serde_json::from_str(text).unwrap();
            let theirs: Vec<_> = theirs.into_iter().map(RawValue::get).collect();
            assert_eq!(Parts::of(text).collect::<Vec<_>>(), theirs, "{text}");
        }
    }

    #[test]
    fn the_parts_of_an_object_are_its_names_and_values_in_turn() {
        let text = r#"{ "a" : 1 , "b\"" :{"c":[]},"":""}"#;
        assert_eq!(
            Parts::of(text).collect::<Vec<_>>(),
            [r#""a""#, "1", r#""b\"""#, r#"{"c":[]}"#, r#""""#, r#""""#]
        );
        assert_eq!(Parts::of("{}").next(), None);
    }

    #[test]
    fn what_is_not_valid_has_an_end() {
        for text in ["", "[", "]", "[\"", "[\"\\", "{[", "[}]", "[1", "[é", "\u{feff}[1]"] {
            assert!(Parts::of(text).count() < 4, "{text}");
        }
    }
}
