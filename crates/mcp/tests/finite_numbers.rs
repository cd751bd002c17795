//! A number that JSON cannot say is never written: not in a tool's result, not as progress.

mod support;

use std::collections::BTreeMap;

use mcp::{Context, Implementation, NoArguments, Output, Server, Tool};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use support::{Answer, Caller, Client};

#[derive(Clone, Default, Serialize, JsonSchema)]
struct Weather {
    warmest: f64,
    wind: Option<f32>,
    hours: Vec<Hour>,
    by_place: BTreeMap<String, Reading>,
}

#[derive(Clone, Serialize, JsonSchema)]
struct Hour {
    rain: f32,
}

#[derive(Clone, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Reading {
    Known { value: f64 },
    Unknown,
}

fn call(weather: Weather) -> Answer {
    let server = Server::new(Implementation::new("weather", "0"))
        .tool(Tool::new("look", async move |_: Context<Caller>, _: NoArguments| {
            Ok(Output::new(weather.clone()))
        }));
    Client::stateless("tools/call", json!({"name": "look", "arguments": {}})).send_to(&server)
}

#[test]
fn a_number_that_is_none_is_a_fault_that_names_its_place() {
    let with = |change: fn(&mut Weather)| {
        let mut weather = Weather::default();
        change(&mut weather);
        weather
    };
    for (weather, place) in [
        (with(|weather| weather.warmest = f64::NAN), "warmest"),
        (with(|weather| weather.warmest = f64::NEG_INFINITY), "warmest"),
        (with(|weather| weather.wind = Some(f32::INFINITY)), "wind"),
        (with(|weather| weather.hours = vec![Hour { rain: 0.0 }, Hour { rain: f32::NAN }]), "hours.rain"),
        (
            with(|weather| {
                weather.by_place.insert("here".to_owned(), Reading::Known { value: f64::INFINITY });
            }),
            "by_place.value",
        ),
    ] {
        let answer = call(weather);
        assert_eq!(answer.refusal(), (200, -32603), "{place}");
        assert!(!answer.body.to_string().contains(place), "a fault stays inside");
        let [fault] = answer.faults.as_slice() else { panic!("{:?}", answer.faults) };
        assert!(fault.contains(&format!("`{place}`")), "{fault}");
    }
}

#[test]
fn what_is_null_by_its_type_is_written_as_null() {
    let by_place = [("null", Reading::Unknown), ("there", Reading::Known { value: f64::MAX })];
    let weather = Weather {
        hours: vec![Hour { rain: 0.5 }],
        by_place: by_place.into_iter().map(|(place, reading)| (place.to_owned(), reading)).collect(),
        ..Weather::default()
    };
    let answer = call(weather);
    assert_eq!(
        answer.result()["structuredContent"],
        json!({
            "warmest": 0.0,
            "wind": null,
            "hours": [{"rain": 0.5}],
            "by_place": {"null": {"kind": "unknown"}, "there": {"kind": "known", "value": f64::MAX}},
        })
    );
    assert!(answer.faults.is_empty());
}

#[test]
fn progress_that_is_no_number_is_not_told() {
    let server = Server::new(Implementation::new("work", "0")).tool(Tool::new(
        "work",
        async |cx: Context<Caller>, _: NoArguments| {
            cx.progress(f64::NAN, Some(1.0), None);
            cx.progress(f64::INFINITY, None, None);
            cx.progress(0.5, Some(f64::NAN), None);
            Ok("done".to_owned())
        },
    ));
    let answer = Client::handshake(
        "2025-11-25",
        "tools/call",
        json!({"name": "work", "arguments": {}, "_meta": {"progressToken": 7}}),
    )
    .send_to(&server);
    let told: Vec<_> = answer.messages.iter().map(|message| &message["params"]).collect();
    assert_eq!(told, [&json!({"progressToken": 7, "progress": 0.5})]);
}
