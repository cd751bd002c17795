//! The `McpSession` Durable Object: what is held of one session of the handshake era, named by the session.
//!
//! Everything it knows is in its storage, so it can be evicted between any two messages; everything it waits on is a
//! hibernatable WebSocket, so it is. The same class serves as the holder of one *task*, and as a principal's *registry*: which
//! sessions and tasks of theirs hold something, and whom to tell when something of theirs changes.
//!
//! Whatever is held is entered in the registry first, and everything has a limit: `docs/STORAGE.md`. An alarm drops what nobody
//! has asked for in time, and with the last of it the object itself.
//!
//! # Layout
//! * [`events`]: the streams of a session.
//! * [`waiting`]: answers and cancellations that one request brings for another.
//! * [`task`]: the object as the holder of a task.
//! * [`limits`]: how much there can be.
//! * [`registry`], [`subscribers`]: the object as a registry: who holds something, who is told of changes.
//! * [`sockets`]: the Workers that wait, and how many may.

mod events;
mod limits;
mod registry;
mod sockets;
mod subscribers;
mod task;
mod waiting;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use mcp::{LogLevel, Subscribed};
use serde::Deserialize;
use worker::{
    Date, DurableObject, Env, Request, Response, SqlStorage, SqlStorageValue, State, WebSocket,
    WebSocketIncomingMessage, console_error,
};
use worker_kit::storage::{Migration, ObjectStorage, Schema};
use worker_macros::durable_object;

pub use self::limits::Limits;
pub(crate) use self::registry::Holding;
use self::{events::Kept, subscribers::News};
use crate::link::{Command, Holder, Letter, command, listening_for, registry_of, stub};

