//! The regular expressions that describe a rule to clients say what the rule says.

use proptest::prelude::*;
use serde_json::json;
use todo::{IdempotencyKey, TodoText};

fn matches(pattern: &str, text: &str) -> bool {
    jsonschema::is_valid(&json!({"pattern": pattern}), &json!(text))
}

/// Some characters of every kind that the rule knows, but for those that are needed in one place and refused in another.
const TYPED: &str = "[\\t\\n ab\u{0}\u{1f}\u{7f}\u{85}\u{a0}\u{ad}\u{200b}\u{202e}\u{2028}\u{2800}\u{3000}\u{3164}\u{e000}\u{feff}\u{e0041}\u{f0000}\u{10ffff}é🦀]{0,6}|\\PC{0,12}";

proptest! {
    #[test]
    fn what_may_be_typed_is_what_is_taken(typed in TYPED) {
        prop_assert_eq!(matches(&TodoText::typed_pattern(), &typed), TodoText::parse(&typed).is_ok());
    }

    #[test]
    fn a_key_that_may_be_sent_is_one_that_is_taken(sent in "[\" a\u{7f}é~]{0,5}|\"?[!-~]{250,258}\"?") {
        prop_assert_eq!(matches(IdempotencyKey::SENT_PATTERN, &sent), IdempotencyKey::parse(&sent).is_ok());
    }
}
