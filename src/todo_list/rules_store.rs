//! The object's tables behind the rules ([`todo::Store`]): a change is written to the todos, the history, the provenance and the queue
//! for Workers KV together.

use kv_copy::{KvCopy, SqlQueue};
use todo::{Change, Filter, Position, Refusal, Standing, Store, Todo, TodoId};
use worker_kit::object::Unanswered;

use super::{
    history::History,
    provenance::Provenances,
    questions::ListRefusal,
    todos::{StoredStanding, Todos},
};

/// Why a command was not carried out.
pub(super) enum CommandError {
    /// Boxed, as nearly everything may fail with this.
    Refused(Box<Refusal>),
    Failed(worker_kit::Error),
    /// The object does not have its list, any more: an operator has it restored.
    NoList,
}

/// The `Retry-After` where there is no list, in seconds.
const NO_LIST_SECONDS: u32 = 1;

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<worker_kit::Error> for CommandError {
    fn from(error: worker_kit::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<json::Error> for CommandError {
    fn from(error: json::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<CommandError> for Unanswered<ListRefusal> {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Refused(refusal) => Self::Refused(ListRefusal::Rules(refusal)),
            CommandError::Failed(error) => error.into(),
            CommandError::NoList => Self::for_now(NO_LIST_SECONDS),
        }
    }
}

/// The tables, for one command.
pub(super) struct RulesStore<'a> {
    pub(super) todos: &'a Todos,
    pub(super) history: &'a History,
    pub(super) provenances: &'a Provenances,
    pub(super) copy: &'a KvCopy<SqlQueue>,
    pub(super) now_ms: u64,
}

impl RulesStore<'_> {
    fn stored_standing(&self) -> Result<StoredStanding, CommandError> {
        // Whoever asks has looked before; a restore may have begun since.
        self.todos.standing()?.ok_or(CommandError::NoList)
    }
}

impl Store for RulesStore<'_> {
    type Error = CommandError;

    fn standing(&self) -> Result<Standing, CommandError> {
        Ok(self.stored_standing()?.standing)
    }

    fn find(&self, ids: &[TodoId]) -> Result<Vec<Todo>, CommandError> {
        Ok(self.todos.find(ids)?)
    }

    fn todos(
        &self,
        filter: &Filter,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Todo>, CommandError> {
        Ok(self.todos.page(filter, after, limit)?)
    }

    fn record(&mut self, part: usize, change: &Change) -> Result<(), CommandError> {
        let StoredStanding { standing, mut bytes } = self.stored_standing()?;
        for effect in &change.effects {
            if let Some(before) = &effect.before {
                bytes = bytes.saturating_sub(json::to_string(before)?.len() as u64);
            }
            let Some(todo) = effect.todo() else { continue };
            match &effect.after {
                Some(after) => bytes = bytes.saturating_add(self.todos.put(after)? as u64),
                None => self.todos.remove(todo.id)?,
            }
            self.copy.changed(&todo.id.to_string(), self.now_ms)?;
        }
        self.history.record(part, change)?;
        self.provenances.record(change)?;
        Ok(self.todos.stand(StoredStanding { standing: standing.after(change), bytes })?)
    }

    fn part(&self, number: u64, part: usize) -> Result<Option<Change>, CommandError> {
        Ok(self.history.part(number, part)?)
    }
}
