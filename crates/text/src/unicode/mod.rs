//! What would take large tables of Unicode: V8 has them in a Worker (`v8`), crates elsewhere (`tables`). Texts in ASCII need
//! neither, so they cross into JavaScript never, others a few times each. A suite holds both to the same samples
//! (`tests/samples.json`).

#[cfg(not(target_family = "wasm"))]
mod tables;
#[cfg(target_family = "wasm")]
mod v8;

#[cfg(not(target_family = "wasm"))]
use tables as of;
#[cfg(target_family = "wasm")]
use v8 as of;

/// Characters below this one carry no marks, and are none.
const FIRST_MARK: char = '\u{300}';

/// Whether somewhere in a text more than four nonspacing marks follow each other (UTS #39 section 5.4).
pub fn piles_marks(text: &str) -> bool {
    text.chars().any(|char| char >= FIRST_MARK) && of::piles_marks(text)
}

/// A text in which no more than four nonspacing marks follow each other.
pub(crate) fn without_piles(text: &str) -> String {
    of::without_piles(text)
}

/// How many grapheme clusters a text has (UAX #29, extended).
pub(crate) fn graphemes(text: &str) -> usize {
    of::graphemes(text)
}

/// Where in a text, in bytes, the first so many grapheme clusters end.
pub(crate) fn end_of_grapheme(text: &str, graphemes: usize) -> usize {
    of::end_of_grapheme(text, graphemes)
}

/// A text in the form in which texts are compared: in capitals, where those of one letter may be two (`ß`, `SS`), without
/// the dot that tells `İ` from `I`, and composed after compatibility decomposition (NFKC, UAX #15).
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { of::folded(text) }
}

/// A text in capitals, with compatibility forms replaced and without marks.
pub(crate) fn base_letters(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { of::base_letters(text) }
}

/// Whether a character is a letter or a digit of any script: `Alphabetic`, or of `General_Category` N (UAX #44).
pub(crate) fn is_alphanumeric(char: char) -> bool {
    if char.is_ascii() { char.is_ascii_alphanumeric() } else { of::is_alphanumeric(char) }
}

/// Whether a character is a letter of any script: `Alphabetic` (UAX #44).
pub(crate) fn is_alphabetic(char: char) -> bool {
    if char.is_ascii() { char.is_ascii_alphabetic() } else { of::is_alphabetic(char) }
}
