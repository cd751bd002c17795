//! The `TodoList` Durable Object: one per user, named by the user's id.
//!
//! A command is one transaction on the object's tables: the todos it touches, the [history](super::history), and the queue of
//! writes to Workers KV ([`kv_copy`]). Then it is published to the [live sockets](super::live_sockets), and answered; the platform holds
//! both back until it is on disk. In memory is only what storage has: answers that were given since the last change ([`todos`](super::todos)),
//! and what is [`Known`](worker_kit::storage::Known) of the tables. So no caller sees what storage does not have.
//!
//! KV is written behind the answer. An alarm, set in the turn of the change, repeats what KV refused, also after the object was killed.
//! An object that does not have its list yet reads it from KV ([`kv_reading`](super::kv_reading)).

use std::{cell::RefCell, panic::AssertUnwindSafe, rc::Rc, time::Duration};

use futures_util::future::join;
use mcp::ResourceChange;
use mcp_workers::{Subscriber, change_feed::evict};
use todo::{Filter, ListDelta};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{
    DurableObject, Env, Error, Request, Response, Socket, State, WebSocket, WebSocketIncomingMessage,
    console_error, console_warn,
};
use worker_kit::{
    background::Background,
    fair_queue::{FairQueue, TooMany},
    heartbeat::Heartbeats,
    object::{
        self, Document, Reply, Unanswered, accept, answer, answer_again, answered, answered_with_document,
        read_out,
    },
    shares::Shares,
    storage::ObjectStorage,
    timer::sleep,
};
use worker_macros::durable_object;

use super::{
    ended_access::{Admitted, EndedAccess},
    for_operators::{ListState, Purpose, Restore},
    live::{Done, Live},
    live_sockets,
    notify_agents::{resource_changes, whole_list},
    now_ms,
    questions::{
        Apply, ApplyThenReadAll, Asked, Call, CommandRequest, EndAccess, FindExisting, GetHistory, GetPage,
        GetProvenance, GetReview, GetTodo, ListRefusal, ListenToFeed, Oversee, ReadAll, Review,
        SubscribeToFeed, TodoListObject, Undo, UndoRequest, UndoThenReadAll, UnsubscribeFromFeed, Watch,
        WholeList,
    },
    restore,
    rules_store::CommandError,
    schema::SCHEMA,
};

/// When an alarm that did not complete is repeated, in milliseconds.
const ALARM_AGAIN_MS: u64 = 3 * 60 * 1_000;

/// How long a request waits for the list to be read from KV, in pauses of [`WAIT`].
const WAITS: u32 = 200;
const WAIT: Duration = Duration::from_millis(50);

/// The greatest age of a question that is carried out, in milliseconds. The caller gives up after 15 seconds and may ask again: a
/// command that is carried out after that would be carried out twice.
const LATEST_MS: u64 = 10 * 1_000;

/// How much may wait for its turn, by [`Asked::weight`]: of one client 256 commands or 16 searches.
const MOST_WAITING: Shares = Shares { of_one: 256, of_all: 1_024 };

/// The `Retry-After` of the 429 above that, in seconds.
const CROWDED_SECONDS: u32 = 1;

// Without an argument: the attribute takes one kind of handler, and this object has two, alarms and WebSockets.
#[durable_object]
pub struct TodoList {
    state: State,
    env: Env,
    storage: Rc<ObjectStorage>,
    ended: Rc<EndedAccess>,
    live: RefCell<Option<Rc<Live>>>,
    queue: FairQueue,
    heartbeats: Heartbeats,
}

