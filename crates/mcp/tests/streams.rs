//! What a handler sends before its result: nothing makes the answer plain JSON, anything makes it an event stream.

#![expect(
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "a helper of tests is written as tests are"
)]

mod support;

use std::cell::Cell;
use std::rc::Rc;

use futures_util::{Stream, StreamExt};
use mcp::{Context, Fault, Implementation, LogLevel, NoArguments, ReplyBody, Server, Tool, ToolError};
use serde_json::{Value, json};
use support::{Answer, Caller, Client};

/// Lets others run once, as waiting for anything does.
async fn pause() {
    let mut paused = false;
    std::future::poll_fn(move |task| {
        if std::mem::replace(&mut paused, true) {
            return std::task::Poll::Ready(());
        }
        task.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

fn server() -> Server<Caller> {
    Server::new(Implementation::new("talkative", "0"))
        .logs()
        .tool(Tool::new("steps", async |cx: Context<Caller>, _: NoArguments| {
            cx.progress(0.0, Some(2.0), Some("starting"));
            pause().await;
            cx.progress(1.0, Some(2.0), None);
            cx.progress(2.0, None, None);
            Ok("done".to_owned())
        }))
        .tool(Tool::new("logs", async |cx: Context<Caller>, _: NoArguments| {
            cx.log(LogLevel::Debug, None, "small").await;
            pause().await;
            cx.log(LogLevel::Error, Some("till"), json!({"large": true})).await;
            Ok("done".to_owned())
        }))
        .tool(Tool::new("breaks", async |cx: Context<Caller>, _: NoArguments| -> Result<String, ToolError> {
            cx.progress(1.0, None, None);
            Err(ToolError::fault("the till is on fire"))
        }))
}

fn call(revision: &str, name: &str, meta: Value) -> Client {
    Client::speaking(revision, "tools/call", json!({"name": name})).body(|body| {
        for (key, value) in meta.as_object().unwrap() {
            body["params"]["_meta"][key] = value.clone();
        }
    })
}

fn send(client: Client) -> Answer {
    client.send_to(&server())
}

#[test]
fn progress_is_told_to_whoever_asks() {
    for token in [json!("a"), json!(7), json!("")] {
        for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] {
            let answer = send(call(revision, "steps", json!({"progressToken": token})));
            assert_eq!(answer.result()["content"][0]["text"], "done", "{revision}");
            let mut first = json!({"progressToken": token, "progress": 0.0, "total": 2.0});
            if revision > "2024-11-05" {
                first["message"] = json!("starting");
            }
            let told: Vec<_> = answer.messages.iter().map(|message| message["params"].clone()).collect();
            assert_eq!(
                told,
                [
                    first,
                    json!({"progressToken": token, "progress": 1.0, "total": 2.0}),
                    json!({"progressToken": token, "progress": 2.0}),
                ]
            );
            assert!(answer.messages.iter().all(|message| message["method"] == "notifications/progress"));
        }
    }
}

#[test]
fn without_a_token_or_a_stream_there_is_just_the_result() {
    for token in [Value::Null, json!(1.5), json!({}), json!(["a"]), json!("x".repeat(2000))] {
        let answer = send(call("2026-07-28", "steps", json!({"progressToken": token})));
        assert!(answer.headers.contains(&("content-type", "application/json".into())), "{token}");
    }
    for accept in ["application/json", "application/*", "application/json, text/event-stream;q=0"] {
        for revision in ["2025-11-25", "2026-07-28"] {
            let client = call(revision, "steps", json!({"progressToken": 1})).header("accept", accept);
            let answer = send(client);
            assert!(answer.headers.contains(&("content-type", "application/json".into())), "{accept}");
            assert_eq!(answer.result()["content"][0]["text"], "done");
        }
    }
    // Where a client says nothing of what it takes, it takes anything.
    let answer = send(call("2026-07-28", "steps", json!({"progressToken": 1})).without("accept"));
    assert_eq!(answer.messages.len(), 3);
}

#[test]
fn log_messages_are_sent_from_the_level_that_the_request_names() {
    let level = "io.modelcontextprotocol/logLevel";
    for (named, sent) in [(json!("debug"), 2), (json!("info"), 1), (json!("error"), 1), (json!("alert"), 0)] {
        assert_eq!(send(call("2026-07-28", "logs", json!({level: named}))).messages.len(), sent, "{named}");
    }
    for named in [Value::Null, json!("loud"), json!(3)] {
        assert_eq!(send(call("2026-07-28", "logs", json!({level: named}))).messages.len(), 0, "{named}");
    }
    assert_eq!(send(call("2025-11-25", "logs", json!({level: "debug"}))).messages.len(), 0);

    let message = &send(call("2026-07-28", "logs", json!({level: "error"}))).messages[0];
    assert_eq!(
        message,
        &json!({"jsonrpc": "2.0", "method": "notifications/message",
                "params": {"level": "error", "logger": "till", "data": {"large": true}}})
    );
}

#[test]
fn what_fails_on_a_stream_is_told_on_it() {
    let answer = send(call("2026-07-28", "breaks", json!({"progressToken": 1})));
    assert_eq!(answer.refusal(), (200, -32603));
    assert_eq!(answer.message(), "Internal error");
    assert_eq!(answer.faults, ["the till is on fire"]);
    assert_eq!(answer.messages.len(), 1);
}

#[test]
fn an_abandoned_stream_stops_its_handler() {
    struct Stopped(Rc<Cell<bool>>);
    impl Drop for Stopped {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let stopped = Rc::new(Cell::new(false));
    let flag = Rc::clone(&stopped);
    let server = Server::new(Implementation::new("endless", "0")).tool(Tool::new(
        "wait",
        async move |cx: Context<Caller>, _: NoArguments| -> Result<String, ToolError> {
            let _stopped = Stopped(Rc::clone(&flag));
            cx.progress(1.0, None, None);
            std::future::pending().await
        },
    ));
    let reply = call("2026-07-28", "wait", json!({"progressToken": 1})).reply_of(&server);
    let ReplyBody::Stream(mut stream) = reply.body else { panic!("a message makes a stream") };
    assert!(pollster::block_on(stream.next()).is_some());
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::Pin::new(&mut stream).poll_next(&mut task).is_pending());
    assert!(!stopped.get());
    drop(stream);
    assert!(stopped.get());
}

#[test]
fn a_stream_ends_with_its_callers_access() {
    let server = Server::new(Implementation::new("endless", "0")).tool(Tool::new(
        "wait",
        async |cx: Context<Caller>, _: NoArguments| -> Result<String, ToolError> {
            cx.progress(1.0, None, None);
            std::future::pending().await
        },
    ));
    let client = call("2026-07-28", "wait", json!({"progressToken": 1}));
    let gone = Rc::clone(&client.caller.gone);
    let ReplyBody::Stream(mut stream) = client.reply_of(&server).body else {
        panic!("a message makes a stream")
    };
    assert!(pollster::block_on(stream.next()).is_some());
    gone.set(true);
    assert!(pollster::block_on(stream.next()).is_none());
}

#[test]
fn a_call_whose_access_ends_after_its_stream_began_ends_with_an_error() {
    let server = Server::new(Implementation::new("shop", "0")).tool(Tool::new(
        "buy",
        async |cx: Context<Caller>, _: NoArguments| -> Result<String, ToolError> {
            cx.progress(1.0, None, None);
            Err(ToolError::Fault(Fault::access_ended()))
        },
    ));
    let answer = call("2026-07-28", "buy", json!({"progressToken": 1})).send_to(&server);
    assert_eq!(answer.status, 200, "that was said before");
    let error = &answer.body;
    assert_eq!((&error["id"], &error["error"]["code"]), (&json!(1), &json!(mcp::code::ACCESS_ENDED)));
    assert!(answer.faults.is_empty(), "nothing broke");
}

#[test]
fn a_batch_has_no_stream() {
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": "steps", "_meta": {"progressToken": 1}}});
    let answer = send(Client::posting(json!([request])));
    assert_eq!(answer.body[0]["result"]["content"][0]["text"], "done");
    assert_eq!(answer.messages.len(), 0);
}
