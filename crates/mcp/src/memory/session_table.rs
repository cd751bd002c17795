//! Everything that is held of sessions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use futures_channel::{mpsc, oneshot};
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::limits::{
    MAX_EARLY, MAX_ENDED, MAX_EVENT_BYTES, MAX_EVENTS, MAX_SESSIONS, MAX_SUBSCRIPTIONS, MAX_UNREAD,
};
use crate::model::log_level::LogLevel;
use crate::ports::sessions::{Event, Events, ResourceChange, ResourceChanges, STANDALONE, Subscribed};

/// A session and a request in it.
pub(super) type Place = (String, String);

/// Everything that is held of sessions.
#[derive(Default)]
pub(super) struct SessionTable {
    pub(super) held: BTreeMap<String, Held>,
    /// Counts what happens, so that it is known which session was not used for the longest time.
    uses: u64,
    pub(super) ended: Ended,
    /// In the order in which they came.
    events: VecDeque<(String, Event)>,
    event_bytes: usize,
    early_cancellations: VecDeque<Place>,
    change_listeners: Vec<(String, mpsc::Sender<ResourceChange>)>,
}

/// What is held of one session.
#[derive(Default)]
pub(super) struct Held {
    used: u64,
    pub(super) client_info: Option<String>,
    pub(super) level: Option<LogLevel>,
    /// By principal and address.
    pub(super) subscriptions: BTreeSet<(String, String)>,
    /// The principal to whose lists it is subscribed.
    pub(super) lists_of: Option<String>,
    /// The number of the last event of [`STANDALONE`].
    last_number: u64,
    /// The senders of open streams, by stream name, the newest last.
    listeners: Vec<(String, mpsc::Sender<Event>)>,
    answers: Vec<(String, oneshot::Sender<String>)>,
    /// The calls that are being worked on.
    calls: Vec<Call>,
    cancellations: Vec<(String, oneshot::Sender<()>)>,
}

/// A call that is being worked on.
struct Call {
    name: String,
    listener: String,
    lost: String,
}

impl Held {
    pub(super) fn subscribe(&mut self, subscription: (String, String)) -> Subscribed {
        let is_full = self.subscriptions.len() >= MAX_SUBSCRIPTIONS as usize;
        if is_full && !self.subscriptions.contains(&subscription) {
            return Subscribed::TooMany { most: MAX_SUBSCRIPTIONS };
        }
        self.subscriptions.insert(subscription);
        Subscribed::Yes
    }

    fn listens_to(&self, stream: &str) -> bool {
        self.listeners.iter().any(|(name, listener)| name == stream && !listener.is_closed())
    }

    /// The newest sender of a stream.
    fn listener(&mut self, stream: &str) -> Option<&mut mpsc::Sender<Event>> {
        self.listeners.retain(|(_, listener)| !listener.is_closed());
        self.listeners.iter_mut().rfind(|(name, _)| name == stream).map(|(_, listener)| listener)
    }
}

/// Sessions that were ended, the last of them.
#[derive(Default)]
pub(super) struct Ended {
    pub(super) sessions: BTreeSet<String>,
    order: VecDeque<String>,
}

impl Ended {
    fn insert(&mut self, session: &str) {
        if self.sessions.insert(session.to_owned()) {
            self.order.push_back(session.to_owned());
        }
        if self.order.len() > MAX_ENDED
            && let Some(oldest) = self.order.pop_front()
        {
            self.sessions.remove(&oldest);
        }
    }
}

impl SessionTable {
    /// What is held of a session from here on; `None` once it was ended: what was still under way then has nowhere to go.
    pub(super) fn open(&mut self, session: &str) -> Option<&mut Held> {
        if self.ended.sessions.contains(session) {
            return None;
        }
        if !self.held.contains_key(session) && self.held.len() >= MAX_SESSIONS {
            self.make_room();
        }
        self.uses += 1;
        let held = self.held.entry(session.to_owned()).or_default();
        held.used = self.uses;
        Some(held)
    }

