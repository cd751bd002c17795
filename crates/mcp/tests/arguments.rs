//! Arguments as models and people write them: numbers, nothing, and what is said of those that are wrong.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of tests is written as tests are"
)]

mod support;

use mcp::{Context, Implementation, Server, Tool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use support::{Answer, Caller, Client};

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
struct Everything {
    #[schemars(range(min = 1, max = 200))]
    small: usize,
    signed: i8,
    large: u64,
    maybe: Option<i64>,
    real: f64,
    choice: Choice,
    list: Vec<u16>,
    nested: Option<Nested>,
    either: Either,
    flag: bool,
    #[schemars(extend("format" = "date"))]
    day: String,
    anything: Value,
}

#[derive(Deserialize, JsonSchema)]
struct Nested {
    number: i32,
    #[serde(default = "seven")]
    count: u8,
}

fn seven() -> u8 {
    7
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Choice {
    One,
    Two,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
enum Either {
    Number(u32),
    Word(String),
}

impl Default for Everything {
    fn default() -> Self {
        Self {
            small: 5,
            signed: 5,
            large: 5,
            maybe: None,
            real: 0.5,
            choice: Choice::One,
            list: Vec::new(),
            nested: None,
            either: Either::Word("x".to_owned()),
            flag: false,
            day: String::new(),
            anything: Value::Null,
        }
    }
}

async fn tell(_: Context<Caller>, all: Everything) -> Result<String, mcp::ToolError> {
    let Everything { small, signed, large, maybe, real, choice, list, either, flag, day, anything, .. } = all;
    let nested = all.nested.map(|Nested { number, count }| (number, count));
    let either = serde_json::to_string(&either).map_err(mcp::ToolError::fault)?;
    Ok(format!(
        "small={small} signed={signed} large={large} maybe={maybe:?} real={real} choice={choice:?} list={list:?} \
         nested={nested:?} either={either} flag={flag} day={day} anything={anything}"
    ))
}

/// Calls a tool that tells what it was given, with arguments as they stand on the wire.
fn told(arguments: &str) -> Answer {
    let server = Server::new(Implementation::new("teller", "0")).tool(Tool::new("tell", tell));
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"tell","arguments":{arguments}}}}}"#
    );
    Client::posting(body).header("mcp-protocol-version", "2025-11-25").send_to(&server)
}

fn text(answer: &Answer) -> &str {
    answer.result()["content"][0]["text"].as_str().unwrap()
}

