//! Calls that go on as tasks: who may ask for one, and what comes of it.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of tests fails as tests do"
)]

mod support;

use std::rc::Rc;

use mcp::{
    Context, HeldTask, HttpReply, Implementation, Memory, NoArguments, ReplyBody, Server, TaskEvent,
    TaskStatus, Tasks, Tool,
};
use serde_json::{Map, Value, json};
use support::{Caller, Client, NOW_MS, memory};

fn server() -> Server<Caller> {
    Server::new(Implementation::new("patient", "0")).tasks().tool(Tool::new(
        "later",
        async |cx: Context<Caller>, _: NoArguments| {
            cx.go_on_as_task().await?;
            Ok("done".to_owned())
        },
    ))
}

fn ask(memory: &Rc<Memory>, caller: &'static str, method: &str, params: Value) -> HttpReply {
    ask_through(memory, caller, "program", method, params)
}

fn ask_through(
    memory: &Rc<Memory>,
    caller: &'static str,
    program: &'static str,
    method: &str,
    params: Value,
) -> HttpReply {
    let name = params["name"].as_str().or(params["taskId"].as_str()).unwrap().to_owned();
    let mut client = Client::speaking("2026-07-28", method, params).header("mcp-name", &name).body(|body| {
        body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
            json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    });
    client.caller.name = caller;
    client.caller.client = program;
    client.platform = memory.platform();
    client.reply_of(&server())
}

fn message(reply: &HttpReply) -> Value {
    let ReplyBody::Json(json) = &reply.body else { panic!("{reply:?}") };
    serde_json::from_slice(json).unwrap()
}

#[test]
fn a_call_is_answered_at_once_and_worked_off_by_whoever_takes_the_rest() {
    let memory = memory();
    let called = ask(&memory, "ada", "tools/call", json!({"name": "later"}));
    let created = message(&called)["result"].clone();
    assert_eq!(created["resultType"], "task");
    assert_eq!(created["status"], "working");
    assert_eq!(created["createdAt"], "2027-01-15T08:00:00.000Z");
    let get = |caller| message(&ask(&memory, caller, "tasks/get", json!({"taskId": created["taskId"]})));
    assert_eq!(get("ada")["result"]["status"], "working");

    assert!(pollster::block_on(called.rest.unwrap()).is_empty());
    let done = &get("ada")["result"];
    assert_eq!(done["status"], "completed");
    assert_eq!(done["result"]["content"][0]["text"], "done");
    // To anybody else it does not exist, nor to another of its caller's programs.
    assert_eq!(get("eve")["error"]["code"], -32602);
    for (method, more) in [
        ("tasks/get", json!({})),
        ("tasks/cancel", json!({})),
        ("tasks/update", json!({"inputResponses": {}})),
    ] {
        let mut params = more;
        params["taskId"] = created["taskId"].clone();
        let answer = ask_through(&memory, "ada", "another program", method, params);
        assert_eq!(message(&answer)["error"]["code"], -32602, "{method}");
    }
}

/// Sealed by the release before clients were told apart, for "ada".
#[test]
fn an_id_that_an_earlier_release_gave_is_its_users_until_it_expires() {
    let id = concat!(
        "eyJuIjoidGFzay0wIiwicCI6Il9lNUREVUM5Vjk3cXdZYk5sNUFEUFE4Ry1RbW9nRzU4NXVjWHEzeDlVQ2siLCJlIjoxODAwMDAzNjYwfQ",
        ".cKt4oz4peKxr6MPcrleZRE0Vc5DtEav_CvBwTztNdBk",
    );
    let memory = memory();
    let _signals = pollster::block_on(memory.begin("task-0", HeldTask::new(NOW_MS), 1_000)).unwrap();
    for program in ["one", "another"] {
        let answer = ask_through(&memory, "ada", program, "tasks/get", json!({"taskId": id}));
        assert_eq!(message(&answer)["result"]["status"], "working", "{program}");
    }
    let stranger = ask(&memory, "eve", "tasks/get", json!({"taskId": id}));
    assert_eq!(message(&stranger)["error"]["code"], -32602);
}

#[test]
fn without_tasks_being_held_or_known_a_caller_waits() {
    let plain = Client::speaking("2026-07-28", "tools/call", json!({"name": "later"}));
    assert_eq!(plain.send_to(&server()).result()["content"][0]["text"], "done");
    let older = Client::handshake("2025-11-25", "tools/call", json!({"name": "later"}));
    assert_eq!(older.send_to(&server()).result()["content"][0]["text"], "done");
}

#[test]
fn what_is_over_changes_no_more() {
    let mut task = HeldTask::new(1);
    let question = |name: &str| TaskEvent::Asked { name: name.to_owned(), request: json!({}) };
    task.apply(question("a"), 2);
    task.apply(question("b"), 3);
    assert_eq!(task.status, TaskStatus::InputRequired);
    let answers = |names: &[&str]| TaskEvent::Answered {
        responses: names.iter().map(|name| ((*name).to_owned(), json!(1))).collect::<Map<_, _>>(),
    };
    assert_eq!(task.apply(answers(&["a", "unasked"]), 4).len(), 1);
    assert_eq!((task.status, task.requests.len()), (TaskStatus::InputRequired, 1));
    task.apply(answers(&["b"]), 5);
    assert_eq!(task.status, TaskStatus::Working);
    let cancelled = TaskEvent::Settled { status: TaskStatus::Cancelled, outcome: None };
    assert_eq!(task.apply(cancelled, 6).len(), 1);
    let over = task.clone();
    for event in
        [question("c"), answers(&["c"]), TaskEvent::Settled { status: TaskStatus::Completed, outcome: None }]
    {
        assert!(task.apply(event, 7).is_empty());
        assert_eq!(task, over);
    }
}