    fn make_room(&mut self) {
        let oldest = self.held.iter().min_by_key(|(_, held)| held.used).map(|(session, _)| session.clone());
        if let Some(session) = oldest {
            self.held.remove(&session);
        }
    }

    pub(super) fn end(&mut self, session: &str) {
        self.held.remove(session);
        self.events.retain(|(owner, _)| owner != session);
        self.event_bytes = self.events.iter().map(|(_, event)| event.message.len()).sum();
        self.early_cancellations.retain(|(owner, _)| owner != session);
        self.ended.insert(session);
    }

    /// Keeps an event and sends it on. One listener gets it: "the server MUST send each of its JSON-RPC messages on only one
    /// of the connected streams" (2025-11-25 basic/transports, "Multiple Connections"), and the newest is the likeliest to be
    /// alive.
    pub(super) fn record(&mut self, session: &str, event: &Event) {
        let Some(held) = self.open(session) else { return };
        if event.stream == STANDALONE {
            held.last_number = event.number;
        }
        if event.last {
            held.calls.retain(|call| call.name != event.stream);
        }
        if let Some(listener) = held.listener(&event.stream) {
            let is_full = listener.try_send(event.clone()).is_err();
            // One that does not read comes back for what it missed.
            if is_full || event.last {
                listener.close_channel();
            }
        }
        self.event_bytes += event.message.len();
        self.events.push_back((session.to_owned(), event.clone()));
        while self.events.len() > MAX_EVENTS || self.event_bytes > MAX_EVENT_BYTES {
            let Some((_, oldest)) = self.events.pop_front() else { break };
            self.event_bytes = self.event_bytes.saturating_sub(oldest.message.len());
        }
    }

    /// The next event of what belongs to no request.
    pub(super) fn push(&mut self, session: &str, message: String) {
        let Some(held) = self.open(session) else { return };
        let number = held.last_number.saturating_add(1);
        self.record(session, &Event { stream: STANDALONE.to_owned(), number, message, last: false });
    }

    /// `None`: the stream is over, and nothing after that number is kept.
    pub(super) fn follow(
        &mut self,
        session: &str,
        stream: &str,
        after: Option<u64>,
    ) -> Option<(u64, Events)> {
        let Some(held) = self.open(session) else { return Some((0, Box::pin(stream::empty()))) };
        let is_worked_on = stream == STANDALONE || held.calls.iter().any(|call| call.name == stream);
        let at = after.unwrap_or(if stream == STANDALONE { held.last_number } else { 0 });
        let (listener, events) = mpsc::channel(MAX_UNREAD);
        held.listeners.retain(|(_, listener)| !listener.is_closed());
        held.listeners.push((stream.to_owned(), listener));
        let kept = self.events.iter().filter(|(owner, _)| owner == session).map(|(_, event)| event);
        let kept: Vec<&Event> = kept.filter(|event| event.stream == stream).collect();
        let has_ended = kept.last().map_or(!is_worked_on, |event| event.last);
        let missed: Vec<Event> = kept.into_iter().filter(|event| event.number > at).cloned().collect();
        match (has_ended, missed.is_empty()) {
            (true, true) => None,
            (true, false) => Some((at, Box::pin(stream::iter(missed)))),
            (false, _) => Some((at, Box::pin(stream::iter(missed).chain(events)))),
        }
    }

