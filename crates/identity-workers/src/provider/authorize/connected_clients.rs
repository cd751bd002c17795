//! A cookie with the clients that were connected in this browser, by any person. It decides only whether an error may redirect to a client
//! automatically while nobody is logged in.
//!
//! Each entry is an HMAC of a client's id, so it cannot be forged for a client that was never connected. On https its `__Host-` name keeps
//! sibling hosts from planting one that they got in a browser of their own.

use oauth::{ClientId, Digest};
use worker_kit::http::{Cookie, Failure, Request};

use crate::{deployment::Deployment, key_ring::Keys};

const NAME: &str = "connected_clients";

const SECURE_NAME: &str = "__Host-connected_clients";

/// The latest that are remembered.
const MAX_CLIENTS: usize = 16;

/// 180 days, from the last time that one was connected.
const LIFETIME_SECONDS: i64 = 180 * 24 * 3600;

pub(crate) struct ConnectedClients {
    key: Digest,
    /// The latest first.
    clients: Vec<Digest>,
    is_secure: bool,
}

impl ConnectedClients {
    pub(crate) async fn of(request: &Request, deployment: &Deployment) -> Result<Self, Failure> {
        let key = Keys::open(deployment).await?.secret_for("connected clients");
        let is_secure = request.origin.is_secure();
        let clients = match request.cookie(name(is_secure)) {
            Cookie::One(value) => value.split('.').filter_map(|entry| entry.parse().ok()).collect(),
            Cookie::None | Cookie::Several => Vec::new(),
        };
        Ok(Self { key, clients, is_secure })
    }

    pub(crate) fn holds(&self, client_id: &ClientId) -> bool {
        self.clients.iter().take(MAX_CLIENTS).any(|held| *held == self.entry(client_id))
    }

    /// The `Set-Cookie` that adds a client.
    pub(crate) fn set_cookie_with(&self, client_id: &ClientId) -> String {
        let entry = self.entry(client_id);
        let others = self.clients.iter().filter(|held| **held != entry);
        let entries: Vec<String> =
            std::iter::once(&entry).chain(others).take(MAX_CLIENTS).map(ToString::to_string).collect();
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!(
            "{}={}; Path=/; Max-Age={LIFETIME_SECONDS}; HttpOnly; SameSite=Lax{secure}",
            name(self.is_secure),
            entries.join(".")
        )
    }

    fn entry(&self, client_id: &ClientId) -> Digest {
        Digest::keyed(self.key.as_bytes(), "connected client", &[client_id.as_str().as_bytes()])
    }
}

fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_NAME } else { NAME }
}
