//! In a Worker: by what JavaScript has (ECMA-262, and ECMA-402 for `Intl`).

use js_sys::{Array, JsString, Reflect, RegExp};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type Segmenter;

    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new() -> Segmenter;

    /// An iterable of segments; without options those are grapheme clusters.
    #[wasm_bindgen(method)]
    fn segment(this: &Segmenter, text: &JsString) -> JsValue;
}

thread_local! {
    static SEGMENTER: Segmenter = Segmenter::new();
    static MARKS: RegExp = RegExp::new(r"\p{M}+", "gu");
    static PILE: RegExp = RegExp::new(r"([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+", "gu");
    static LETTER: RegExp = RegExp::new(r"\p{Alphabetic}", "u");
    static LETTER_OR_DIGIT: RegExp = RegExp::new(r"[\p{Alphabetic}\p{N}]", "u");
    static DOTTED: RegExp = RegExp::new("I\u{307}", "gu");
}

pub(super) fn piles_marks(text: &str) -> bool {
    PILE.with(|pile| has(text, pile))
}

pub(super) fn without_piles(text: &str) -> String {
    PILE.with(|pile| JsString::from(text).replace_by_pattern(pile, "$1")).into()
}

pub(super) fn graphemes(text: &str) -> usize {
    segments(&JsString::from(text)).length() as usize
}

pub(super) fn end_of_grapheme(text: &str, graphemes: usize) -> usize {
    let text = JsString::from(text);
    let next = u32::try_from(graphemes).map_or(JsValue::UNDEFINED, |next| segments(&text).get(next));
    let index = Reflect::get(&next, &"index".into()).ok().and_then(|index| index.as_f64());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of a string")]
    let beginning = index.map_or_else(|| text.clone(), |index| text.slice(0, index as u32));
    // UTF-16 there, UTF-8 here.
    String::from(beginning).len()
}

fn segments(text: &JsString) -> Array {
    SEGMENTER.with(|segmenter| Array::from(&segmenter.segment(text)))
}

pub(super) fn folded(text: &str) -> String {
    DOTTED.with(|dotted| capitals(text).replace_by_pattern(dotted, "I")).normalize("NFKC").into()
}

pub(super) fn base_letters(text: &str) -> String {
    MARKS.with(|marks| capitals(text).normalize("NFKD").replace_by_pattern(marks, "")).into()
}

pub(super) fn is_alphanumeric(char: char) -> bool {
    LETTER_OR_DIGIT.with(|pattern| has(char.encode_utf8(&mut [0; 4]), pattern))
}

pub(super) fn is_alphabetic(char: char) -> bool {
    LETTER.with(|pattern| has(char.encode_utf8(&mut [0; 4]), pattern))
}

/// Not `test`, which goes on where it ended the last time.
fn has(text: &str, pattern: &RegExp) -> bool {
    JsString::from(text).search(pattern) >= 0
}

/// By way of small letters: of some letters only those have capitals that others share (ẞ, ß, SS).
fn capitals(text: &str) -> JsString {
    JsString::from(text).normalize("NFKD").to_lower_case().to_upper_case()
}
