//! The SQLite tables of an account. Values with rules in the `oauth` crate are stored as JSON; what is searched, sorted or expired by
//! has a column of its own.

use oauth::{
    ClientId, Digest, Scopes, Timestamp,
    authorization::Consent,
    email::EmailAddress,
    grant::{
        authorization_code::AuthorizationCode,
        login_code::{KnownBrowser, LoginCode, SendLimit},
        refresh::{RefreshToken, Rotation},
        session::SessionLife,
    },
    id::SessionId,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;
use worker::{SqlStorage, SqlStorageValue};
use worker_kit::{
    shares::{Share, Shares},
    storage::ObjectStorage,
};

use super::{ConnectedApp, ConnectedGrant, LiveGrant, untold::Untold};
use crate::{
    access::Access,
    clock::now,
    provider::person::{Attributes, LoginSession, Profile},
};

/// The most of each; the oldest are deleted above that.
const MAX_LOGIN_CODES: i64 = 20;

const MAX_KNOWN_BROWSERS: i64 = 20;

const MAX_SESSIONS: i64 = 50;

const MAX_CONNECTED_APPS: i64 = 200;

const MAX_CONSENTS: usize = 20;

const MAX_CODES: i64 = 500;

/// The most grants of one client and of all. Above the first the client's own oldest ends ([`worker_kit::shares`]).
const GRANTS: Shares = Shares { of_one: 50, of_all: 200 };

/// How long a redeemed code is stored, to detect that it is used again.
const CODE_MEMORY_SECONDS: i64 = 24 * 3600;

/// Tables whose rows end at `expires_at`.
const EXPIRING: [&str; 6] =
    ["login_codes", "known_browsers", "sessions", "grants", "codes", "refresh_tokens"];

pub(super) struct Tables {
    sql: SqlStorage,
}

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
    /// The tables, if this account exists. Otherwise nothing is created, since ids can be made up.
    pub(super) fn open(storage: &ObjectStorage) -> worker::Result<Option<Self>> {
        Ok(storage.existing()?.map(|sql| Self { sql: sql.clone() }))
    }

    /// Creates the tables of a new account.
    pub(super) fn create(
        storage: &ObjectStorage,
        email: &EmailAddress,
        now: Timestamp,
    ) -> worker::Result<Self> {
        let tables = Self { sql: storage.tables()?.clone() };
        tables.run(
            "INSERT INTO profile (email, created_at, verified) VALUES (?, ?, 0)",
            vec![email.as_str().into(), seconds(now)],
        )?;
        Ok(tables)
    }

    pub(super) fn profile(&self) -> worker::Result<Profile> {
        self.row("SELECT email, created_at FROM profile", vec![])?
            .ok_or_else(|| "the account has no profile".into())
    }

    // Login codes.

    /// When codes were sent, for a known browser or for all strangers together.
    pub(super) fn sent_codes(
        &self,
        known_browser: Option<Digest>,
        now: Timestamp,
    ) -> worker::Result<Vec<Timestamp>> {
        self.forget_sent_codes(now)?;
        let known_browser = known_browser.map(|browser| browser.to_string());
        let sent: Vec<Sent> =
            self.rows("SELECT at FROM sent_codes WHERE known_browser IS ?", vec![known_browser.into()])?;
        Ok(sent.into_iter().map(|sent| sent.at).collect())
    }

    fn forget_sent_codes(&self, now: Timestamp) -> worker::Result<()> {
        let counts_from = now.plus(-SendLimit::MEMORY_SECONDS);
        self.run("DELETE FROM sent_codes WHERE at <= ?", vec![seconds(counts_from)])
    }

    pub(super) fn knows_browser(&self, browser: Digest, now: Timestamp) -> worker::Result<bool> {
        let known: Option<Count> = self.row(
            "SELECT 1 AS count FROM known_browsers WHERE browser = ? AND expires_at > ?",
            vec![text(&browser), seconds(now)],
        )?;
        Ok(known.is_some())
    }

    pub(super) fn keep_known_browser(&self, browser: Digest, now: Timestamp) -> worker::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO known_browsers (browser, expires_at) VALUES (?, ?)",
            vec![text(&browser), seconds(now.plus(KnownBrowser::LIFETIME_SECONDS))],
        )?;
        self.run(
            "DELETE FROM known_browsers WHERE browser IN
                (SELECT browser FROM known_browsers ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
            vec![MAX_KNOWN_BROWSERS.into()],
        )
    }

    /// Whether the person ever logged in.
    pub(super) fn is_used(&self) -> worker::Result<bool> {
        let used: Option<Count> = self.row("SELECT 1 AS count FROM profile WHERE verified = 1", vec![])?;
        Ok(used.is_some())
    }

    pub(super) fn add_login_code(
        &self,
        browser: Digest,
        known_browser: Option<Digest>,
        code: &LoginCode,
        now: Timestamp,
    ) -> worker::Result<()> {
        let known_browser = known_browser.map(|browser| browser.to_string());
        self.run(
            "INSERT INTO sent_codes (at, known_browser) VALUES (?, ?)",
            vec![seconds(now), known_browser.into()],
        )?;
        self.keep_login_code(browser, code)?;
        self.run(
            "DELETE FROM login_codes WHERE browser IN
                (SELECT browser FROM login_codes ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
            vec![MAX_LOGIN_CODES.into()],
        )
    }

    pub(super) fn keep_login_code(&self, browser: Digest, code: &LoginCode) -> worker::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO login_codes (browser, code, expires_at) VALUES (?, ?, ?)",
            vec![text(&browser), json(code)?, seconds(code.expires_at)],
        )
    }

    pub(super) fn login_code(&self, browser: Digest) -> worker::Result<Option<LoginCode>> {
        #[derive(Deserialize)]
        struct Row {
            code: String,
        }
        let row: Option<Row> =
            self.row("SELECT code FROM login_codes WHERE browser = ?", vec![text(&browser)])?;
        row.map(|row| parse(&row.code)).transpose()
    }

    pub(super) fn drop_login_code(&self, browser: Digest) -> worker::Result<()> {
        self.run("DELETE FROM login_codes WHERE browser = ?", vec![text(&browser)])
    }

    // Sessions.

    pub(super) fn add_session(
        &self,
        token: Digest,
        session_id: &SessionId,
        life: SessionLife,
        attributes: &Attributes,
    ) -> worker::Result<()> {
        self.run("UPDATE profile SET verified = 1", vec![])?;
        self.run(
            "INSERT INTO sessions (token, session_id, life, attributes, used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                text(&token),
                session_id.as_str().into(),
                json(&life)?,
                json(attributes)?,
                seconds(life.last_accessed_at),
                seconds(life.expires_at),
            ],
        )?;
        self.end_sessions(
            "token IN (SELECT token FROM sessions ORDER BY used_at DESC LIMIT -1 OFFSET ?)",
            MAX_SESSIONS.into(),
        )
    }

    /// A valid session.
    pub(super) fn session(&self, token: Digest, now: Timestamp) -> worker::Result<Option<LoginSession>> {
        #[derive(Deserialize)]
        struct Row {
            session_id: SessionId,
            life: String,
            attributes: String,
        }
        let row: Option<Row> = self.row(
            "SELECT session_id, life, attributes FROM sessions WHERE token = ? AND expires_at > ?",
            vec![text(&token), seconds(now)],
        )?;
        row.map(|row| {
            Ok(LoginSession {
                id: row.session_id,
                life: parse(&row.life)?,
                attributes: parse(&row.attributes)?,
                profile: self.profile()?,
            })
        })
        .transpose()
    }

    pub(super) fn keep_session_life(&self, token: Digest, life: SessionLife) -> worker::Result<()> {
        self.run(
            "UPDATE sessions SET life = ?, used_at = ?, expires_at = ? WHERE token = ?",
            vec![json(&life)?, seconds(life.last_accessed_at), seconds(life.expires_at), text(&token)],
        )
    }

    pub(super) fn drop_session(&self, token: Digest) -> worker::Result<()> {
        self.end_sessions("token = ?", text(&token))
    }

    /// Ends sessions, whatever the cause, and stores the ends for notification.
    fn end_sessions(&self, which: &str, value: SqlStorageValue) -> worker::Result<()> {
        #[derive(Deserialize)]
        struct Row {
            session_id: String,
        }
        let query = format!("DELETE FROM sessions WHERE {which} RETURNING session_id");
        let ended: Vec<Row> = self.rows(&query, vec![value])?;
        ended.into_iter().try_for_each(|row| self.untold().note(&Access::Session(row.session_id), now()))
    }

    // Connected apps and what the person agreed to.

    pub(super) fn consents(&self, client_id: &ClientId) -> worker::Result<Vec<Consent>> {
        #[derive(Deserialize)]
        struct Row {
            consents: String,
        }
        let row: Option<Row> = self.row(
            "SELECT consents FROM connected_apps WHERE client_id = ?",
            vec![client_id.as_str().into()],
        )?;
        Ok(row.map(|row| parse(&row.consents)).transpose()?.unwrap_or_default())
    }

    pub(super) fn add_consent(
        &self,
        client_id: &ClientId,
        name: &str,
        mut given: Vec<Consent>,
        consent: Consent,
        now: Timestamp,
    ) -> worker::Result<()> {
        if !consent.is_among(&given) {
            given.push(consent);
        }
        let oldest_kept = given.len().saturating_sub(MAX_CONSENTS);
        let kept: Vec<_> = given.into_iter().skip(oldest_kept).collect();
        self.run(
            "INSERT INTO connected_apps (client_id, name, consents, connected_at, used_at) VALUES (?1, ?2, ?3, ?4, ?4)
                ON CONFLICT (client_id) DO UPDATE SET name = ?2, consents = ?3, used_at = ?4",
            vec![client_id.as_str().into(), name.into(), json(&kept)?, seconds(now)],
        )?;
        // What is not listed any more could not be disconnected any more either.
        let old: Vec<OldApp> = self.rows(
            "SELECT client_id FROM connected_apps ORDER BY used_at DESC LIMIT -1 OFFSET ?",
            vec![MAX_CONNECTED_APPS.into()],
        )?;
        old.iter().try_for_each(|old| self.disconnect(&old.client_id))
    }

    /// The name by which the person has connected a client. A client without a connection has no grant.
    pub(super) fn app_name(&self, client_id: &ClientId) -> worker::Result<String> {
        #[derive(Deserialize)]
        struct Row {
            name: String,
        }
        let row: Option<Row> =
            self.row("SELECT name FROM connected_apps WHERE client_id = ?", vec![client_id.as_str().into()])?;
        Ok(row.map(|row| row.name).unwrap_or_default())
    }

    /// Stores that a client made a call. To the minute, so that most calls write nothing.
    pub(super) fn note_use(&self, client_id: &ClientId, now: Timestamp) -> worker::Result<()> {
        self.run(
            "UPDATE connected_apps SET used_at = ?1 WHERE client_id = ?2 AND used_at <= ?1 - 60",
            vec![seconds(now), client_id.as_str().into()],
        )
    }

    /// Stores that a call was made under a grant. To the minute.
    pub(super) fn note_call(&self, grant: Uuid, now: Timestamp) -> worker::Result<()> {
        self.run(
            "UPDATE grants SET used_at = ?1 WHERE grant_id = ?2 AND (used_at IS NULL OR used_at <= ?1 - 60)",
            vec![seconds(now), text(&grant)],
        )
    }

    pub(super) fn connected_apps(&self, now: Timestamp) -> worker::Result<Vec<ConnectedApp>> {
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
            vec![],
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
    fn grants_of(&self, client_id: &ClientId, now: Timestamp) -> worker::Result<Vec<ConnectedGrant>> {
        self.rows(
            "SELECT grant_id, scopes, begun_at, used_at FROM grants
                WHERE client_id = ? AND expires_at > ? ORDER BY made DESC",
            vec![client_id.as_str().into(), seconds(now)],
        )
    }

    /// Ends one grant of a client, and with the last of them the client's connection. The consent is deleted in any
    /// case, so that the person is asked again when the device connects again. False: there is no such grant.
    pub(super) fn disconnect_grant(&self, grant: Uuid, now: Timestamp) -> worker::Result<bool> {
        let Some(KeptGrant { live, .. }) = self.grant(grant, now)? else { return Ok(false) };
        self.revoke(grant)?;
        if self.grants_of(&live.client_id, now)?.is_empty() {
            self.disconnect(&live.client_id)?;
        } else {
            self.run(
                "UPDATE connected_apps SET consents = '[]' WHERE client_id = ?",
                vec![live.client_id.as_str().into()],
            )?;
        }
        Ok(true)
    }

    /// Deletes a client: its consent, its grants, and every code and token of them.
    pub(super) fn disconnect(&self, client_id: &ClientId) -> worker::Result<()> {
        #[derive(Deserialize)]
        struct Row {
            grant_id: Uuid,
        }
        let client = || vec![SqlStorageValue::from(client_id.as_str())];
        let held: Vec<Row> = self.rows("SELECT grant_id FROM grants WHERE client_id = ?", client())?;
        held.iter().try_for_each(|held| self.revoke(held.grant_id))?;
        self.run("DELETE FROM connected_apps WHERE client_id = ?", client())
    }

    // Grants, codes, refresh tokens.

    pub(super) fn add_code(
        &self,
        code: Digest,
        stands_for: &AuthorizationCode,
        now: Timestamp,
    ) -> worker::Result<()> {
        self.make_room_for_grant(&stands_for.client_id)?;
        self.run(
            "INSERT INTO grants (grant_id, client_id, scopes, authenticated_at, expires_at, begun_at)
                VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                text(&stands_for.grant),
                stands_for.client_id.as_str().into(),
                text(&stands_for.scopes),
                seconds(stands_for.authenticated_at),
                seconds(stands_for.expires_at),
                seconds(now),
            ],
        )?;
        self.keep_code(code, stands_for)?;
        self.run(
            "DELETE FROM codes WHERE code IN (SELECT code FROM codes ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
            vec![MAX_CODES.into()],
        )
    }

    /// Ends as many grants as needed for a new one of a client.
    fn make_room_for_grant(&self, client_id: &ClientId) -> worker::Result<()> {
        #[derive(Deserialize)]
        struct Row {
            grant_id: Uuid,
            client_id: String,
            made: u64,
        }
        let there: Vec<Row> = self.rows("SELECT grant_id, client_id, made FROM grants", vec![])?;
        let shares: Vec<Share<'_>> =
            there.iter().map(|grant| Share { owner: &grant.client_id, since: grant.made }).collect();
        let gone = GRANTS.evictions(&shares, client_id.as_str());
        gone.into_iter()
            .filter_map(|place| there.get(place))
            .try_for_each(|grant| self.revoke(grant.grant_id))
    }

    pub(super) fn keep_code(&self, code: Digest, stands_for: &AuthorizationCode) -> worker::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO codes (code, grant_id, stands_for, expires_at) VALUES (?, ?, ?, ?)",
            vec![
                text(&code),
                text(&stands_for.grant),
                json(stands_for)?,
                seconds(stands_for.expires_at.plus(CODE_MEMORY_SECONDS)),
            ],
        )
    }

    pub(super) fn code(&self, code: Digest) -> worker::Result<Option<AuthorizationCode>> {
        #[derive(Deserialize)]
        struct Row {
            stands_for: String,
        }
        let row: Option<Row> = self.row("SELECT stands_for FROM codes WHERE code = ?", vec![text(&code)])?;
        row.map(|row| parse(&row.stands_for)).transpose()
    }

    pub(super) fn grant(&self, grant: Uuid, now: Timestamp) -> worker::Result<Option<KeptGrant>> {
        #[derive(Deserialize)]
        struct Row {
            client_id: ClientId,
            scopes: Scopes,
            authenticated_at: Timestamp,
            expires_at: Timestamp,
        }
        let row: Option<Row> = self.row(
            "SELECT client_id, scopes, authenticated_at, expires_at FROM grants WHERE grant_id = ? AND expires_at > ?",
            vec![text(&grant), seconds(now)],
        )?;
        row.map(|row| {
            let Row { client_id, scopes, authenticated_at, expires_at } = row;
            let live = LiveGrant { client_id, scopes, expires_at, profile: self.profile()? };
            Ok(KeptGrant { live, authenticated_at })
        })
        .transpose()
    }

    pub(super) fn prolong(&self, grant: Uuid, expires_at: Timestamp) -> worker::Result<()> {
        self.run(
            "UPDATE grants SET expires_at = ? WHERE grant_id = ?",
            vec![seconds(expires_at), text(&grant)],
        )
    }

    /// Ends a grant, whatever the cause, with every code and token of it, and stores the end for notification.
    pub(super) fn revoke(&self, grant: Uuid) -> worker::Result<()> {
        for table in ["codes", "refresh_tokens"] {
            self.run(&format!("DELETE FROM {table} WHERE grant_id = ?"), vec![text(&grant)])?;
        }
        let query = "DELETE FROM grants WHERE grant_id = ? RETURNING 1 AS count";
        match self.row::<Count>(query, vec![text(&grant)])? {
            Some(_) => self.untold().note(&Access::Grant(grant), now()),
            None => Ok(()),
        }
    }

    /// The ends that are not yet confirmed.
    pub(super) fn untold(&self) -> Untold {
        Untold::new(self.sql.clone())
    }

    pub(super) fn refresh_token(&self, token: Digest) -> worker::Result<Option<KeptRefreshToken>> {
        #[derive(Deserialize)]
        struct Row {
            grant_id: Uuid,
            state: String,
        }
        let row: Option<Row> =
            self.row("SELECT grant_id, state FROM refresh_tokens WHERE token = ?", vec![text(&token)])?;
        row.map(|row| Ok(KeptRefreshToken { grant: row.grant_id, state: parse(&row.state)? })).transpose()
    }

    /// No token of a valid family is deleted: [`RefreshToken::MAX_GENERATION`] limits its size.
    pub(super) fn add_refresh_token(
        &self,
        token: Digest,
        grant: Uuid,
        state: &RefreshToken,
    ) -> worker::Result<()> {
        self.run(
            "INSERT INTO refresh_tokens (token, grant_id, state, expires_at) VALUES (?, ?, ?, ?)",
            vec![text(&token), text(&grant), json(state)?, seconds(state.expires_at)],
        )
    }

    pub(super) fn keep_refresh_token(&self, token: Digest, state: &RefreshToken) -> worker::Result<()> {
        self.run("UPDATE refresh_tokens SET state = ? WHERE token = ?", vec![json(state)?, text(&token)])
    }

    /// Marks the predecessor of a used token: using it again is no longer tolerated. All earlier ones are marked already.
    pub(super) fn supersede_before(&self, grant: Uuid, used: Digest) -> worker::Result<()> {
        self.run(
            "UPDATE refresh_tokens SET state = json_set(state, '$.rotation', json(?)) WHERE made =
                (SELECT MAX(made) FROM refresh_tokens WHERE grant_id = ?
                    AND made < (SELECT made FROM refresh_tokens WHERE token = ?))",
            vec![json(&Rotation::Superseded)?, text(&grant), text(&used)],
        )
    }

    // Housekeeping.

    /// Deletes what has ended. Returns when to look again, or that the account can be deleted: nobody ever logged in.
    pub(super) fn sweep(&self, now: Timestamp) -> worker::Result<Sweep> {
        for table in EXPIRING {
            self.run(&format!("DELETE FROM {table} WHERE expires_at <= ?"), vec![seconds(now)])?;
        }
        // The limit on codes outlives the codes, so an account that was only asked for stays as long as the limit counts.
        self.forget_sent_codes(now)?;
        let sent: Vec<Sent> = self.rows("SELECT at FROM sent_codes", vec![])?;
        let next =
            EXPIRING.map(|table| format!("SELECT MIN(expires_at) AS at FROM {table}")).join(" UNION ALL ");
        let ends: Vec<End> = self.rows(&next, vec![])?;
        let forgets = sent.iter().map(|sent| sent.at.plus(SendLimit::MEMORY_SECONDS));
        match ends.into_iter().filter_map(|next| next.at).chain(forgets).min() {
            Some(at) => Ok(Sweep::Again(at)),
            None if self.is_used()? => Ok(Sweep::Done),
            None => Ok(Sweep::Abandoned),
        }
    }

    fn run(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.sql.exec(query, values).map(drop)
    }

    fn rows<T: DeserializeOwned>(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<Vec<T>> {
        self.sql.exec(query, values)?.to_array()
    }

    fn row<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> worker::Result<Option<T>> {
        Ok(self.rows(query, values)?.into_iter().next())
    }
}

/// What is left to do after a sweep.
pub(super) enum Sweep {
    /// Something ends then.
    Again(Timestamp),
    /// Nothing ends.
    Done,
    /// The account can be deleted.
    Abandoned,
}

#[derive(Deserialize)]
struct Sent {
    at: Timestamp,
}

#[derive(Deserialize)]
struct OldApp {
    client_id: ClientId,
}

/// The end of the row that ends first; none in an empty table.
#[derive(Deserialize)]
struct End {
    at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Count {
    #[serde(rename = "count")]
    _count: i64,
}

fn text(value: &impl ToString) -> SqlStorageValue {
    SqlStorageValue::String(value.to_string())
}

fn seconds(at: Timestamp) -> SqlStorageValue {
    SqlStorageValue::Integer(at.unix())
}

fn json(value: &impl Serialize) -> worker::Result<SqlStorageValue> {
    Ok(SqlStorageValue::String(serde_json::to_string(value)?))
}

fn parse<T: DeserializeOwned>(json: &str) -> worker::Result<T> {
    Ok(serde_json::from_str(json)?)
}
