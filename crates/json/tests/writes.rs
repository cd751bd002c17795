//! What is written, and that it is what `serde_json` writes, but for numbers that are none.

use std::collections::BTreeMap;

use json::Written;
use proptest::prelude::*;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::value::RawValue;

#[derive(Clone, Debug, Default, Serialize)]
struct Leaves {
    yes: bool,
    small: i8,
    least: i64,
    greatest: u64,
    huge: i128,
    half: f32,
    length: f64,
    letter: char,
    text: String,
    none: Option<String>,
    unit: (),
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u8>,
}

#[derive(Clone, Debug, Serialize)]
struct Pair(i32, String);

#[derive(Clone, Debug, Serialize)]
struct Metres(f64);

#[derive(Clone, Debug, Serialize)]
struct Nothing;

#[derive(Clone, Debug, Serialize)]
enum Shape {
    Empty,
    Newtype(Leaves),
    Tuple(i32, Box<Shape>),
    Struct { name: String, inside: Option<Box<Shape>> },
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind")]
enum Tagged {
    Empty,
    With { text: String },
}

#[derive(Clone, Debug, Serialize)]
struct Everything {
    shapes: Vec<Shape>,
    tagged: Vec<Tagged>,
    pair: Pair,
    metres: Metres,
    nothing: Nothing,
    by_number: BTreeMap<i32, Vec<Nothing>>,
    by_truth: BTreeMap<bool, BTreeMap<char, u8>>,
    tuple: (u8, Option<Pair>, ()),
    #[serde(flatten)]
    rest: BTreeMap<String, Shape>,
}

fn leaves() -> impl Strategy<Value = Leaves> {
    let numbers = (any::<i8>(), any::<i64>(), any::<u64>(), any::<i64>());
    let floats = (
        any::<f32>().prop_filter("finite", |n| n.is_finite()),
        any::<f64>().prop_filter("finite", |n| n.is_finite()),
    );
    let texts = (any::<char>(), any::<String>(), any::<Option<String>>(), any::<Option<u8>>());
    (any::<bool>(), numbers, floats, texts).prop_map(
        |(yes, (small, least, greatest, huge), (half, length), texts)| {
            let (letter, text, none, left_out) = texts;
            let huge = i128::from(huge) << 40;
            Leaves { yes, small, least, greatest, huge, half, length, letter, text, none, unit: (), left_out }
        },
    )
}

fn shape() -> impl Strategy<Value = Shape> {
    let flat = prop_oneof![Just(Shape::Empty), leaves().prop_map(Shape::Newtype)];
    flat.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (any::<i32>(), inner.clone()).prop_map(|(number, shape)| Shape::Tuple(number, Box::new(shape))),
            (any::<String>(), proptest::option::of(inner.prop_map(Box::new)))
                .prop_map(|(name, inside)| Shape::Struct { name, inside }),
        ]
    })
}

fn everything() -> impl Strategy<Value = Everything> {
    let tagged = prop_oneof![Just(Tagged::Empty), any::<String>().prop_map(|text| Tagged::With { text })];
    let pair = || (any::<i32>(), any::<String>()).prop_map(|(number, text)| Pair(number, text));
    let maps = (
        proptest::collection::btree_map(any::<i32>(), proptest::collection::vec(Just(Nothing), 0..3), 0..3),
        proptest::collection::btree_map(
            any::<bool>(),
            proptest::collection::btree_map(any::<char>(), any::<u8>(), 0..3),
            0..3,
        ),
        proptest::collection::btree_map("[^\"]{0,5}|a\"b\\\\|\\PC{2}", shape(), 0..3),
    );
    let lists = (proptest::collection::vec(shape(), 0..3), proptest::collection::vec(tagged, 0..3));
    (lists, pair(), proptest::option::of(pair()), any::<u8>(), maps).prop_map(
        |(lists, pair, other, byte, maps)| Everything {
            shapes: lists.0,
            tagged: lists.1,
            pair,
            metres: Metres(1.5),
            nothing: Nothing,
            by_number: maps.0,
            by_truth: maps.1,
            tuple: (byte, other, ()),
            rest: maps.2,
        },
    )
}

