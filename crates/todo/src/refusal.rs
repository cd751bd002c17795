//! Why a command was refused, in words for its sender.

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    MAX_KEY_CHARS, MAX_SEARCH_CHARS, MAX_TEXT_BYTES, MAX_TEXT_CHARS, MAX_TODOS, history::MAX_CHANGES,
};

/// How much of a todo's text a refusal repeats, in characters.
const MAX_REPEATED: usize = 60;

/// A command that was not carried out. Nothing has changed; the text says which limit was met and what would pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// After trimming nothing is left that can be seen.
    TextEmpty,
    /// More than [`MAX_TEXT_CHARS`] characters.
    TextTooLong {
        /// How many characters it has, as people count them.
        length: usize,
    },
    /// More than [`MAX_TEXT_BYTES`] bytes of UTF-8.
    TextTooLarge {
        /// How many bytes it has.
        bytes: usize,
    },
    /// A control character or the end of a line (Unicode categories Cc, Zl and Zp).
    TextHasControlCharacter,
    /// A character that nobody sees, where neither spelling nor an emoji needs it.
    TextHasHiddenCharacter {
        /// The first of them.
        character: char,
    },
    /// More than four marks on top of each other.
    TextHasPiledMarks,
    /// More than [`MAX_SEARCH_CHARS`] characters are looked for.
    SearchTooLong,
    /// The list already has [`MAX_TODOS`] todos.
    ListFull,
    /// No todo of this list has that id.
    UnknownTodo {
        /// The id as it was sent, whatever its form: the first 64 characters of it.
        id: String,
    },
    /// An idempotency key that is not 1 to 255 visible ASCII characters.
    BadIdempotencyKey,
    /// An idempotency key that was used for another text.
    IdempotencyKeyReused,
    /// Not a position that a page of this list gave.
    UnknownPosition,
    /// A due date that is no date of the calendar, written as `2026-11-30`.
    BadDueDate,
    /// The todo is not a version that the caller has seen.
    Outdated {
        /// The version that the todo has now ([`Todo::version`](crate::Todo::version)).
        version: u64,
    },
    /// The list has changed since the version that the person who agreed to the command was shown.
    ListChanged {
        /// The number of the newest change of the list.
        version: u64,
    },
    /// The history has no change of that number, or not any more.
    UnknownChange {
        /// The number that was asked for.
        number: u64,
    },
    /// A change cannot be taken back, since the todo of that text is no longer as the change left it.
    ChangedSince {
        /// The change that was to be taken back.
        number: u64,
        /// The text of the first todo that stands in the way.
        text: String,
    },
}

impl Refusal {
    /// A stable name of the reason, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TextEmpty => "text_empty",
            Self::TextTooLong { .. } => "text_too_long",
            Self::TextTooLarge { .. } => "text_too_large",
            Self::TextHasControlCharacter => "text_has_control_character",
            Self::TextHasHiddenCharacter { .. } => "text_has_hidden_character",
            Self::TextHasPiledMarks => "text_has_piled_marks",
            Self::SearchTooLong => "search_too_long",
            Self::ListFull => "list_full",
            Self::UnknownTodo { .. } => "unknown_todo",
            Self::BadIdempotencyKey => "bad_idempotency_key",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::UnknownPosition => "unknown_position",
            Self::BadDueDate => "bad_due_date",
            Self::Outdated { .. } => "outdated",
            Self::ListChanged { .. } => "list_changed",
            Self::UnknownChange { .. } => "unknown_change",
            Self::ChangedSince { .. } => "changed_since",
        }
    }

    /// The limit that was met, where the reason is one.
    pub fn limit(&self) -> Option<usize> {
        match self {
            Self::TextEmpty => Some(1),
            Self::TextTooLong { .. } => Some(MAX_TEXT_CHARS),
            Self::TextTooLarge { .. } => Some(MAX_TEXT_BYTES),
            Self::SearchTooLong => Some(MAX_SEARCH_CHARS),
            Self::ListFull => Some(MAX_TODOS),
            Self::BadIdempotencyKey => Some(MAX_KEY_CHARS),
            Self::TextHasControlCharacter
            | Self::TextHasHiddenCharacter { .. }
            | Self::TextHasPiledMarks
            | Self::UnknownTodo { .. }
            | Self::IdempotencyKeyReused
            | Self::UnknownPosition
            | Self::BadDueDate
            | Self::Outdated { .. }
            | Self::ListChanged { .. }
            | Self::UnknownChange { .. }
            | Self::ChangedSince { .. } => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TextEmpty => {
                write!(f, "The text is empty. A todo needs 1 to {MAX_TEXT_CHARS} characters that can be seen.")
            }
            Self::TextTooLong { length } => {
                write!(f, "The text has {length} characters; a todo may have at most {MAX_TEXT_CHARS}.")
            }
            Self::TextTooLarge { bytes } => {
                write!(f, "The text takes {bytes} bytes in UTF-8; a todo may take at most {MAX_TEXT_BYTES}.")
            }
            Self::TextHasHiddenCharacter { character } => {
                let code = u32::from(*character);
                write!(f, "The text has the character U+{code:04X} in it, which nobody sees there. Leave it out.")
            }
            Self::TextHasPiledMarks => f.write_str("The text has more than four marks on one character."),
            Self::SearchTooLong => {
                write!(f, "The words to look for may have at most {MAX_SEARCH_CHARS} characters.")
            }
            Self::TextHasControlCharacter => {
                f.write_str("The text contains a control character, such as a line break. A todo is one line of plain text.")
            }
            Self::ListFull => {
                write!(f, "The list has {MAX_TODOS} todos, which is the most it can hold. Delete some to make room.")
            }
            Self::UnknownTodo { id } => write!(f, "There is no todo with the id {} in this list.", text::quoted(id)),
            Self::BadIdempotencyKey => f.write_str("An idempotency key has 1 to 255 visible ASCII characters."),
            Self::IdempotencyKeyReused => {
                f.write_str("That idempotency key was used for another todo. Choose a new one for each todo.")
            }
            Self::UnknownPosition => f.write_str("That is not a position in this list. Start again without one."),
            Self::BadDueDate => f.write_str("A due date is a day of the calendar, written as 2026-11-30."),
            Self::Outdated { version } => {
                write!(f, "The todo has changed since you saw it: it is at version {version} now. Look at it again.")
            }
            Self::ListChanged { version } => {
                write!(f, "The list has changed since it was shown: it is at version {version} now. Look at it again.")
            }
            Self::UnknownChange { number } => {
                write!(f, "There is no change {number} in the history, which keeps the last {MAX_CHANGES} changes.")
            }
            Self::ChangedSince { number, text } => {
                write!(f, "Change {number} cannot be undone as it is: {} has been changed since. Undo the newer change first.", text::quoted(&text::shorten(text, MAX_REPEATED)))
            }
        }
    }
}

impl Error for Refusal {}
