//! One user's list: the rules of each command.

use text::search::Folded;

use crate::{
    Actor, Change, ChangeKind, Command, DueEdit, Effect, Filter, HistoryEntry, ListDelta, MAX_TODOS, Moment,
    Outcome, Page, Position, Refusal, SearchWords, Show, Standing, Store, Timestamp, Todo, TodoId, Undone,
    list_delta::MAX_TODOS_TOLD, store::PART,
};

/// How many todos are looked at together when words are looked for.
const SEARCHED_AT_ONCE: usize = 200;

/// The rules of one user's todos, wherever those are kept ([`Store`]).
#[derive(Clone, Debug, Default)]
pub struct TodoList<S> {
    store: S,
}

impl<S: Store> TodoList<S> {
    /// The list that this store keeps.
    pub fn new(store: S) -> Self {
        Self { store }
    }

    /// Where the list is kept: for reading what no command changes.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Applies one command, whole or not at all, in the name of `by`.
    ///
    /// # Errors
    /// [`Refusal::ListFull`] for a create into a full list, [`Refusal::UnknownTodo`] for an id it does not have; the store's.
    pub fn apply(&mut self, command: Command, by: Actor, at: &Moment) -> Result<Outcome, S::Error> {
        let standing = self.store.standing()?;
        let now = Timestamp::from_millis(at.now_ms);
        let version = standing.version.saturating_add(1);
        let (kind, effect) = match command {
            Command::Create { text, due_on } => {
                if standing.todos() >= MAX_TODOS {
                    return Err(Refusal::ListFull.into());
                }
                let id = TodoId::after(standing.last_id, at.now_ms, at.entropy);
                let todo =
                    Todo { id, text, completed: false, created_at: now, completed_at: None, due_on, version };
                (ChangeKind::Created, Effect { before: None, after: Some(todo) })
            }
            Command::Edit { id, text, due } => {
                let before = self.get(id)?;
                let due_on = match due {
                    DueEdit::Keep => before.due_on,
                    DueEdit::Clear => None,
                    DueEdit::On(date) => Some(date),
                };
                let text = text.unwrap_or_else(|| before.text.clone());
                if text == before.text && due_on == before.due_on {
                    return Ok(Outcome::Unchanged(Some(before)));
                }
                let after = Todo { text, due_on, version, ..before.clone() };
                (ChangeKind::Edited, becomes(before, after))
            }
            Command::Complete { id } => {
                let before = self.get(id)?;
                if before.completed {
                    return Ok(Outcome::Unchanged(Some(before)));
                }
                let after = Todo { completed: true, completed_at: Some(now), version, ..before.clone() };
                (ChangeKind::Completed, becomes(before, after))
            }
            Command::Reopen { id } => {
                let before = self.get(id)?;
                if !before.completed {
                    return Ok(Outcome::Unchanged(Some(before)));
                }
                let after = Todo { completed: false, completed_at: None, version, ..before.clone() };
                (ChangeKind::Reopened, becomes(before, after))
            }
            Command::Delete { id } => (ChangeKind::Deleted, gone(self.get(id)?)),
            Command::ClearCompleted => {
                return self.clear_completed(Change::begun(version, now, by, ChangeKind::Cleared));
            }
        };
        let mut recording = Recording::of(&mut self.store, Change::begun(version, now, by, kind));
        recording.part(vec![effect])?;
        Ok(Outcome::Changed(recording.change))
    }

    fn clear_completed(&mut self, change: Change) -> Result<Outcome, S::Error> {
        let completed = Filter { show: Show::Completed, ..Filter::default() };
        let mut recording = Recording::of(&mut self.store, change);
        loop {
            // What was recorded is gone, so the next part begins at the beginning.
            let todos = recording.store.todos(&completed, None, PART)?;
            if todos.is_empty() {
                break;
            }
            recording.part(todos.into_iter().map(gone).collect())?;
        }
        let change = recording.change;
        Ok(if change.effects.is_empty() { Outcome::Unchanged(None) } else { Outcome::Changed(change) })
    }

