//! The rule for text that one party writes and another reads: what an agent adds and a person reads, the name under
//! which an app asks a person for access, a text of a person in the context of a model.
//!
//! What comes in is checked, and refused in words. What is stored is never refused: it is [shown](visible) without what the
//! rule would not take today.
//!
//! # What is refused
//! * characters that nobody sees, or that change how others are read: `General_Category` Cc, Cf, Co, Zl and Zp, noncharacters,
//!   `Default_Ignorable_Code_Point` (UAX #44), and plane 14 as a whole. They forge names, reorder what stands beside them, and
//!   carry messages that a model reads and its user does not;
//! * but not where spelling or an emoji needs them: both joiners beside letters of Arabic, Indic and related scripts
//!   (UAX #31 section 2.3), the vowel separator between letters of Mongolian, the joiner between emoji, variation selectors
//!   after the characters that have variants, and the tags of the three flags that UTS #51 recommends (England, Scotland,
//!   Wales). Tags anywhere else are refused: no system shows anything for them, so they could say anything;
//! * a text in which nothing can be seen at all;
//! * more than four nonspacing marks on top of each other (UTS #39 section 5.4);
//! * too many characters, counted as people count (grapheme clusters, UAX #29), or too many bytes.
//!
//! Characters that Unicode has not assigned yet pass, so that a new emoji is no error.
//!
//! # Layout
//! * [`check`], [`Limits`], [`Flaw`]: the rule for any text of one line;
//! * [`name`]: what a name must keep to besides, and which characters look alike (`confusables`);
//! * [`visible`], [`quoted`], [`shorten`]: how to show what somebody wrote;
//! * [`search`]: finding words in a text, in whatever case and composition.
//!
//! What would take large tables of Unicode is V8's in a Worker, and a crate's elsewhere (`unicode`). The small tables
//! (`characters`) are held against Unicode's own data by a test.

mod characters;
mod confusables;
mod line;
pub mod name;
pub mod search;
mod shown;
mod unicode;

pub use characters::{BLANK, HIDDEN, Range, is_hidden};
pub use line::{Flaw, Limits, check};
pub use shown::{quoted, shorten, visible};
pub use unicode::piles_marks;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
