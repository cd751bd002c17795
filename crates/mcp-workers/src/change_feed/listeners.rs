//! Those who listen to what changes, each on a WebSocket that the platform holds while the object sleeps.

use mcp::ResourceChange;
use worker::State;
use worker_kit::object::{CallerEnd, Frame, Opening};

use super::feed::ChangeFeed;
use crate::{held_sockets, questions::Holder};

/// The tag of whoever listens.
const CHANGES: &str = "changes";

impl ChangeFeed {
    /// Lets somebody listen to what changes. There is a limit for each client, and one for all; the oldest gives way.
    ///
    /// # Errors
    /// The platform's.
    pub fn listen<O: Opening<Frame = Vec<ResourceChange>>>(
        &self,
        state: &State,
        holder: &Holder,
    ) -> worker::Result<CallerEnd<O>> {
        let (caller, _) = held_sockets::accept(state, &[CHANGES], CHANGES, self.listening, &holder.client)?;
        Ok(caller)
    }

    /// Tells everybody who listens, each change of theirs at once.
    ///
    /// # Errors
    /// The platform's.
    pub fn tell_listeners<O: Opening<Frame = Vec<ResourceChange>>>(
        &self,
        state: &State,
        changes: &Vec<ResourceChange>,
    ) -> worker::Result<()> {
        let listeners = held_sockets::open::<O>(state, CHANGES)?;
        if listeners.is_empty() || changes.is_empty() {
            return Ok(());
        }
        let frame = Frame::of(changes)?;
        for listener in listeners {
            // One that has gone does not keep the others from being told.
            let _gone = listener.send_written(&frame);
        }
        Ok(())
    }
}
