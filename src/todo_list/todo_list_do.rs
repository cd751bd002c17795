//! The `TodoList` Durable Object: one per user, named by the user's id.
//!
//! A command is applied to the list in memory, recorded in the [journal](super::journal) and answered; then the new
//! state is written through to KV. An alarm, set in the same transaction as the journal row, retries what KV refused,
//! also after the object was killed. On wake the list is what KV shows with the journal laid over it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use futures_util::future::join_all;
use serde::Serialize;
use todo::{Change, Command, IdempotencyKey, Moment, Refusal, Todo, TodoId, TodoList as Rules};
use worker::{Date, DurableObject, Env, Request, Response, State, Storage, console_error};
use worker_macros::durable_object;

use super::{
    Applied, Ask, REFUSED,
    creations::Creations,
    journal::{Entry, Journal},
    kv::UserKeys,
};
use crate::http::{empty, json};

/// When the alarm looks after states that KV has not taken, in milliseconds after they were recorded.
const FIRST_RETRY_MS: u64 = 5_000;

/// The longest time between two tries, in milliseconds.
const LAST_RETRY_MS: u64 = 5 * 60 * 1_000;

/// How many KV writes are under way at once.
const WRITES_AT_ONCE: u32 = 50;

#[durable_object(alarm)]
pub struct TodoList {
    state: State,
    env: Env,
    live: Rc<RefCell<Option<Rc<Live>>>>,
}

/// What the object holds in memory while it is awake.
struct Live {
    rules: RefCell<Rules>,
    journal: Journal,
    creations: Creations,
    keys: UserKeys,
    storage: Storage,
    /// When the alarm is due, in milliseconds since the epoch, as far as this instance has set it.
    alarm_at: Cell<Option<u64>>,
    /// Whether the journal has something new since the last write-through was started.
    recorded: Cell<bool>,
    /// One writer at a time keeps the writes to one key in order.
    writing: Cell<bool>,
    failures: Cell<u32>,
}

impl DurableObject for TodoList {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, live: Rc::default() }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let ask: Ask = serde_json::from_slice(&request.bytes().await?)?;
        let live = match self.wake().await {
            Ok(live) => live,
            Err(error) => {
                console_error!("the list was not loaded: {error}");
                return empty(503);
            }
        };
        let answer = live.answer(ask).await;
        if live.recorded.replace(false) {
            self.state.wait_until(write_through(live));
        }
        answer
    }

    async fn alarm(&self) -> worker::Result<Response> {
        // On an error the platform calls again, with a back-off of its own.
        let live = self.wake().await?;
        live.alarm_at.set(None);
        write_through(live.clone()).await;
        live.journal.sweep(now_ms())?;
        live.creations.sweep(now_ms())?;
        live.set_next_alarm().await?;
        empty(200)
    }
}

impl TodoList {
    /// The list in memory; loads it first when the object has just come to life.
    async fn wake(&self) -> worker::Result<Rc<Live>> {
        if let Some(live) = self.live() {
            return Ok(live);
        }
        let user_id = self.state.id().name().ok_or("a list object is named by its user")?;
        let (storage, env, slot) = (self.state.storage(), self.env.clone(), self.live.clone());
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
    async fn load(storage: Storage, env: &Env, user_id: &str) -> worker::Result<Self> {
        let journal = Journal::open(storage.sql())?;
        let creations = Creations::open(storage.sql())?;
        let keys = UserKeys::of(env, user_id)?;
        let mut rules = Rules::default();
        for todo in keys.load().await? {
            rules.insert(todo);
        }
        for Entry { todo_id, todo, .. } in journal.all()? {
            match todo {
                Some(json) => rules.insert(serde_json::from_str(&json)?),
                None => drop(TodoId::parse(&todo_id).map(|id| rules.remove(id))),
            }
        }
        Ok(Self {
            rules: RefCell::new(rules),
            journal,
            creations,
            keys,
            storage,
            alarm_at: Cell::default(),
            recorded: Cell::default(),
            writing: Cell::default(),
            failures: Cell::default(),
        })
    }

    async fn answer(&self, ask: Ask) -> worker::Result<Response> {
        match ask {
            Ask::All => self.all(),
            Ask::Page { show, position, limit } => {
                json(&self.rules.try_borrow().map_err(busy)?.page(show, position, limit))
            }
            Ask::One { id } => match self.rules.try_borrow().map_err(busy)?.get(id) {
                Ok(todo) => json(todo),
                Err(refusal) => refused(&refusal),
            },
            Ask::Apply { command, key } => match self.apply(command, key.as_ref())? {
                Ok(applied) => {
                    self.keep_alarm().await?;
                    json(&applied)
                }
                Err(refusal) => refused(&refusal),
            },
            Ask::ApplyThenAll { command, key } => match self.apply(command, key.as_ref())? {
                Ok(_) => {
                    self.keep_alarm().await?;
                    self.all()
                }
                Err(refusal) => refused(&refusal),
            },
        }
    }

    /// Applies a command and records what it did. Synchronous, so that nothing can come between the two.
    fn apply(
        &self,
        command: Command,
        key: Option<&IdempotencyKey>,
    ) -> worker::Result<Result<Applied, Refusal>> {
        let at = Moment { now_ms: now_ms(), entropy: entropy()? };
        let mut rules = self.rules.try_borrow_mut().map_err(busy)?;
        let done = match self.done_before(&command, key)? {
            Some(done) => done,
            None => rules.apply(command, &at),
        };
        let change = match done {
            Ok(change) => change,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match &change {
            Change::Created(todo) => {
                self.journal.record(todo.id, Some(todo))?;
                if let Some(key) = key {
                    self.creations.record(key, todo, at.now_ms)?;
                }
            }
            Change::Completed(todo) => self.journal.record(todo.id, Some(todo))?,
            Change::Deleted(todo) => self.journal.record(todo.id, None)?,
            Change::Unchanged(_) => {}
        }
        self.recorded.set(true);
        Ok(Ok(Applied { change, open: rules.open(), completed: rules.len().saturating_sub(rules.open()) }))
    }

    /// What to answer to a creation that was done before under the same key.
    fn done_before(
        &self,
        command: &Command,
        key: Option<&IdempotencyKey>,
    ) -> worker::Result<Option<Result<Change, Refusal>>> {
        let (Command::Create { text }, Some(key)) = (command, key) else { return Ok(None) };
        let same_or_reused = |todo: Todo| {
            if todo.text == *text { Ok(Change::Unchanged(todo)) } else { Err(Refusal::IdempotencyKeyReused) }
        };
        Ok(self.creations.find(key)?.map(same_or_reused))
    }

    fn all(&self) -> worker::Result<Response> {
        #[derive(Serialize)]
        struct Todos<'a> {
            todos: Vec<&'a Todo>,
        }
        json(&Todos { todos: self.rules.try_borrow().map_err(busy)?.in_order().collect() })
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
        match [self.journal.next_sweep()?, self.creations.next_sweep()?].into_iter().flatten().min() {
            Some(due) => self.set_alarm(due).await,
            None => Ok(()),
        }
    }

    async fn set_alarm(&self, due_ms: u64) -> worker::Result<()> {
        self.alarm_at.set(Some(due_ms));
        self.storage.set_alarm(Duration::from_millis(due_ms.saturating_sub(now_ms()))).await
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

    async fn write(&self, entry: &Entry) -> worker::Result<()> {
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

fn now_ms() -> u64 {
    Date::now().as_millis()
}

fn entropy() -> worker::Result<u128> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(u128::from_le_bytes(bytes))
}