    /// Takes a change back: every todo it touched becomes exactly what it was before. That is a change itself, so it can
    /// be taken back in turn.
    ///
    /// # Errors
    /// [`Refusal::UnknownChange`] where the history does not have it, [`Refusal::ChangedSince`] when a todo is no longer as the change
    /// left it, [`Refusal::ListFull`] when there is no room for what would come back; the store's.
    pub fn undo(&mut self, number: u64, by: Actor, at: &Moment) -> Result<Change, S::Error> {
        let reviewed = self.review(number)?.ok_or(Refusal::UnknownChange { number })?;
        if let Some(obstacle) = reviewed.obstacle {
            return Err(obstacle.into());
        }
        let version = self.store.standing()?.version.saturating_add(1);
        let now = Timestamp::from_millis(at.now_ms);
        let change = Change {
            undoes: Some(Undone { number, kind: reviewed.change.kind }),
            ..Change::begun(version, now, by, ChangeKind::Undone)
        };
        let mut recording = Recording::of(&mut self.store, change);
        for index in 0.. {
            let Some(part) = recording.store.part(number, index)? else { break };
            let back = |Effect { before, after }| Effect { before: after, after: before };
            recording.part(part.effects.into_iter().map(back).collect())?;
        }
        Ok(recording.change)
    }

    /// A change of the history as it is told now. `None` where the history does not have it.
    ///
    /// # Errors
    /// The store's.
    pub fn entry(&self, number: u64) -> Result<Option<HistoryEntry>, S::Error> {
        Ok(self
            .review(number)?
            .map(|Reviewed { change, obstacle }| HistoryEntry::of(&change, obstacle.is_none())))
    }

    /// Looks through a change of the history: what it was, and what stands in the way of taking it back.
    fn review(&self, number: u64) -> Result<Option<Reviewed>, S::Error> {
        let Some(first) = self.store.part(number, 0)? else { return Ok(None) };
        let mut todos = self.store.standing()?.todos();
        let mut obstacle = None;
        let mut whole = first.without_effects();
        let mut next = Some(first);
        for index in 1.. {
            let Some(part) = next else { break };
            if obstacle.is_none() {
                obstacle = self.obstacle(&part)?;
            }
            todos =
                todos.saturating_add(part.effects.iter().filter(|effect| effect.before.is_some()).count());
            todos = todos.saturating_sub(part.effects.iter().filter(|effect| effect.after.is_some()).count());
            whole.tell(part.effects);
            next = self.store.part(number, index)?;
        }
        if todos > MAX_TODOS {
            obstacle = obstacle.or(Some(Refusal::ListFull));
        }
        Ok(Some(Reviewed { change: whole, obstacle }))
    }

    /// What stands in the way of taking a part of a change back: a todo that is no longer as the change left it.
    fn obstacle(&self, part: &Change) -> Result<Option<Refusal>, S::Error> {
        for effects in part.effects.chunks(PART) {
            let ids: Vec<_> = effects.iter().filter_map(Effect::todo).map(|todo| todo.id).collect();
            let now = self.store.find(&ids)?;
            for effect in effects {
                let Some(then) = effect.todo() else { continue };
                let current = now.iter().find(|todo| todo.id == then.id);
                if current != effect.after.as_ref() {
                    let text = current.unwrap_or(then).text.as_str().to_owned();
                    return Ok(Some(Refusal::ChangedSince { number: part.number, text }));
                }
            }
        }
        Ok(None)
    }

    /// Makes sure that a todo is one of the versions that someone has seen.
    ///
    /// # Errors
    /// [`Refusal::Outdated`], [`Refusal::UnknownTodo`]; the store's.
    pub fn require_version(&self, id: TodoId, seen: &[u64]) -> Result<(), S::Error> {
        let Todo { version, .. } = self.get(id)?;
        if seen.contains(&version) { Ok(()) } else { Err(Refusal::Outdated { version }.into()) }
    }

    /// Makes sure that the list is the one that someone has seen.
    ///
    /// # Errors
    /// [`Refusal::ListChanged`]; the store's.
    pub fn require_list_version(&self, seen: u64) -> Result<(), S::Error> {
        let Standing { version, .. } = self.store.standing()?;
        if version == seen { Ok(()) } else { Err(Refusal::ListChanged { version }.into()) }
    }

    /// How the list stands as a whole.
    ///
    /// # Errors
    /// The store's.
    pub fn standing(&self) -> Result<Standing, S::Error> {
        self.store.standing()
    }

    /// # Errors
    /// [`Refusal::UnknownTodo`]; the store's.
    pub fn get(&self, id: TodoId) -> Result<Todo, S::Error> {
        let unknown = || Refusal::UnknownTodo { id: id.to_string() };
        Ok(self.store.find(&[id])?.into_iter().next().ok_or_else(unknown)?)
    }

    /// Those of the ids that are todos of this list, as they were asked for.
    ///
    /// # Errors
    /// The store's.
    pub fn existing(&self, ids: &[TodoId]) -> Result<Vec<TodoId>, S::Error> {
        let mut existing = Vec::new();
        for ids in ids.chunks(PART) {
            let found = self.store.find(ids)?;
            existing.extend(ids.iter().filter(|id| found.iter().any(|todo| todo.id == **id)));
        }
        Ok(existing)
    }

