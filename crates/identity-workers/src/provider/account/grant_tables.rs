//! The tables of an account about apps: what the person agreed to, authorization codes, grants, refresh tokens.

use oauth::{
    ClientId, Digest, Scopes, Timestamp,
    authorization::Consent,
    grant::{
        authorization_code::AuthorizationCode,
        refresh::{RefreshToken, Rotation},
    },
};
use serde::Deserialize;
use uuid::Uuid;
use worker_kit::{
    shares::{Share, Shares},
    sql,
};

use super::{
    ConnectedApp, ConnectedGrant, LiveGrant,
    tables::{Tables, parse},
};
use crate::{access::Access, clock::now};

/// The most of each; the oldest are deleted above that.
const MAX_CONNECTED_APPS: i64 = 200;

const MAX_CONSENTS: usize = 20;

const MAX_CODES: i64 = 500;

/// The most grants of one client and of all. Above the first the client's own oldest ends ([`worker_kit::shares`]).
const GRANTS: Shares = Shares { of_one: 50, of_all: 200 };

/// How long a redeemed code is stored, to detect that it is used again.
const CODE_MEMORY_SECONDS: i64 = 24 * 3600;

/// A refresh token, and the grant it belongs to.
pub(super) struct KeptRefreshToken {
    pub(super) grant: Uuid,
    pub(super) state: RefreshToken,
}

/// A grant as it was made.
pub(super) struct KeptGrant {
    pub(super) live: LiveGrant,
    pub(super) authenticated_at: Timestamp,
}

impl Tables {
    // Connected apps and what the person agreed to.

    pub(super) fn consents(&self, client_id: &ClientId) -> worker_kit::Result<Vec<Consent>> {
        let query = "SELECT consents FROM connected_apps WHERE client_id = ?";
        Ok(self.parsed(query, &[&client_id])?.unwrap_or_default())
    }

    pub(super) fn add_consent(
        &self,
        client_id: &ClientId,
        name: &str,
        mut given: Vec<Consent>,
        consent: Consent,
        now: Timestamp,
    ) -> worker_kit::Result<()> {
        if !consent.is_among(&given) {
            given.push(consent);
        }
        let oldest_kept = given.len().saturating_sub(MAX_CONSENTS);
        let kept: Vec<_> = given.into_iter().skip(oldest_kept).collect();
        self.run(
            "INSERT INTO connected_apps (client_id, name, consents, connected_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)
                ON CONFLICT (client_id) DO UPDATE SET name = ?2, consents = ?3, used_at = ?4",
            &[&client_id, &name, &json::to_string(&kept)?, &now],
        )?;
        // What is not listed any more could not be disconnected any more either.
        let old: Vec<ClientId> = self.rows(
            "SELECT client_id FROM connected_apps ORDER BY used_at DESC LIMIT -1 OFFSET ?",
            &[&MAX_CONNECTED_APPS],
        )?;
        old.iter().try_for_each(|client_id| self.disconnect(client_id))
    }

    /// The name by which the person has connected a client. A client without a connection has no grant.
    pub(super) fn app_name(&self, client_id: &ClientId) -> worker_kit::Result<String> {
        let query = "SELECT name FROM connected_apps WHERE client_id = ?";
        Ok(self.row(query, &[&client_id])?.unwrap_or_default())
    }

    /// Stores that a client made a call. To the minute, so that most calls write nothing.
    pub(super) fn note_use(&self, client_id: &ClientId, now: Timestamp) -> worker_kit::Result<()> {
        self.run(
            "UPDATE connected_apps SET used_at = ?1 WHERE client_id = ?2 AND used_at <= ?1 - 60",
            &[&now, &client_id],
        )
    }

    /// Stores that a call was made under a grant. To the minute.
    pub(super) fn note_call(&self, grant: Uuid, now: Timestamp) -> worker_kit::Result<()> {
        self.run(
            "UPDATE grants SET used_at = ?1 WHERE grant_id = ?2 AND (used_at IS NULL OR used_at <= ?1 - 60)",
            &[&now, &grant],
        )
    }