impl DurableObject for TodoList {
    fn new(state: State, env: Env) -> Self {
        let (state, heartbeats) = Heartbeats::of(state);
        let storage = Rc::new(ObjectStorage::new(&state, SCHEMA));
        Self {
            ended: EndedAccess::new(Rc::clone(&storage)).into(),
            storage,
            state,
            env,
            live: RefCell::default(),
            queue: FairQueue::new(MOST_WAITING),
            heartbeats,
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let arrived = now_ms();
        let reply = async |asked| self.reply(asked, arrived).await;
        object::serve::<TodoListObject>(&self.storage, request, reply).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        // First of all, so that an alarm comes again if this one is killed.
        self.storage.platform().set_alarm(Duration::from_millis(ALARM_AGAIN_MS)).await?;
        if let Err(error) = self.on_alarm().await {
            console_error!("the alarm of a list failed, and is repeated: {error}");
        }
        Response::empty()
    }

    /// Messages are ignored: the platform answers the pings itself.
    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> worker::Result<()> {
        Ok(())
    }

    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> worker::Result<()> {
        // The platform answers a close by itself or leaves it to us, by compatibility date; once is enough.
        drop(socket.close::<&str>(None, None));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: Error) -> worker::Result<()> {
        Ok(())
    }

    async fn connect(&self, _: Socket) -> worker::Result<()> {
        Err("a list object takes no TCP connections".into())
    }
}

/// Most of what this Worker does asks a list.
#[wasm_bindgen(wasm_bindgen_futures = ::worker::wasm_bindgen_futures, js_sys = ::worker::js_sys)]
impl TodoList {
    /// As `fetch`, for the body of a POST.
    ///
    /// # Errors
    /// The platform's.
    pub async fn ask(&self, question: String) -> Result<JsValue, JsValue> {
        let arrived = now_ms();
        let reply = async |asked| self.reply(asked, arrived).await;
        let response = object::respond::<TodoListObject>(&self.storage, question.into_bytes(), reply);
        // As in what `durable_object` writes.
        Ok(AssertUnwindSafe(response).await?.into_platform()?.into())
    }
}

impl TodoList {
    async fn reply(
        &self,
        Call { admission, client, asked }: Call,
        arrived: u64,
    ) -> Result<Reply, Unanswered<ListRefusal>> {
        if let Asked::Oversee(Oversee(restore)) = asked {
            return answered_with_document::<Oversee>(self.oversee(restore).await?);
        }
        if let Asked::EndAccess(end) = asked {
            return answer(end, |EndAccess { ended: these }| {
                self.ended.note(&these, now_ms())?;
                live_sockets::dismiss(&self.state, &these);
                Ok::<_, worker_kit::Error>(())
            });
        }
        let admitted = Admitted { ended: Rc::clone(&self.ended), admission };
        admitted.check()?;
        self.prepare(&asked).await?;
        let turn = self.queue.turn(&client, asked.weight()).await;
        let _turn = turn.map_err(|TooMany| Unanswered::too_many(CROWDED_SECONDS))?;
        if now_ms().saturating_sub(arrived) > LATEST_MS {
            return Err(Unanswered::for_now(1));
        }
        // Once more, since it may have waited: from here on nothing is awaited until it is carried out.
        admitted.check()?;
        match asked {
            Asked::ReadAll(read) => read_out(read, |ReadAll { known }| self.read_all(known, admitted)),
            Asked::GetPage(get) => {
                let live = self.live()?;
                let page = |GetPage { filter, position, limit }| live.page(&filter, position, limit);
                answer_again(live.todos.remembered(), get, page)
            }
            Asked::GetTodo(get) => {
                let live = self.live()?;
                answer_again(live.todos.remembered(), get, |GetTodo { id }| live.todo(id))
            }
            Asked::FindExisting(find) => answer(find, |FindExisting { ids }| self.live()?.existing(&ids)),
            Asked::GetProvenance(get) => answer(get, |GetProvenance { id }| self.live()?.provenance(id)),
            Asked::GetHistory(get) => {
                answer(get, |GetHistory { before, limit }| self.live()?.history(before, limit))
            }
            Asked::GetReview(get) => answer(get, |GetReview { changes, todos }| {
                let live = self.live()?;
                let done = live.history(None, changes)?;
                Ok::<_, CommandError>(Review { done, open: live.page(&Filter::open(), None, todos)? })
            }),
            Asked::Apply(Apply(request)) => answered::<Apply>(&self.apply(*request).await?),
            Asked::ApplyThenReadAll(ApplyThenReadAll(request)) => {
                self.apply(*request).await?;
                answered_with_document::<ApplyThenReadAll>(self.read_all(None, admitted)?)
            }
            Asked::Undo(Undo(request)) => answered::<Undo>(&self.undo(request).await?),
            Asked::UndoThenReadAll(UndoThenReadAll(request)) => {
                self.undo(request).await?;
                answered_with_document::<UndoThenReadAll>(self.read_all(None, admitted)?)
            }
            Asked::Watch(watch) => accept(watch, |Watch { since, session_id }| {
                live_sockets::accept(&self.state, &self.heartbeats, session_id, &self.live()?.missed(since)?)
            }),
            Asked::SubscribeToFeed(SubscribeToFeed(subscriber)) => {
                answered::<SubscribeToFeed>(&self.subscribe(&subscriber).await?)
            }
            Asked::UnsubscribeFromFeed(UnsubscribeFromFeed { session }) => {
                let live = self.live()?;
                live.feed.unsubscribe(&session)?;
                answered::<UnsubscribeFromFeed>(&live.set_next_alarm().await?)
            }
            Asked::ListenToFeed(listen) => {
                accept(listen, |ListenToFeed(holder)| self.live()?.feed.listen(&self.state, &holder))
            }
            Asked::EndAccess(_) | Asked::Oversee(_) => Err(Unanswered::fault("it was answered before")),
        }
    }

