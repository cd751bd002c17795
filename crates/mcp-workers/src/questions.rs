//! How a Worker and a session object talk: commands are JSON by POST; what takes time comes over a WebSocket that the
//! object may sleep behind.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{Stream, StreamExt};
use mcp::{Change, Event, Fault, HeldTask, LogLevel, TaskEvent, digest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::{Env, Headers, Method, Request, RequestInit, Response, Stub, Url, WebSocket, WebsocketEvent};
use worker_kit::storage::RETRY_SECONDS;
use worker_kit::timer::sleep;

/// The binding of the objects: every Worker that holds sessions calls it so.
const BINDING: &str = "MCP_SESSION";

/// How long an object may take for a command; one that broke in the middle of a request never answers it.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// For whom something is held: a principal, and which of their clients.
///
/// What is held has limits for each client and for all clients of a principal together, so every client that is told apart has
/// a share of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub(crate) principal: String,
    /// A digest: a client's name may be long.
    pub(crate) client: String,
}

impl Holder {
    /// The principal and the client as [`mcp::Authorize`] names them.
    pub fn new(principal: &str, client: &str) -> Self {
        Self { principal: principal.to_owned(), client: digest(client) }
    }
}

/// What an object holds for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holding {
    /// Of a session: something, but nothing that is told of changes.
    Something,
    /// Of a session: what is told of changes.
    Changes,
    /// Of a session: that it was ended.
    End,
    /// A task.
    Task,
}

impl Holding {
    /// Its name in the tables.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Something => "something",
            Self::Changes => "changes",
            Self::End => "end",
            Self::Task => "task",
        }
    }

    /// Whether a session that is entered for this need not be entered again for the other.
    pub(crate) fn covers(self, other: Self) -> bool {
        self == other || (self == Self::Changes && other == Self::Something)
    }
}

/// A command, with whom it is given for. Only what may have something held for the first time needs to know.
#[derive(Serialize, Deserialize)]
pub(crate) struct Letter<H, C> {
    pub(crate) holder: H,
    pub(crate) command: C,
}

/// What an object is asked. It is a session's, unless the command says otherwise. Answered with nothing, unless it says so.
#[derive(Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum Command {
    /// Was the session ended? Answered with a boolean.
    IsOver,
    End,
    /// What the client said of itself after its session began.
    Introduce {
        introduction: String,
    },
    /// Answered with that, or `null`.
    Introduction,
    /// Answered with the level, or `null`.
    LogLevel,
    SetLogLevel {
        level: LogLevel,
    },
    /// Answered with a [`mcp::Subscribed`].
    Subscribe {
        uri: String,
    },
    Unsubscribe {
        uri: String,
    },
    /// The session is to be told of changes of lists, while somebody follows its stream of what belongs to no request.
    HearOfLists,
    Answered {
        request: String,
        response: String,
    },
    /// A request of the client's is to be stopped.
    Cancel {
        request: String,
    },
    Record {
        event: Event,
    },
    /// The next event of the stream of what belongs to no request.
    Push {
        message: String,
    },
    /// Something has changed. Answered with whether there is anybody to tell of anything.
    Changed {
        changes: Vec<Change>,
    },
    /// Of a session or a task: let go of everything, somebody else has a better right to the room.
    GiveWay,
    /// Of a task: begin. Answered when it is held.
    BeginTask {
        task: HeldTask,
        lifetime_ms: u64,
    },
    /// Of a task: how far is it? Answered with the task, or `null`.
    TaskState,
    /// Of a task: something happens to it. Answered with whether there is such a task.
    TaskHappens {
        event: TaskEvent,
    },
    /// Of a principal's registry: a session or a task holds something, or something else than before.
    Enter {
        member: String,
        client: String,
        holding: Holding,
    },
    /// Of a principal's registry: one holds nothing any more.
    Leave {
        member: String,
    },
    /// Of a principal's registry: tell whoever listens, and its sessions. Answered before they are told.
    Tell {
        changes: Vec<Change>,
    },
}

/// The name of the object that knows all sessions and tasks of a principal which have something held, and everybody else who
/// listens to what changes of theirs. No session is named like it: names of sessions have no `:`.
pub(crate) fn registry_of(principal: &str) -> String {
    // The name that earlier versions gave it: what they stored is found under it.
    format!("circle:{principal}")
}

/// The name of the object that holds a task. No session is named like it.
pub(crate) fn task_object(task: &str) -> String {
    format!("task:{task}")
}