    pub(super) fn connected_apps(&self, now: Timestamp) -> worker_kit::Result<Vec<ConnectedApp>> {
        #[derive(Deserialize)]
        struct Row {
            client_id: ClientId,
            name: String,
            consents: String,
            connected_at: Timestamp,
            used_at: Timestamp,
        }
        let rows: Vec<Row> = self.rows(
            "SELECT client_id, name, consents, connected_at, used_at FROM connected_apps ORDER BY used_at DESC",
            &[],
        )?;
        rows.into_iter()
            .map(|row| {
                let consents: Vec<Consent> = parse(&row.consents)?;
                let scopes = consents.iter().fold(Scopes::none(), |all, consent| all.union(&consent.scopes));
                Ok(ConnectedApp {
                    grants: self.grants_of(&row.client_id, now)?,
                    client_id: row.client_id,
                    name: row.name,
                    scopes,
                    connected_at: row.connected_at,
                    used_at: row.used_at,
                })
            })
            .collect()
    }

    /// The grants of a client, one for each device that was connected, the newest first.
    fn grants_of(&self, client_id: &ClientId, now: Timestamp) -> worker_kit::Result<Vec<ConnectedGrant>> {
        self.rows(
            "SELECT grant_id, scopes, begun_at, used_at FROM grants
                WHERE client_id = ? AND expires_at > ? ORDER BY made DESC",
            &[&client_id, &now],
        )
    }

    /// Ends one grant of a client, and with the last of them the client's connection. The consent is deleted in any
    /// case, so that the person is asked again when the device connects again. False: there is no such grant.
    pub(super) fn disconnect_grant(&self, grant: Uuid, now: Timestamp) -> worker_kit::Result<bool> {
        let Some(KeptGrant { live, .. }) = self.grant(grant, now)? else { return Ok(false) };
        self.revoke(grant)?;
        if self.grants_of(&live.client_id, now)?.is_empty() {
            self.disconnect(&live.client_id)?;
        } else {
            self.run("UPDATE connected_apps SET consents = '[]' WHERE client_id = ?", &[&live.client_id])?;
        }
        Ok(true)
    }

    /// Deletes a client: its consent, its grants, and every code and token of them.
    pub(super) fn disconnect(&self, client_id: &ClientId) -> worker_kit::Result<()> {
        let client: sql::Values<'_> = &[client_id];
        let held: Vec<Uuid> = self.rows("SELECT grant_id FROM grants WHERE client_id = ?", client)?;
        held.into_iter().try_for_each(|grant| self.revoke(grant))?;
        self.run("DELETE FROM connected_apps WHERE client_id = ?", client)
    }

    // Grants, codes, refresh tokens.

    pub(super) fn add_code(
        &self,
        code: &Digest,
        stands_for: &AuthorizationCode,
        now: Timestamp,
    ) -> worker_kit::Result<()> {
        self.make_room_for_grant(&stands_for.client_id, now)?;
        self.run(
            "INSERT INTO grants (grant_id, client_id, scopes, authenticated_at, expires_at, begun_at)
                VALUES (?, ?, ?, ?, ?, ?)",
            &[
                &stands_for.grant,
                &stands_for.client_id,
                &stands_for.scopes,
                &stands_for.authenticated_at,
                &stands_for.expires_at,
                &now,
            ],
        )?;
        self.keep_code(code, stands_for)?;
        self.run(
            "DELETE FROM codes WHERE code IN (SELECT code FROM codes ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
            &[&MAX_CODES],
        )
    }

    /// Ends as many grants as needed for a new one of a client. Those that have ended by themselves take nobody's place.
    fn make_room_for_grant(&self, client_id: &ClientId, now: Timestamp) -> worker_kit::Result<()> {
        self.run("DELETE FROM grants WHERE expires_at <= ?", &[&now])?;
        let there: Vec<(Uuid, String, u64)> =
            self.rows("SELECT grant_id, client_id, made FROM grants", &[])?;
        let shares: Vec<Share<'_>> =
            there.iter().map(|(_, client, made)| Share { owner: client, since: *made }).collect();
        let gone = GRANTS.evictions(&shares, client_id.as_str());
        gone.into_iter().filter_map(|place| there.get(place)).try_for_each(|(grant, ..)| self.revoke(*grant))
    }