/// What is stored. `at` is in milliseconds since 1970.
const SCHEMA: Schema = Schema::new(&[
    Migration::Sql(
        "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS event (
            stream TEXT NOT NULL, number INTEGER NOT NULL, message TEXT NOT NULL, last INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (stream, number)
        );
        CREATE TABLE IF NOT EXISTS answer (request TEXT PRIMARY KEY, response TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS subscription (uri TEXT PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS member (session TEXT PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS cancelled (request TEXT PRIMARY KEY, at INTEGER NOT NULL);",
    ),
    // Members were sessions that are told of changes, and nobody knew whose client's.
    Migration::Sql(
        "ALTER TABLE member ADD COLUMN client TEXT NOT NULL DEFAULT '';
        ALTER TABLE member ADD COLUMN holding TEXT NOT NULL DEFAULT 'changes';
        ALTER TABLE member ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
        UPDATE member SET at = unixepoch() * 1000;
        CREATE INDEX member_holding ON member (holding, at);",
    ),
])
.once_without_version("setting");

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

/// The most resources one session may subscribe to.
const MAX_SUBSCRIPTIONS: u32 = 1_000;

/// The longest address that can be subscribed to, in bytes.
const MAX_URI_BYTES: usize = 2_048;

/// For whom something is held, and what: the settings of that name.
const HOLDER: &str = "holder";
const HOLDING: &str = "holding";

#[durable_object]
pub struct McpSession {
    state: State,
    storage: Rc<ObjectStorage>,
    env: Env,
    retention: Retention,
    limits: Limits,
    /// What is held, as far as this instance knows.
    holding: Cell<Option<Holding>>,
    kept: Kept,
    news: Rc<News>,
}

#[derive(Deserialize)]
struct Row {
    value: String,
}

#[derive(Deserialize)]
struct Count {
    count: u32,
}

impl DurableObject for McpSession {
    fn new(state: State, env: Env) -> Self {
        let storage = ObjectStorage::new(&state, SCHEMA).into();
        Self {
            state,
            storage,
            env,
            retention: Retention::default(),
            limits: Limits::default(),
            holding: Cell::default(),
            kept: Kept::default(),
            news: Rc::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        if let Some(unavailable) = self.storage.unavailable()? {
            return Ok(unavailable);
        }
        let url = request.url()?;
        let path: Vec<&str> = url.path().trim_start_matches('/').split('/').collect();
        let wait = match path.as_slice() {
            ["changes"] => return self.listen_to_changes(&listening_for(&url)),
            ["task"] => return self.work_on_task(),
            [waits @ ("stream" | "answer" | "cancelled"), what] => (*waits, *what, None),
            ["stream", stream, after] => ("stream", *stream, after.parse().ok()),
            _ => {
                let letter = serde_json::from_slice(&request.bytes().await?)?;
                return self.obey(letter).await;
            }
        };
        if let Err(unavailable) = self.hold(&listening_for(&url), Holding::Something).await? {
            return Ok(unavailable);
        }
        match wait {
            ("stream", stream, after) => self.follow(stream, after),
            ("answer", asked, _) => self.wait_for_answer(asked),
            (_, request, _) => self.wait_for_cancellation(request),
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
        sockets::close(&socket);
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

    /// The same object, that lets more in, or less: for a class of your own that wraps this one.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    async fn obey(&self, letter: Letter<Option<Holder>, Command>) -> worker::Result<Response> {
        let Letter { holder, command } = letter;
        match command {
            // What asks, and what is of use only where something is held.
            Command::IsOver => return Response::from_json(&self.is_over()?),
            Command::LogLevel => return Response::from_json(&self.log_level()?),
            Command::Introduction => return Response::from_json(&self.setting("introduction")?),
            Command::TaskState => return Response::from_json(&self.task()?),
            Command::TaskHappens { event } => return Response::from_json(&self.task_happens(event)?),
            Command::Changed { changes } => {
                let told = self.is_held()? && !self.is_over()? && self.changed(&changes)?;
                if !told {
                    self.hold_less()?;
                }
                return Response::from_json(&told);
            }
            Command::GiveWay => return Response::from_json(&self.let_go().await?),
            Command::Unsubscribe { uri } => return Response::from_json(&self.unsubscribe(uri)?),
            // What is asked of a registry.
            Command::Enter { member, client, holding } => {
                return Response::from_json(&self.enter(&member, &client, holding).await?);
            }
            Command::Leave { member } => return Response::from_json(&self.leave(&member)?),
            Command::Tell { changes } => return Response::from_json(&self.tell(changes)?),
            _ => {}
        }
        // What was still under way when its session was ended has nowhere to go.
        if self.is_over()? {
            return match command {
                Command::Subscribe { .. } => Response::from_json(&Subscribed::Yes),
                _ => Response::from_json(&()),
            };
        }
        let holding = match command {
            Command::End => Holding::End,
            Command::Subscribe { .. } | Command::HearOfLists => Holding::Changes,
            Command::BeginTask { .. } => Holding::Task,
            _ => Holding::Something,
        };
        let holder = holder.unwrap_or_default();
        let held = match command {
            // Whoever listens anew is the newest again.
            Command::HearOfLists => self.enter_registry(&holder, holding).await?,
            _ => self.hold(&holder, holding).await?,
        };
        if let Err(unavailable) = held {
            return Ok(unavailable);
        }
        match command {
            Command::Subscribe { uri } => return Response::from_json(&self.subscribe(uri)?),
            Command::End => self.end()?,
            Command::SetLogLevel { level } => self.set("level", &serde_json::to_string(&level)?)?,
            Command::Answered { request, response } => self.answered(&request, &response)?,
            Command::Cancel { request } => self.cancel(&request)?,
            Command::Push { message } => self.push(message)?,
            Command::Record { event } => self.record(&event)?,
            Command::Introduce { introduction } => self.set("introduction", &introduction)?,
            Command::BeginTask { task, lifetime_ms } => self.begin_task(&task, lifetime_ms)?,
            // It is held, and that is all; or it was answered above.
            _ => {}
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

    /// Holds something, for which this is entered in the registry unless it is there for as much already. A session that was
    /// never held has no tables, and stays so. Where the registry does not answer nothing can be held: 503.
    async fn hold(&self, holder: &Holder, holding: Holding) -> worker::Result<Result<(), Response>> {
        match self.held_as()? {
            Some(held) if held.covers(holding) => Ok(Ok(())),
            _ => self.enter_registry(holder, holding).await,
        }
    }

    /// Enters the registry, as the newest of its kind, and makes the tables.
    async fn enter_registry(
        &self,
        holder: &Holder,
        holding: Holding,
    ) -> worker::Result<Result<(), Response>> {
        let member = self.state.id().name().ok_or("a session object is named by its session")?;
        let enter = Command::Enter { member, client: holder.client.clone(), holding };
        let entered = match stub(&self.env, &registry_of(&holder.principal)) {
            Ok(registry) => command::<()>(&registry, None, &enter).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = entered {
            console_error!("a session could not be entered in its principal's registry: {fault}");
            return Ok(Err(worker_kit::storage::unavailable()?));
        }
        self.make_tables().await?;
        self.set(HOLDER, &serde_json::to_string(holder)?)?;
        self.set_holding(holding)?;
        Ok(Ok(()))
    }

    /// What this is entered for; `None` where nothing is held, and where something is since before there were registries.
    fn held_as(&self) -> worker::Result<Option<Holding>> {
        if self.holding.get().is_none() {
            let stored = self.setting(HOLDING)?;
            self.holding.set(stored.as_deref().map(serde_json::from_str).transpose()?);
        }
        Ok(self.holding.get())
    }

    fn set_holding(&self, holding: Holding) -> worker::Result<()> {
        self.set(HOLDING, &serde_json::to_string(&holding)?)?;
        self.holding.set(Some(holding));
        Ok(())
    }

    /// Nothing is told of changes any more; the registry is about to learn so.
    fn hold_less(&self) -> worker::Result<()> {
        if self.held_as()? == Some(Holding::Changes) {
            self.set_holding(Holding::Something)?;
        }
        Ok(())
    }

    /// Makes the tables, and has them swept some day.
    async fn make_tables(&self) -> worker::Result<()> {
        if self.storage.existing()?.is_none() {
            self.storage.tables()?;
            self.storage.platform().set_alarm(self.retention.sweep).await?;
        }
        Ok(())
    }

    /// Lets go of everything: another has a better right to the room.
    async fn let_go(&self) -> worker::Result<()> {
        self.stop_task()?;
        for socket in self.state.get_websockets() {
            sockets::close(&socket);
        }
        self.forget_everything().await
    }

    async fn forget_everything(&self) -> worker::Result<()> {
        self.holding.set(None);
        self.kept.forget();
        self.storage.delete_all().await
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
        for table in ["event", "answer", "subscription", "cancelled"] {
            self.run(&format!("DELETE FROM {table}"), Vec::new())?;
        }
        self.run("DELETE FROM setting WHERE name NOT IN (?, ?)", vec![HOLDER.into(), HOLDING.into()])?;
        self.kept.forget();
        self.set("over", &now_ms().to_string())?;
        for socket in self.state.get_websockets() {
            sockets::close(&socket);
        }
        Ok(())
    }

    fn log_level(&self) -> worker::Result<Option<LogLevel>> {
        Ok(self.setting("level")?.as_deref().map(serde_json::from_str).transpose()?)
    }

    fn subscribe(&self, uri: String) -> worker::Result<Subscribed> {
        self.seen()?;
        let is_new = "SELECT count(*) AS count FROM subscription WHERE uri = ?";
        let is_new = self.sql()?.exec(is_new, vec![uri.as_str().into()])?.one::<Count>()?.count == 0;
        if is_new && self.count("SELECT count(*) AS count FROM subscription")? >= MAX_SUBSCRIPTIONS {
            return Ok(Subscribed::TooMany { most: MAX_SUBSCRIPTIONS });
        }
        if uri.len() > MAX_URI_BYTES {
            return Ok(Subscribed::TooLong { most: MAX_URI_BYTES });
        }
        self.run("INSERT OR IGNORE INTO subscription VALUES (?)", vec![uri.into()])?;
        Ok(Subscribed::Yes)
    }

    fn unsubscribe(&self, uri: String) -> worker::Result<()> {
        if self.is_held()? {
            self.run("DELETE FROM subscription WHERE uri = ?", vec![uri.into()])?;
        }
        Ok(())
    }

    /// Somebody listens, or has until now, or wanted to.
    fn seen(&self) -> worker::Result<()> {
        self.set("seen", &now_ms().to_string())
    }

    async fn sweep(&self) -> worker::Result<()> {
        if !self.is_held()? {
            return Ok(());
        }
        let now = now_ms();
        let before = |age: u64| i64::try_from(now.saturating_sub(age)).unwrap_or_default();
        let old = before(milliseconds(self.retention.events));
        self.run("DELETE FROM event WHERE at < ?", vec![old.into()])?;
        self.run("DELETE FROM answer WHERE at < ?", vec![old.into()])?;
        self.run("DELETE FROM cancelled WHERE at < ?", vec![old.into()])?;
        self.kept.forget();
        // No session or task lives longer: one that should have left could not be heard.
        self.run("DELETE FROM member WHERE at < ?", vec![before(OVER_MS.saturating_mul(2)).into()])?;
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
        if !finished {
            return self.storage.platform().set_alarm(self.retention.sweep).await;
        }
        self.leave_registry().await;
        self.forget_everything().await
    }

    /// Has the registry forget this session or task. If it does not hear, it forgets it in time.
    async fn leave_registry(&self) {
        let Ok(Some(holder)) = self.setting(HOLDER) else { return };
        let (Ok(holder), Some(member)) = (serde_json::from_str::<Holder>(&holder), self.state.id().name())
        else {
            return;
        };
        let left = match stub(&self.env, &registry_of(&holder.principal)) {
            Ok(registry) => command::<()>(&registry, None, &Command::Leave { member }).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = left {
            console_error!("a session could not leave its principal's registry: {fault}");
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn now_ms() -> u64 {
    Date::now().as_millis()
}
