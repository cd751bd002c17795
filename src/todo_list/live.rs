//! The state of a list's object while it is loaded: it carries out questions on its tables.

use std::{cell::Cell, rc::Rc, time::Duration};

use kv_copy::{KvCopy, Namespace, SqlQueue};
use mcp_workers::ChangeFeed;
use todo::{
    Command, Filter, IdempotencyKey, ListDelta, Moment, Outcome, Page, Position, Refusal, Todo, TodoId,
    TodoList as Rules,
};
use worker::{Env, State, console_error, console_warn};
use worker_kit::{
    http::Body,
    object::{Document, Unanswered},
    random,
    storage::ObjectStorage,
    timer::sleep,
    turn::Turn,
};

use super::{
    agreements::Agreements,
    answers::{Answered, Answers},
    creations::Creations,
    ended_access::{Admitted, EndedAccess},
    evidence::Evidence,
    for_operators::{Purpose, Restore},
    history::History,
    kv_reading::KvReading,
    notify_agents::resource_changes,
    now_ms,
    provenance::{Provenance, Provenances},
    questions::{Agreement, CommandRequest, HistoryPage, ListRefusal, UndoRequest, WholeList},
    restore,
    rules_store::{CommandError, RulesStore},
    todos::{StoredStanding, Todos, Whole},
    whole_list,
};

/// The binding in `wrangler.toml` of the KV namespace with the copy.
const BINDING: &str = "TODOS";

/// The delay of the alarm after a change, in milliseconds: it writes to KV if the work behind the answer is killed.
const SAFETY_MS: u64 = 5_000;

/// A live socket that has missed more changes than this is told to read the list again.
const MOST_MISSED: u64 = 100;

/// How long no change comes before the alarm for them is deleted.
const CALM: Duration = Duration::from_millis(500);

/// Access to the tables. In memory are only caches and which runs are in progress. There is one instance while the object is loaded,
/// whatever fails: a second one would not know of a run in progress.
pub(super) struct Live {
    pub(super) todos: Rc<Todos>,
    pub(super) copy: KvCopy<SqlQueue>,
    pub(super) namespace: Namespace,
    pub(super) reading: KvReading,
    pub(super) feed: ChangeFeed,
    user_id: String,
    history: History,
    creations: Creations,
    answers: Answers,
    provenances: Provenances,
    agreements: Agreements,
    ended: Rc<EndedAccess>,
    storage: Rc<ObjectStorage>,
    /// The object was seen to have its list. It keeps it until an operator has it made anew.
    has_list: Cell<bool>,
    /// When the alarm is due, in milliseconds since the epoch, as far as this instance has set it.
    alarm_at: Cell<Option<u64>>,
    /// Whether this instance has checked for work left by an earlier one.
    looked: Cell<bool>,
    /// How many changes this instance has made.
    changes: Cell<u64>,
    waiting_for_calm: Cell<bool>,
}

impl Live {
    /// The state of an object that was just loaded, from its own storage alone.
    pub(super) fn found(
        storage: Rc<ObjectStorage>,
        ended: Rc<EndedAccess>,
        env: &Env,
        user_id: &str,
    ) -> worker_kit::Result<Self> {
        let sql = storage.tables()?;
        let copy = KvCopy::found(SqlQueue::new(sql.clone()));
        if let Err(error) = copy.doubt(now_ms()) {
            // The list can be read all the same; the next run does it before it writes.
            console_error!("the rows for KV were not marked as doubted: {error}");
        }
        Ok(Self {
            todos: Todos::new(sql.clone(), &storage).into(),
            copy,
            namespace: Namespace::of(env, BINDING, format!("todos:{user_id}:"))?,
            reading: KvReading::new(sql.clone()),
            feed: ChangeFeed::new(Rc::clone(&storage)),
            user_id: user_id.to_owned(),
            history: History::new(sql.clone(), &storage),
            creations: Creations::new(sql.clone(), &storage),
            answers: Answers::new(sql.clone()),
            provenances: Provenances::new(sql.clone(), &storage),
            agreements: Agreements::new(sql.clone()),
            ended,
            storage,
            has_list: Cell::default(),
            alarm_at: Cell::default(),
            looked: Cell::default(),
            changes: Cell::default(),
            waiting_for_calm: Cell::default(),
        })
    }

