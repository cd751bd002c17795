//! The caller of a request: the person, and the program that they use.

use std::rc::Rc;

use oauth::{ClientId, Scopes, UserId};

use crate::access::{Access, Admission};

/// An authenticated caller.
pub struct Caller {
    /// The person, by the id that the issuer gave them (`sub`).
    pub user_id: UserId,
    /// The program that the person calls with.
    pub client: CallingClient,
    /// Scopes or roles, which the application maps to permissions.
    pub entitlement: Entitlement,
}

impl Caller {
    /// The session of a browser, as an admission; `None` for an app: see [`AccessLease::admission`](crate::AccessLease::admission).
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

/// What permissions derive from: token scopes (agent) or user roles (browser).
pub enum Entitlement {
    /// The scopes of the access token.
    Scopes(Scopes),
    /// The roles of the session's user. Empty where the session names none.
    Roles(Vec<String>),
}

/// The program that a person calls with.
pub enum CallingClient {
    /// The page, in a browser.
    Browser {
        /// The login session, which ends when the person logs out.
        session_id: String,
        /// When its JWT was made, in milliseconds since the epoch: the session was valid then.
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
    /// Its id among a person's clients: the client id of a connected app, `""` for the browser.
    pub fn id(&self) -> &str {
        match self {
            Self::Browser { .. } => "",
            Self::ConnectedApp { id, .. } => id.as_str(),
        }
    }
}
