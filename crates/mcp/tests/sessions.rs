//! Sessions of the handshake era: their ids, what is held of them, and what travels on their streams.

#![expect(
    clippy::panic,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "a helper of tests is written as tests are"
)]

mod held;
mod support;

use std::rc::Rc;

use futures_util::{FutureExt, StreamExt};
use held::Watched;
use mcp::{
    Context, Elicitation, EventStream, HttpReply, Implementation, LogLevel, NoArguments, Platform, ReplyBody,
    Resource, ResourceChange, ResourceContents, ResourceEntry, ResourceError, ResourceTemplate, SealingKey,
    Server, Subscribed, Tool,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use support::{Answer, Caller, Client, NOW_MS};

#[derive(Deserialize, JsonSchema)]
struct Name {
    name: String,
}

fn server() -> Server<Caller> {
    Server::new(Implementation::new("inn", "0"))
        .logs()
        .updates()
        .tool(Tool::new("greet", async |cx: Context<Caller>, _: NoArguments| {
            let answer = cx.elicit("name", Elicitation::form::<Name>("Who is there?")).await?;
            Ok(answer.accepted::<Name>().map_or_else(|| "nobody".to_owned(), |name| name.name))
        }))
        .tool(Tool::new("log", async |cx: Context<Caller>, _: NoArguments| {
            cx.log(LogLevel::Info, None, "hello").await;
            Ok(cx.client().map(|client| client.name.clone()).unwrap_or_default())
        }))
        .tool(Tool::new("slow", async |cx: Context<Caller>, _: NoArguments| {
            cx.let_poll();
            cx.progress(1.0, None, None);
            Ok("done".to_owned())
        }))
        .tool(Tool::new("wait", async |cx: Context<Caller>, _: NoArguments| {
            cx.progress(1.0, None, None);
            std::future::pending::<()>().await;
            Ok("never".to_owned())
        }))
        .resource(Resource::new(
            ResourceEntry::new("inn://room", "room"),
            async |_: Context<Caller>, uri: mcp::ResourceUri| {
                Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", "x")])
            },
        ))
        .resource(
            Resource::new(
                ResourceEntry::new("inn://cellar", "cellar"),
                async |_: Context<Caller>, _: mcp::ResourceUri| Ok(Vec::new()),
            )
            .requires("inn:cellar"),
        )
        .resource_template(ResourceTemplate::new(
            "inn://guests/{name}",
            "guest",
            async |_: Context<Caller>, uri: mcp::ResourceUri| match uri.value("name") {
                "ada" => Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", "x")]),
                _ => Err(ResourceError::NotFound),
            },
        ))
        .resource_template(
            ResourceTemplate::new(
                "inn://keys/{number}",
                "key",
                async |_: Context<Caller>, _: mcp::ResourceUri| {
                    Err(ResourceError::fault("not read for this"))
                },
            )
            .existing(async |_: Context<Caller>, mut uris: Vec<mcp::ResourceUri>| {
                uris.retain(|uri| matches!(uri.value("number"), "1" | "2"));
                Ok(uris)
            }),
        )
}

/// A client with its session.
#[derive(Clone)]
struct Guest {
    sessions: Rc<Watched>,
    id: String,
    revision: &'static str,
}

impl Guest {
    fn arriving(revision: &'static str, capabilities: Value) -> Self {
        Self::arriving_at(&server(), revision, capabilities)
    }

    fn arriving_at(server: &Server<Caller>, revision: &'static str, capabilities: Value) -> Self {
        Self::arriving_in(&Watched::new(), server, revision, capabilities)
    }

    fn arriving_in(
        sessions: &Rc<Watched>,
        server: &Server<Caller>,
        revision: &'static str,
        capabilities: Value,
    ) -> Self {
        let sessions = sessions.clone();
        let hello = json!({"protocolVersion": revision, "capabilities": capabilities,
                           "clientInfo": {"name": "guest", "version": "0"}});
        let mut guest = Self { sessions, id: String::new(), revision };
        let answer = guest.ask("initialize", hello).without("mcp-session-id").send_to(server);
        let id = answer.headers.iter().find(|(name, _)| *name == "mcp-session-id").unwrap();
        id.1.clone().into_owned().clone_into(&mut guest.id);
        guest
    }

    fn with(&self, client: Client) -> Client {
        Client { platform: self.sessions.platform(), ..client.header("mcp-session-id", &self.id) }
    }

    fn ask(&self, method: &str, params: Value) -> Client {
        self.with(Client::handshake(self.revision, method, params))
    }

    fn call(&self, tool: &str) -> Client {
        self.ask("tools/call", json!({"name": tool, "_meta": {"progressToken": 1}}))
    }

    fn send(&self, method: &str, params: Value) -> Answer {
        self.ask(method, params).send_to(&server())
    }

    fn get(&self) -> Client {
        self.with(Client::sending(Vec::new()).method("GET").header("mcp-protocol-version", self.revision))
    }
}

fn stream(reply: HttpReply) -> EventStream {
    assert_eq!(reply.status, 200, "{reply:?}");
    let ReplyBody::Stream(stream) = reply.body else { panic!("{reply:?}") };
    stream
}

/// The bytes of a stream, which must come to its end.
fn streamed(reply: HttpReply) -> String {
    let parts: Vec<_> = pollster::block_on(stream(reply).collect());
    String::from_utf8(parts.into_iter().flat_map(|part| part.bytes).collect()).unwrap()
}

/// What there is to read of a stream by now.
fn by_now(stream: &mut EventStream) -> String {
    let parts = std::iter::from_fn(|| stream.next().now_or_never().flatten());
    String::from_utf8(parts.flat_map(|part| part.bytes).collect()).unwrap()
}

/// The messages in what was read.
fn messages(text: &str) -> Vec<Value> {
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter(|data| !data.is_empty()).map(|data| serde_json::from_str(data).unwrap()).collect()
}

#[test]
fn a_session_is_opened_where_sessions_are_held() {
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let guest = Guest::arriving(revision, json!({}));
        assert!(guest.id.bytes().all(|byte| (0x21..=0x7e).contains(&byte)), "{}", guest.id);
        guest.send("ping", json!({})).result();
    }
    let plain = Client::handshake("2025-11-25", "ping", json!({})).header("mcp-session-id", "anything");
    plain.send_to(&server()).result();
}

