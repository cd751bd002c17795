//! The `TodoList` Durable Object: one per user, named by the user's id.
//!
//! A command is one transaction on the object's tables: the todos it touches, the [history](super::history), and the queue of what
//! Workers KV has to be given ([`kv_copy`]). Then it is published to those who [watch](super::live_sockets), and answered; the platform
//! holds both back until it is on disk. Nothing of the list is kept in memory, so nobody sees what storage does not have.
//!
//! KV is written behind the answer. An alarm, set in the turn of the change, goes on with what KV refused, also after the object was
//! killed. An object that does not have its list yet comes by it as [`kv_reading`](super::kv_reading) says.

use std::{cell::RefCell, rc::Rc, time::Duration};

use worker::{
    DurableObject, Env, Error, Method, Request, Response, Socket, State, WebSocket, WebSocketIncomingMessage,
    console_error, console_warn,
};
use worker_kit::{
    http::empty,
    storage::{ObjectStorage, unavailable_for},
    timer::sleep,
};
use worker_macros::durable_object;

use super::{LIVE_PATH, live::Live, live_sockets, now_ms, schema::SCHEMA};
use crate::todo_list::notify_agents::tell_agents;

/// When an alarm comes again that did not get to its end, in milliseconds.
const ALARM_AGAIN_MS: u64 = 3 * 60 * 1_000;

/// How long a request waits for the list to be read from KV, in pauses of [`WAIT`].
const WAITS: u32 = 200;
const WAIT: Duration = Duration::from_millis(50);

/// How long after it arrived a question is still answered, in milliseconds. Whoever asked gives up after 15 seconds, and asks again:
/// what is carried out then must be nothing, or it is done twice.
const LATEST_MS: u64 = 10 * 1_000;

// Without an argument: the attribute takes one kind of handler, and this object has two, alarms and WebSockets.
#[durable_object]
pub struct TodoList {
    state: State,
    env: Env,
    storage: Rc<ObjectStorage>,
    live: RefCell<Option<Rc<Live>>>,
}

impl DurableObject for TodoList {
    fn new(state: State, env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA).into(), state, env, live: RefCell::default() }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let arrived = now_ms();
        if let Some(unavailable) = self.storage.unavailable()? {
            return Ok(unavailable);
        }
        let url = request.url()?;
        let parameter =
            |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        if url.path() == LIVE_PATH && request.method() == Method::Delete {
            live_sockets::dismiss(&self.state, &parameter("session").unwrap_or_default())?;
            return empty(200);
        }
        let live = self.live()?;
        live.look().await;
        if let Some(seconds) = self.wait_for_list(&live).await? {
            return unavailable_for(seconds);
        }
        if url.path() == LIVE_PATH {
            let missed = live.missed(parameter("since").and_then(|since| since.parse().ok()))?;
            return live_sockets::accept(&self.state, parameter("session").unwrap_or_default(), &missed);
        }
        let question = serde_json::from_slice(&request.bytes().await?)?;
        if now_ms().saturating_sub(arrived) > LATEST_MS {
            return unavailable_for(1);
        }
        let (answer, delta) = live.answer(question).await?;
        if let Some(delta) = delta {
            live_sockets::publish(&self.state, &[serde_json::to_string(&delta)?]);
            if let Some(user_id) = self.state.id().name() {
                self.state.wait_until(tell_agents(self.env.clone(), user_id, vec![delta]));
            }
            self.state.wait_until(write_through(live));
        }
        Ok(answer)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        // Before anything else: whatever becomes of this one, another one comes.
        self.storage.platform().set_alarm(Duration::from_millis(ALARM_AGAIN_MS)).await?;
        if let Err(error) = self.on_alarm().await {
            console_error!("the alarm of a list came to nothing, and comes again: {error}");
        }
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
    /// The ways to the tables; finds them first when the object has just come to life.
    fn live(&self) -> worker::Result<Rc<Live>> {
        let busy = |_| Error::from("the list is in use");
        if let Some(live) = self.live.try_borrow().map_err(busy)?.clone() {
            return Ok(live);
        }
        let user_id = self.state.id().name().ok_or("a list object is named by its user")?;
        let live = Rc::new(Live::found(Rc::clone(&self.storage), &self.env, &user_id)?);
        self.live.replace(Some(Rc::clone(&live)));
        Ok(live)
    }

    /// Waits until the object has its list, which takes no time once it has. Otherwise: after how many seconds to ask again.
    async fn wait_for_list(&self, live: &Live) -> worker::Result<Option<u64>> {
        let mut has_read = false;
        for _ in 0..WAITS {
            if live.has_list()? {
                return Ok(None);
            }
            if let Some(ms) = live.reading.next_at()?.checked_sub(now_ms()).filter(|ms| *ms > 0) {
                return Ok(Some(ms.div_ceil(1_000)));
            }
            // Once: what is left then is for the alarm, which is an invocation with KV operations of its own.
            if live.reading.is_running() || has_read {
                sleep(WAIT).await;
            } else {
                has_read = true;
                live.read_list().await?;
            }
        }
        Ok(Some(1))
    }

    async fn on_alarm(&self) -> worker::Result<()> {
        // Storage of a later version is left to code that knows what is due.
        if self.storage.is_newer()? {
            return Ok(());
        }
        let live = self.live()?;
        live.alarm_came(now_ms().saturating_add(ALARM_AGAIN_MS));
        if !live.has_list()? {
            // It has set the alarm for what comes next, which has KV operations of its own.
            return live.read_list().await;
        }
        copy(&live).await?;
        live.sweep()?;
        live.set_next_alarm().await
    }
}

/// Gives KV what it has to be given, behind an answer; the alarm does the rest.
async fn write_through(live: Rc<Live>) {
    let done = async { if copy(&live).await? { live.set_next_alarm().await } else { Ok(()) } };
    if let Err(error) = done.await {
        console_error!("the list was not copied to KV: {error}");
    }
}

/// A run of the copy. `false`: another one is at it.
async fn copy(live: &Live) -> worker::Result<bool> {
    let Some(ran) = live.copy.run(&*live.todos, &live.namespace, now_ms).await? else { return Ok(false) };
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
    Ok(true)
}
