//! The regular expressions that describe a rule to clients say what the rule says.

use proptest::prelude::*;
use serde_json::json;
use todo::{IdempotencyKey, TodoText};

fn matches(pattern: &str, text: &str) -> bool {
    jsonschema::is_valid(&json!({"pattern": pattern}), &json!(text))
}

proptest! {
    #[test]
    fn what_may_be_typed_is_what_is_taken(typed in "[\\t\\n ab\u{0}\u{1f}\u{7f}\u{85}\u{a0}\u{2028}\u{3000}\u{feff}é🦀]{0,6}|\\PC{0,12}") {
        prop_assert_eq!(matches(TodoText::TYPED_PATTERN, &typed), TodoText::parse(&typed).is_ok());
    }

    #[test]
    fn a_key_that_may_be_sent_is_one_that_is_taken(sent in "[\" a\u{7f}é~]{0,5}|\"?[!-~]{250,258}\"?") {
        prop_assert_eq!(matches(IdempotencyKey::SENT_PATTERN, &sent), IdempotencyKey::parse(&sent).is_ok());
    }
}
