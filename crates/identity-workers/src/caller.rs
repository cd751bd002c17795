//! Who is calling, and through what.

use std::rc::Rc;

use oauth::{ClientId, Scopes, UserId};

use crate::access::{Access, Admission};

/// Somebody who proved who they are, and through what.
pub struct Caller {
    /// The person, by the id that the issuer gave them (`sub`).
    pub user_id: UserId,
    /// The program that the person calls with.
    pub client: CallingClient,
    /// What says what they may do. The application gives it a meaning.
    pub entitlement: Entitlement,
}

impl Caller {
    /// What a browser's user was let in by. Of an app the [`AccessLease`](crate::AccessLease) says it.
    pub fn session(&self) -> Option<Admission> {
        match &self.client {
            CallingClient::Browser { session_id, jwt_made_at_ms } => Some(Admission {
                access: Access::Session(session_id.clone()),
                confirmed_at_ms: *jwt_made_at_ms,
            }),
            CallingClient::ConnectedApp { .. } => None,
        }
    }
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
        /// When its JWT was made, in milliseconds since the epoch: then the session stood.
        jwt_made_at_ms: u64,
    },
    /// An app that the person has connected.
    ConnectedApp {
        /// Its client id.
        id: ClientId,
        /// The name by which the person has connected it, as it may be shown. Stytch does not tell resource servers.
        name: Option<Rc<str>>,
    },
}

impl CallingClient {
    /// What tells it from a person's other clients: the client id of a connected app, `""` for the browser.
    pub fn id(&self) -> &str {
        match self {
            Self::Browser { .. } => "",
            Self::ConnectedApp { id, .. } => id.as_str(),
        }
    }
}
