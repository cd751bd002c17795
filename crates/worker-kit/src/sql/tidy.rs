//! Statements as they are compiled in: without their comments, which are for whoever reads the source, and with one space for any.

/// A constant text of statements of SQL, without its comments and its lines.
#[macro_export]
macro_rules! sql {
    ($statements:expr) => {{
        const STATEMENTS: &str = $statements;
        const TIDY: [u8; $crate::sql::tidy_length(STATEMENTS)] = $crate::sql::tidy(STATEMENTS);
        const TEXT: &str = $crate::sql::text(&TIDY);
        TEXT
    }};
}

/// How long statements are without comments, in bytes.
#[doc(hidden)]
pub const fn tidy_length(statements: &str) -> usize {
    tidied::<0>(statements).1
}

/// Statements without comments, which are `N` bytes.
#[doc(hidden)]
pub const fn tidy<const N: usize>(statements: &str) -> [u8; N] {
    tidied(statements).0
}

/// The bytes as text. Whole comments and single spaces are taken out of a text, so that one is left.
#[doc(hidden)]
#[expect(clippy::panic, reason = "it runs in the compiler, which says where it goes wrong")]
pub const fn text(tidy: &[u8]) -> &str {
    match str::from_utf8(tidy) {
        Ok(text) => text,
        Err(_) => panic!("the statements are no text without their comments"),
    }
}

/// As much of the statements as there is room for, and how much there is in all.
#[expect(clippy::indexing_slicing, reason = "it runs in the compiler, which says where it goes wrong")]
const fn tidied<const N: usize>(statements: &str) -> ([u8; N], usize) {
    let statements = statements.as_bytes();
    let (mut tidy, mut length, mut at) = ([0; N], 0, 0);
    let (mut quoted, mut spaced) = (false, true);
    while at < statements.len() {
        let byte = statements[at];
        if !quoted && byte == b'-' && at + 1 < statements.len() && statements[at + 1] == b'-' {
            while at < statements.len() && statements[at] != b'\n' {
                at += 1;
            }
            continue;
        }
        if byte == b'\'' {
            quoted = !quoted;
        }
        let other_comment = byte == b'*' && at > 0 && statements[at - 1] == b'/';
        let is_known = quoted || !(matches!(byte, b'"' | b'`' | b'[') || other_comment);
        assert!(is_known, "of other quotation marks and comments than '...' and --, this knows nothing");
        let is_space = !quoted && byte.is_ascii_whitespace();
        if !(is_space && spaced) {
            if length < N {
                tidy[length] = if is_space { b' ' } else { byte };
            }
            length += 1;
        }
        spaced = is_space;
        at += 1;
    }
    (tidy, length)
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_and_lines_are_left_out_and_nothing_else() {
        const SCHEMA: &str = "CREATE TABLE a ( -- what's this? it's \u{e4} comment
            id   TEXT PRIMARY KEY,   -- one more
            name TEXT DEFAULT ' -- no  comment\n'' ä'
        ) STRICT;
        -- and the last";
        assert_eq!(
            crate::sql!(SCHEMA),
            "CREATE TABLE a ( id TEXT PRIMARY KEY, name TEXT DEFAULT ' -- no  comment\n'' ä' ) STRICT; "
        );
        assert_eq!(crate::sql!("SELECT 1 - -1"), "SELECT 1 - -1");
        assert_eq!(crate::sql!(""), "");
        assert_eq!(crate::sql!("SELECT 1 -"), "SELECT 1 -");
    }
}