proptest! {
    #[test]
    fn everything_is_written_as_serde_json_writes_it(whole in everything()) {
        let theirs = serde_json::to_string(&whole).ok();
        prop_assert!(theirs.is_some());
        prop_assert_eq!(json::to_string(&whole).ok(), theirs.clone());
        prop_assert_eq!(json::to_vec(&whole).ok(), theirs.clone().map(String::into_bytes));

        // A number of 128 bits becomes one with a fraction there.
        let value: serde_json::Value = serde_json::from_str(&theirs.unwrap_or_default()).expect("it is one");
        prop_assert_eq!(json::to_string(&value).ok(), Some(value.to_string()));
    }

    #[test]
    fn what_was_kept_as_text_is_written_as_it_stands(whole in everything()) {
        #[derive(Serialize)]
        struct Kept<'a> {
            before: &'a RawValue,
            list: Vec<&'a RawValue>,
            after: &'a str,
        }

        let text = serde_json::to_string_pretty(&whole).expect("it is one");
        let raw: &RawValue = serde_json::from_str(&text).expect("it is one");
        let kept = Kept { before: raw, list: vec![raw, raw], after: "\"" };
        prop_assert_eq!(json::to_string(&kept).ok(), serde_json::to_string(&kept).ok());
        prop_assert_eq!(json::to_string(raw).ok(), Some(text.clone()));
    }

    #[test]
    fn a_number_that_is_none_is_refused_wherever_it_is(whole in everything(), none in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)]) {
        #[derive(Serialize)]
        struct Measured {
            before: Everything,
            metres: Metres,
        }

        let measured = Measured { before: whole, metres: Metres(none) };
        let refused = json::to_string(&measured).map_err(|error| error.to_string());
        prop_assert_eq!(refused, Err("the number at `metres` is infinite or NaN".to_owned()));
    }
}

#[test]
fn a_number_that_is_none_is_named_by_the_fields_around_it_and_by_no_key_of_a_map() {
    #[derive(Serialize)]
    struct Outer {
        title: &'static str,
        inner: Vec<BTreeMap<String, Inner>>,
    }
    #[derive(Serialize)]
    struct Inner {
        before: [u8; 1],
        #[serde(rename = "va\"lue")]
        value: f32,
    }

    let inner = Inner { before: [1], value: f32::NAN };
    let outer = Outer { title: "a\":{[", inner: vec![BTreeMap::from([("secret\"".to_owned(), inner)])] };
    let refused = json::to_string(&outer).expect_err("it has no JSON form").to_string();
    assert_eq!(refused, r#"the number at `inner.va\"lue` is infinite or NaN"#);
    assert_eq!(
        json::to_string(&f32::INFINITY).expect_err("nor has this").to_string(),
        "a number is infinite or NaN"
    );
}

#[test]
fn a_map_has_names_or_is_refused() {
    let refused = |json: json::Result<String>| json.map_err(|error| error.to_string());
    let why = Err("key must be a string".to_owned());
    assert_eq!(refused(json::to_string(&BTreeMap::from([((), 1)]))), why);
    assert_eq!(refused(json::to_string(&BTreeMap::from([(vec![1], 1)]))), why);
    assert_eq!(refused(json::to_string(&BTreeMap::from([(None::<u8>, 1)]))), why);
    let some = BTreeMap::from([(Some(-1), 1), (Some(2), 2)]);
    assert_eq!(json::to_string(&some).ok(), serde_json::to_string(&some).ok());
}

#[test]
fn what_cannot_be_written_says_why() {
    struct Broken;

    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("a", &1)?;
            Err(serde::ser::Error::custom("it broke"))
        }
    }

    assert_eq!(json::to_string(&[Broken]).map_err(|error| error.to_string()), Err("it broke".to_owned()));
}

#[test]
fn a_value_is_written_behind_what_is_there() {
    let mut text = b"{\"a\":".to_vec();
    json::append(&mut text, &["b"]).expect("it is one");
    assert_eq!(text, b"{\"a\":[\"b\"]");
}

#[test]
fn what_was_written_stands_in_another_value_as_it_is() {
    #[derive(Serialize)]
    struct Holding {
        before: u8,
        written: Written,
        #[serde(flatten)]
        rest: BTreeMap<String, Written>,
    }

    let written = Written::of(&[Some(1), None]).expect("it is one");
    let holding =
        Holding { before: 1, written: written.clone(), rest: BTreeMap::from([("a".to_owned(), written)]) };
    let json = r#"{"before":1,"written":[1,null],"a":[1,null]}"#;
    assert_eq!(json::to_string(&holding).ok().as_deref(), Some(json));
    assert_eq!(serde_json::to_string(&holding).ok().as_deref(), Some(json));
}

#[test]
fn the_members_of_two_objects_stand_side_by_side() {
    for (one, other, both) in [
        (r#"{"a":1}"#, r#"{"b":[2]}"#, r#"{"a":1,"b":[2]}"#),
        ("{}", r#"{"b":2}"#, r#"{"b":2}"#),
        (r#"{"a":1}"#, "{}", r#"{"a":1}"#),
        ("{}", "{}", "{}"),
        (r#"{"a":1}"#, "null", r#"{"a":1}"#),
        ("null", r#"{"b":2}"#, r#"{"b":2}"#),
        (r#"{"a":1}"#, "[1]", r#"{"a":1}"#),
        (
            "{\n    \"a\": 1,\n    \"c\": {}\n}",
            "\n{\n    \"b\": \"x y\"\n}\n",
            r#"{"a": 1,"c": {},"b": "x y"}"#,
        ),
    ] {
        let written = Written::of_constant(one).and(&Written::of_constant(other)).into_bytes();
        assert_eq!(String::from_utf8(written).as_deref(), Ok(both), "{one} and {other}");
    }
}
