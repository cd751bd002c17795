//! What is read, and that it is what `serde_json` reads, but for lists in the place of structs.

use std::{borrow::Cow, collections::BTreeMap};

use proptest::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    x: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Metres(f64);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Nothing;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Empty,
    Dot(Point),
    Line { from: Point, to: Point },
    Pair(i32, i32),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Dot(Point),
    Empty,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    shapes: Vec<Shape>,
    tagged: Tagged,
    by_number: BTreeMap<u32, Point>,
    pair: (u8, Option<Point>),
    length: Metres,
    nothing: Nothing,
    unit: (),
    any: Value,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

fn is_refused<T: DeserializeOwned>(json: &str) -> bool {
    serde_json::from_str::<T>(json).is_ok() && json::from_str::<T>(json).is_err()
}

#[test]
fn a_list_is_no_struct_at_any_depth() {
    assert!(is_refused::<Point>("[1, null]"));
    assert!(is_refused::<Vec<Point>>(r#"[{"x":1}, [2, null]]"#));
    assert!(is_refused::<Option<Point>>("[1, null]"));
    assert!(is_refused::<BTreeMap<String, Point>>(r#"{"a":[1, null]}"#));
    assert!(is_refused::<(u8, Point)>("[1, [2, null]]"));
    assert!(is_refused::<Shape>(r#"{"dot":[1, null]}"#));
    assert!(is_refused::<Shape>(r#"{"line":[{"x":1},{"x":2}]}"#));
    assert!(is_refused::<Shape>(r#"{"line":{"from":[1, null],"to":{"x":2}}}"#));
}

#[test]
fn what_is_no_list_is_read_as_ever() {
    let whole = json!({
        "shapes": ["empty", {"dot": {"x": 1}}, {"line": {"from": {"x": 1}, "to": {"x": -1, "name": "b"}}}, {"pair": [1, 2]}],
        "tagged": {"kind": "dot", "x": 3},
        "by_number": {"7": {"x": 7}},
        "pair": [1, {"x": 2}],
        "length": 1.5,
        "nothing": null,
        "unit": null,
        "any": [1, {"a": [null, true, "\u{1F34A}"]}],
        "one more": [1],
    });
    let text = whole.to_string();
    let read: Everything = json::from_str(&text).expect("it is one");
    assert_eq!(read, serde_json::from_str(&text).expect("it is one"));
    assert_eq!(json::from_value::<Everything>(&whole).expect("it is one"), read);
    assert_eq!(json::from_slice::<Everything>(text.as_bytes()).expect("it is one"), read);
}

#[test]
fn text_is_borrowed_where_it_can_be() {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        method: Cow<'a, str>,
        #[serde(borrow)]
        params: &'a RawValue,
    }

    let borrowed: Vec<&str> = json::from_str(r#"["a"]"#).expect("it is text");
    assert_eq!(borrowed, ["a"]);
    let message: Message = json::from_str(r#"{"method":"a\"b","params":[ 1,{}]}"#).expect("it is one");
    assert_eq!((message.method.as_ref(), message.params.get()), ("a\"b", "[ 1,{}]"));
}

#[test]
fn what_is_wrong_is_said_as_ever() {
    for text in ["", "{", r#"{"x":1} 2"#, r#"{"x":"1"}"#, r#"{"x":1,"x":2}"#, "{}", "null", "7", r#""x""#] {
        let said = |read: serde_json::Result<Point>| read.map_err(|error| error.to_string()).expect_err(text);
        assert_eq!(said(json::from_str(text)), said(serde_json::from_str(text)), "{text}");
    }
    assert!(json::from_slice::<Value>(b"\"\xff\"").is_err(), "no UTF-8");
}

fn anything() -> impl Strategy<Value = Value> {
    let one = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    one.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_is_read_as_it_was_written(value in anything()) {
        let text = value.to_string();
        prop_assert_eq!(json::from_str::<Value>(&text).ok(), serde_json::from_str(&text).ok());
    }

    #[test]
    fn no_text_is_read_that_serde_json_refuses(text in ".{0,40}") {
        let ours = json::from_str::<Everything>(&text).is_ok();
        prop_assert!(!ours || serde_json::from_str::<Everything>(&text).is_ok());
    }
}
