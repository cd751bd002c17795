//! A subscriber of a feed.

use serde::{Deserialize, Serialize};

/// A session that is subscribed to changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// The session's name.
    pub(crate) session: String,
    /// The digest of its client, as in [`Holder`](crate::Holder).
    pub(crate) client: String,
}
