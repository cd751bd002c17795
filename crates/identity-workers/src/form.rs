//! Forms, by the platform's own parser (URL Standard, "application/x-www-form-urlencoded").

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    type URLSearchParams;

    #[wasm_bindgen(constructor)]
    fn new(form: &str) -> URLSearchParams;

    #[wasm_bindgen(method, js_name = toString)]
    fn written(this: &URLSearchParams) -> String;
}

/// A form as its parameters are written: there is nothing else in it.
pub(crate) fn written_again(form: &[u8]) -> String {
    // A question mark before it would be taken for that of a query.
    URLSearchParams::new(&format!("?{}", String::from_utf8_lossy(form))).written()
}
