//! Who is calling, and through what.

use oauth::{ClientId, Scopes, UserId};

/// Somebody who proved who they are, and through what.
pub struct Caller {
    pub user_id: UserId,
    pub client: CallingClient,
    pub entitlement: Entitlement,
}

/// By what somebody may do what they do: an agent by the scopes of its token, a browser by its user's roles.
pub enum Entitlement {
    Scopes(Scopes),
    /// Empty where the session names none.
    Roles(Vec<String>),
}

/// The program that a person calls with.
pub enum CallingClient {
    Browser {
        /// The login session, which ends when the person logs out.
        session_id: String,
    },
    /// An app that the person has connected.
    ConnectedApp(ClientId),
}

impl CallingClient {
    /// What tells it from a person's other clients.
    pub fn name(&self) -> &str {
        match self {
            Self::Browser { .. } => "",
            Self::ConnectedApp(id) => id.as_str(),
        }
    }
}
