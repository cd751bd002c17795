//! The list's object while it is awake: what is asked of it, carried out on its tables.

use std::{cell::Cell, rc::Rc, time::Duration};

use kv_copy::{KvCopy, Namespace, SqlQueue};
use mcp_workers::ChangeFeed;
use todo::{
    Command, Filter, IdempotencyKey, ListDelta, Moment, Outcome, Page, Position, Refusal, Todo, TodoId,
    TodoList as Rules,
};
use worker::{Env, console_error};
use worker_kit::{object::Document, random, storage::ObjectStorage};

use super::{
    agreements::Agreements,
    answers::{Answered, Answers},
    creations::Creations,
    ended_access::EndedAccess,
    history::History,
    kv_reading::{Evidence, KvReading},
    notify_agents::resource_changes,
    now_ms,
    provenance::{Provenance, Provenances},
    questions::{Agreement, CommandRequest, HistoryPage, UndoRequest, WholeList},
    rules_store::{CommandError, RulesStore},
    todos::{StoredStanding, Todos},
    whole_list,
};

/// The binding in `wrangler.toml` of the namespace that has the copy.
const BINDING: &str = "TODOS";

/// When the alarm looks after what was just changed, should whoever writes it to KV behind the answer be stopped. In milliseconds.
const SAFETY_MS: u64 = 5_000;

/// A live socket that has missed more changes than this is told to read the list again.
const MOST_MISSED: u64 = 100;

/// Ways to the tables, and nothing that is not in them but what makes it quicker, and who is at work. There is one for as long as
/// the object is awake, whatever fails: another one would not know of a run that is at it.
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
    ended: EndedAccess,
    storage: Rc<ObjectStorage>,
    /// When the alarm is due, in milliseconds since the epoch, as far as this instance has set it.
    alarm_at: Cell<Option<u64>>,
    /// This instance has looked whether there is something to do.
    looked: Cell<bool>,
}

impl Live {
    /// The object as it comes to life. Nothing is read but what its own storage has.
    pub(super) fn found(storage: Rc<ObjectStorage>, env: &Env, user_id: &str) -> worker::Result<Self> {
        let sql = storage.tables()?;
        let copy = KvCopy::found(SqlQueue::new(sql.clone()));
        if let Err(error) = copy.doubt(now_ms()) {
            // The list can be read all the same.
            console_error!(
                "what KV does not have was not noted as doubtful, and will be before it is written: {error}"
            );
        }
        Ok(Self {
            todos: Todos::new(sql.clone()).into(),
            copy,
            namespace: Namespace::of(env, BINDING, format!("todos:{user_id}:"))?,
            reading: KvReading::new(sql.clone()),
            feed: ChangeFeed::new(Rc::clone(&storage)),
            user_id: user_id.to_owned(),
            history: History::new(sql.clone()),
            creations: Creations::new(sql.clone()),
            answers: Answers::new(sql.clone()),
            provenances: Provenances::new(sql.clone()),
            agreements: Agreements::new(sql.clone()),
            ended: EndedAccess::new(sql.clone()),
            storage,
            alarm_at: Cell::default(),
            looked: Cell::default(),
        })
    }

    pub(super) fn has_list(&self) -> worker::Result<bool> {
        Ok(self.todos.standing()?.is_some())
    }