    /// Of resources a session hears what it subscribed to, also when it comes back; of lists, while it listens.
    pub(super) fn changed(&mut self, principal: &str, change: &ResourceChange) {
        self.change_listeners.retain_mut(|(whose, listener)| {
            !listener.is_closed() && (whose != principal || listener.try_send(change.clone()).is_ok())
        });
        let message = match change {
            ResourceChange::Resource { uri } => json!({
                "jsonrpc": "2.0", "method": "notifications/resources/updated", "params": {"uri": uri},
            }),
            ResourceChange::ResourceList => {
                json!({"jsonrpc": "2.0", "method": "notifications/resources/list_changed"})
            }
        };
        let interested = self.held.iter().filter(|(_, held)| match change {
            ResourceChange::Resource { uri } => {
                held.subscriptions.contains(&(principal.to_owned(), uri.to_owned()))
            }
            ResourceChange::ResourceList => {
                held.lists_of.as_deref() == Some(principal) && held.listens_to(STANDALONE)
            }
        });
        let interested: Vec<String> = interested.map(|(session, _)| session.clone()).collect();
        for session in interested {
            self.push(&session, message.to_string());
        }
    }

    pub(super) fn listen_to_changes(&mut self, principal: &str) -> ResourceChanges {
        let (listener, changes) = mpsc::channel(MAX_UNREAD);
        self.change_listeners.retain(|(_, listener)| !listener.is_closed());
        self.change_listeners.push((principal.to_owned(), listener));
        Box::pin(changes)
    }

    pub(super) fn work_on(&mut self, session: &str, call: &str, listener: &str, lost: &str) {
        let Some(held) = self.open(session) else { return };
        held.calls.push(Call { name: call.to_owned(), listener: listener.to_owned(), lost: lost.to_owned() });
    }

    /// Records the error of a call that nobody works on any more, unless its last event was recorded.
    pub(super) fn declare_lost(&mut self, session: &str, call: &str) {
        let Some(held) = self.held.get_mut(session) else { return };
        let Some(place) = held.calls.iter().position(|known| known.name == call) else { return };
        let Call { name, listener, lost } = held.calls.swap_remove(place);
        if listener == STANDALONE {
            return self.push(session, lost);
        }
        let events = self.events.iter().filter(|(owner, event)| owner == session && event.stream == name);
        let number = events.map(|(_, event)| event.number).max().unwrap_or_default().saturating_add(1);
        self.record(session, &Event { stream: name, number, message: lost, last: true });
    }

    /// `false`: nobody waits for it.
    pub(super) fn answered(&mut self, session: &str, request: &str, response: &str) -> bool {
        let Some(held) = self.open(session) else { return false };
        let waiting = held.answers.iter().position(|(waiting, _)| waiting == request);
        let waiting = waiting.map(|waiting| held.answers.swap_remove(waiting));
        waiting.is_some_and(|(_, waiting)| waiting.send(response.to_owned()).is_ok())
    }

    /// Waits for what the client answers.
    pub(super) fn answer(&mut self, session: &str, request: &str) -> oneshot::Receiver<String> {
        let (sender, receiver) = oneshot::channel();
        if let Some(held) = self.open(session) {
            held.answers.retain(|(_, waiting)| !waiting.is_canceled());
            held.answers.push((request.to_owned(), sender));
        }
        receiver
    }

    pub(super) fn cancel(&mut self, place: Place) {
        let Some(held) = self.open(&place.0) else { return };
        let mut is_stopped = false;
        for (_, working) in held.cancellations.extract_if(.., |(request, _)| *request == place.1) {
            is_stopped |= working.send(()).is_ok();
        }
        if !is_stopped {
            self.early_cancellations.push_back(place);
        }
        if self.early_cancellations.len() > MAX_EARLY {
            self.early_cancellations.pop_front();
        }
    }

    pub(super) fn cancelled(&mut self, place: &Place) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let early = self.early_cancellations.iter().position(|early| early == place);
        if early.and_then(|early| self.early_cancellations.remove(early)).is_some() {
            // The other end is held just here.
            let _sent = sender.send(());
        } else if let Some(held) = self.open(&place.0) {
            held.cancellations.retain(|(_, working)| !working.is_canceled());
            held.cancellations.push((place.1.clone(), sender));
        }
        receiver
    }
}