/// JSON Schema 2020-12, Validation, section 6.1.1: "any number with a zero fractional part" is an integer.
#[test]
fn a_whole_number_is_an_integer_however_it_is_written() {
    for (arguments, needle) in [
        (r#"{"small":10.0}"#, "small=10 "),
        (r#"{"small":1e1}"#, "small=10 "),
        (r#"{"small":1.0E+1}"#, "small=10 "),
        (r#"{"small":1000e-2}"#, "small=10 "),
        (r#"{"signed":-0.0}"#, "signed=0 "),
        (r#"{"signed":-0}"#, "signed=0 "),
        (r#"{"signed":-1.28e2}"#, "signed=-128 "),
        (r#"{"large":18446744073709551615.0}"#, "large=18446744073709551615 "),
        (r#"{"large":9007199254740993.0}"#, "large=9007199254740993 "),
        (r#"{"maybe":-9223372036854775808.0}"#, "maybe=Some(-9223372036854775808) "),
        (r#"{"list":[1.0,2e0,3]}"#, "list=[1, 2, 3] "),
        (r#"{"nested":{"number":-3.0,"count":1e0}}"#, "nested=Some((-3, 1)) "),
        (r#"{"either":4.0}"#, "either=4 "),
        // A number that need not be whole is what it was, and so is text.
        (r#"{"real":2.0}"#, "real=2 "),
        (r#"{"real":2.5e-1}"#, "real=0.25 "),
        (r#"{"either":"4.0"}"#, "either=\"4.0\" "),
    ] {
        let answer = told(arguments);
        assert!(text(&answer).contains(needle), "{arguments}: {answer:?}");
        assert!(answer.result().get("isError").is_none(), "{arguments}");
    }
}

#[test]
fn null_in_place_of_what_may_be_left_out_is_nothing() {
    let left_out = text(&told("{}")).to_owned();
    for name in [
        "small", "signed", "large", "maybe", "real", "choice", "list", "nested", "either", "flag", "day",
        "anything",
    ] {
        assert_eq!(text(&told(&format!(r#"{{"{name}":null}}"#))), left_out, "{name}");
    }
    let nested = told(r#"{"nested":{"number":1,"count":null}}"#);
    assert!(text(&nested).contains("nested=Some((1, 7)) "), "{nested:?}");
    let missing = told(r#"{"nested":{"number":null}}"#);
    assert!(text(&missing).contains("`nested.number` must be a whole number"), "{missing:?}");
}

#[test]
fn what_is_said_of_arguments_has_no_name_of_a_rust_type() {
    for (arguments, said) in [
        (r#"{"small":"ten"}"#, "`small` must be a whole number from 1 to 200."),
        (r#"{"small":-1}"#, "`small` must be a whole number from 1 to 200."),
        (r#"{"small":1.5}"#, "`small` must be a whole number from 1 to 200."),
        (r#"{"small":1e300}"#, "`small` must be a whole number from 1 to 200."),
        (r#"{"small":[1]}"#, "`small` must be a whole number from 1 to 200."),
        (r#"{"signed":128}"#, "`signed` must be a whole number from -128 to 127."),
        (r#"{"real":"much"}"#, "`real` must be a number."),
        (r#"{"choice":"three"}"#, "`choice` must be one of `one`, `two`."),
        (r#"{"choice":3}"#, "`choice` must be one of `one`, `two`."),
        (r#"{"list":7}"#, "`list` must be a list."),
        (r#"{"list":[1,-1]}"#, "`list[1]` must be a whole number from 0 to 65535."),
        (r#"{"nested":[]}"#, "`nested` must be an object."),
        (r#"{"nested":{}}"#, "`nested.number` is missing."),
        (r#"{"nested":{"number":"x"}}"#, "`nested.number` must be a whole number."),
        (r#"{"either":true}"#, "`either` must be a whole number of at least 0, or text."),
        (r#"{"flag":"yes"}"#, "`flag` must be true or false."),
        (r#"{"day":7}"#, "`day` must be text of the form YYYY-MM-DD."),
        (r#"{"day":"\ud83d"}"#, "text in them has one half of a surrogate pair."),
        (r#"{"day":"\ud83d!","anything":["\ude00"]}"#, "text in them has one half of a surrogate pair."),
        (r#"{"real":1e400}"#, "they are nested too deeply, or have a number that is too large."),
    ] {
        let answer = told(arguments);
        let told = text(&answer);
        assert!(told.starts_with(&format!("Invalid arguments: {said} It takes ")), "{arguments}: {told}");
        assert_eq!(answer.result()["isError"], true);
        for name in
            ["usize", "u64", "i8", "f64", "struct", "enum", "Everything", "Nested", "Either", "expected"]
        {
            assert!(!told.contains(name), "{name}: {told}");
        }
    }
}

/// Two readers may disagree on which of two members counts.
#[test]
fn a_member_that_stands_twice_is_refused() {
    for arguments in
        [r#"{"small":1,"small":2}"#, r#"{"small":1,"\u0073mall":2}"#, r#"{"anything":{"a":[{"b":1,"b":1}]}}"#]
    {
        assert_eq!(told(arguments).refusal(), (400, -32602), "{arguments}");
    }
}

/// `serde_json` knows text of its own by this name, and would read of any value what stands in it.
#[test]
fn text_is_never_taken_for_json() {
    for arguments in [
        r#"{"anything":{"$serde_json::private::RawValue":"[1,2]"}}"#,
        r#"{"anything":[{"\u0024serde_json::private::RawValue":"{\"a\":1,\"a\":2}"}]}"#,
    ] {
        let answer = told(arguments);
        assert_eq!(answer.refusal(), (400, -32602), "{arguments}");
        assert!(answer.message().contains("has a name that is not taken"), "{arguments}");
    }
}
