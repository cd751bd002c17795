//! The `McpSession` Durable Object: what is held of one session of the handshake era, named by the session.
//!
//! Everything it knows is in its storage, so it can be evicted between any two messages; everything it waits on is a
//! hibernatable WebSocket, so it is. The same class serves as a principal's *circle*: the sessions to tell when something
//! of theirs changes; and as the holder of one *task*.
//!
//! An alarm drops what nobody has asked for in time, and with the last of
//! it the object itself.

mod circle;
mod task;
mod waiting;

use std::time::Duration;

use mcp::{Change, Event, LogLevel, STANDALONE};
use serde::Deserialize;
use serde_json::json;
use worker::{
    Date, DurableObject, Env, Request, Response, SqlStorage, SqlStorageValue, State, WebSocket,
    WebSocketIncomingMessage, WebSocketPair,
};
use worker_kit::storage::{Migration, ObjectStorage, Schema};
use worker_macros::durable_object;

use crate::link::{Command, Opened};

/// What is stored. `at` is in milliseconds since 1970.
const SCHEMA: Schema = Schema::new(&[Migration::Sql(
    "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS event (
        stream TEXT NOT NULL, number INTEGER NOT NULL, message TEXT NOT NULL, last INTEGER NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (stream, number)
    );
    CREATE TABLE IF NOT EXISTS answer (request TEXT PRIMARY KEY, response TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS subscription (uri TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS member (session TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS cancelled (request TEXT PRIMARY KEY, at INTEGER NOT NULL);",
)]).once_without_version("setting");

/// How long what is held is held.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// How long an event can be asked for again, after a client has lost its stream.
    pub events: Duration,
    /// How long a session that nobody listens to remembers its subscriptions.
    pub abandoned: Duration,
    /// How often it is looked whether it is time: that much longer something may stay.
    pub sweep: Duration,
}

impl Default for Retention {
    /// An event for an hour, a session for a day (a laptop sleeps that long), looked at once an hour.
    fn default() -> Self {
        let hour = Duration::from_hours(1);
        Self { events: hour, abandoned: Duration::from_hours(24), sweep: hour }
    }
}

/// How long it is remembered that a session was ended, in milliseconds: longer than any session's id is good for.
const OVER_MS: u64 = 8 * 24 * 60 * 60 * 1_000;

/// The most events that are kept of one session; the oldest go first.
const MAX_EVENTS: u32 = 1_000;

/// The most resources one session may subscribe to.
const MAX_SUBSCRIPTIONS: u32 = 1_000;

#[durable_object]
pub struct McpSession {
    state: State,
    storage: ObjectStorage,
    env: Env,
    retention: Retention,
}

#[derive(Deserialize)]
struct Row {
    value: String,
}

#[derive(Deserialize)]
struct Count {
    count: u32,
}

#[derive(Deserialize)]
struct EventRow {
    stream: String,
    number: u64,
    message: String,
    last: u8,
}

impl DurableObject for McpSession {
    fn new(state: State, env: Env) -> Self {
        let storage = ObjectStorage::new(&state, SCHEMA);
        Self { state, storage, env, retention: Retention::default() }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        if let Some(unavailable) = self.storage.unavailable()? {
            return Ok(unavailable);
        }
        let path = request.path();
        let path: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match path.as_slice() {
            ["stream", stream] => self.follow(stream, None).await,
            ["stream", stream, after] => self.follow(stream, after.parse().ok()).await,
            ["changes"] => self.listen_to_changes().await,
            ["task"] => self.work_on_task(),
            ["answer", asked] => self.wait_for_answer(asked).await,
            ["cancelled", request] => self.wait_for_cancellation(request).await,
            _ => {
                let command = serde_json::from_slice(&request.bytes().await?)?;
                self.obey(command).await
            }
        }
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if !self.storage.postpone_alarm().await? {
            self.sweep().await?;
        }
        Response::empty()
    }

    /// Workers listen and say nothing.
    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> worker::Result<()> {
        Ok(())
    }

    /// The Worker has gone, or its client. What it had been sent can be asked for again.
    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> worker::Result<()> {
        // Closing what is closed already is no error worth telling.
        let _closed = socket.close(Some(1000), None::<&str>);
        if self.storage.is_newer()? {
            return Ok(());
        }
        self.abandon_task()?;
        if self.is_held()? { self.seen() } else { Ok(()) }
    }

    async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> worker::Result<()> {
        Ok(())
    }
}

impl McpSession {
    /// The same object, that holds things for another time: for a class of your own that wraps this one.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    async fn obey(&self, command: Command) -> worker::Result<Response> {
        match command {
            Command::IsOver => return Response::from_json(&self.is_over()?),
            Command::LogLevel => return Response::from_json(&self.log_level()?),
            Command::Introduction => return Response::from_json(&self.setting("introduction")?),
            Command::TaskState => return Response::from_json(&self.task()?),
            Command::TaskHappens { event } => return Response::from_json(&self.task_happens(event)?),
            Command::Changed { change } => {
                let told = self.is_held()? && !self.is_over()? && self.changed(&change)?;
                return Response::from_json(&told);
            }
            _ => self.open().await?,
        }
        // What was still under way when its session was ended has nowhere to go.
        if self.is_over()? {
            return Response::from_json(&());
        }
        match command {
            Command::End => self.end()?,
            Command::SetLogLevel { level } => self.set("level", &serde_json::to_string(&level)?)?,
            Command::Subscribe { uri } => self.subscribe(&uri)?,
            Command::Unsubscribe { uri } => {
                self.run("DELETE FROM subscription WHERE uri = ?", vec![uri.into()])?;
            }
            Command::Answered { request, response } => self.answered(&request, &response)?,
            Command::Cancel { request } => self.cancel(&request)?,
            Command::Push { message } => self.push(message)?,
            Command::Record { event } => self.record(&event)?,
            Command::Join { session } => {
                self.run("INSERT OR IGNORE INTO member VALUES (?)", vec![session.into()])?;
            }
            Command::Tell { change } => self.tell(&change).await?,
            Command::Introduce { introduction } => self.set("introduction", &introduction)?,
            Command::BeginTask { task, lifetime_ms } => self.begin_task(&task, lifetime_ms)?,
            Command::IsOver
            | Command::Introduction
            | Command::LogLevel
            | Command::Changed { .. }
            | Command::TaskState
            | Command::TaskHappens { .. } => {}
        }
        Response::from_json(&())
    }

    /// The tables of what is held.
    fn sql(&self) -> worker::Result<&SqlStorage> {
        self.storage.existing()?.ok_or_else(|| "nothing is held here".into())
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.sql()?.exec(statement, values).map(|_| ())
    }

    /// Makes the tables, and sees to it that they go again. A session that was never held has none, and stays so.
    async fn open(&self) -> worker::Result<()> {
        if self.storage.existing()?.is_none() {
            self.storage.tables()?;
            self.storage.platform().set_alarm(self.retention.sweep).await?;
        }
        Ok(())
    }

    fn is_held(&self) -> worker::Result<bool> {
        Ok(self.storage.existing()?.is_some())
    }

    fn count(&self, query: &str) -> worker::Result<u32> {
        Ok(self.sql()?.exec(query, None)?.one::<Count>()?.count)
    }

    fn setting(&self, name: &str) -> worker::Result<Option<String>> {
        if !self.is_held()? {
            return Ok(None);
        }
        let query = "SELECT value FROM setting WHERE name = ?";
        let rows: Vec<Row> = self.sql()?.exec(query, vec![name.into()])?.to_array()?;
        Ok(rows.into_iter().next().map(|row| row.value))
    }

    fn set(&self, name: &str, value: &str) -> worker::Result<()> {
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", vec![name.into(), value.into()])
    }

    fn is_over(&self) -> worker::Result<bool> {
        Ok(self.setting("over")?.is_some())
    }

    fn end(&self) -> worker::Result<()> {
        for table in ["setting", "event", "answer", "subscription", "cancelled"] {
            self.run(&format!("DELETE FROM {table}"), Vec::new())?;
        }
        self.set("over", &now_ms().to_string())?;
        for socket in self.state.get_websockets() {
            socket.close(Some(1000), None::<&str>)?;
        }
        Ok(())
    }

    fn log_level(&self) -> worker::Result<Option<LogLevel>> {
        Ok(self.setting("level")?.as_deref().map(serde_json::from_str).transpose()?)
    }

    fn subscribe(&self, uri: &str) -> worker::Result<()> {
        if self.count("SELECT count(*) AS count FROM subscription")? < MAX_SUBSCRIPTIONS {
            self.run("INSERT OR IGNORE INTO subscription VALUES (?)", vec![uri.into()])?;
        }
        self.seen()
    }

    /// Somebody listens, or has until now, or wanted to.
    fn seen(&self) -> worker::Result<()> {
        self.set("seen", &now_ms().to_string())
    }

    /// Opens a stream: first where it is, then what is kept from there on, then whatever comes.
    async fn follow(&self, stream: &str, after: Option<u64>) -> worker::Result<Response> {
        let (client, server) = self.listener(&stream_tag(stream)).await?;
        self.seen()?;
        let at = match after {
            Some(after) => after,
            None => self.last_number(stream)?,
        };
        server.send(&Opened { at })?;
        let kept =
            "SELECT stream, number, message, last FROM event WHERE stream = ? AND number > ? ORDER BY number";
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        let kept: Vec<EventRow> = self.sql()?.exec(kept, vec![stream.into(), at.into()])?.to_array()?;
        for EventRow { stream, number, message, last } in kept {
            send(&server, &Event { stream, number, message, last: last != 0 })?;
        }
        Response::from_websocket(client)
    }

    /// A WebSocket that the object may sleep behind: the end to give away, and its own, found again by the tag.
    async fn listener(&self, tag: &str) -> worker::Result<(WebSocket, WebSocket)> {
        self.open().await?;
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        self.state.accept_websocket_with_tags(&server, &[tag]);
        Ok((client, server))
    }

    fn last_number(&self, stream: &str) -> worker::Result<u64> {
        let name = format!("number:{stream}");
        Ok(self.setting(&name)?.and_then(|number| number.parse().ok()).unwrap_or_default())
    }

    /// Keeps an event and sends it on. One listener gets it: "the server MUST send each of its JSON-RPC messages on only one
    /// of the connected streams" (2025-11-25 basic/transports, "Multiple Connections"), and the newest is the likeliest to
    /// be alive.
    fn record(&self, event: &Event) -> worker::Result<()> {
        let number = i64::try_from(event.number).unwrap_or(i64::MAX);
        self.run(
            "INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?)",
            vec![
                event.stream.as_str().into(),
                number.into(),
                event.message.as_str().into(),
                i64::from(event.last).into(),
                i64::try_from(now_ms()).unwrap_or(i64::MAX).into(),
            ],
        )?;
        self.run(
            "DELETE FROM event WHERE rowid NOT IN (SELECT rowid FROM event ORDER BY rowid DESC LIMIT ?)",
            vec![i64::from(MAX_EVENTS).into()],
        )?;
        if event.stream == STANDALONE {
            self.set(&format!("number:{STANDALONE}"), &event.number.to_string())?;
        }
        match self.state.get_websockets_with_tag(&stream_tag(&event.stream)).last() {
            Some(listener) => send(listener, event),
            None => Ok(()),
        }
    }

    /// The next event of what belongs to no request.
    fn push(&self, message: String) -> worker::Result<()> {
        let number = self.last_number(STANDALONE)?.saturating_add(1);
        self.record(&Event { stream: STANDALONE.to_owned(), number, message, last: false })
    }

    /// Tells the client of a change, if it wants to know; answers whether this session still wants to know of anything. Of
    /// resources it hears what it subscribed to, also when it comes back; of lists, while it listens.
    fn changed(&self, change: &Change) -> worker::Result<bool> {
        let listens = !self.state.get_websockets_with_tag(&stream_tag(STANDALONE)).is_empty();
        let message = match change {
            Change::Resource { uri } => {
                let query = "SELECT uri AS value FROM subscription WHERE uri = ?";
                let rows: Vec<Row> = self.sql()?.exec(query, vec![uri.as_str().into()])?.to_array()?;
                let params = json!({"uri": uri});
                let method = "notifications/resources/updated";
                (!rows.is_empty()).then(|| json!({"jsonrpc": "2.0", "method": method, "params": params}))
            }
            Change::ResourceList => {
                let method = "notifications/resources/list_changed";
                listens.then(|| json!({"jsonrpc": "2.0", "method": method}))
            }
        };
        if let Some(message) = message {
            self.push(message.to_string())?;
        }
        Ok(listens || self.count("SELECT count(*) AS count FROM subscription")? > 0)
    }

    async fn sweep(&self) -> worker::Result<()> {
        if !self.is_held()? {
            return Ok(());
        }
        let now = now_ms();
        let old = i64::try_from(now.saturating_sub(milliseconds(self.retention.events))).unwrap_or_default();
        self.run("DELETE FROM event WHERE at < ?", vec![old.into()])?;
        self.run("DELETE FROM answer WHERE at < ?", vec![old.into()])?;
        self.run("DELETE FROM cancelled WHERE at < ?", vec![old.into()])?;
        let since = |setting: Option<String>| {
            setting.and_then(|at| at.parse().ok()).map(|at: u64| now.saturating_sub(at))
        };
        let finished = match (self.is_task_over()?, since(self.setting("over")?)) {
            (Some(over), _) => over,
            (None, Some(over)) => over > OVER_MS,
            (None, None) => {
                let silent = since(self.setting("seen")?)
                    .is_none_or(|seen| seen > milliseconds(self.retention.abandoned));
                let members = self.count("SELECT count(*) AS count FROM member")?;
                let events = self.count("SELECT count(*) AS count FROM event")?;
                silent && members == 0 && events == 0 && self.state.get_websockets().is_empty()
            }
        };
        if finished {
            self.storage.delete_all().await
        } else {
            self.storage.platform().set_alarm(self.retention.sweep).await
        }
    }
}

/// Sends an event; a stream ends with its last.
fn send(listener: &WebSocket, event: &Event) -> worker::Result<()> {
    listener.send(event)?;
    if event.last { listener.close(Some(1000), None::<&str>) } else { Ok(()) }
}

fn stream_tag(stream: &str) -> String {
    format!("stream:{stream}")
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn now_ms() -> u64 {
    Date::now().as_millis()
}