    pub(super) fn keep_code(&self, code: &Digest, stands_for: &AuthorizationCode) -> worker_kit::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO codes (code, grant_id, stands_for, expires_at) VALUES (?, ?, ?, ?)",
            &[
                &code,
                &stands_for.grant,
                &json::to_string(stands_for)?,
                &stands_for.expires_at.plus(CODE_MEMORY_SECONDS),
            ],
        )
    }

    pub(super) fn code(&self, code: &Digest) -> worker_kit::Result<Option<AuthorizationCode>> {
        self.parsed("SELECT stands_for FROM codes WHERE code = ?", &[&code])
    }

    pub(super) fn grant(&self, grant: Uuid, now: Timestamp) -> worker_kit::Result<Option<KeptGrant>> {
        let row: Option<(ClientId, Scopes, Timestamp, Timestamp)> = self.row(
            "SELECT client_id, scopes, authenticated_at, expires_at FROM grants WHERE grant_id = ? AND expires_at > ?",
            &[&grant, &now],
        )?;
        row.map(|(client_id, scopes, authenticated_at, expires_at)| {
            let live = LiveGrant { client_id, scopes, expires_at, profile: self.profile()? };
            Ok(KeptGrant { live, authenticated_at })
        })
        .transpose()
    }

    pub(super) fn prolong(&self, grant: Uuid, expires_at: Timestamp) -> worker_kit::Result<()> {
        self.run("UPDATE grants SET expires_at = ? WHERE grant_id = ?", &[&expires_at, &grant])
    }

    /// Ends a grant, whatever the cause, with every code and token of it, and stores the end for notification.
    pub(super) fn revoke(&self, grant: Uuid) -> worker_kit::Result<()> {
        for table in ["codes", "refresh_tokens"] {
            self.run(&format!("DELETE FROM {table} WHERE grant_id = ?"), &[&grant])?;
        }
        if self.has("DELETE FROM grants WHERE grant_id = ? RETURNING 1", &[&grant])? {
            self.untold().note(&Access::Grant(grant.to_string()), now())?;
        }
        Ok(())
    }

    pub(super) fn refresh_token(&self, token: &Digest) -> worker_kit::Result<Option<KeptRefreshToken>> {
        let row: Option<(Uuid, String)> =
            self.row("SELECT grant_id, state FROM refresh_tokens WHERE token = ?", &[&token])?;
        row.map(|(grant, state)| Ok(KeptRefreshToken { grant, state: parse(&state)? })).transpose()
    }

    /// No token of a valid family is deleted: [`RefreshToken::MAX_GENERATION`] limits its size.
    pub(super) fn add_refresh_token(
        &self,
        token: &Digest,
        grant: Uuid,
        state: &RefreshToken,
    ) -> worker_kit::Result<()> {
        self.run(
            "INSERT INTO refresh_tokens (token, grant_id, state, expires_at) VALUES (?, ?, ?, ?)",
            &[&token, &grant, &json::to_string(state)?, &state.expires_at],
        )
    }

    pub(super) fn keep_refresh_token(&self, token: &Digest, state: &RefreshToken) -> worker_kit::Result<()> {
        self.run("UPDATE refresh_tokens SET state = ? WHERE token = ?", &[&json::to_string(state)?, &token])
    }

    /// Marks the predecessor of a used token: using it again is no longer tolerated. All earlier ones are marked already.
    pub(super) fn supersede_before(&self, grant: Uuid, used: &Digest) -> worker_kit::Result<()> {
        self.run(
            "UPDATE refresh_tokens SET state = json_set(state, '$.rotation', json(?)) WHERE made =
                (SELECT MAX(made) FROM refresh_tokens WHERE grant_id = ?
                    AND made < (SELECT made FROM refresh_tokens WHERE token = ?))",
            &[&json::to_string(&Rotation::Superseded)?, &grant, &used],
        )
    }
}
