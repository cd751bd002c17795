//! The samples that a suite also sends to the Worker, so that what V8 does there and what crates do here is the same
//! (`tests/suites/text.test.ts`).

use std::collections::BTreeMap;

use serde::Deserialize;
use text::{
    Flaw, Limits, check,
    name::{self, Reserved},
    search::{Folded, Query},
    visible,
};

const LIMITS: Limits = Limits { characters: 1_000, bytes: 4_000 };
const RESERVED: Reserved =
    Reserved { names: &["TODOS", "TODO SERVICE", "USER"], marks: &["STYTCH"], reader: &["YOU"] };

#[derive(Deserialize)]
struct Samples {
    texts: BTreeMap<String, Vec<String>>,
    names: BTreeMap<String, Vec<String>>,
    search: BTreeMap<String, Vec<(String, String)>>,
}

fn samples() -> serde_json::Result<Samples> {
    serde_json::from_str(include_str!("samples.json"))
}

#[test]
fn texts() {
    for (kind, texts) in samples().unwrap().texts {
        for text in texts {
            let found = match check(&text, LIMITS) {
                Ok(()) => "fine",
                Err(Flaw::Blank) => "blank",
                Err(Flaw::Control) => "control",
                Err(Flaw::Hidden(_)) => "hidden",
                Err(Flaw::PiledMarks) => "piled",
                Err(Flaw::TooLong { .. } | Flaw::TooLarge { .. }) => "long",
            };
            assert_eq!(found, kind, "{text:?}");
            let shown = visible(&text);
            assert!(
                matches!(check(&shown, LIMITS), Ok(()) | Err(Flaw::Blank)),
                "{text:?} is shown as {shown:?}"
            );
            assert!(kind != "fine" || shown == text, "{text:?} is shown as {shown:?}");
        }
    }
}

#[test]
fn names() {
    for (kind, names) in samples().unwrap().names {
        for name in names {
            let found = match name::check(&name, RESERVED) {
                Ok(kept) => {
                    if kept == name {
                        "fine"
                    } else {
                        "changed"
                    }
                }
                Err(name::Flaw::Text(_)) => "unseen",
                Err(name::Flaw::Sentence) => "sentence",
                Err(name::Flaw::Address) => "address",
                Err(name::Flaw::Reserved) => "reserved",
            };
            assert_eq!(found, kind, "{name:?}");
            assert_eq!(kind == "fine", name::shown(&name, RESERVED) == name, "{name:?}");
        }
    }
}

#[test]
fn search() {
    for (kind, pairs) in samples().unwrap().search {
        for (words, text) in pairs {
            let query = Query::parse(&words);
            let is_found = Folded::all([text.as_str()]).iter().all(|text| query.finds(text));
            assert_eq!(is_found, kind == "found", "{words:?} in {text:?}");
        }
    }
}
