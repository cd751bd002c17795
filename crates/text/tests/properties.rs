//! What holds of every text.

use proptest::prelude::*;
use text::{Flaw, Limits, check, quoted, shorten, visible};

const ANY_LENGTH: Limits = Limits { characters: usize::MAX, bytes: usize::MAX };

/// Texts in which characters that nobody sees stand between others, in their place and out of it.
fn texts() -> impl Strategy<Value = String> {
    const HIDDEN: &[&str] = &[
        "\u{200d}",
        "\u{200c}",
        "\u{fe0f}",
        "\u{e0100}",
        "\u{301}",
        "\u{20e3}",
        "\u{e0067}",
        "\u{e007f}",
        "\u{202e}",
    ];
    const SEEN: &[&str] = &["a", " ", "7", "👩", "💻", "🏴", "م", "क्", "辻", "ᠮ", "“", "”", "\\", "\n"];
    let piece = prop_oneof![prop::sample::select(HIDDEN), prop::sample::select(SEEN)];
    prop_oneof![prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat()), any::<String>()]
}

proptest! {
    #[test]
    fn what_is_shown_would_be_taken(text in texts()) {
        let shown = visible(&text);
        prop_assert!(matches!(check(&shown, ANY_LENGTH), Ok(()) | Err(Flaw::Blank)), "{:?}", shown);
        prop_assert_eq!(visible(&shown), &*shown);
        if check(&text, ANY_LENGTH).is_ok() {
            prop_assert_eq!(&shown, &text);
        }
    }

    #[test]
    fn a_quotation_ends_where_it_ends(text in texts()) {
        let quoted = quoted(&text);
        let mut inner = quoted.strip_prefix('“').and_then(|rest| rest.strip_suffix('”')).unwrap().chars();
        let mut unquoted = String::new();
        while let Some(char) = inner.next() {
            prop_assert!(!matches!(char, '“' | '”'), "{}", quoted);
            unquoted.push(if char == '\\' { inner.next().unwrap() } else { char });
        }
        prop_assert_eq!(unquoted, visible(&text));
    }

    #[test]
    fn the_beginning_of_a_text_is_no_longer_than_was_asked(text in texts(), characters in 1_usize..10) {
        let text = visible(&text);
        let shortened = shorten(&text, characters);
        let limits = Limits { characters, ..ANY_LENGTH };
        prop_assert!(matches!(check(&shortened, limits), Ok(()) | Err(Flaw::Blank)), "{:?}", shortened);
    }
}

#[test]
fn a_text_is_counted_in_characters_and_measured_in_bytes() {
    let limits = Limits { characters: 10, bytes: 40 };
    for (text, flaw) in [
        ("x".repeat(10), None),
        ("x".repeat(11), Some(Flaw::TooLong { characters: 11 })),
        ("x".repeat(1_000), Some(Flaw::TooLong { characters: 1_000 })),
        ("e\u{301}".repeat(10), None),
        ("e\u{301}".repeat(11), Some(Flaw::TooLong { characters: 11 })),
        ("🦀".repeat(10), None),
        ("👩\u{200d}💻".repeat(3), None),
        ("👩\u{200d}💻".repeat(4), Some(Flaw::TooLarge { bytes: 44 })),
        ("é".repeat(1_000), Some(Flaw::TooLarge { bytes: 2_000 })),
    ] {
        assert_eq!(check(&text, limits).err(), flaw, "{text}");
    }
}

#[test]
fn a_text_is_cut_between_characters() {
    assert_eq!(shorten("Buy milk", 8), "Buy milk");
    assert_eq!(shorten("Buy milk", 5), "Buy…");
    assert_eq!(shorten("👩\u{200d}💻👩\u{200d}💻👩\u{200d}💻", 2), "👩\u{200d}💻…");
}
