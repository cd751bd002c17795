//! Any bytes at the engine's HTTP face: `make fuzz`.

#![no_main]

#[path = "../conversation/mod.rs"]
mod conversation;

libfuzzer_sys::fuzz_target!(|script: &[u8]| {
    conversation::hold(script);
});
