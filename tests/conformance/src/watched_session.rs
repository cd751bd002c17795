//! The engine's session object, watched: how often each was built, which is how a test sees that one slept. What it holds it
//! holds for seconds, so that a test sees it go.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use mcp::{Context, NoArguments, Output, Server, Tool};
use mcp_workers::{Limits, McpSession, Retention, Shares};
use worker::{DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage};
use worker_macros::durable_object;

use crate::here::Here;

/// Longer than a restart takes; and no alarm comes while a test waits, twice if need be, for an object to fall asleep.
const RETENTION: Retention =
    Retention { events: Duration::from_secs(30), abandoned: Duration::from_secs(30) };

/// Nobody is told apart here, so all callers are one client.
const MANY: Shares = Shares { of_one: 1_000, of_all: 1_000 };

/// Few enough that a test makes one more.
const TASKS: Shares = Shares { of_one: 20, of_all: 20 };

thread_local! {
    /// How often each object of this isolate was built, by its id.
    static BUILT: RefCell<BTreeMap<String, u32>> = RefCell::default();
}

#[durable_object]
pub struct WatchedSession {
    session: McpSession,
}

// Called by the name of the trait: the macro gives the class methods of the same names for JavaScript.
impl DurableObject for WatchedSession {
    fn new(state: State, env: Env) -> Self {
        let id = state.id().to_string();
        BUILT.with_borrow_mut(|built| *built.entry(id).or_default() += 1);
        let limits =
            Limits { subscribers: MANY, holding: MANY, listening: MANY, tasks: TASKS, ..Limits::default() };
        let session =
            <McpSession as DurableObject>::new(state, env).with_retention(RETENTION).with_limits(limits);
        Self { session }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        DurableObject::fetch(&self.session, request).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        DurableObject::alarm(&self.session).await
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        message: WebSocketIncomingMessage,
    ) -> worker::Result<()> {
        DurableObject::websocket_message(&self.session, socket, message).await
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        code: usize,
        why: String,
        clean: bool,
    ) -> worker::Result<()> {
        DurableObject::websocket_close(&self.session, socket, code, why, clean).await
    }

    async fn websocket_error(&self, socket: WebSocket, error: worker::Error) -> worker::Result<()> {
        DurableObject::websocket_error(&self.session, socket, error).await
    }
}

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    server.tool(
        Tool::new("built_objects", async |_: Context<Here>, _: NoArguments| {
            Ok(Output::new(BUILT.with_borrow(BTreeMap::clone)))
        })
        .description("Says how often each session object was built"),
    )
}
