//! WebSockets for changes. The platform holds them while the object sleeps.

use mcp::ResourceChange;
use worker::State;
use worker_kit::object::{CallerEnd, Frame, Opening};

use super::feed::ChangeFeed;
use crate::{held_sockets, questions::Holder};

/// The tag of these WebSockets.
const CHANGES: &str = "changes";

impl ChangeFeed {
    /// Opens a WebSocket for changes. Above the limit of a client, or of all clients together, another is closed
    /// ([`Shares::evictions`](worker_kit::shares::Shares::evictions)).
    ///
    /// # Errors
    /// The platform's.
    pub fn listen<O: Opening<Frame = Vec<ResourceChange>>>(
        &self,
        state: &State,
        holder: &Holder,
    ) -> worker_kit::Result<CallerEnd<O>> {
        let (caller, _) = held_sockets::accept(state, &[CHANGES], CHANGES, self.listening, &holder.client)?;
        Ok(caller)
    }

    /// Sends changes to every open WebSocket, in one frame.
    ///
    /// # Errors
    /// The platform's.
    pub fn tell_listeners<O: Opening<Frame = Vec<ResourceChange>>>(
        &self,
        state: &State,
        changes: &Vec<ResourceChange>,
    ) -> worker_kit::Result<()> {
        let listeners = held_sockets::open::<O>(state, CHANGES)?;
        if listeners.is_empty() || changes.is_empty() {
            return Ok(());
        }
        let frame = Frame::of(changes)?;
        for listener in listeners {
            // A failed socket does not keep the others from the changes.
            let _gone = listener.send_written(&frame);
        }
        Ok(())
    }
}
