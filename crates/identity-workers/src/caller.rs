//! Who is calling, and through what.

use oauth::{ClientId, Scopes, UserId};

/// Somebody who proved who they are, and through what.
pub struct Caller {
    /// The person, by the id that the issuer gave them (`sub`).
    pub user_id: UserId,
    /// The program that the person calls with.
    pub client: CallingClient,
    /// What says what they may do. The application gives it a meaning.
    pub entitlement: Entitlement,
}

/// By what somebody may do what they do: an agent by the scopes of its token, a browser by its user's roles.
pub enum Entitlement {
    /// Those of the access token.
    Scopes(Scopes),
    /// Those of the session's user. Empty where the session names none.
    Roles(Vec<String>),
}

/// The program that a person calls with.
pub enum CallingClient {
    /// The page, in a browser.
    Browser {
        /// The login session, which ends when the person logs out.
        session_id: String,
    },
    /// An app that the person has connected, by its client id.
    ConnectedApp(ClientId),
}

impl CallingClient {
    /// What tells it from a person's other clients: the client id of a connected app, `""` for the browser.
    pub fn name(&self) -> &str {
        match self {
            Self::Browser { .. } => "",
            Self::ConnectedApp(id) => id.as_str(),
        }
    }
}