    /// Whether the object has its list. Not to be asked in a transaction, which may be undone.
    pub(super) fn has_list(&self) -> worker_kit::Result<bool> {
        if !self.has_list.get() {
            self.has_list.set(self.todos.standing()?.is_some());
        }
        Ok(self.has_list.get())
    }

    /// When KV is to be read on, in milliseconds since the epoch; `None`: there is nothing to read.
    pub(super) fn reading_due(&self) -> worker_kit::Result<Option<u64>> {
        Ok(self.reading.place(self.has_list()?)?.map(|place| place.next_at))
    }

    /// Reads on from KV until the last page is in, or the invocation's KV operations are used up. Gives what was completed.
    pub(super) async fn read_kv(&self) -> worker_kit::Result<Option<Purpose>> {
        let completed = self.reading.run(&self.storage, &self.namespace, &self.evidence()?).await?;
        if completed == Some(Purpose::FromKv) {
            self.creations.recount();
        }
        Ok(completed)
    }

    /// Begins to restore the list; the alarm reads KV. Gives whether it begins now.
    pub(super) fn begin_restore(&self, restore: Restore) -> Result<bool, Unanswered<ListRefusal>> {
        let begun = restore::begin(restore, &self.reading, &self.evidence()?, &self.storage);
        self.has_list.set(false);
        let begins = begun?;
        if begins {
            console_warn!("an operator has the list of {} restored", self.user_id);
        }
        Ok(begins)
    }

