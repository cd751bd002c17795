//! The SQLite tables of an account: the person, their login codes and sessions, and when rows expire. Those about apps are in
//! [`grant_tables`](super::grant_tables). Values with rules in the `oauth` crate are stored as JSON; what is searched, sorted or expired
//! by has a column of its own.

use oauth::{
    Digest, Timestamp,
    email::EmailAddress,
    grant::{
        login_code::{KnownBrowser, LoginCode, SendLimit},
        session::SessionLife,
    },
    id::SessionId,
};
use serde::de::DeserializeOwned;
use worker::SqlStorage;
use worker_kit::{
    sql::{self, Bind, Values},
    storage::ObjectStorage,
};

use super::untold::Untold;
use crate::{
    access::Access,
    clock::now,
    provider::person::{Attributes, LoginSession, Profile},
};

/// The most of each; the oldest are deleted above that.
const MAX_LOGIN_CODES: i64 = 20;

const MAX_KNOWN_BROWSERS: i64 = 20;

const MAX_SESSIONS: i64 = 50;

/// Tables whose rows end at `expires_at`.
const EXPIRING: [&str; 6] =
    ["login_codes", "known_browsers", "sessions", "grants", "codes", "refresh_tokens"];

pub(super) struct Tables {
    sql: SqlStorage,
}

impl Tables {
    /// The tables, if this account exists. Otherwise nothing is created, since ids can be made up.
    pub(super) fn open(storage: &ObjectStorage) -> worker_kit::Result<Option<Self>> {
        Ok(storage.existing()?.map(|sql| Self { sql: sql.clone() }))
    }

    /// Creates the tables of a new account.
    pub(super) fn create(
        storage: &ObjectStorage,
        email: &EmailAddress,
        now: Timestamp,
    ) -> worker_kit::Result<Self> {
        let tables = Self { sql: storage.tables()?.clone() };
        tables.run("INSERT INTO profile (email, created_at, verified) VALUES (?, ?, 0)", &[&email, &now])?;
        Ok(tables)
    }

    pub(super) fn profile(&self) -> worker_kit::Result<Profile> {
        self.row("SELECT email, created_at FROM profile", &[])?
            .ok_or_else(|| "the account has no profile".into())
    }

    // Login codes.

    /// When codes were sent, for a known browser or for all strangers together.
    pub(super) fn sent_codes(
        &self,
        known_browser: Option<&Digest>,
        now: Timestamp,
    ) -> worker_kit::Result<Vec<Timestamp>> {
        self.forget_sent_codes(now)?;
        self.rows("SELECT at FROM sent_codes WHERE known_browser IS ?", &[&known_browser])
    }

    fn forget_sent_codes(&self, now: Timestamp) -> worker_kit::Result<()> {
        let counts_from = now.plus(-SendLimit::MEMORY_SECONDS);
        self.run("DELETE FROM sent_codes WHERE at <= ?", &[&counts_from])
    }

    pub(super) fn knows_browser(&self, browser: &Digest, now: Timestamp) -> worker_kit::Result<bool> {
        self.has("SELECT 1 FROM known_browsers WHERE browser = ? AND expires_at > ?", &[&browser, &now])
    }

