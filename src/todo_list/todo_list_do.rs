//! The `TodoList` Durable Object: one per user, named by the user's id.
//!
//! A command is applied to the list in memory, recorded in the [journal](super::journal) and the
//! [history](super::history), published to those who [watch](super::watchers), and answered; then the new state is written
//! through to KV. An alarm, set in the same transaction as the journal row, retries what KV refused,
//! also after the object was killed. On wake the list is what KV shows with the journal laid over it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use futures_util::future::join_all;
use serde::Serialize;
use todo::{
    Actor, Change, Command, Effect, Entry, IdempotencyKey, Moment, News, Outcome, Refusal, Todo, TodoId,
    TodoList as Rules,
};
use worker::{
    DurableObject, Env, Error, Method, Request, Response, Socket, State, WebSocket, WebSocketIncomingMessage,
    console_error,
};
use worker_kit::{
    http::{empty, json, with_headers},
    random,
    storage::ObjectStorage,
};
use worker_macros::durable_object;

use super::{
    Agreement, Ask, HistoryPage, LIVE_PATH, Order, REFUSED, Reply,
    agreements::Agreements,
    answers::{Answered, Answers},
    creations::Creations,
    history::History,
    journal::{Journal, State as StoredState},
    kv::UserKeys,
    now_ms,
    provenance::Provenances,
    schema::SCHEMA,
    watchers,
};
use crate::todo_list::notify_agents::tell_agents;

/// When the alarm looks after states that KV has not taken, in milliseconds after they were recorded.
const FIRST_RETRY_MS: u64 = 5_000;

/// The longest time between two tries, in milliseconds.
const LAST_RETRY_MS: u64 = 5 * 60 * 1_000;

/// How many KV writes are under way at once.
const WRITES_AT_ONCE: u32 = 50;

/// A watcher that has missed more changes than this had better read the list again.
const MOST_MISSED: u64 = 100;

// Without an argument: the attribute takes one kind of handler, and this object has two, alarms and WebSockets.
#[durable_object]
pub struct TodoList {
    state: State,
    env: Env,
    storage: Rc<ObjectStorage>,
    live: Rc<RefCell<Option<Rc<Live>>>>,
}

/// What the object holds in memory while it is awake.
struct Live {
    rules: RefCell<Rules>,
    journal: Journal,
    history: History,
    creations: Creations,
    answers: Answers,
    provenances: Provenances,
    agreements: Agreements,
    keys: UserKeys,
    storage: Rc<ObjectStorage>,
    /// When the alarm is due, in milliseconds since the epoch, as far as this instance has set it.
    alarm_at: Cell<Option<u64>>,
    /// News that nobody was told yet: the journal has something new.
    news: RefCell<Vec<News>>,
    /// One writer at a time keeps the writes to one key in order.
    writing: Cell<bool>,
    failures: Cell<u32>,
}

impl DurableObject for TodoList {
    fn new(state: State, env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA).into(), state, env, live: Rc::default() }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        if let Some(unavailable) = self.storage.unavailable()? {
            return Ok(unavailable);
        }
        let url = request.url()?;
        let parameter =
            |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        if url.path() == LIVE_PATH && request.method() == Method::Delete {
            watchers::dismiss(&self.state, &parameter("session").unwrap_or_default())?;
            return empty(200);
        }
        let live = match self.wake().await {
            Ok(live) => live,
            Err(error) => {
                console_error!("the list was not loaded: {error}");
                return empty(503);
            }
        };
        if url.path() == LIVE_PATH {
            let missed = live.missed(parameter("since").and_then(|since| since.parse().ok()))?;
            return watchers::accept(&self.state, parameter("session").unwrap_or_default(), &missed);
        }
        let answer = live.answer(serde_json::from_slice(&request.bytes().await?)?).await;
        let news = live.news.take();
        if !news.is_empty() {
            let messages = news.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
            watchers::publish(&self.state, &messages);
            if let Some(user_id) = self.state.id().name() {
                self.state.wait_until(tell_agents(self.env.clone(), user_id, news));
            }
            self.state.wait_until(write_through(live));
        }
        answer
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if self.storage.postpone_alarm().await? {
            return empty(200);
        }
        // On an error the platform calls again, with a back-off of its own.
        let live = self.wake().await?;
        live.alarm_at.set(None);
        write_through(live.clone()).await;
        live.journal.sweep(now_ms())?;
        live.creations.sweep(now_ms())?;
        live.answers.sweep(now_ms())?;
        live.agreements.sweep(now_ms())?;
        live.set_next_alarm().await?;
        empty(200)
    }

    /// Watchers have nothing to say; their pings are answered by the platform.
    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> worker::Result<()> {
        Ok(())
    }

    async fn websocket_close(&self, watcher: WebSocket, _: usize, _: String, _: bool) -> worker::Result<()> {
        // The platform answers a close by itself or leaves it to us, by compatibility date; once is enough.
        drop(watcher.close::<&str>(None, None));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: Error) -> worker::Result<()> {
        Ok(())
    }

    async fn connect(&self, _: Socket) -> worker::Result<()> {
        Err("a list object takes no TCP connections".into())
    }
}

