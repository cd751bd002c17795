//! The object as a principal's *circle*: whom to tell when something of theirs changes.

use mcp::Change;
use worker::{Response, console_error};

use super::{McpSession, Row};
use crate::link::{Command, Opened, command, stub};

/// The tag of whoever listens.
const CHANGES: &str = "changes";

impl McpSession {
    /// Lets somebody listen to what changes. Nothing is kept for them.
    pub(super) async fn listen_to_changes(&self) -> worker::Result<Response> {
        let (client, server) = self.listener(CHANGES).await?;
        server.send(&Opened { at: 0 })?;
        Response::from_websocket(client)
    }

    /// Tells everybody who listens and every session, and forgets those that want to know of nothing any more.
    pub(super) async fn tell(&self, change: &Change) -> worker::Result<()> {
        for listener in self.state.get_websockets_with_tag(CHANGES) {
            // One that has gone does not keep the others from being told.
            let _gone = listener.send(change);
        }
        let members: Vec<Row> = self.sql()?.exec("SELECT session AS value FROM member", None)?.to_array()?;
        for Row { value: session } in members {
            let changed = Command::Changed { change: change.clone() };
            let told = match stub(&self.env, &session) {
                Ok(stub) => command::<bool>(&stub, &changed).await,
                Err(fault) => Err(fault),
            };
            match told {
                Ok(true) => {}
                Ok(false) => self.run("DELETE FROM member WHERE session = ?", vec![session.into()])?,
                // One that cannot be told does not keep the others from being told.
                Err(fault) => console_error!("a session was not told of a change: {fault}"),
            }
        }
        Ok(())
    }
}