#[test]
fn what_only_a_session_can_hold_is_declared_with_sessions() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {},
                       "clientInfo": {"name": "guest", "version": "0"}});
    let with = guest.send("initialize", hello.clone()).result()["capabilities"].clone();
    assert_eq!(
        with,
        json!({"logging": {}, "resources": {"listChanged": true, "subscribe": true}, "tools": {}})
    );
    let without = Client::handshake("2025-11-25", "initialize", hello).send_to(&server());
    assert_eq!(without.result()["capabilities"], json!({"resources": {}, "tools": {}}));
    for method in ["logging/setLevel", "resources/subscribe", "resources/unsubscribe"] {
        let answer = Client::handshake("2025-11-25", method, json!({})).send_to(&server());
        assert_eq!(answer.refusal(), (200, -32601), "{method}");
    }
}

#[test]
fn a_session_is_its_openers_for_its_time_until_it_is_ended() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    let ping = || guest.ask("ping", json!({}));
    let week = 7 * 24 * 60 * 60 * 1000;
    let at = |now, key| {
        let sessions = guest.sessions.clone();
        Client { platform: Platform::at(now).key(SealingKey::new(key)).sessions(sessions), ..ping() }
    };
    let mut stranger = ping();
    stranger.caller.name = "somebody else";
    at(NOW_MS + week - 1000, [7; 32]).send_to(&server()).result();
    for (why, client) in [
        ("altered", ping().header("mcp-session-id", &format!("{}A", guest.id))),
        ("made up", ping().header("mcp-session-id", "session-1")),
        ("empty", ping().header("mcp-session-id", "")),
        ("another's", stranger),
        ("too old", at(NOW_MS + week, [7; 32])),
        ("another deployment's", at(NOW_MS, [8; 32])),
    ] {
        assert_eq!(client.send_to(&server()).refusal(), (404, -32001), "{why}");
    }

    let end = || guest.get().method("DELETE");
    assert_eq!(end().send_to(&server()).status, 204);
    assert_eq!(ping().send_to(&server()).refusal(), (404, -32001));
    assert_eq!(end().send_to(&server()).refusal(), (404, -32001));
    assert_eq!(guest.get().send_to(&server()).refusal(), (404, -32001));
    let notification = Client::posting(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    assert_eq!(guest.with(notification).send_to(&server()).refusal(), (404, -32001));
}

