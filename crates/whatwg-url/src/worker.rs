//! In a Worker: by the platform's own parser.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(inline_js = "
    export function hrefOf(text) {
      try {
        return new URL(text).href;
      } catch {
        return undefined;
      }
    }
")]
extern "C" {
    #[wasm_bindgen(js_name = hrefOf)]
    pub(crate) fn href(text: &str) -> Option<String>;
}