    fn evidence(&self) -> worker_kit::Result<Evidence<'_>> {
        let Self { todos, history, copy, feed, .. } = self;
        Ok(Evidence { sql: self.storage.tables()?, todos, history, copy, feed })
    }

    /// What tells whoever follows the list to read it again.
    pub(super) fn reload(&self) -> worker_kit::Result<ListDelta> {
        let stored = self.todos.standing()?.ok_or("this object does not have its list")?;
        Ok(ListDelta::reload(&stored.standing))
    }

    fn rules(&self) -> Rules<RulesStore<'_>> {
        let Self { todos, history, provenances, copy, .. } = self;
        Rules::new(RulesStore { todos, history, provenances, copy, now_ms: now_ms() })
    }

    pub(super) fn todo(&self, id: TodoId) -> Result<Todo, CommandError> {
        self.rules().get(id)
    }

    pub(super) fn existing(&self, ids: &[TodoId]) -> Result<Vec<TodoId>, CommandError> {
        self.rules().existing(ids)
    }

    pub(super) fn provenance(&self, id: TodoId) -> Result<Provenance, CommandError> {
        self.rules().get(id)?;
        Ok(self.provenances.of(id)?)
    }

    /// Applies a command. If it changed something, the alarm is set for the work that follows.
    pub(super) async fn apply(&self, request: CommandRequest) -> Result<Done, CommandError> {
        self.carried_out(self.storage.transaction(|| self.apply_at_once(request))).await
    }

    /// Undoes a change; the alarm as for [`apply`](Self::apply).
    pub(super) async fn undo(&self, request: UndoRequest) -> Result<Done, CommandError> {
        self.carried_out(self.storage.transaction(|| self.undo_at_once(request))).await
    }

    /// What follows the transaction of a command.
    async fn carried_out(&self, outcome: Result<Done, CommandError>) -> Result<Done, CommandError> {
        if let Ok(Done { is_change: true, .. }) = &outcome {
            // In the turn of the change, before anything else can fail.
            self.changes.set(self.changes.get().wrapping_add(1));
            self.alarm_by(now_ms().saturating_add(SAFETY_MS)).await?;
        }
        outcome
    }

    /// In one transaction.
    fn apply_at_once(&self, request: CommandRequest) -> Result<Done, CommandError> {
        let CommandRequest { command, by, key, if_version, agreement } = request;
        let mut rules = self.rules();
        if let Some(Agreement { id, version }) = &agreement {
            // Sent again: an agreement permits one change, and that was made.
            if let Some(first) = self.agreements.find(id)? {
                return Ok(Done::before(first));
            }
            rules.require_list_version(*version)?;
        }
        let keyed = match &key {
            Some(key) => Some((key, json::to_string(&command)?)),
            None => None,
        };
        if let Some(first) = self.answered_before(keyed.as_ref())? {
            return Ok(Done::before(first));
        }
        if let Some(todo) = self.created_before(&command, key.as_ref())? {
            return Ok(Done::before(ListDelta::none(&rules.standing()?, Some(todo))));
        }
        if let (Some(id), Some(versions)) = (command.target(), if_version) {
            rules.require_version(id, &versions)?;
        }
        let at = moment()?;
        let is_creation = matches!(command, Command::Create { .. });
        let done = match rules.apply(command, by, &at)? {
            Outcome::Changed(change) => {
                if is_creation && let (Some(key), Some(todo)) = (&key, change.todo()) {
                    self.creations.record(key, todo, &change.by, at.now_ms)?;
                }
                self.forget_oldest()?;
                self.changed(rules.delta_of(&change)?)?
            }
            Outcome::Unchanged(todo) => Done::before(ListDelta::none(&rules.standing()?, todo)),
        };
        if let (Some((key, sent)), false) = (keyed, is_creation) {
            self.answers.record(key, &sent, &done.delta, at.now_ms)?;
        }
        if let Some(Agreement { id, .. }) = agreement {
            self.agreements.record(&id, &done.delta, at.now_ms)?;
        }
        Ok(done)
    }

    /// In one transaction.
    fn undo_at_once(&self, request: UndoRequest) -> Result<Done, CommandError> {
        let UndoRequest { number, by, key } = request;
        let keyed = key.as_ref().map(|key| (key, format!("undo {number}")));
        if let Some(first) = self.answered_before(keyed.as_ref())? {
            return Ok(Done::before(first));
        }
        let at = moment()?;
        let mut rules = self.rules();
        let undone = rules.undo(number, by, &at)?;
        self.forget_oldest()?;
        let delta = rules.delta_of(&undone)?;
        if let Some((key, sent)) = keyed {
            self.answers.record(key, &sent, &delta, at.now_ms)?;
        }
        self.changed(delta)
    }

    /// The outcome of a command that has changed the list. The change is stored in the feed until agents' sessions were notified.
    fn changed(&self, delta: ListDelta) -> Result<Done, CommandError> {
        let has_audience = self.feed.changed(&resource_changes(&delta))?;
        Ok(Done { delta, is_change: true, has_audience })
    }

    /// Trims the history after a new change.
    fn forget_oldest(&self) -> worker_kit::Result<()> {
        match self.history.trim()? {
            Some(oldest) => self.provenances.forget(oldest),
            None => Ok(()),
        }
    }

    /// The first answer to a command with the same key, if it was carried out before. `keyed`: the key, and the command as text.
    fn answered_before(
        &self,
        keyed: Option<&(&IdempotencyKey, String)>,
    ) -> Result<Option<ListDelta>, CommandError> {
        let Some((key, sent)) = keyed else { return Ok(None) };
        match self.answers.find(key)? {
            Some(Answered { command, .. }) if command != *sent => Err(Refusal::IdempotencyKeyReused.into()),
            answered => Ok(answered.map(|answered| answered.delta)),
        }
    }

    /// The todo that was created before with the same key.
    fn created_before(
        &self,
        command: &Command,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<Todo>, CommandError> {
        let (Command::Create { text, due_on }, Some(key)) = (command, key) else { return Ok(None) };
        match self.creations.find(key)? {
            Some(todo) if (&todo.text, &todo.due_on) != (text, due_on) => {
                Err(Refusal::IdempotencyKeyReused.into())
            }
            created => Ok(created),
        }
    }

    /// The whole list, unless the caller has this version of it.
    pub(super) fn all(
        &self,
        state: &State,
        known: Option<u64>,
        admitted: Admitted,
    ) -> Result<Document<WholeList>, CommandError> {
        if let Some(Whole { version, json }) = self.todos.whole() {
            let is_known = known == Some(version);
            return Ok(if is_known {
                Document::known(version)
            } else {
                Document::new(version, Body::Bytes(json))
            });
        }
        let StoredStanding { standing, bytes } = self.todos.standing()?.ok_or(CommandError::NoList)?;
        if known == Some(standing.version) {
            return Ok(Document::known(standing.version));
        }
        Ok(whole_list::document(state, Rc::clone(&self.todos), admitted, standing.version, bytes)?)
    }

    pub(super) fn page(
        &self,
        filter: &Filter,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Page, CommandError> {
        self.rules().page(filter, position, limit)
    }

    pub(super) fn history(&self, before: Option<u64>, limit: u64) -> Result<HistoryPage, CommandError> {
        let rules = self.rules();
        let mut changes = Vec::new();
        for number in self.history.numbers(before, limit)? {
            changes.extend(rules.entry(number)?);
        }
        let next = changes.last().map(|oldest| oldest.number).filter(|_| changes.len() as u64 == limit);
        Ok(HistoryPage { changes, next })
    }

    /// The changes after version `since`, for a new live socket; or one delta that says to read the list again.
    pub(super) fn missed(&self, since: u64) -> Result<Vec<ListDelta>, CommandError> {
        let rules = self.rules();
        let standing = rules.standing()?;
        let reload = || Ok(vec![ListDelta::reload(&standing)]);
        if standing.version.checked_sub(since).is_none_or(|missing| missing > MOST_MISSED) {
            return reload();
        }
        let mut deltas = Vec::new();
        for number in since.saturating_add(1)..=standing.version {
            match rules.missed(number)? {
                Some(missed) => deltas.push(missed),
                None => return reload(),
            }
        }
        Ok(deltas)
    }

    /// Deletes rows that have expired.
    pub(super) fn sweep(&self) -> worker_kit::Result<()> {
        self.creations.sweep(now_ms())?;
        self.answers.sweep(now_ms())?;
        self.agreements.sweep(now_ms())?;
        self.ended.sweep(now_ms())
    }

    /// Sets the alarm for the work that is due, unless it is set early enough. Called in the turn of a change, so that the platform
    /// commits both or neither.
    pub(super) async fn keep_alarm(&self) -> worker_kit::Result<()> {
        let Some(due) = [self.work_due()?, self.telling_due()?].into_iter().flatten().min() else {
            return Ok(());
        };
        // The request that made the change is about to write it to KV and to notify agents.
        let now = now_ms();
        self.alarm_by(due.max(now.saturating_add(SAFETY_MS))).await
    }

    /// Sets the alarm, unless it comes by then anyway.
    async fn alarm_by(&self, due: u64) -> worker_kit::Result<()> {
        let now = now_ms();
        if self.alarm_at.get().is_some_and(|set| now < set && set <= due) {
            return Ok(());
        }
        self.set_alarm(due).await
    }

    /// Sets the alarm for work left by an earlier instance, once for each instance: earlier releases left rows without an alarm. Until
    /// the object has its list, the alarm goes on reading it. A failure is logged, and does not fail the request.
    pub(super) async fn look(&self) {
        if !self.looked.replace(true)
            && let Err(error) = self.keep_alarm().await
        {
            console_error!("no alarm was set for what is left to do: {error}");
        }
    }

    /// Whether there may be something to write to KV now, or there is nobody who sets the alarm for what is left when changes stop coming.
    pub(super) fn has_to_copy(&self) -> bool {
        self.copy.may_be_due(now_ms()) || !self.waiting_for_calm.get()
    }

    /// Sets the alarm for the work that is left, once changes have stopped coming: until then the one stands that was set for the first
    /// of them. Setting and deleting one for each change would be two writes more.
    pub(super) async fn set_next_alarm_when_calm(&self) -> worker_kit::Result<()> {
        let Some(waiting) = Turn::of(&self.waiting_for_calm) else { return Ok(()) };
        loop {
            let changes = self.changes.get();
            sleep(CALM).await;
            if self.changes.get() == changes {
                break;
            }
        }
        drop(waiting);
        self.set_next_alarm().await
    }

    /// Sets the alarm for the work that is left, or deletes it where there is none.
    pub(super) async fn set_next_alarm(&self) -> worker_kit::Result<()> {
        let dues = [
            self.work_due()?,
            self.telling_due()?,
            self.creations.next_sweep()?,
            self.answers.next_sweep()?,
            self.agreements.next_sweep()?,
        ];
        match dues.into_iter().flatten().min() {
            Some(due) => self.set_alarm(due).await,
            None => {
                self.alarm_at.set(None);
                Ok(self.storage.platform().delete_alarm().await?)
            }
        }
    }

    /// When the next run is due that reads KV, or writes to it; in milliseconds since the epoch.
    fn work_due(&self) -> worker_kit::Result<Option<u64>> {
        let copy = if self.has_list()? { self.copy.due()? } else { None };
        let due = [copy, self.reading_due()?].into_iter().flatten().min();
        // A run in progress goes on until nothing is due; the alarm comes if it is killed.
        let is_running = self.reading.is_running() || self.copy.is_running();
        Ok(due.map(|due| if is_running { due.max(now_ms().saturating_add(SAFETY_MS)) } else { due }))
    }

    /// When the feed is due to notify agents' sessions; likewise.
    fn telling_due(&self) -> worker_kit::Result<Option<u64>> {
        let soonest = if self.feed.is_telling() { now_ms().saturating_add(SAFETY_MS) } else { 0 };
        Ok(self.feed.due()?.map(|due| due.max(soonest)))
    }

    async fn set_alarm(&self, due_ms: u64) -> worker_kit::Result<()> {
        self.alarm_at.set(Some(due_ms));
        let after = Duration::from_millis(due_ms.saturating_sub(now_ms()));
        let set = self.storage.platform().set_alarm(after).await;
        if set.is_err() {
            // The next request tries again.
            self.alarm_at.set(None);
            self.looked.set(false);
        }
        Ok(set?)
    }

    /// Tells agents' sessions what they have yet to be told.
    pub(super) async fn tell_agents(&self, env: &Env) -> worker_kit::Result<()> {
        self.feed.tell_sessions(env, &self.user_id).await.map(drop)
    }

    /// The alarm has come, and has been set again for then.
    pub(super) fn alarm_came(&self, again_ms: u64) {
        self.alarm_at.set(Some(again_ms));
    }
}

/// The outcome of a command.
pub(super) struct Done {
    pub(super) delta: ListDelta,
    /// The list was changed by it, now: others must hear of that.
    pub(super) is_change: bool,
    /// Sessions of agents have to be told.
    pub(super) has_audience: bool,
}

impl Done {
    /// The list stayed as it was: the command was carried out before, or there was nothing to do.
    fn before(delta: ListDelta) -> Self {
        Self { delta, is_change: false, has_audience: false }
    }
}

fn moment() -> worker_kit::Result<Moment> {
    Ok(Moment { now_ms: now_ms(), entropy: u128::from_le_bytes(random::bytes()?) })
}