    /// Reads on from KV until the object has its list, as far as that goes now.
    pub(super) async fn read_list(&self) -> worker::Result<()> {
        let evidence = Evidence { todos: &self.todos, history: &self.history, copy: &self.copy };
        self.reading.run(&self.storage, &self.namespace, &evidence).await?;
        // In the turn in which the list was made whole.
        self.set_next_alarm().await
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

    /// Applies a command. When something has changed an alarm comes for it.
    pub(super) async fn apply(&self, request: CommandRequest) -> Result<Done, CommandError> {
        self.carry_out(|| self.apply_at_once(request)).await
    }

    /// Takes a change back. Likewise.
    pub(super) async fn undo(&self, request: UndoRequest) -> Result<Done, CommandError> {
        self.carry_out(|| self.undo_at_once(request)).await
    }

    async fn carry_out(
        &self,
        command: impl FnOnce() -> Result<Done, CommandError>,
    ) -> Result<Done, CommandError> {
        let outcome = self.storage.transaction(command);
        match &outcome {
            // In the turn of the change, and before anything else can fail.
            Ok(Done { is_change: true, .. }) => self.keep_alarm().await?,
            // The one thing in memory that a transaction changes.
            Err(CommandError::Failed(_)) => self.creations.recount(),
            Ok(_) | Err(CommandError::Refused(_)) => {}
        }
        outcome
    }

    /// In one transaction.
    fn apply_at_once(&self, request: CommandRequest) -> Result<Done, CommandError> {
        let CommandRequest { command, by, key, if_version, agreement } = request;
        let mut rules = self.rules();
        if let Some(Agreement { id, version }) = &agreement {
            // Sent again: it is good for one change, and that was made.
            if let Some(first) = self.agreements.find(id)? {
                return Ok(Done::before(first));
            }
            rules.require_list_version(*version)?;
        }
        let keyed = match &key {
            Some(key) => Some((key, serde_json::to_string(&command)?)),
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
            self.answers.record(key, sent, &done.delta, at.now_ms)?;
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
            self.answers.record(key, sent, &delta, at.now_ms)?;
        }
        self.changed(delta)
    }

    /// What a command came to that has changed the list. What agents' sessions are to be told of it is kept until they are.
    fn changed(&self, delta: ListDelta) -> Result<Done, CommandError> {
        self.feed.changed(&resource_changes(&delta))?;
        Ok(Done { delta, is_change: true })
    }

    /// Drops what has no place in the history any more, now that it has a change more.
    fn forget_oldest(&self) -> worker::Result<()> {
        self.provenances.forget(self.history.trim()?)
    }

    /// What was answered to a command that was carried out before under the same key. `keyed`: the key, and what is sent under it.
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

    /// The todo that was created before under the same key.
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
    pub(super) fn all(&self, known: Option<u64>) -> worker::Result<Document<WholeList>> {
        let StoredStanding { standing, bytes } =
            self.todos.standing()?.ok_or("this object does not have its list")?;
        if known == Some(standing.version) {
            return Ok(Document::known(standing.version));
        }
        whole_list::document(Rc::clone(&self.todos), standing.version, bytes)
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
        let mut delta = Vec::new();
        for number in since.saturating_add(1)..=standing.version {
            match rules.missed(number)? {
                Some(missed) => delta.push(missed),
                None => return reload(),
            }
        }
        Ok(delta)
    }

    /// Forgets what is only kept for a time.
    pub(super) fn sweep(&self) -> worker::Result<()> {
        self.creations.sweep(now_ms())?;
        self.answers.sweep(now_ms())?;
        self.agreements.sweep(now_ms())?;
        self.ended.sweep(now_ms())
    }

    /// Sees to it that an alarm comes for what there is to do. Called in the turn of a change, so that the platform commits both
    /// or neither.
    pub(super) async fn keep_alarm(&self) -> worker::Result<()> {
        let Some(due) = [self.work_due()?, self.telling_due()?].into_iter().flatten().min() else {
            return Ok(());
        };
        // Whoever has just changed something is about to write it to KV, and to tell of it.
        let now = now_ms();
        let due = due.max(now.saturating_add(SAFETY_MS));
        if self.alarm_at.get().is_some_and(|set| now < set && set <= due) {
            return Ok(());
        }
        self.set_alarm(due).await
    }

    /// Sees to it, once in the life of this instance, that an alarm comes for what was left to do: earlier releases left rows without
    /// one. Until the object has its list, it is the alarm that goes on reading. A failure is logged, and keeps nobody from the list.
    pub(super) async fn look(&self) {
        if !self.looked.replace(true)
            && let Err(error) = self.keep_alarm().await
        {
            console_error!("no alarm was set for what was left to do: {error}");
        }
    }

    /// Sets the alarm for what is left to do, or takes it away where there is nothing.
    pub(super) async fn set_next_alarm(&self) -> worker::Result<()> {
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
                self.storage.platform().delete_alarm().await
            }
        }
    }

    /// When the list has to be read on from KV, or KV has to be given something.
    fn work_due(&self) -> worker::Result<Option<u64>> {
        let due = if self.has_list()? { self.copy.due()? } else { Some(self.reading.next_at()?) };
        // Whoever is at it goes on until nothing is due; the alarm is there should that be stopped.
        let is_running = self.reading.is_running() || self.copy.is_running();
        Ok(due.map(|due| if is_running { due.max(now_ms().saturating_add(SAFETY_MS)) } else { due }))
    }

    /// When agents' sessions have to be told something, or to be asked whether they still want to hear. Likewise.
    fn telling_due(&self) -> worker::Result<Option<u64>> {
        let soonest = if self.feed.is_telling() { now_ms().saturating_add(SAFETY_MS) } else { 0 };
        Ok(self.feed.due()?.map(|due| due.max(soonest)))
    }

    async fn set_alarm(&self, due_ms: u64) -> worker::Result<()> {
        self.alarm_at.set(Some(due_ms));
        let after = Duration::from_millis(due_ms.saturating_sub(now_ms()));
        let set = self.storage.platform().set_alarm(after).await;
        if set.is_err() {
            // The next request tries again.
            self.alarm_at.set(None);
            self.looked.set(false);
        }
        set
    }

    /// Tells agents' sessions what they have yet to be told.
    pub(super) async fn tell_agents(&self, env: &Env) -> worker::Result<()> {
        self.feed.tell_sessions(env, &self.user_id).await.map(drop)
    }

    /// The alarm has come, and has been set again for then.
    pub(super) fn alarm_came(&self, again_ms: u64) {
        self.alarm_at.set(Some(again_ms));
    }
}

/// What a command came to.
pub(super) struct Done {
    pub(super) delta: ListDelta,
    /// The list was changed by it, now: others must hear of that.
    pub(super) is_change: bool,
}

impl Done {
    /// The list stayed as it was: the command was carried out before, or there was nothing to do.
    fn before(delta: ListDelta) -> Self {
        Self { delta, is_change: false }
    }
}

fn moment() -> worker::Result<Moment> {
    Ok(Moment { now_ms: now_ms(), entropy: u128::from_le_bytes(random::bytes()?) })
}
