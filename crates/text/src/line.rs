//! The rule for a text of one line.

use crate::{characters, unicode};

/// How long a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In characters as people count them: grapheme clusters (UAX #29).
    pub characters: usize,
    /// In bytes of UTF-8, since one character may be many code points.
    pub bytes: usize,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing in it can be seen.
    Blank,
    /// It has a control character or the end of a line in it: `General_Category` Cc, Zl or Zp.
    Control,
    /// It has this character in it, which nobody sees and nothing beside it needs.
    Hidden(char),
    /// More than four nonspacing marks follow each other.
    PiledMarks,
    /// More characters than [`Limits::characters`].
    TooLong {
        /// How many characters it has.
        characters: usize,
    },
    /// More bytes than [`Limits::bytes`]. Beyond four times as many, the characters are not counted at all.
    TooLarge {
        /// How many bytes it has.
        bytes: usize,
    },
}

/// A text beyond so many times the bytes that it may have is not counted in characters.
const NOT_COUNTED: usize = 4;

/// Checks a text that somebody else will read.
///
/// # Errors
/// The first [`Flaw`] it has, in the order of the variants.
pub fn check(text: &str, limits: Limits) -> Result<(), Flaw> {
    if !characters::placed(text).any(|(char, _)| characters::is_seen(char)) {
        return Err(Flaw::Blank);
    }
    if let Some((char, _)) = characters::placed(text).find(|(_, is_placed)| !is_placed) {
        return Err(if characters::is_control(char) { Flaw::Control } else { Flaw::Hidden(char) });
    }
    if unicode::piles_marks(text) {
        return Err(Flaw::PiledMarks);
    }
    let bytes = text.len();
    if bytes <= limits.bytes.saturating_mul(NOT_COUNTED) || text.is_ascii() {
        let characters = count(text, limits.characters);
        if characters > limits.characters {
            return Err(Flaw::TooLong { characters });
        }
    }
    if bytes > limits.bytes { Err(Flaw::TooLarge { bytes }) } else { Ok(()) }
}

/// How many characters a text has; code points are counted instead where even those are no more than `enough`.
pub(crate) fn count(text: &str, enough: usize) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let code_points = text.chars().count();
    if code_points <= enough { code_points } else { unicode::graphemes(text) }
}