    /// Waits until a question can be answered; 503 if that takes too long.
    async fn prepare(&self, asked: &Asked) -> Result<(), Unanswered<ListRefusal>> {
        let live = self.live()?;
        live.look().await;
        if asked.needs_list()
            && let Some(seconds) = self.wait_for_list(&live).await?
        {
            return Err(Unanswered::for_now(seconds));
        }
        Ok(())
    }

    /// The state of the list, after it has begun to be restored where that is wanted. Where nothing is stored, nothing is made.
    async fn oversee(
        &self,
        restore: Option<Restore>,
    ) -> Result<Document<ListState>, Unanswered<ListRefusal>> {
        let Some(sql) = self.storage.existing()? else {
            return Err(Unanswered::Refused(ListRefusal::NoList));
        };
        if let Some(restore) = restore {
            let live = self.live()?;
            if live.begin_restore(restore)? && live.has_list()? {
                self.tell_to_read_again(&live)?;
            }
            live.set_next_alarm().await?;
        }
        Ok(restore::state(sql)?)
    }

    async fn apply(&self, request: CommandRequest) -> Result<ListDelta, CommandError> {
        let live = self.live()?;
        self.done(&live, live.apply(request).await)
    }

    async fn undo(&self, request: UndoRequest) -> Result<ListDelta, CommandError> {
        let live = self.live()?;
        self.done(&live, live.undo(request).await)
    }

    /// The whole list, unless the reader has this version of it.
    fn read_all(&self, known: Option<u64>, admitted: Admitted) -> Result<Document<WholeList>, CommandError> {
        self.live()?.all(&self.state, known, admitted)
    }

    /// Subscribes a session to changes. Evicted sessions are notified after the answer.
    async fn subscribe(&self, subscriber: &Subscriber) -> worker_kit::Result<()> {
        let live = self.live()?;
        let gone = live.feed.subscribe(subscriber)?;
        if !gone.is_empty() {
            self.state.behind(evict(self.env.clone(), gone));
        }
        live.keep_alarm().await
    }

    /// Publishes what a command changed, if anything: to open WebSockets now, to KV and agents' sessions behind the answer.
    fn done(&self, live: &Rc<Live>, done: Result<Done, CommandError>) -> Result<ListDelta, CommandError> {
        let Done { delta, is_change, has_audience } = done?;
        if is_change {
            if has_audience || live.has_to_copy() {
                self.state.behind(pass_on(Rc::clone(live), has_audience.then(|| self.env.clone())));
            }
            self.publish(live, &delta, &resource_changes(&delta));
        }
        Ok(delta)
    }

    /// Publishes to open WebSockets. What happened has happened, even if that fails.
    fn publish(&self, live: &Live, delta: &ListDelta, changes: &Vec<ResourceChange>) {
        let published = live_sockets::publish(&self.state, delta)
            .and_then(|()| live.feed.tell_listeners::<ListenToFeed>(&self.state, changes));
        if let Err(error) = published {
            console_error!("a change was not published: {error}");
        }
    }