#[test]
fn a_get_needs_a_session_and_takes_events() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    for (why, client, refusal) in [
        ("no session", guest.get().without("mcp-session-id"), (400, -32000)),
        ("no events", guest.get().header("accept", "application/json"), (406, -32000)),
        ("the stateless era", guest.get().header("mcp-protocol-version", "2026-07-28"), (405, -32000)),
        ("no such revision", guest.get().header("mcp-protocol-version", "1999-01-01"), (400, -32000)),
        ("a page from elsewhere", guest.get().header("origin", "https://evil.example"), (403, -32000)),
        ("no such method", guest.get().method("PUT"), (405, -32000)),
    ] {
        assert_eq!(client.send_to(&server()).refusal(), refusal, "{why}");
    }
    let refused = guest.get().method("PUT").send_to(&server());
    assert!(refused.headers.contains(&("allow", "GET, POST, DELETE".into())));
}

#[test]
fn a_stream_opens_with_a_place_to_come_back_to_and_goes_on_after_one() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    assert_eq!(by_now(&mut stream(guest.get().reply_of(&server()))), "id: 0.0\nretry: 1000\ndata: \n\n");
    let called = streamed(guest.call("slow").reply_of(&server()));
    let name = called.strip_prefix("id: ").unwrap().split_once(".0\n").unwrap().0;
    let from = |place: &str| streamed(guest.get().header("last-event-id", place).reply_of(&server()));
    let (opening, rest) = (format!("id: {name}.0\nretry: 1000\ndata: \n\n"), from(&format!("{name}.0")));
    let (first, second) = rest.strip_prefix(&opening).unwrap().split_once("\n\n").unwrap();
    assert!(first.starts_with(&format!("event: message\nid: {name}.1\ndata: {{")), "{first}");
    assert!(second.starts_with(&format!("event: message\nid: {name}.2\ndata: {{")), "{second}");
    let opening = format!("id: {name}.1\nretry: 1000\ndata: \n\n");
    assert_eq!(from(&format!("{name}.1")), format!("{opening}{second}"));
    // What is none of our places says nothing of where to go on.
    for id in ["", "a", "a.x", "a b.1", ".1", "x/y.1"] {
        let mut stream = stream(guest.get().header("last-event-id", id).reply_of(&server()));
        assert!(by_now(&mut stream).starts_with("id: 0.0\n"), "{id}");
    }
    // An older client may take the empty event for a message.
    let older = Guest::arriving("2025-06-18", json!({}));
    assert_eq!(by_now(&mut stream(older.get().reply_of(&server()))), "");
}

