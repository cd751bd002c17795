//! What a session's id says, and how it is read. A client sends it with every request, and to open its seal was 7 % of the time of a
//! short one: what was opened lately is remembered.

use std::cell::RefCell;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::client::ClientInfo;
use crate::ports::seal::{Owner, SealingKey};

/// What the seal is for.
const PURPOSE: &str = "Mcp-Session-Id";

/// How many ids are remembered, per thread.
const REMEMBERED: usize = 200;

/// What a session's id says. That never changes; whether the session has expired or is over is asked each time.
#[derive(Serialize, Deserialize)]
pub(crate) struct SessionId {
    #[serde(rename = "n")]
    pub(crate) name: String,
    #[serde(rename = "v")]
    pub(super) revision: String,
    #[serde(rename = "c")]
    pub(super) capabilities: u8,
    #[serde(rename = "i")]
    pub(crate) client: Option<ClientInfo>,
    /// Those that the server knows too.
    #[serde(rename = "x", default, skip_serializing_if = "Map::is_empty")]
    pub(crate) extensions: Map<String, Value>,
    /// Seconds since 1970.
    #[serde(rename = "e")]
    pub(super) expires: u64,
}

/// An id that was opened with this key for this caller.
struct Opened {
    sealed: String,
    key: SealingKey,
    caller: Owner,
    id: Rc<SessionId>,
}

thread_local! {
    static OPENED: RefCell<Vec<Opened>> = const { RefCell::new(Vec::new()) };
}

impl SessionId {
    /// The id as its owner's client keeps it.
    pub(crate) fn seal(&self, key: &SealingKey, owner: &Owner) -> Option<String> {
        key.seal_for(PURPOSE, owner, self)
    }

    /// The id that was sealed; `None` also where a caller is not its owner.
    pub(crate) fn open(sealed: &str, key: &SealingKey, caller: &Owner) -> Option<Rc<Self>> {
        let is_it = |known: &&Opened| known.sealed == sealed && known.key.is(key) && known.caller == *caller;
        let known = OPENED.with_borrow(|opened| opened.iter().find(is_it).map(|known| Rc::clone(&known.id)));
        if known.is_some() {
            return known;
        }
        let id = Rc::new(key.open_for::<Self>(PURPOSE, caller, sealed)?);
        let (key, caller) = (key.clone(), caller.clone());
        let opened = Opened { sealed: sealed.to_owned(), key, caller, id: Rc::clone(&id) };
        OPENED.with_borrow_mut(|all| {
            // To forget them all costs each that is used once more, and no bookkeeping.
            if all.len() >= REMEMBERED {
                all.clear();
            }
            all.push(opened);
        });
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> SessionId {
        SessionId {
            name: name.to_owned(),
            revision: "2025-11-25".to_owned(),
            capabilities: 0,
            client: None,
            extensions: Map::new(),
            expires: 7,
        }
    }

    #[test]
    fn an_id_that_is_remembered_opens_with_its_key_for_its_caller_alone() {
        let (key, owner) = (SealingKey::new([7; 32]), Owner::named("ada", "app"));
        let sealed = id("one").seal(&key, &owner).unwrap();
        let name = |key: &SealingKey, caller: &Owner, sealed: &str| {
            SessionId::open(sealed, key, caller).map(|id| id.name.clone())
        };
        for _ in 0..2 {
            assert_eq!(name(&key, &owner, &sealed).as_deref(), Some("one"));
            assert_eq!(name(&SealingKey::new([8; 32]), &owner, &sealed), None);
            assert_eq!(name(&key, &Owner::named("grace", "app"), &sealed), None);
            assert_eq!(name(&key, &Owner::named("ada", "another"), &sealed), None);
            assert_eq!(name(&key, &owner, &format!("{sealed}A")), None);
        }
        assert_eq!(OPENED.with_borrow(Vec::len), 1, "what did not open is not remembered");
    }

    #[test]
    fn no_more_are_remembered_and_all_open() {
        let (key, owner) = (SealingKey::new([7; 32]), Owner::named("ada", "app"));
        let all: Vec<_> = (0..=REMEMBERED).map(|number| number.to_string()).collect();
        let sealed: Vec<_> = all.iter().map(|name| id(name).seal(&key, &owner).unwrap()).collect();
        let names =
            || sealed.iter().map(|sealed| SessionId::open(sealed, &key, &owner).unwrap().name.clone());
        assert_eq!(names().take(REMEMBERED).collect::<Vec<_>>(), all.split_last().unwrap().1);
        assert_eq!(OPENED.with_borrow(Vec::len), REMEMBERED);
        assert_eq!(names().collect::<Vec<_>>(), all);
        assert_eq!(OPENED.with_borrow(Vec::len), 1);
        assert_eq!(names().collect::<Vec<_>>(), all, "also those that are not remembered");
    }
}