    pub(super) fn keep_known_browser(&self, browser: &Digest, now: Timestamp) -> worker_kit::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO known_browsers (browser, expires_at) VALUES (?, ?)",
            &[&browser, &now.plus(KnownBrowser::LIFETIME_SECONDS)],
        )?;
        self.run(
            "DELETE FROM known_browsers WHERE browser IN
                (SELECT browser FROM known_browsers ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
            &[&MAX_KNOWN_BROWSERS],
        )
    }

    /// Whether the person ever logged in.
    pub(super) fn is_used(&self) -> worker_kit::Result<bool> {
        self.has("SELECT 1 FROM profile WHERE verified = 1", &[])
    }

    pub(super) fn add_login_code(
        &self,
        browser: &Digest,
        known_browser: Option<&Digest>,
        code: &LoginCode,
        now: Timestamp,
    ) -> worker_kit::Result<()> {
        self.run("INSERT INTO sent_codes (at, known_browser) VALUES (?, ?)", &[&now, &known_browser])?;
        self.keep_login_code(browser, code)?;
        self.run(
            "DELETE FROM login_codes WHERE browser IN
                (SELECT browser FROM login_codes ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
            &[&MAX_LOGIN_CODES],
        )
    }

    pub(super) fn keep_login_code(&self, browser: &Digest, code: &LoginCode) -> worker_kit::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO login_codes (browser, code, expires_at) VALUES (?, ?, ?)",
            &[&browser, &json::to_string(code)?, &code.expires_at],
        )
    }

    pub(super) fn login_code(&self, browser: &Digest) -> worker_kit::Result<Option<LoginCode>> {
        self.parsed("SELECT code FROM login_codes WHERE browser = ?", &[&browser])
    }

    pub(super) fn drop_login_code(&self, browser: &Digest) -> worker_kit::Result<()> {
        self.run("DELETE FROM login_codes WHERE browser = ?", &[&browser])
    }

    // Sessions.

    pub(super) fn add_session(
        &self,
        token: &Digest,
        session_id: &SessionId,
        life: SessionLife,
        attributes: &Attributes,
    ) -> worker_kit::Result<()> {
        self.run("UPDATE profile SET verified = 1", &[])?;
        self.run(
            "INSERT INTO sessions (token, session_id, life, attributes, used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            &[&token, &session_id, &json::to_string(&life)?, &json::to_string(attributes)?, &life.last_accessed_at, &life.expires_at],
        )?;
        self.end_sessions(
            "token IN (SELECT token FROM sessions ORDER BY used_at DESC LIMIT -1 OFFSET ?)",
            &MAX_SESSIONS,
        )
    }

    /// A valid session.
    pub(super) fn session(&self, token: &Digest, now: Timestamp) -> worker_kit::Result<Option<LoginSession>> {
        let row: Option<(SessionId, String, String)> = self.row(
            "SELECT session_id, life, attributes FROM sessions WHERE token = ? AND expires_at > ?",
            &[&token, &now],
        )?;
        row.map(|(id, life, attributes)| {
            Ok(LoginSession {
                id,
                life: parse(&life)?,
                attributes: parse(&attributes)?,
                profile: self.profile()?,
            })
        })
        .transpose()
    }

    pub(super) fn keep_session_life(&self, token: &Digest, life: SessionLife) -> worker_kit::Result<()> {
        self.run(
            "UPDATE sessions SET life = ?, used_at = ?, expires_at = ? WHERE token = ?",
            &[&json::to_string(&life)?, &life.last_accessed_at, &life.expires_at, &token],
        )
    }

    pub(super) fn drop_session(&self, token: &Digest) -> worker_kit::Result<()> {
        self.end_sessions("token = ?", &token)
    }

    /// Ends sessions, whatever the cause, and stores the ends for notification.
    fn end_sessions(&self, which: &str, value: &dyn Bind) -> worker_kit::Result<()> {
        let query = format!("DELETE FROM sessions WHERE {which} RETURNING session_id");
        let ended: Vec<String> = self.rows(&query, &[value])?;
        ended.into_iter().try_for_each(|session| self.untold().note(&Access::Session(session), now()))
    }

    /// The ends that are not yet confirmed.
    pub(super) fn untold(&self) -> Untold {
        Untold::new(self.sql.clone())
    }

    // Housekeeping.

    /// Deletes what has ended. Returns when to look again, or that the account can be deleted: nobody ever logged in.
    pub(super) fn sweep(&self, now: Timestamp) -> worker_kit::Result<Sweep> {
        for table in EXPIRING {
            self.run(&format!("DELETE FROM {table} WHERE expires_at <= ?"), &[&now])?;
        }
        self.forget_sent_codes(now)?;
        match self.next_end()? {
            Some(at) => Ok(Sweep::Again(at)),
            None if self.is_used()? => Ok(Sweep::Done),
            None => Ok(Sweep::Abandoned),
        }
    }

    /// When the next row ends; `None`: none does.
    pub(super) fn next_end(&self) -> worker_kit::Result<Option<Timestamp>> {
        // The limit on codes outlives the codes, so an account that was only asked for stays as long as the limit counts.
        let sent: Option<Option<Timestamp>> = self.row("SELECT MIN(at) FROM sent_codes", &[])?;
        let mut next = sent.flatten().map(|at| at.plus(SendLimit::MEMORY_SECONDS));
        // One by one: the platform refuses a statement that unites more than five.
        for table in EXPIRING {
            // An empty table has none.
            let end: Option<Option<Timestamp>> =
                self.row(&format!("SELECT MIN(expires_at) FROM {table}"), &[])?;
            next = next.into_iter().chain(end.flatten()).min();
        }
        Ok(next)
    }

    pub(super) fn run(&self, query: &str, values: Values<'_>) -> worker_kit::Result<()> {
        sql::run(&self.sql, query, values)
    }

    pub(super) fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Values<'_>,
    ) -> worker_kit::Result<Vec<T>> {
        sql::read(&self.sql, query, values)
    }

    pub(super) fn row<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Values<'_>,
    ) -> worker_kit::Result<Option<T>> {
        sql::read_first(&self.sql, query, values)
    }

    /// Whether there is such a row.
    pub(super) fn has(&self, query: &str, values: Values<'_>) -> worker_kit::Result<bool> {
        Ok(self.row::<i64>(query, values)?.is_some())
    }

    /// What the JSON in a row's first column says.
    pub(super) fn parsed<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Values<'_>,
    ) -> worker_kit::Result<Option<T>> {
        self.row::<String>(query, values)?.as_deref().map(parse).transpose()
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

pub(super) fn parse<T: DeserializeOwned>(json: &str) -> worker_kit::Result<T> {
    Ok(json::from_str(json)?)
}
