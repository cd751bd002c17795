//! Who is calling, and through what.

use oauth::{ClientId, UserId};
use worker_kit::http::Problem;

use crate::permissions::{Permission, Permissions};

/// Somebody who proved who they are, and through what.
pub(crate) struct Caller {
    pub(crate) user_id: UserId,
    pub(crate) client: Client,
    /// What the client may do in the user's name: by its scopes for an agent, by the user's roles for a browser.
    pub(crate) permissions: Permissions,
}

impl Caller {
    /// # Errors
    /// 403 for somebody who may not do this.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), Problem> {
        if self.permissions.allow(permission) {
            Ok(())
        } else {
            Err(Problem::new(403, "not_permitted", "Your account does not permit this."))
        }
    }
}

/// What a person uses to call.
pub(crate) enum Client {
    Browser {
        /// The login session, which ends when the person logs out.
        session_id: String,
    },
    /// An app that the person has connected.
    ConnectedApp(ClientId),
}

impl Client {
    /// What tells it from a person's other clients.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Browser { .. } => "",
            Self::ConnectedApp(id) => id.as_str(),
        }
    }
}
