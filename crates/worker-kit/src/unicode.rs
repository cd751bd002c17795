//! The Unicode operations that e-mail addresses need, by V8, so that their tables are not in the Wasm.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::js_sys::JsString;

#[wasm_bindgen]
extern "C" {
    type URL;

    #[wasm_bindgen(constructor, catch)]
    fn new(address: &str) -> Result<URL, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn hostname(this: &URL) -> String;
}

/// A text in lower case, independent of the language (Unicode Standard section 3.13, toLowercase).
pub fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { JsString::from(text).to_lower_case().into() }
}

/// A text in canonical composition (NFC, UAX #15).
pub fn composed(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// The ASCII form of a domain (UTS #46; URL Standard, "domain to ASCII"); `None` if it is not valid. The
/// domain must not contain characters that end the host of a URL, nor percent-encoding.
pub fn domain_to_ascii(domain: &str) -> Option<String> {
    URL::new(&format!("http://{domain}/")).ok().map(|url| url.hostname())
}
