//! The client of one user's list object.

use std::convert;
use worker_kit::http::Response;

use identity_workers::{Access, Admission, UserId};
use mcp::ResourceChange;
use mcp_workers::{Holder, Subscriber};
use todo::{Filter, ListDelta, Page, Position, Refusal, Todo, TodoId};
use worker::Env;
use worker_kit::{
    http::Failure,
    object::{self, Document, Frames, Question, Reading, Unanswered},
};

use super::{
    for_operators::{ListState, Restore},
    provenance::Provenance,
    questions::{
        Apply, ApplyThenReadAll, CommandRequest, EndAccess, FindExisting, GetHistory, GetPage, GetProvenance,
        GetReview, GetTodo, HistoryPage, LetIn, ListRefusal, ListenToFeed, Oversee, ReadAll, Review,
        SubscribeToFeed, TodoListObject, Undo, UndoRequest, UndoThenReadAll, UnsubscribeFromFeed, Watch,
        WholeList,
    },
};

/// Why a call got no answer.
pub(crate) enum TodoListError {
    /// Boxed, as nearly everything may fail with this.
    Refused(Box<Refusal>),
    /// The caller's grant or session has ended.
    AccessEnded,
    Failed(Failure),
}

impl From<Refusal> for TodoListError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Failure> for TodoListError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Unanswered<ListRefusal>> for TodoListError {
    fn from(unanswered: Unanswered<ListRefusal>) -> Self {
        match unanswered {
            Unanswered::Refused(ListRefusal::Rules(refusal)) => Self::Refused(refusal),
            Unanswered::Refused(ListRefusal::AccessEnded) => Self::AccessEnded,
            Unanswered::Refused(_) => Self::Failed(Failure::fault("it was answered as an operator is")),
            Unanswered::Failed(failure) => Self::Failed(failure),
        }
    }
}

/// The state of a user's list, for an operator; after it has begun to be restored, where that is wanted. Creates no list.
pub(crate) fn oversee(
    env: &Env,
    user: &UserId,
    restore: Option<Restore>,
) -> impl Future<Output = Result<Document<ListState>, Unanswered<ListRefusal>>> {
    object::read_or(env, user, Oversee(restore), convert::identity)
}

/// A client of one user's list. Each method is one call of its object.
pub(crate) struct TodoListClient {
    env: Env,
    user: UserId,
    client: String,
    admission: Option<Admission>,
}

impl TodoListClient {
    /// A client for calls with this admission; `None` where access cannot end early (Stytch), or for calls that no caller asked for.
    /// `client` is the id of the program that the person calls with; each has its turn.
    pub(crate) fn of(env: &Env, user: &UserId, client: &str, admission: Option<Admission>) -> Self {
        Self { env: env.clone(), user: user.clone(), client: client.to_owned(), admission }
    }

    /// The whole list, unless the caller has this version of it.
    pub(crate) fn all(
        &self,
        known: Option<u64>,
    ) -> impl Future<Output = Result<Document<WholeList>, TodoListError>> {
        self.read(ReadAll { known })
    }

    pub(crate) fn page(
        &self,
        filter: Filter,
        position: Option<Position>,
        limit: usize,
    ) -> impl Future<Output = Result<Page, TodoListError>> {
        self.ask(GetPage { filter, position, limit })
    }

    pub(crate) fn one(&self, id: TodoId) -> impl Future<Output = Result<Todo, TodoListError>> {
        self.ask(GetTodo { id })
    }

    /// Those of the ids that are todos of this list.
    pub(crate) fn existing(
        &self,
        ids: Vec<TodoId>,
    ) -> impl Future<Output = Result<Vec<TodoId>, TodoListError>> {
        self.ask(FindExisting { ids })
    }

    /// Applies a command. Returns what changed.
    pub(crate) fn apply(
        &self,
        request: CommandRequest,
    ) -> impl Future<Output = Result<ListDelta, TodoListError>> {
        self.ask(Apply(Box::new(request)))
    }

    /// As [`apply`](Self::apply), but returns the whole list after it.
    pub(crate) fn apply_then_all(
        &self,
        request: CommandRequest,
    ) -> impl Future<Output = Result<Document<WholeList>, TodoListError>> {
        self.read(ApplyThenReadAll(Box::new(request)))
    }

    /// Undoes a change. Returns what changed.
    pub(crate) fn undo(
        &self,
        request: UndoRequest,
    ) -> impl Future<Output = Result<ListDelta, TodoListError>> {
        self.ask(Undo(request))
    }

    /// As [`undo`](Self::undo), but returns the whole list after it.
    pub(crate) fn undo_then_all(
        &self,
        request: UndoRequest,
    ) -> impl Future<Output = Result<Document<WholeList>, TodoListError>> {
        self.read(UndoThenReadAll(request))
    }

    /// Who added a todo, and who changed it last.
    pub(crate) fn provenance(&self, id: TodoId) -> impl Future<Output = Result<Provenance, TodoListError>> {
        self.ask(GetProvenance { id })
    }

    /// Up to `limit` changes before that number, or the newest ones; newest first.
    pub(crate) fn history(
        &self,
        before: Option<u64>,
        limit: u64,
    ) -> impl Future<Output = Result<HistoryPage, TodoListError>> {
        self.ask(GetHistory { before, limit })
    }

    /// The newest `changes`, and the first `todos` open todos.
    pub(crate) fn review(
        &self,
        changes: u64,
        todos: usize,
    ) -> impl Future<Output = Result<Review, TodoListError>> {
        self.ask(GetReview { changes, todos })
    }

    /// A WebSocket that carries [`ListDelta`], beginning with what a reader of version `since` has missed. It ends with the session.
    pub(crate) async fn watch(&self, since: u64, session_id: &str) -> Result<Response, TodoListError> {
        let watch = self.let_in(Watch { since, session_id: session_id.to_owned() });
        Ok(object::relay(&self.env, &self.user, watch).await?)
    }

    /// Refuses these grants and sessions from now on.
    pub(crate) fn end_access(&self, ended: Vec<Access>) -> impl Future<Output = Result<(), TodoListError>> {
        self.ask(EndAccess { ended })
    }

    /// Subscribes an agent's session to changes.
    pub(crate) fn subscribe(
        &self,
        subscriber: Subscriber,
    ) -> impl Future<Output = Result<(), TodoListError>> {
        self.ask(SubscribeToFeed(subscriber))
    }

    /// Unsubscribes a session that has ended.
    pub(crate) fn unsubscribe(&self, session: String) -> impl Future<Output = Result<(), TodoListError>> {
        self.ask(UnsubscribeFromFeed { session })
    }

    /// The changes of resources, for agents, from now on.
    pub(crate) async fn listen(&self, holder: Holder) -> Result<Frames<Vec<ResourceChange>>, TodoListError> {
        Ok(object::open(&self.env, &self.user, self.let_in(ListenToFeed(holder))).await?)
    }

    fn ask<Q: Question<Object = TodoListObject>>(
        &self,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, TodoListError>> {
        object::ask_or(&self.env, &self.user, self.let_in(question), TodoListError::from)
    }

    fn read<R: Reading<Object = TodoListObject>>(
        &self,
        reading: R,
    ) -> impl Future<Output = Result<Document<R::Of>, TodoListError>> {
        object::read_or(&self.env, &self.user, self.let_in(reading), TodoListError::from)
    }

    fn let_in<Q>(&self, question: Q) -> LetIn<Q> {
        LetIn { admission: self.admission.clone(), client: self.client.clone(), question }
    }
}