    /// Up to `limit` todos in order, of those that the filter wants, after `position`.
    ///
    /// # Errors
    /// The store's.
    pub fn page(&self, filter: &Filter, position: Option<Position>, limit: usize) -> Result<Page, S::Error> {
        let Standing { version, open, completed, .. } = self.store.standing()?;
        let query = filter.contains.as_ref().map(SearchWords::query);
        let id_begins = filter.id_begins();
        // One more than wanted: whether there is a next page.
        let enough = limit.saturating_add(1);
        let at_once = if query.is_some() { SEARCHED_AT_ONCE } else { enough };
        let mut todos: Vec<Todo> = Vec::new();
        let mut from = position;
        while todos.len() < enough {
            let piece = self.store.todos(filter, from, at_once)?;
            let is_last = piece.len() < at_once;
            from = piece.last().map(Position::of).or(from);
            match &query {
                None => todos.extend(piece),
                Some(query) => {
                    let folded = Folded::all(piece.iter().map(|todo| todo.text.as_str()));
                    let is_meant = |id: TodoId| {
                        id_begins.as_deref().is_some_and(|begins| id.to_string().starts_with(begins))
                    };
                    let found = piece
                        .into_iter()
                        .zip(&folded)
                        .filter(|(todo, text)| query.finds(text) || is_meant(todo.id));
                    todos.extend(found.map(|(todo, _)| todo).take(enough.saturating_sub(todos.len())));
                }
            }
            if is_last {
                break;
            }
        }
        let has_next = todos.len() > limit;
        todos.truncate(limit);
        let next = todos.last().map(Position::of).filter(|_| has_next);
        Ok(Page { todos, next, open, completed, version })
    }

    /// What brings a copy of the list that is one change older up to date, just after that change.
    ///
    /// # Errors
    /// The store's.
    pub fn delta_of(&self, change: &Change) -> Result<ListDelta, S::Error> {
        Ok(ListDelta::of(change, &self.store.standing()?))
    }

    /// A change of the history as a delta for live sockets. `None` where the history does not have it.
    ///
    /// # Errors
    /// The store's.
    pub fn missed(&self, number: u64) -> Result<Option<ListDelta>, S::Error> {
        let standing = self.store.standing()?;
        Ok(self.review(number)?.map(|Reviewed { change, obstacle }| ListDelta {
            change: Some(HistoryEntry::of(&change, obstacle.is_none())),
            ..ListDelta::of(&change, &standing)
        }))
    }
}

/// A change that is being made, part by part.
struct Recording<'a, S> {
    store: &'a mut S,
    parts: usize,
    /// With as many of its effects as are told.
    change: Change,
}

impl<'a, S: Store> Recording<'a, S> {
    fn of(store: &'a mut S, change: Change) -> Self {
        Self { store, parts: 0, change }
    }

    fn part(&mut self, effects: Vec<Effect>) -> Result<(), S::Error> {
        let part = Change { effects, ..self.change.without_effects() };
        self.store.record(self.parts, &part)?;
        self.parts = self.parts.saturating_add(1);
        self.change.tell(part.effects);
        Ok(())
    }
}

/// A change of the history, with as many of its effects as are told.
struct Reviewed {
    change: Change,
    /// What stands in the way of taking it back.
    obstacle: Option<Refusal>,
}

impl Change {
    fn begun(number: u64, at: Timestamp, by: Actor, kind: ChangeKind) -> Self {
        Self { number, at, by, kind, undoes: None, effects: Vec::new(), untold: 0 }
    }

    /// Everything but the todos.
    fn without_effects(&self) -> Self {
        Self {
            number: self.number,
            at: self.at,
            by: self.by.clone(),
            kind: self.kind,
            undoes: self.undoes,
            effects: Vec::new(),
            untold: 0,
        }
    }

    /// Adds effects, as far as they are told; of the rest only how many there are.
    fn tell(&mut self, effects: Vec<Effect>) {
        let room = MAX_TODOS_TOLD.saturating_sub(self.effects.len());
        self.untold = self.untold.saturating_add(effects.len().saturating_sub(room));
        self.effects.extend(effects.into_iter().take(room));
    }
}

fn becomes(before: Todo, after: Todo) -> Effect {
    Effect { before: Some(before), after: Some(after) }
}

fn gone(todo: Todo) -> Effect {
    Effect { before: Some(todo), after: None }
}
