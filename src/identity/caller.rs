//! Who is calling, and through what.

use oauth::Scopes;
use oauth::{ClientId, UserId};

/// Somebody who proved who they are, and through what.
pub(crate) struct Caller {
    pub(crate) user_id: UserId,
    pub(crate) client: Client,
    pub(crate) entitlement: Entitlement,
}

/// By what somebody may do what they do: an agent by the scopes of its token, a browser by its user's roles.
pub(crate) enum Entitlement {
    Scopes(Scopes),
    /// Empty where the session names none.
    Roles(Vec<String>),
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