impl TodoList {
    /// The list in memory; loads it first when the object has just come to life.
    async fn wake(&self) -> worker::Result<Rc<Live>> {
        if let Some(live) = self.live() {
            return Ok(live);
        }
        let user_id = self.state.id().name().ok_or("a list object is named by its user")?;
        let (storage, env, slot) = (Rc::clone(&self.storage), self.env.clone(), self.live.clone());
        // No other request is delivered until this is done, so the list is loaded once.
        self.state
            .block_concurrency_while(async move {
                // An error that left this block would reset the object: it is a value instead.
                Ok(match Live::load(storage, &env, &user_id).await {
                    Ok(live) => {
                        slot.replace(Some(Rc::new(live)));
                        Ok(())
                    }
                    Err(error) => Err(error),
                })
            })
            .await??;
        self.live().ok_or_else(|| "the list was not loaded".into())
    }

    fn live(&self) -> Option<Rc<Live>> {
        self.live.try_borrow().ok().and_then(|live| live.clone())
    }
}

impl Live {
    async fn load(storage: Rc<ObjectStorage>, env: &Env, user_id: &str) -> worker::Result<Self> {
        let sql = storage.tables()?;
        let (journal, creations) = (Journal::new(sql.clone()), Creations::new(sql.clone()));
        let agreements = Agreements::new(sql.clone());
        let history = History::open(sql.clone())?;
        let keys = UserKeys::of(env, user_id)?;
        let mut rules = Rules::default();
        for todo in keys.load().await? {
            rules.insert(todo);
        }
        for StoredState { todo_id, todo, .. } in journal.all()? {
            match todo {
                Some(json) => match serde_json::from_str(&json) {
                    Ok(todo) => rules.insert(todo),
                    // It stays where it is, and the rest of the list still works.
                    Err(error) => console_error!("the journal's todo {todo_id} cannot be read: {error}"),
                },
                None => drop(TodoId::parse(&todo_id).map(|id| rules.remove(id))),
            }
        }
        rules.resume_after(history.newest());
        Ok(Self {
            rules: RefCell::new(rules),
            journal,
            history,
            creations,
            answers: Answers::new(sql.clone()),
            provenances: Provenances::new(sql.clone()),
            agreements,
            keys,
            storage,
            alarm_at: Cell::default(),
            news: RefCell::default(),
            writing: Cell::default(),
            failures: Cell::default(),
        })
    }

    async fn answer(&self, ask: Ask) -> worker::Result<Response> {
        match ask {
            Ask::All { known } => self.all(known),
            Ask::Page { filter, position, limit } => {
                json(&self.rules.try_borrow().map_err(busy)?.page(&filter, position, limit))
            }
            Ask::One { id } => match self.rules.try_borrow().map_err(busy)?.get(id) {
                Ok(todo) => json(todo),
                Err(refusal) => refused(&refusal),
            },
            Ask::Existing { ids } => {
                let rules = self.rules.try_borrow().map_err(busy)?;
                json(&ids.into_iter().filter(|id| rules.get(*id).is_ok()).collect::<Vec<_>>())
            }
            Ask::Apply { order, reply } => self.done(self.apply(*order)?, reply).await,
            Ask::Undo { number, by, key, reply } => {
                self.done(self.undo(number, by, key.as_ref())?, reply).await
            }
            Ask::Provenance { id } => match self.rules.try_borrow().map_err(busy)?.get(id) {
                Ok(_) => json(&self.provenances.of(id)?),
                Err(refusal) => refused(&refusal),
            },
            Ask::History { before, limit } => json(&self.history_page(before, limit)?),
        }
    }

    async fn done(&self, outcome: Result<News, Refusal>, reply: Reply) -> worker::Result<Response> {
        let news = match outcome {
            Ok(news) => news,
            Err(refusal) => return refused(&refusal),
        };
        if news.change.is_some() {
            self.keep_alarm().await?;
        }
        match reply {
            Reply::News => json(&news),
            Reply::All => self.all(None),
        }
    }

