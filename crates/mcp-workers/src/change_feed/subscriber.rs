//! Who wants to hear.

use serde::{Deserialize, Serialize};

/// A session that wants to hear of changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// Its name.
    pub(crate) session: String,
    /// Whose it is: [`Holder`](crate::Holder)'s digest.
    pub(crate) client: String,
}
