//! The conversations that the fuzzer was started from and those it found worth keeping, held again.

#[path = "../fuzz/conversation/mod.rs"]
mod conversation;

use std::fs;
use std::path::Path;

#[test]
fn every_kept_conversation_goes_as_it_should() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut held = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        // Which it was is the first thing one wants to know.
        println!("{}", path.display());
        conversation::hold(&fs::read(&path).unwrap());
        held += 1;
    }
    assert!(held > 40, "{held} conversations are not all of them");
}