    /// The list has become another one: tells open WebSockets. Agents' sessions are told by the alarm.
    fn tell_to_read_again(&self, live: &Live) -> worker_kit::Result<()> {
        self.publish(live, &live.reload()?, &whole_list());
        Ok(())
    }

    /// Reads on from KV, and sets the next alarm, which has KV operations of its own.
    async fn read_kv(&self, live: &Live) -> worker_kit::Result<()> {
        if live.read_kv().await? == Some(Purpose::FromKv) {
            self.tell_to_read_again(live)?;
        }
        // In the turn in which the last page came.
        live.set_next_alarm().await
    }

    /// The state of the loaded object; made at the first call.
    fn live(&self) -> worker_kit::Result<Rc<Live>> {
        let busy = |_| Error::from("the list is in use");
        if let Some(live) = self.live.try_borrow().map_err(busy)?.clone() {
            return Ok(live);
        }
        let user_id = self.state.id().name().ok_or("a list object is named by its user")?;
        let live =
            Rc::new(Live::found(Rc::clone(&self.storage), Rc::clone(&self.ended), &self.env, &user_id)?);
        self.live.replace(Some(Rc::clone(&live)));
        Ok(live)
    }

    /// Waits until the object has its list; returns at once if it has. `Some`: it has not; after how many seconds to ask again.
    async fn wait_for_list(&self, live: &Live) -> worker_kit::Result<Option<u32>> {
        let mut has_read = false;
        for _ in 0..WAITS {
            if live.has_list()? {
                return Ok(None);
            }
            let wait = live.reading_due()?.and_then(|due| due.checked_sub(now_ms()));
            if let Some(ms) = wait.filter(|ms| *ms > 0) {
                return Ok(Some(u32::try_from(ms.div_ceil(1_000)).unwrap_or(u32::MAX)));
            }
            // Once: the alarm reads the rest, as an invocation with KV operations of its own.
            if live.reading.is_running() || has_read {
                sleep(WAIT).await;
            } else {
                has_read = true;
                self.read_kv(live).await?;
            }
        }
        Ok(Some(1))
    }

    async fn on_alarm(&self) -> worker_kit::Result<()> {
        // Storage of a later version is left to newer code.
        if self.storage.is_newer()? {
            return Ok(());
        }
        let live = self.live()?;
        live.alarm_came(now_ms().saturating_add(ALARM_AGAIN_MS));
        if live.reading_due()?.is_some_and(|due| due <= now_ms()) {
            // All else is left to the next alarm, which has KV operations of its own.
            return self.read_kv(&live).await;
        }
        let (copied, told) = join(copy(&live), live.tell_agents(&self.env)).await;
        copied?;
        told?;
        live.sweep()?;
        live.set_next_alarm().await
    }
}

/// Writes to KV and, given the environment, notifies agents' sessions, behind an answer; the alarm does the rest.
async fn pass_on(live: Rc<Live>, env: Option<Env>) {
    let told = async {
        match &env {
            Some(env) => live.tell_agents(env).await,
            None => Ok(()),
        }
    };
    let (copied, told) = join(copy(&live), told).await;
    if let Err(error) = copied {
        console_error!("the list was not copied to KV: {error}");
    }
    if let Err(error) = told {
        console_error!("agents were not told: {error}");
    }
    if let Err(error) = live.set_next_alarm_when_calm().await {
        console_error!("no alarm was set for what is left to do: {error}");
    }
}

/// Runs the copy to KV, unless another run is in progress, or there is no list to copy.
async fn copy(live: &Live) -> worker_kit::Result<()> {
    if !live.has_list()? {
        return Ok(());
    }
    let Some(ran) = live.copy.run(&*live.todos, &live.namespace, now_ms).await? else { return Ok(()) };
    if let Some(error) = ran.error {
        let lag = live.copy.lag()?;
        let seconds = lag.since.map_or(0, |since| now_ms().saturating_sub(since) / 1_000);
        console_warn!(
            "KV refused {} of {} writes, the first with: {error}. It is {} todos behind, for {seconds} seconds.",
            ran.refused,
            ran.refused.saturating_add(ran.taken),
            lag.records,
        );
    }
    Ok(())
}
