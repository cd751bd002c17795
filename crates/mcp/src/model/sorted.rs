//! Small sets as sorted lists, and what else needs an order. A `BTreeSet`, or one of the sorts of lists, is five times as much code for
//! each type that it holds.

use std::collections::BinaryHeap;

use serde_json::Value;

/// Puts an item in its place; `false` if it is there already.
pub(crate) fn insert<T: Ord>(sorted: &mut Vec<T>, item: T) -> bool {
    match sorted.binary_search(&item) {
        Ok(_) => false,
        Err(place) => {
            sorted.insert(place, item);
            true
        }
    }
}

/// The items in order, each once. However many there are, it takes no longer than sorting does.
pub(crate) fn set<T: Ord>(items: Vec<T>) -> Vec<T> {
    let mut sorted = BinaryHeap::from(items).into_sorted_vec();
    sorted.dedup();
    sorted
}

/// The same value, the members of each object in the order of their names.
pub(crate) fn members(value: Value) -> Value {
    match value {
        Value::Object(mut all) => {
            let names = set(all.keys().cloned().collect());
            names
                .into_iter()
                .filter_map(|name| all.remove_entry(&name))
                .map(|(name, value)| (name, members(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(members).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn members_come_in_the_order_of_their_names() {
        let value = json!({"b": [{"d": 1, "c": [2, 1]}, null], "a": {"z": "y", "x": {}}});
        assert_eq!(members(value).to_string(), r#"{"a":{"x":{},"z":"y"},"b":[{"c":[2,1],"d":1},null]}"#);
    }

    proptest! {
        #[test]
        fn a_set_is_what_a_set_is(items in any::<Vec<u8>>()) {
            let mut one_by_one = Vec::new();
            for item in &items {
                let is_new = !one_by_one.contains(item);
                prop_assert_eq!(insert(&mut one_by_one, *item), is_new);
            }
            let expected: Vec<u8> = BTreeSet::from_iter(items.clone()).into_iter().collect();
            prop_assert_eq!(&one_by_one, &expected);
            prop_assert_eq!(set(items), expected);
        }
    }
}