    /// Applies a command and records what it did. Synchronous, so that nothing can come between the two.
    fn apply(&self, order: Order) -> worker::Result<Result<News, Refusal>> {
        let Order { command, by, key, expect, agreement } = order;
        if let Some(Agreement { id, version }) = &agreement {
            // Sent again: it is good for one change, and that was made.
            if let Some(first) = self.agreements.find(id)? {
                return Ok(Ok(first));
            }
            if let Err(refusal) = self.rules.try_borrow().map_err(busy)?.expect_version(*version) {
                return Ok(Err(refusal));
            }
        }
        let sent = serde_json::to_string(&command)?;
        if let Some(first) = self.answered_before(key.as_ref(), &sent)? {
            return Ok(first);
        }
        let at = moment()?;
        let mut rules = self.rules.try_borrow_mut().map_err(busy)?;
        if let Some(done) = self.done_before(&command, key.as_ref())? {
            return Ok(done.map(|todo| News::none(&rules, Some(todo))));
        }
        if let (Some(id), Some(versions)) = (command.target(), expect)
            && let Err(refusal) = rules.expect(id, &versions)
        {
            return Ok(Err(refusal));
        }
        let is_creation = matches!(command, Command::Create { .. });
        let news = match rules.apply(command, by, &at) {
            Ok(Outcome::Changed(change)) => {
                if is_creation
                    && let (Some(key), Some(todo)) = (&key, change.effects.first().and_then(Effect::todo))
                {
                    self.creations.record(key, todo, &change.by, at.now_ms)?;
                }
                self.record(&rules, &change)?
            }
            Ok(Outcome::Unchanged(todo)) => News::none(&rules, todo),
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let (Some(key), false) = (&key, is_creation) {
            self.answers.record(key, sent, &news, at.now_ms)?;
        }
        if let Some(Agreement { id, .. }) = agreement {
            self.agreements.record(&id, &news, at.now_ms)?;
        }
        Ok(Ok(news))
    }

    /// Takes a change back and records that. Synchronous, as [`apply`](Self::apply).
    fn undo(
        &self,
        number: u64,
        by: Actor,
        key: Option<&IdempotencyKey>,
    ) -> worker::Result<Result<News, Refusal>> {
        let sent = format!("undo {number}");
        if let Some(first) = self.answered_before(key, &sent)? {
            return Ok(first);
        }
        let at = moment()?;
        let Some(change) = self.history.find(number)? else {
            return Ok(Err(Refusal::UnknownChange { number }));
        };
        let mut rules = self.rules.try_borrow_mut().map_err(busy)?;
        match rules.undo(&change, by, &at) {
            Ok(undone) => {
                let news = self.record(&rules, &undone)?;
                if let Some(key) = key {
                    self.answers.record(key, sent, &news, at.now_ms)?;
                }
                Ok(Ok(news))
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// What was answered to a command that was carried out before under the same key.
    fn answered_before(
        &self,
        key: Option<&IdempotencyKey>,
        sent: &str,
    ) -> worker::Result<Option<Result<News, Refusal>>> {
        let Some(key) = key else { return Ok(None) };
        let same_or_reused = |Answered { command, news }| {
            if command == sent { Ok(news) } else { Err(Refusal::IdempotencyKeyReused) }
        };
        Ok(self.answers.find(key)?.map(same_or_reused))
    }

    /// Records a change that the list has just made.
    fn record(&self, rules: &Rules, change: &Change) -> worker::Result<News> {
        for effect in &change.effects {
            if let Some(todo) = effect.todo() {
                self.journal.record(todo.id, effect.after.as_ref())?;
            }
        }
        let oldest = self.history.record(change)?;
        self.provenances.record(change, oldest)?;
        let news = News::of(change, rules);
        self.news.try_borrow_mut().map_err(busy)?.push(news.clone());
        Ok(news)
    }

    /// What to answer to a creation that was done before under the same key.
    fn done_before(
        &self,
        command: &Command,
        key: Option<&IdempotencyKey>,
    ) -> worker::Result<Option<Result<Todo, Refusal>>> {
        let (Command::Create { text, due_on }, Some(key)) = (command, key) else { return Ok(None) };
        let same_or_reused = |todo: Todo| {
            let is_same = (&todo.text, &todo.due_on) == (text, due_on);
            if is_same { Ok(todo) } else { Err(Refusal::IdempotencyKeyReused) }
        };
        Ok(self.creations.find(key)?.map(same_or_reused))
    }

    fn all(&self, known: Option<u64>) -> worker::Result<Response> {
        #[derive(Serialize)]
        struct Todos<'a> {
            todos: Vec<&'a Todo>,
        }
        let rules = self.rules.try_borrow().map_err(busy)?;
        let response = match known {
            Some(version) if version == rules.version() => empty(304)?,
            _ => json(&Todos { todos: rules.in_order().collect() })?,
        };
        with_headers(response, &[("etag", &format!("\"{}\"", rules.version()))])
    }

    fn history_page(&self, before: Option<u64>, limit: u64) -> worker::Result<HistoryPage> {
        let rules = self.rules.try_borrow().map_err(busy)?;
        let last = before.map_or(u64::MAX, |before| before.saturating_sub(1)).min(self.history.newest());
        let changes = self.history.between(last.saturating_add(1).saturating_sub(limit), last)?;
        let next = changes.last().map(|oldest| oldest.number).filter(|_| changes.len() as u64 == limit);
        Ok(HistoryPage { changes: changes.iter().map(|change| Entry::of(change, &rules)).collect(), next })
    }

    /// What a watcher who has seen version `since` must be told first.
    fn missed(&self, since: Option<u64>) -> worker::Result<Vec<String>> {
        let rules = self.rules.try_borrow().map_err(busy)?;
        let newest = rules.version();
        let missed = match since.and_then(|since| newest.checked_sub(since)) {
            Some(missing @ 0..=MOST_MISSED) => {
                let changes =
                    self.history.between(newest.saturating_sub(missing).saturating_add(1), newest)?;
                (changes.len() as u64 == missing).then_some(changes)
            }
            _ => None,
        };
        let news = match missed {
            Some(changes) => changes.iter().rev().map(|change| News::of(change, &rules)).collect(),
            None => vec![News::reload(&rules)],
        };
        news.iter().map(|news| Ok(serde_json::to_string(news)?)).collect()
    }

    /// Sees to it that an alarm will look after what was just recorded. Called in the same turn as the recording, so
    /// that the platform commits both or neither.
    async fn keep_alarm(&self) -> worker::Result<()> {
        let due = now_ms().saturating_add(FIRST_RETRY_MS);
        if self.alarm_at.get().is_some_and(|set| set <= due) {
            return Ok(());
        }
        self.set_alarm(due).await
    }

    /// Sets the alarm for what is left to do: the next try, the next sweep, or nothing.
    async fn set_next_alarm(&self) -> worker::Result<()> {
        if !self.journal.unsettled("", 1)?.is_empty() {
            let doublings = self.failures.get().min(16);
            let delay = FIRST_RETRY_MS.saturating_mul(1 << doublings).min(LAST_RETRY_MS);
            return self.set_alarm(now_ms().saturating_add(delay)).await;
        }
        let sweeps = [
            self.journal.next_sweep()?,
            self.creations.next_sweep()?,
            self.answers.next_sweep()?,
            self.agreements.next_sweep()?,
        ];
        match sweeps.into_iter().flatten().min() {
            Some(due) => self.set_alarm(due).await,
            None => Ok(()),
        }
    }

    async fn set_alarm(&self, due_ms: u64) -> worker::Result<()> {
        self.alarm_at.set(Some(due_ms));
        self.storage.platform().set_alarm(Duration::from_millis(due_ms.saturating_sub(now_ms()))).await
    }

    /// One pass over the states that KV does not have. Answers how many it took and how many it refused.
    async fn write_pass(&self) -> worker::Result<(usize, usize)> {
        let (mut taken, mut refused) = (0, 0);
        let mut after = String::new();
        loop {
            let entries = self.journal.unsettled(&after, WRITES_AT_ONCE)?;
            let Some(last) = entries.last() else { return Ok((taken, refused)) };
            after.clone_from(&last.todo_id);
            let results = join_all(entries.iter().map(|entry| self.write(entry))).await;
            for (entry, result) in entries.iter().zip(results) {
                match result {
                    Ok(()) => {
                        self.journal.settle(entry, now_ms())?;
                        taken += 1;
                    }
                    Err(error) => {
                        console_error!("KV did not take todo {}: {error}", entry.todo_id);
                        refused += 1;
                    }
                }
            }
        }
    }

    async fn write(&self, entry: &StoredState) -> worker::Result<()> {
        match &entry.todo {
            Some(json) => self.keys.put(&entry.todo_id, json).await,
            None => self.keys.delete(&entry.todo_id).await,
        }
    }
}

/// Writes through to KV until it has everything, or refuses something: then the alarm takes over.
async fn write_through(live: Rc<Live>) {
    if live.writing.replace(true) {
        return;
    }
    // Reset even if the platform drops this task half-way.
    let _turn = Turn(&live.writing);
    loop {
        match live.write_pass().await {
            Ok((0, 0)) => return live.failures.set(0),
            Ok((_, 0)) => {}
            Ok(_) => return live.failures.set(live.failures.get().saturating_add(1)),
            Err(error) => return console_error!("the journal could not be read: {error}"),
        }
    }
}

struct Turn<'a>(&'a Cell<bool>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

fn refused(refusal: &Refusal) -> worker::Result<Response> {
    Ok(json(refusal)?.with_status(REFUSED))
}

/// No borrow is held across an await, so this does not happen; if it does, one request fails instead of the object.
fn busy<E>(_: E) -> worker::Error {
    "the list is in use".into()
}

fn moment() -> worker::Result<Moment> {
    Ok(Moment { now_ms: now_ms(), entropy: u128::from_le_bytes(random::bytes()?) })
}
