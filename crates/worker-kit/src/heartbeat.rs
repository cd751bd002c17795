//! The heartbeat of hibernated WebSockets, which the platform answers without waking the object.

use worker::{
    State, WebSocket, WebSocketRequestResponsePair,
    js_sys::{Date, Object},
    wasm_bindgen::{JsCast, prelude::wasm_bindgen},
    web_sys,
};

#[wasm_bindgen]
extern "C" {
    /// The platform's state of an object, with a method that `worker` does not have.
    type Answering;

    #[wasm_bindgen(method, js_name = getWebSocketAutoResponseTimestamp)]
    fn last_answer(this: &Answering, socket: &web_sys::WebSocket) -> Option<Date>;
}

/// Says when the platform last answered a heartbeat.
pub struct Heartbeats(Answering);

impl Heartbeats {
    /// Those of an object with this state, which is given back.
    pub fn of(state: State) -> (State, Self) {
        let state = state._inner();
        let answering = Object::clone(&state).unchecked_into();
        (State::from(state), Self(answering))
    }

    /// Has `request` answered with `response`, on every WebSocket of this object.
    ///
    /// # Errors
    /// The platform's.
    pub fn answer(state: &State, request: &str, response: &str) -> crate::Result<()> {
        state.set_websocket_auto_response(&WebSocketRequestResponsePair::new(request, response)?);
        Ok(())
    }

    /// When a heartbeat of this WebSocket was last answered, in milliseconds since 1970; `None` if none was.
    pub fn last(&self, socket: &WebSocket) -> Option<u64> {
        let last = self.0.last_answer(socket.as_ref())?;
        Some(worker::Date::from(last).as_millis())
    }
}
