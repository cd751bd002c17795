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
    assert_eq!(json::from_untrusted_str::<Everything>(&text).expect("it is one"), read);
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

    for text in ["{} x", "0x1", "1 2", "nullx"] {
        assert!(
            json::from_str::<&RawValue>(text).is_err() && json::from_str::<Box<RawValue>>(text).is_err(),
            "{text}"
        );
    }
    let borrowed: Vec<&str> = json::from_str(r#"["a"]"#).expect("it is text");
    assert_eq!(borrowed, ["a"]);
    let message: Message = json::from_str(r#"{"method":"a\"b","params":[ 1,{}]}"#).expect("it is one");
    assert_eq!((message.method.as_ref(), message.params.get()), ("a\"b", "[ 1,{}]"));
}

/// What is said to be wrong, of which `serde_json` says the same but for the kind of what is there.
fn complaint<T>(read: json::Result<T>) -> Option<String> {
    read.err().map(|error| error.reason().to_owned())
}

fn theirs<T: DeserializeOwned>(text: &str) -> Option<String> {
    let said = serde_json::from_str::<T>(text).err()?.to_string();
    Some(said.split(" at line ").next().unwrap_or(&said).to_owned())
}

#[test]
fn what_is_wrong_is_said_and_where() {
    const STRING: &str = "invalid type: string, expected i32";
    for (text, ours, sent) in [
        (r#"{"x":"1"}"#, STRING, "invalid type: string, expected i32 at `x`"),
        (r#"{"x":1.5}"#, "invalid type: number, expected i32", "invalid type: number, expected i32 at `x`"),
        (r#"{"x":4e9}"#, "invalid type: number, expected i32", "invalid type: number, expected i32 at `x`"),
        (
            r#"{"x":4000000000}"#,
            "invalid value: whole number, expected i32",
            "invalid value: whole number, expected i32 at `x`",
        ),
        (r#"{"x":1,"x":2}"#, "duplicate field `x`", "duplicate field `x`"),
        ("{}", "missing field `x`", "missing field `x`"),
        ("null", "invalid type: null, expected an object", "invalid type: null, expected an object"),
        (
            "7",
            "invalid type: whole number, expected an object",
            "invalid type: whole number, expected an object",
        ),
        ("[1]", "invalid type: list, expected an object", "invalid type: list, expected an object"),
        ("true", "invalid type: boolean, expected an object", "invalid type: boolean, expected an object"),
        (r#""x""#, "invalid type: string, expected an object", "invalid type: string, expected an object"),
    ] {
        let said = json::from_str::<Point>(text).expect_err(text);
        assert_eq!((said.to_string().as_str(), said.is_syntax()), (ours, false), "{text}");
        let said = json::from_untrusted_str::<Point>(text).expect_err(text);
        assert_eq!((said.to_string().as_str(), said.is_syntax()), (sent, false), "{text}");
    }
}

#[test]
fn what_is_no_json_is_said_in_the_words_of_serde_json() {
    for text in ["{", r#"{"x":1} 2"#, "{\n \"x\":1,}", "nul", ""] {
        let theirs = serde_json::from_str::<Point>(text).expect_err(text).to_string();
        for said in [json::from_str::<Point>(text), json::from_untrusted_slice(text.as_bytes())] {
            let said = said.expect_err(text);
            assert_eq!((said.to_string(), said.is_syntax()), (theirs.clone(), true), "{text}");
        }
    }
    // The line would be counted from where the number begins.
    let said = json::from_untrusted_str::<Vec<Point>>("[{\n \"x\":1e400}]").expect_err("too large");
    assert_eq!(said.to_string(), "number out of range at `[0].x`");
    for text in ["", " ", "\u{feff}{}", "\u{c}{\"x\":1}"] {
        assert!(
            json::from_str::<Point>(text).is_err() && json::from_str::<Option<Point>>(text).is_err(),
            "{text:?}"
        );
    }
    assert!(json::from_slice::<Value>(b"\"\xff\"").is_err(), "no UTF-8");
}

#[test]
fn the_place_of_what_is_wrong_is_told_by_its_steps() {
    use json::Step::{Choice, Item, Member};
    let step = |name: &str| Member(name.to_owned());
    let choice = |name: &str| Choice(name.to_owned());
    let full = r#"{"shapes":[],"tagged":{"kind":"empty"},"by_number":{},"pair":[1,null],"length":1,"nothing":null,"unit":null,"any":0}"#;
    for (from, to, steps) in [
        (
            r#""shapes":[]"#,
            r#""shapes":["empty",{"dot":{"x":true}}]"#,
            vec![step("shapes"), Item(1), choice("dot"), step("x")],
        ),
        (
            r#""shapes":[]"#,
            r#""shapes":[{"line":{"from":{"x":1},"to":7}}]"#,
            vec![step("shapes"), Item(0), choice("line"), step("to")],
        ),
        (
            r#""shapes":[]"#,
            r#""shapes":[{"pair":[1,"a"]}]"#,
            vec![step("shapes"), Item(0), choice("pair"), Item(1)],
        ),
        (r#""shapes":[]"#, r#""shapes":["none"]"#, vec![step("shapes"), Item(0)]),
        (
            r#""by_number":{}"#,
            r#""by_number":{"7":{"x":null}}"#,
            vec![step("by_number"), step("7"), step("x")],
        ),
        (r#""pair":[1,null]"#, r#""pair":[1,{"x":[]}]"#, vec![step("pair"), Item(1), step("x")]),
        (r#""length":1"#, r#""length":"1""#, vec![step("length")]),
        (r#""tagged":{"kind":"empty"}"#, r#""tagged":{"kind":"dot"}"#, vec![step("tagged")]),
    ] {
        // Of a struct with what is flattened serde reads all members before any of them.
        #[derive(Debug, Deserialize)]
        #[expect(dead_code)]
        struct Whole {
            shapes: Vec<Shape>,
            tagged: Tagged,
            by_number: BTreeMap<u32, Point>,
            pair: (u8, Option<Point>),
            length: Metres,
            nothing: Nothing,
            unit: (),
            any: Value,
        }
        assert!(json::from_untrusted_str::<Whole>(full).is_ok());
        let text = full.replace(from, to);
        let said = json::from_untrusted_str::<Whole>(&text).expect_err(&text);
        assert_eq!(said.steps().cloned().collect::<Vec<_>>(), steps, "{said}");
        assert!(json::from_str::<Whole>(&text).expect_err(&text).steps().next().is_none());
    }
}

#[test]
fn only_the_line_that_serde_json_says_is_left_out() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[serde(rename = "x")]
        _x: i32,
    }
    let said =
        json::from_untrusted_str::<Vec<Strict>>(r#"[{"a train leaves at line 5":1}]"#).expect_err("unknown");
    assert_eq!(said.to_string(), "unknown field `a train leaves at line 5`, expected `x` at `[0]`");
    let said = json::from_str::<Value>("{\n]").expect_err("no JSON");
    assert_eq!(
        (said.reason(), said.to_string().as_str()),
        ("key must be a string", "key must be a string at line 2 column 1")
    );
}

#[test]
fn a_name_that_is_to_be_a_number_is_one_as_json_writes_it() {
    let read = |name: &str| json::from_str::<BTreeMap<i64, u8>>(&format!(r#"{{"{name}":1}}"#));
    for name in ["0", "7", "-7", "9223372036854775807", "-9223372036854775808"] {
        assert_eq!(read(name).map(|map| map.into_keys().next()).ok().flatten(), name.parse().ok(), "{name}");
    }
    for name in ["", "abc", "=", "1 ", " 1", "1\\n", "+1", "01", "1.0", "1e2", "9223372036854775808"] {
        let said = read(name).expect_err(name);
        assert!(!said.is_syntax() && said.reason().starts_with("invalid value: "), "{name}: {said}");
    }
}

#[test]
fn what_stands_for_a_variant_without_content_is_nobodys_json() {
    #[derive(Debug, Deserialize)]
    enum Kept {
        #[expect(dead_code)]
        Any(Value),
    }
    for said in [json::from_str::<Kept>("="), json::from_untrusted_str("="), json::from_str(r#"{"Any":=}"#)] {
        assert!(said.expect_err("no JSON").is_syntax());
    }
    let said = json::from_str::<Kept>(r#""Any""#).expect_err("there is none");
    assert!(!said.is_syntax(), "{said}");
    let said = json::from_str::<Shape>("7").expect_err("no choice");
    assert_eq!(said.reason(), "invalid type: whole number, expected a name, or an object with one member");
}

#[test]
fn what_was_sent_is_not_read_without_end() {
    #[derive(Deserialize)]
    #[expect(dead_code)]
    struct Tree {
        #[serde(default)]
        branches: Vec<Tree>,
    }
    let tree = |depth: usize| format!("{}{{}}{}", r#"{"branches":["#.repeat(depth), "]}".repeat(depth));
    assert!(json::from_untrusted_str::<Tree>(&tree(63)).is_ok());
    let said = json::from_untrusted_str::<Tree>(&tree(64)).map(drop).expect_err("too deep");
    assert_eq!(said.reason(), "it is nested too deeply");
    assert!(json::from_untrusted_str::<Tree>(&tree(100_000)).is_err());
}

#[test]
fn each_kind_of_value_is_told_from_the_others() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Kinds {
        number: Option<u8>,
        signed: Option<i64>,
        float: Option<f64>,
        boolean: Option<bool>,
        string: Option<String>,
        list: Option<Vec<u8>>,
        map: Option<BTreeMap<String, u8>>,
        unit: Option<Nothing>,
        shape: Option<Shape>,
        length: Option<Metres>,
        pair: Option<(u8, u8)>,
    }
    let values = [
        "1",
        "-1",
        "256",
        "1.5",
        "1.0",
        "18446744073709551616",
        "true",
        "false",
        "null",
        r#""a""#,
        r#""\ud800""#,
        "[]",
        "[1]",
        "[1,2]",
        "[1,2,3]",
        r#"["a"]"#,
        "{}",
        r#"{"a":1}"#,
        r#"{"a":"b"}"#,
        r#""empty""#,
        r#"{"empty":null}"#,
        r#"{"empty":1}"#,
        r#""dot""#,
        r#"{"dot":{"x":1}}"#,
        r#"{"dot":{"x":1},"more":2}"#,
        r#"{"pair":[1,2]}"#,
        r#"{"pair":[1]}"#,
        r#"{"pair":[1,2,3]}"#,
        r#""other""#,
        r#"{"line":{"from":{"x":1}}}"#,
    ];
    for field in
        ["number", "signed", "float", "boolean", "string", "list", "map", "unit", "shape", "length", "pair"]
    {
        for value in values {
            let text = format!(r#"{{"{field}":{value}}}"#);
            let ours = json::from_str::<Kinds>(&text);
            assert_eq!(json::from_untrusted_str::<Kinds>(&text).ok(), json::from_str(&text).ok(), "{text}");
            match serde_json::from_str::<Kinds>(&text) {
                Ok(theirs) => assert_eq!(ours.expect(&text), theirs, "{text}"),
                Err(_) => assert!(ours.is_err(), "{text}"),
            }
        }
    }
}

#[test]
fn a_field_that_is_absent_is_told_from_null() {
    /// Leaves alone, clears, or sets.
    #[derive(Debug, Default, PartialEq)]
    enum Patch {
        #[default]
        Leave,
        Clear,
        Set(String),
    }

    impl<'de> Deserialize<'de> for Patch {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
        }
    }

    fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Fields {
        #[serde(default)]
        patch: Patch,
        #[serde(default, deserialize_with = "present")]
        twice: Option<Value>,
        plain: Option<u8>,
        #[serde(default)]
        count: u8,
        #[serde(skip)]
        skipped: u8,
        #[serde(rename = "lastOne")]
        last: u8,
    }

    for text in [
        r#"{"lastOne":1}"#,
        r#"{"lastOne":1,"patch":null,"twice":null,"plain":null}"#,
        r#"{"lastOne":1,"unknown":{"patch":1},"patch":"a","twice":2,"plain":3,"count":4,"skipped":5}"#,
        r#"{"last\u004fne":1,"count":4}"#,
    ] {
        assert_eq!(
            json::from_str::<Fields>(text).expect(text),
            serde_json::from_str(text).expect(text),
            "{text}"
        );
    }
    for text in [
        r#"{"count":4}"#,
        r#"{"lastOne":null}"#,
        r#"{"lastOne":1,"count":null}"#,
        r#"{"lastOne":1,"count":1,"count":1}"#,
    ] {
        let theirs = theirs::<Fields>(text);
        assert_eq!(complaint(json::from_str::<Fields>(text)), theirs, "{text}");
    }
}

#[test]
fn unknown_members_are_denied_where_somebody_sent_them() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        x: i32,
    }
    let text = r#"{"x":1,"y":2}"#;
    let said = json::from_untrusted_slice::<Strict>(text.as_bytes()).expect_err("one is unknown").to_string();
    assert_eq!(said, "unknown field `y`, expected `x`");
    assert_eq!(json::from_str::<Strict>(text).expect("README.md says so"), Strict { x: 1 });
    assert!(json::from_untrusted_slice::<Point>(b"[1, null]").is_err(), "a list is no struct here either");
}

#[test]
fn a_struct_with_a_field_of_two_names_is_never_read_for_another() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code)]
    struct Renamed {
        #[serde(default, alias = "at")]
        to: Option<u8>,
        b: Option<u8>,
    }
    for text in [r#"{"to":1,"b":2}"#, r#"{"at":1,"b":2}"#, r#"{"b":2}"#, "{}"] {
        assert!(json::from_str::<Renamed>(text).is_err(), "{text}");
        assert!(json::from_untrusted_slice::<Renamed>(text.as_bytes()).is_ok(), "{text}");
    }
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
        let theirs = serde_json::from_str::<Everything>(&text).is_ok();
        prop_assert!(json::from_str::<Everything>(&text).is_err() || theirs);
        prop_assert!(json::from_untrusted_str::<Everything>(&text).is_err() || theirs);
    }

    #[test]
    fn what_was_changed_by_a_character_is_read_as_serde_json_reads_it(at in 0_usize..300, with in r#"[{}\[\]",:0-9a-z null\\-]{0,3}"#) {
        let whole = r#"{"shapes":["empty",{"dot":{"x":1}},{"line":{"from":{"x":1},"to":{"x":-1,"name":"b"}}},{"pair":[1,2]}],"tagged":{"kind":"dot","x":3},"by_number":{"7":{"x":7}},"pair":[1,{"x":2}],"length":1.5,"nothing":null,"unit":null,"any":[1,{"a":[null,true]}]}"#;
        let at = at.min(whole.len() - 1);
        let (before, after) = whole.split_at(at);
        let after: String = after.chars().skip(1).collect();
        let text = format!("{before}{with}{after}");
        let theirs = serde_json::from_str::<Everything>(&text).ok();
        let ours = json::from_str::<Everything>(&text).ok();
        prop_assert_eq!(&json::from_untrusted_str::<Everything>(&text).ok(), &ours);
        // A list in the place of a struct is what only serde_json takes.
        prop_assert!(ours == theirs || ours.is_none() && text.matches('[').count() > whole.matches('[').count(), "{}: {:?} {:?}", text, ours, theirs);
    }
}

#[test]
fn of_a_member_that_is_there_twice_no_place_is_said() {
    let said = json::from_str::<Point>(r#"{"x":1,"x":2}"#).map(drop).map_err(|error| error.to_string());
    assert_eq!(said, Err("duplicate field `x`".to_owned()));
}
