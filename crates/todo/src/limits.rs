//! Every limit of the domain but those of the [history](crate::history): the values that keep to them and the refusals that
//! name them both look here.

/// The longest text a todo may have, in characters as people count them (grapheme clusters), after trimming.
pub const MAX_TEXT_CHARS: usize = 1_000;

/// The most bytes of UTF-8 that a text may take: as many as a thousand characters of one code point each can.
pub const MAX_TEXT_BYTES: usize = 4_000;

/// The longest text that is looked for, in code points.
pub const MAX_SEARCH_CHARS: usize = 200;

/// The longest idempotency key, in characters.
pub const MAX_KEY_CHARS: usize = 255;

/// The most todos one user may have, open and completed together.
pub const MAX_TODOS: usize = 10_000;
