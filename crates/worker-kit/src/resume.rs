//! How futures are resumed.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/resume.js")]
extern "C" {
    #[wasm_bindgen(js_name = resumeByPromise)]
    fn by_promise();
}

/// Has futures be resumed by promises, in place of `queueMicrotask`, which costs the platform more: what asks an object takes some 10 %
/// less processor time. Call it at the start of the Worker (`#[event(start)]`), before there is any future.
pub fn resume_by_promise() {
    by_promise();
}
