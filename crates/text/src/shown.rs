//! How to show what somebody wrote.

use std::borrow::Cow;

use crate::{characters, line::count, unicode};

/// A text without what the rule refuses in it: hidden characters are left out, the end of a line becomes a space, and of marks
/// on top of each other four stay. For what is stored; what came in under today's rule is not changed.
pub fn visible(text: &str) -> Cow<'_, str> {
    // Most texts have nothing else, and need no look at each character by Unicode's rules.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut shown = Cow::Borrowed(text);
    if characters::placed(text).any(|(_, is_placed)| !is_placed) {
        shown = characters::placed(text)
            .filter_map(|(char, is_placed)| match (is_placed, characters::is_control(char)) {
                (true, _) => Some(char),
                (false, true) => Some(' '),
                (false, false) => None,
            })
            .collect::<String>()
            .into();
    }
    if unicode::piles_marks(&shown) { unicode::without_piles(&shown).into() } else { shown }
}

/// A text as a quotation, for a model: between “ and ”, which it cannot end by itself, since quotation marks of that kind
/// and backslashes in it are preceded by a backslash.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(6));
    quoted.push('“');
    for char in visible(text).chars() {
        if matches!(char, '“' | '”' | '\\') {
            quoted.push('\\');
        }
        quoted.push(char);
    }
    quoted.push('”');
    quoted
}

/// The beginning of a text: at most so many characters, as people count them. What is cut off is `…`, the last of them.
pub fn shorten(text: &str, characters: usize) -> Cow<'_, str> {
    if count(text, characters) <= characters {
        return Cow::Borrowed(text);
    }
    let kept = characters.saturating_sub(1);
    let beginning = if text.is_ascii() {
        text.get(..kept).unwrap_or_default()
    } else {
        text.get(..unicode::end_of_grapheme(text, kept)).unwrap_or_default()
    };
    // A joiner may have lost what it joined.
    Cow::Owned(visible(&format!("{}…", beginning.trim_end())).into_owned())
}