/// What an object waits for, or is listened to for.
pub(crate) enum Listen<'a> {
    /// The events of a stream. The first frame is [`Opened`], each of the others an [`Event`].
    Stream { stream: &'a str, after: Option<u64> },
    /// Of a principal's registry: each frame a list of [`Change`]s, after [`Opened`].
    Changes,
    /// Of a task: each frame a [`mcp::TaskSignal`], after [`Opened`]. Whoever listens is who works on it.
    Task,
    /// The client's answer to a request: one frame, a JSON-RPC response.
    Answer { request: &'a str },
    /// That a request of the client's is to be stopped: one frame.
    Cancelled { request: &'a str },
}

/// Where a stream is when it is opened.
#[derive(Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) at: u64,
}

pub(crate) fn stub(env: &Env, name: &str) -> Result<Stub, Fault> {
    env.durable_object(BINDING).and_then(|namespace| namespace.get_by_name(name)).map_err(Fault::new)
}

/// Gives a command and waits for its answer, though not for ever. `holder` is whom something may come to be held for.
pub(crate) async fn command<T: DeserializeOwned>(
    stub: &Stub,
    holder: Option<&Holder>,
    command: &Command,
) -> Result<T, Fault> {
    let body = serde_json::to_string(&Letter { holder, command }).map_err(Fault::new)?;
    let answer = async {
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(body.into()));
        let request = Request::new_with_init("http://session/", &init)?;
        let mut response = stub.fetch_with_request(request).await?;
        Ok::<_, worker::Error>(match response.status_code() {
            200 => Ok(response.bytes().await?),
            _ => Err(refused(&response)),
        })
    };
    match select(std::pin::pin!(answer), sleep(TIME_LIMIT)).await {
        Either::Left((Ok(Ok(body)), _)) => serde_json::from_slice(&body).map_err(Fault::new),
        Either::Left((Ok(Err(fault)), _)) => Err(fault),
        Either::Left((Err(error), _)) => Err(Fault::new(error)),
        Either::Right(_) => Err(Fault::new("a session object took too long")),
    }
}

/// What an object means that does not do what it was asked. Its 503 says that it cannot work with its storage for now
/// (`worker_kit::storage`).
fn refused(response: &Response) -> Fault {
    let status = response.status_code();
    let what = format_args!("a session object answered {status}");
    if status == 503 { Fault::unavailable(what, RETRY_SECONDS) } else { Fault::new(what) }
}

/// Listens to an object: its frames, one after another, until either side ends it. Dropping them ends it.
pub(crate) async fn listen(stub: &Stub, holder: &Holder, what: Listen<'_>) -> Result<Frames, Fault> {
    let path = match what {
        Listen::Stream { stream, after: None } => format!("stream/{stream}"),
        Listen::Stream { stream, after: Some(after) } => format!("stream/{stream}/{after}"),
        Listen::Changes => "changes".to_owned(),
        Listen::Task => "task".to_owned(),
        Listen::Answer { request } => format!("answer/{request}"),
        Listen::Cancelled { request } => format!("cancelled/{request}"),
    };
    let holder = [("principal", &holder.principal), ("client", &holder.client)];
    let url = Url::parse_with_params(&format!("http://session/{path}"), holder).map_err(Fault::new)?;
    let opened = async {
        let headers = Headers::new();
        headers.set("upgrade", "websocket")?;
        let mut init = RequestInit::new();
        init.with_headers(headers);
        stub.fetch_with_request(Request::new_with_init(url.as_str(), &init)?).await
    };
    let response = match select(std::pin::pin!(opened), sleep(TIME_LIMIT)).await {
        Either::Left((opened, _)) => opened.map_err(Fault::new)?,
        Either::Right(_) => return Err(Fault::new("a session object took too long")),
    };
    match response.status_code() {
        101 => response.websocket().map(Frames::of).ok_or_else(|| Fault::new("an object gave no WebSocket")),
        _ => Err(refused(&response)),
    }
}

/// For whom an object is listened to, as the request says.
pub(crate) fn listening_for(url: &Url) -> Holder {
    let member =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    Holder {
        principal: member("principal").unwrap_or_default(),
        client: member("client").unwrap_or_default(),
    }
}

/// The text frames of a WebSocket. The platform's own stream of them borrows the socket; this one owns it, and closes it.
pub(crate) struct Frames {
    pump: Option<Pin<Box<dyn Future<Output = ()>>>>,
    arrived: Rc<RefCell<VecDeque<String>>>,
}

/// Closes a socket with whatever holds this.
struct Closing(WebSocket);

impl Drop for Closing {
    fn drop(&mut self) {
        // One that is closed already does not mind.
        let _closed = self.0.close(Some(1000), None::<&str>);
    }
}

impl Frames {
    fn of(socket: WebSocket) -> Self {
        let arrived = Rc::new(RefCell::new(VecDeque::new()));
        let queue = Rc::clone(&arrived);
        let pump = async move {
            let socket = Closing(socket);
            let (Ok(()), Ok(mut events)) = (socket.0.accept(), socket.0.events()) else { return };
            while let Some(Ok(WebsocketEvent::Message(message))) = events.next().await {
                if let (Some(text), Ok(mut queue)) = (message.text(), queue.try_borrow_mut()) {
                    queue.push_back(text);
                }
            }
        };
        Self { pump: Some(Box::pin(pump)), arrived }
    }

    fn arrival(&self) -> Option<String> {
        self.arrived.try_borrow_mut().ok()?.pop_front()
    }
}

impl Stream for Frames {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<String>> {
        if let Some(frame) = self.arrival() {
            return Poll::Ready(Some(frame));
        }
        if let Some(pump) = &mut self.pump
            && pump.as_mut().poll(task).is_ready()
        {
            self.pump = None;
        }
        match (self.arrival(), &self.pump) {
            (Some(frame), _) => Poll::Ready(Some(frame)),
            (None, Some(_)) => Poll::Pending,
            (None, None) => Poll::Ready(None),
        }
    }
}