#[test]
fn a_question_goes_out_on_the_stream_and_its_answer_comes_by_another_post() {
    let guest = Guest::arriving("2025-06-18", json!({"elicitation": {}}));
    let reply = guest.call("greet").reply_of(&server());
    let ReplyBody::Stream(mut stream) = reply.body else { panic!("{reply:?}") };
    let question = String::from_utf8(pollster::block_on(stream.next()).unwrap().bytes).unwrap();
    let question: Value = serde_json::from_str(question.split_once("data: ").unwrap().1).unwrap();
    assert_eq!(question["method"], "elicitation/create");
    assert_eq!(question["params"]["message"], "Who is there?");

    let answer = json!({"jsonrpc": "2.0", "id": question["id"],
                        "result": {"action": "accept", "content": {"name": "Ada"}}});
    let taken = guest.with(Client::posting(answer).header("mcp-protocol-version", "2025-06-18"));
    assert_eq!(taken.send_to(&server()).status, 202);
    let last = String::from_utf8(pollster::block_on(stream.next()).unwrap().bytes).unwrap();
    assert!(last.contains(r#""text":"Ada""#), "{last}");
    assert!(stream.next().now_or_never().unwrap().is_none());
}

/// What nobody asked is not kept, whatever it calls itself.
#[test]
fn an_answer_to_what_was_not_asked_is_dropped() {
    let guest = Guest::arriving("2025-11-25", json!({"elicitation": {}}));
    let other = Guest::arriving("2025-11-25", json!({"elicitation": {}}));
    let mut calls = Vec::new();
    let mut question = |guest: &Guest| {
        let mut call = stream(guest.call("greet").reply_of(&server()));
        let question = by_now(&mut call);
        calls.push(call);
        messages(&question)[0]["id"].as_str().unwrap().to_owned()
    };
    // A session whose name is another.
    let second = Guest::arriving_in(&other.sessions, &server(), "2025-11-25", json!({"elicitation": {}}));
    let (asked, elsewhere) = (question(&guest), question(&second));
    let name = asked.split('.').next().unwrap();
    for id in ["q", "", "name-1", name, &format!("{name}."), &format!("{asked}A"), &elsewhere, "x.y"] {
        let answer = json!({"jsonrpc": "2.0", "id": id, "result": {"large": "x".repeat(1_000)}});
        assert_eq!(guest.with(Client::posting(answer)).send_to(&server()).status, 202, "{id}");
    }
    assert_eq!(guest.sessions.calls_of("answered"), 0);
    let answer = json!({"jsonrpc": "2.0", "id": asked, "result": {}});
    assert_eq!(guest.with(Client::posting(answer)).send_to(&server()).status, 202);
    assert_eq!(guest.sessions.calls_of("answered"), 1);
}

/// Sealed by the release before clients were told apart, at the time of these tests, for "somebody".
const OLDER_ID: &str = concat!(
    "eyJuIjoibmFtZS0xIiwicCI6ImNwMTlZNHp2RzBkc210SFYwblhja2Z3bE9nSnVDU1RVVzRtVnZQZ29zQnMiLCJ2IjoiMjAyNS0xMS0yNSIsImMiOjEs",
    "ImkiOnsibmFtZSI6Imd1ZXN0IiwidmVyc2lvbiI6IjAiLCJ0aXRsZSI6bnVsbH0sImUiOjE4MDA2MDQ4MDB9",
    ".N6sV4e8GGitQlQooYDka6oYuMNWqUbsd4vHYQ9iKby4",
);

#[test]
fn an_id_that_an_earlier_release_gave_is_its_users_until_it_expires() {
    let older = Guest { id: OLDER_ID.to_owned(), ..Guest::arriving("2025-11-25", json!({})) };
    for client in ["", "full", "read-only"] {
        let mut ping = older.ask("ping", json!({}));
        ping.caller.client = client;
        ping.send_to(&server()).result();
    }
    // It says what it said: here, that its client can be asked.
    let asked = by_now(&mut stream(older.call("greet").reply_of(&server())));
    assert!(asked.contains("elicitation/create"), "{asked}");
    let mut stranger = older.ask("ping", json!({}));
    stranger.caller.name = "somebody else";
    assert_eq!(stranger.send_to(&server()).refusal(), (404, -32001));
    assert_eq!(older.get().method("DELETE").send_to(&server()).status, 204);
    assert_eq!(older.ask("ping", json!({})).send_to(&server()).refusal(), (404, -32001));
}

#[test]
fn when_access_ends_a_client_is_told_no_more_and_its_call_is_still_worked_off() {
    let guest = Guest::arriving("2025-11-25", json!({"elicitation": {}}));
    let client = guest.call("greet");
    let gone = Rc::clone(&client.caller.gone);
    let mut stream = stream(client.reply_of(&server()));
    let question = by_now(&mut stream);
    let place = question.strip_prefix("id: ").unwrap().lines().next().unwrap();
    gone.set(true);
    assert!(pollster::block_on(stream.next()).unwrap().close_early);
    guest.sessions.clock.time_is_up.set(true);
    while pollster::block_on(stream.next()).is_some() {}
    let rest = streamed(guest.get().header("last-event-id", place).reply_of(&server()));
    assert!(rest.contains("did not come in time"), "its end can be asked for: {rest}");
}

#[test]
fn a_question_without_an_answer_is_told_to_the_model() {
    for (response, said) in [
        (None, "did not come in time"),
        (Some(json!({"error": {"code": -1, "message": "not now"}})), "not now"),
        (Some(json!({"result": {"action": "shrug"}})), "not of the form"),
    ] {
        let guest = Guest::arriving("2025-11-25", json!({"elicitation": {}}));
        let mut stream = stream(guest.call("greet").reply_of(&server()));
        let question = messages(&by_now(&mut stream)).pop().unwrap();
        if let Some(mut response) = response {
            response["jsonrpc"] = json!("2.0");
            response["id"] = question["id"].clone();
            assert_eq!(guest.with(Client::posting(response)).send_to(&server()).status, 202);
        }
        guest.sessions.clock.time_is_up.set(true);
        let rest = by_now(&mut stream);
        assert!(rest.contains(r#""isError":true"#) && rest.contains(said), "{rest}");
    }
}

#[test]
fn only_what_was_declared_at_the_beginning_is_asked() {
    for (revision, capabilities) in [
        ("2025-11-25", json!({})),
        ("2025-11-25", json!({"elicitation": {"url": {}}})),
        ("2025-11-25", json!({"sampling": {}, "roots": {}})),
        ("2025-03-26", json!({"elicitation": {}})),
    ] {
        let guest = Guest::arriving(revision, capabilities.clone());
        let answer = guest.call("greet").send_to(&server());
        assert_eq!(answer.result()["isError"], true, "{revision} {capabilities}");
        assert_eq!(answer.messages.len(), 0);
    }
    let able = Guest::arriving("2025-11-25", json!({"elicitation": {}}));
    let no_stream = able.call("greet").header("accept", "application/json").send_to(&server());
    assert_eq!(no_stream.result()["isError"], true);
}

#[test]
fn an_extension_that_both_know_is_remembered_for_the_session() {
    let server = Server::new(Implementation::new("apps", "0"))
        .extension("com.example/ui", serde_json::Map::new())
        .tool(Tool::new("knows", async |cx: Context<Caller>, _: NoArguments| {
            let known = |name| cx.client_extension(name).map_or_else(|| "no".to_owned(), |it| it.to_string());
            Ok(format!("{} {}", known("com.example/ui"), known("com.example/other")))
        }));
    let declared = json!({"extensions": {"com.example/ui": {"a": 1}, "com.example/other": {}}});
    let guest = Guest::arriving_at(&server, "2025-11-25", declared);
    let answer = guest.call("knows").send_to(&server);
    assert_eq!(answer.result()["content"][0]["text"], r#"{"a":1} no"#);
}

/// A notification that cancels a request, of whatever id.
fn cancelling(request: &Value) -> Value {
    let params = json!({"requestId": request, "reason": "changed my mind"});
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})
}

#[test]
fn a_cancelled_request_is_stopped_and_never_answered() {
    // Once something was said: the stream ends, also for whoever comes back to it.
    let guest = Guest::arriving("2025-11-25", json!({}));
    let mut stream = stream(guest.call("wait").reply_of(&server()));
    let told = by_now(&mut stream);
    let place = told.strip_prefix("id: ").unwrap().lines().next().unwrap().to_owned();
    let mut next = || stream.next().now_or_never();
    for id in [json!(2), json!("1"), json!(null), json!(1.5)] {
        assert_eq!(guest.with(Client::posting(cancelling(&id))).send_to(&server()).status, 202);
        assert!(next().is_none(), "{id} is another request");
    }
    assert_eq!(guest.with(Client::posting(cancelling(&json!(1)))).send_to(&server()).status, 202);
    assert_eq!(next().flatten().unwrap().bytes, b"");
    assert!(next().unwrap().is_none());
    let again = streamed(guest.get().header("last-event-id", &place).reply_of(&server()));
    assert_eq!(messages(&again).len(), 1, "its progress, and nothing else: {again}");

    // Before there was anything to say: nothing is said.
    let silent = Guest::arriving("2025-11-25", json!({}));
    assert_eq!(silent.with(Client::posting(cancelling(&json!(1)))).send_to(&server()).status, 202);
    let call = silent.ask("tools/call", json!({"name": "wait"}));
    assert_eq!(streamed(call.reply_of(&server())), "");
}

#[test]
fn a_client_that_takes_no_stream_is_answered_whatever_it_cancels() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    guest.with(Client::posting(cancelling(&json!(1)))).send_to(&server());
    let answer = guest.call("log").header("accept", "application/json").send_to(&server());
    assert_eq!(answer.result()["content"][0]["text"], "guest");
}

#[test]
fn a_level_is_held_for_its_session() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    let logged = || streamed_or_not(guest.ask("tools/call", json!({"name": "log"})).reply_of(&server()));
    assert_eq!(logged(), 0);
    for (level, messages) in [("debug", 1), ("info", 1), ("warning", 0)] {
        assert_eq!(guest.send("logging/setLevel", json!({"level": level})).result(), &json!({}));
        assert_eq!(logged(), messages, "{level}");
    }
    for level in [json!("loud"), json!(7), Value::Null] {
        assert_eq!(
            guest.send("logging/setLevel", json!({"level": level})).refusal(),
            (200, -32602),
            "{level}"
        );
    }
    let homeless = guest.ask("logging/setLevel", json!({"level": "info"})).without("mcp-session-id");
    assert_eq!(homeless.send_to(&server()).refusal(), (200, -32600));
}

fn streamed_or_not(reply: HttpReply) -> usize {
    match reply.body {
        ReplyBody::Json(json) => {
            assert!(String::from_utf8(json).unwrap().contains(r#""text":"guest""#));
            0
        }
        ReplyBody::Empty => panic!("a call has an answer"),
        ReplyBody::Stream(stream) => {
            let parts: Vec<_> = pollster::block_on(stream.collect());
            let text = String::from_utf8(parts.into_iter().flat_map(|part| part.bytes).collect()).unwrap();
            text.matches("notifications/message").count()
        }
    }
}

#[test]
fn whoever_may_read_a_resource_may_subscribe_to_it() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    let mut listening = stream(guest.get().reply_of(&server()));
    let mut told = || {
        for uri in ["inn://room", "inn://cellar"] {
            guest
                .sessions
                .memory
                .changed("somebody", &ResourceChange::Resource { uri: uri.to_owned() })
                .unwrap();
        }
        messages(&by_now(&mut listening))
    };
    let subscribe = |uri: &str| guest.send("resources/subscribe", json!({"uri": uri}));
    assert_eq!(told(), Vec::<Value>::new());
    assert_eq!(subscribe("inn://room").result(), &json!({}));
    assert_eq!(subscribe("inn://cellar").required_permissions, ["inn:cellar"]);
    assert_eq!(subscribe("inn://attic").refusal(), (200, -32002));
    // What could be an address of a resource need not be one.
    let made_up = format!("inn://guests/{}", "x".repeat(900_000));
    for nowhere in ["inn://guests/eve", "inn://keys/3", &made_up] {
        assert_eq!(subscribe(nowhere).refusal(), (200, -32002), "{nowhere}");
    }
    assert_eq!(guest.sessions.calls_of("subscribe"), 1);
    for somewhere in ["inn://guests/ada", "inn://keys/2"] {
        assert_eq!(subscribe(somewhere).result(), &json!({}));
        guest.send("resources/unsubscribe", json!({"uri": somewhere})).result();
    }
    for (refused, limit) in [
        (Subscribed::TooMany { most: 3 }, "3 resources"),
        (Subscribed::TooLong { most: 40 }, "at most 40 bytes"),
    ] {
        guest.sessions.refuses.set(Some(refused));
        let reply = subscribe("inn://keys/1");
        assert_eq!(reply.refusal(), (200, -32600));
        assert!(reply.body["error"]["message"].as_str().unwrap().contains(limit), "{:?}", reply.body);
    }
    guest.sessions.refuses.set(None);
    assert_eq!(guest.send("resources/subscribe", json!({})).refusal(), (200, -32602));
    let updated = json!({"jsonrpc": "2.0", "method": "notifications/resources/updated",
                         "params": {"uri": "inn://room"}});
    assert_eq!(told(), [updated]);
    assert_eq!(guest.send("resources/unsubscribe", json!({"uri": "inn://room"})).result(), &json!({}));
    assert_eq!(told(), Vec::<Value>::new());
}

#[test]
fn what_is_sent_in_a_session_is_kept_and_a_client_may_come_back_for_it() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    let stream = stream(guest.call("slow").reply_of(&server()));
    assert!(stream.outlives_client());
    let parts: Vec<_> = pollster::block_on(stream.collect());
    let opening = String::from_utf8(parts[0].bytes.clone()).unwrap();
    let place = opening.strip_prefix("id: ").unwrap().strip_suffix("\nretry: 1000\ndata: \n\n").unwrap();
    assert!(parts[1].close_early);
    assert!(parts[2..].iter().all(|part| part.bytes.is_empty()), "after it hung up nothing is written");

    let kept = messages(&streamed(guest.get().header("last-event-id", place).reply_of(&server())));
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0]["method"], "notifications/progress");
    assert_eq!(kept[1]["result"]["content"][0]["text"], "done");

    // Nothing comes after the last, nor of what nothing is kept: a stream would only be silent.
    let call = place.strip_suffix(".0").unwrap();
    for place in [format!("{call}.2"), "nothing-is-kept-of-this.1".to_owned()] {
        assert_eq!(guest.get().header("last-event-id", &place).send_to(&server()).refusal(), (400, -32600));
    }

    // A client that cannot come back is answered at once.
    let older = Guest::arriving("2025-06-18", json!({}));
    assert!(streamed(older.call("slow").reply_of(&server())).contains(r#""text":"done""#));
}

#[test]
fn a_call_that_nobody_works_on_any_more_ends_with_an_error_and_its_question_has_no_answer() {
    let guest = Guest::arriving("2025-11-25", json!({"elicitation": {}}));
    let mut call = stream(guest.call("greet").reply_of(&server()));
    let opening = by_now(&mut call);
    let place = opening.strip_prefix("id: ").unwrap().split_once('\n').unwrap().0;
    let question = messages(&opening)[0]["id"].clone();
    let mut resumed = stream(guest.get().header("last-event-id", place).reply_of(&server()));
    assert_eq!(messages(&by_now(&mut resumed)).len(), 1);
    drop(call);
    for told in
        [by_now(&mut resumed), streamed(guest.get().header("last-event-id", place).reply_of(&server()))]
    {
        let last = messages(&told).pop().unwrap();
        assert_eq!((&last["id"], &last["error"]["code"]), (&json!(1), &json!(-32603)), "{last}");
    }
    assert!(resumed.next().now_or_never().unwrap().is_none(), "the stream has ended");

    let answer = json!({"jsonrpc": "2.0", "id": question, "result": {"action": "decline"}});
    let late = guest.with(Client::posting(answer)).send_to(&server());
    assert_eq!(late.refusal(), (400, -32600));
}

#[test]
fn a_call_without_a_lease_is_worked_off_all_the_same() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    guest.sessions.refuses_leases.set(true);
    let reply = guest.call("slow").reply_of(&server());
    assert_eq!(reply.faults.len(), 1);
    let place = by_now(&mut stream(reply));
    assert!(place.starts_with("id: "), "{place}");
}

