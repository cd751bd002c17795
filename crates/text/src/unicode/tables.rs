//! Outside of a Worker: by crates that have Unicode's tables.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{M}+").ok());
static PILE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+").ok());

pub(super) fn piles_marks(text: &str) -> bool {
    PILE.as_ref().is_some_and(|pile| pile.is_match(text))
}

pub(super) fn without_piles(text: &str) -> String {
    replaced(PILE.as_ref(), text, "$1")
}

pub(super) fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

pub(super) fn end_of_grapheme(text: &str, graphemes: usize) -> usize {
    text.grapheme_indices(true).nth(graphemes).map_or(text.len(), |(start, _)| start)
}

pub(super) fn folded(text: &str) -> String {
    capitals(text).replace("I\u{307}", "I").nfkc().collect()
}

pub(super) fn base_letters(text: &str) -> String {
    replaced(MARKS.as_ref(), &capitals(text).nfkd().collect::<String>(), "")
}

pub(super) fn is_alphanumeric(char: char) -> bool {
    char.is_alphanumeric()
}

pub(super) fn is_alphabetic(char: char) -> bool {
    char.is_alphabetic()
}

/// By way of small letters: of some letters only those have capitals that others share (ẞ, ß, SS).
fn capitals(text: &str) -> String {
    text.nfkd().collect::<String>().to_lowercase().to_uppercase()
}

fn replaced(pattern: Option<&Regex>, text: &str, with: &str) -> String {
    pattern.map_or(Cow::Borrowed(text), |pattern| pattern.replace_all(text, with)).into_owned()
}
