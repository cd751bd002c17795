//! The ids by which clients ask for tasks.

use serde::{Deserialize, Serialize};

use crate::ports::platform::Platform;
use crate::ports::seal::Owner;
use crate::ports::tasks::LIFETIME_MS;

/// What the seal is for.
const PURPOSE: &str = "taskId";

#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(rename = "n")]
    name: String,
    /// Seconds since 1970.
    #[serde(rename = "e")]
    expires: u64,
}

/// The id that a client is given for a task; `None` where there is no key to seal it with.
pub(crate) fn seal_id(name: &str, owner: &Owner, platform: &Platform) -> Option<String> {
    // A minute more than the task can be asked for.
    let expires = platform.now_seconds().saturating_add(LIFETIME_MS / 1_000 + 60);
    let sealed = Sealed { name: name.to_owned(), expires };
    platform.sealing_key()?.seal_for(PURPOSE, owner, &sealed)
}

/// The name of the task with this id, if it is one of this caller's.
pub(crate) fn open_id(id: &str, caller: &Owner, platform: &Platform) -> Option<String> {
    let sealed: Sealed = platform.sealing_key()?.open_for(PURPOSE, caller, id)?;
    (platform.now_seconds() < sealed.expires).then_some(sealed.name)
}