#[test]
fn what_cannot_be_held_is_our_fault_and_told_as_such() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    guest.sessions.is_broken.set(true);
    for client in [guest.ask("ping", json!({})), guest.get(), guest.get().method("DELETE")] {
        let answer = client.send_to(&server());
        assert_eq!(answer.refusal(), (500, -32603));
        assert_eq!(answer.faults, ["the shelf fell over"]);
    }
}

#[test]
fn who_listens_hears_of_what_it_asked_for_and_of_nothing_else() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    let room = || ResourceChange::Resource { uri: "inn://room".to_owned() };
    let cellar = || ResourceChange::Resource { uri: "inn://cellar".to_owned() };
    let listen = |notifications: Value| {
        guest.with(Client::stateless("subscriptions/listen", json!({"notifications": notifications})))
    };
    let subscription = json!({"io.modelcontextprotocol/subscriptionId": 1});
    for (wanted, honoured, told) in [
        (json!({}), json!({}), vec![]),
        (json!({"toolsListChanged": true, "promptsListChanged": true}), json!({}), vec![]),
        (
            json!({"resourcesListChanged": true}),
            json!({"resourcesListChanged": true}),
            vec![json!({"jsonrpc": "2.0", "method": "notifications/resources/list_changed",
                        "params": {"_meta": subscription}})],
        ),
        (
            json!({"resourceSubscriptions": ["inn://room", "inn://cellar", "inn://attic", "inn://guests/eve",
                                             "inn://keys/1", "inn://keys/2", "inn://keys/3"]}),
            json!({"resourceSubscriptions": ["inn://keys/1", "inn://keys/2", "inn://room"]}),
            vec![json!({"jsonrpc": "2.0", "method": "notifications/resources/updated",
                        "params": {"_meta": subscription, "uri": "inn://room"}})],
        ),
    ] {
        let client = listen(wanted.clone());
        let gone = Rc::clone(&client.caller.gone);
        let mut listening = stream(client.reply_of(&server()));
        let acknowledged = messages(&by_now(&mut listening)).pop().unwrap();
        for change in [room(), ResourceChange::ResourceList, cellar()] {
            guest.sessions.memory.changed("somebody else", &change).unwrap();
            guest.sessions.memory.changed("somebody", &change).unwrap();
        }
        let rest = messages(&by_now(&mut listening));
        assert_eq!(acknowledged["method"], "notifications/subscriptions/acknowledged");
        assert_eq!(
            acknowledged["params"],
            json!({"_meta": subscription, "notifications": honoured}),
            "{wanted}"
        );
        assert_eq!(rest, told, "{wanted}");
        gone.set(true);
        let last = messages(&by_now(&mut listening)).pop().unwrap();
        assert_eq!(last["result"]["resultType"], "complete");
        assert_eq!(last["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 1);
    }
    for spoilt in [json!([]), json!(7), Value::Null, json!({"resourceSubscriptions": "inn://room"})] {
        assert_eq!(listen(spoilt.clone()).send_to(&server()).refusal(), (200, -32602), "{spoilt}");
    }
    let discovered = guest.with(Client::stateless("server/discover", json!({}))).send_to(&server());
    assert_eq!(
        discovered.result()["capabilities"]["resources"],
        json!({"listChanged": true, "subscribe": true})
    );
}

/// The reply to a request to one of the two addresses of HTTP+SSE.
fn taken(guest: &Guest, endpoint: mcp::SseEndpoint<'_>, client: Client) -> HttpReply {
    let client = guest.with(client).without("mcp-session-id");
    let headers = client.headers;
    let lookup = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let request = mcp::HttpRequest {
        method: client.method,
        headers: &lookup,
        origins: &client.origins,
        body: &client.body,
        platform: &client.platform,
    };
    pollster::block_on(server().handle_sse(request, endpoint, client.caller))
}

/// The same, once what is to be done after it has been done.
fn through(guest: &Guest, endpoint: mcp::SseEndpoint<'_>, client: Client) -> HttpReply {
    let mut reply = taken(guest, endpoint, client);
    if let Some(rest) = reply.rest.take() {
        reply.faults.extend(pollster::block_on(rest));
    }
    reply
}

#[test]
fn an_older_client_listens_at_one_address_and_posts_to_another() {
    let guest = Guest::arriving("2025-11-25", json!({}));
    let listening = || Client::sending(Vec::new()).method("GET").header("accept", "text/event-stream");
    let endpoint = mcp::SseEndpoint::Stream { messages: "/sse/message" };
    let mut listener = stream(through(&guest, endpoint, listening()));
    let opened = by_now(&mut listener);
    let session = opened.strip_prefix("event: endpoint\ndata: /sse/message?sessionId=").unwrap();
    let session = session.strip_suffix("\n\n").unwrap().to_owned();

    let post = |message: Value| {
        let endpoint = mcp::SseEndpoint::Messages { session: &session };
        through(&guest, endpoint, Client::posting(message).without("accept"))
    };
    let request =
        |method: &str, params: Value| json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let hello = json!({"protocolVersion": "2024-11-05", "capabilities": {},
                       "clientInfo": {"name": "older", "version": "0"}});
    for (message, needle) in [
        (request("initialize", hello), r#""protocolVersion":"2024-11-05""#),
        (request("tools/call", json!({"name": "slow", "_meta": {"progressToken": 1}})), r#""text":"done""#),
        (request("tools/call", json!({"name": "greet"})), r#""isError":true"#),
        (request("no/such/method", json!({})), "-32601"),
        (request("ping", json!([])), "-32602"),
    ] {
        let reply = post(message);
        assert!(matches!((reply.status, &reply.body), (202, ReplyBody::Empty)), "{reply:?}");
        let told = by_now(&mut listener);
        assert!(told.contains(needle), "{told}");
        assert_eq!(messages(&told).len(), if told.contains("progress") { 2 } else { 1 }, "{told}");
    }
    assert_eq!(post(json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).status, 202);
    assert_eq!(post(cancelling(&json!(1))).status, 202);
    assert_eq!(post(request("tools/call", json!({"name": "wait"}))).status, 202);
    assert_eq!(by_now(&mut listener), "", "what was cancelled is not answered");
    let endless = request("tools/call", json!({"name": "wait", "_meta": {"progressToken": 1}}));
    let dies = |listener: &mut EventStream| {
        let endpoint = mcp::SseEndpoint::Messages { session: &session };
        let mut work =
            taken(&guest, endpoint, Client::posting(endless.clone()).without("accept")).rest.unwrap();
        assert!((&mut work).now_or_never().is_none());
        assert_eq!(messages(&by_now(listener))[0]["method"], "notifications/progress");
    };
    dies(&mut listener);
    let told = messages(&by_now(&mut listener));
    assert_eq!((&told[0]["id"], &told[0]["error"]["code"]), (&json!(1), &json!(-32603)), "{told:?}");

    for (why, status, reply) in [
        ("not JSON", 400, post(json!("x"))),
        ("a batch", 400, post(json!([request("ping", json!({}))]))),
        (
            "no such session",
            404,
            through(
                &guest,
                mcp::SseEndpoint::Messages { session: "nope" },
                Client::posting(request("ping", json!({}))),
            ),
        ),
        (
            "no session",
            400,
            through(
                &guest,
                mcp::SseEndpoint::Messages { session: "" },
                Client::posting(request("ping", json!({}))),
            ),
        ),
        (
            "listening where one posts",
            405,
            through(&guest, mcp::SseEndpoint::Messages { session: &session }, listening()),
        ),
        ("posting where one listens", 405, through(&guest, endpoint, Client::posting(json!({})))),
        ("no events", 406, through(&guest, endpoint, listening().header("accept", "application/json"))),
        (
            "a page from elsewhere",
            403,
            through(&guest, endpoint, listening().header("origin", "https://evil.example")),
        ),
    ] {
        assert_eq!(reply.status, status, "{why}");
    }
}
