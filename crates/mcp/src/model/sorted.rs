//! Small sets as sorted lists, and what else needs an order. A `BTreeSet`, or one of the sorts of lists, is five times as much code for
//! each type that it holds.

use std::collections::BinaryHeap;

use serde_json::{Map, Value};

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
                .filter_map(|name| all.get_mut(&name).map(Value::take).map(|value| (name, members(value))))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(members).collect(),
        other => other,
    }
}

/// Takes a member out; the others keep their order, which with `Map::remove` they do not.
pub(crate) fn take(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let mut taken = None;
    members.retain(|other, value| {
        let is_other = other != name;
        if !is_other {
            taken = Some(value.take());
        }
        is_other
    });
    taken
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

    #[test]
    fn a_member_is_taken_and_the_others_stay_as_they_stand() {
        let Value::Object(mut all) = json!({"a": 1, "b": null, "c": 3, "d": 4}) else { return };
        assert_eq!(take(&mut all, "b"), Some(Value::Null));
        assert_eq!(take(&mut all, "b"), None);
        assert_eq!(Value::Object(all).to_string(), r#"{"a":1,"c":3,"d":4}"#);
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
