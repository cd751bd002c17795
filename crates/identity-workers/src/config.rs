//! The configuration, read from the environment and checked once per isolate: identity, origins, settings for development.
//!
//! | variable | where | meaning |
//! |---|---|---|
//! | `STYTCH_PROJECT_ID`, `STYTCH_DOMAIN`, `STYTCH_PUBLIC_TOKEN` | `.dev.vars` or secrets | all three: Stytch is the identity provider; none: the embedded one; some: the Worker refuses to serve and says which are missing |
//! | `PUBLIC_ORIGIN` | `wrangler.toml` `[vars]` | the one origin this Worker answers to, such as `https://deployment.example.com`; needed behind a custom domain |
//! | `REQUIRED_SCOPES` | `wrangler.toml` `[vars]` | scopes without which an agent may not do what they stand for, such as `notes:read notes:write`, or `none`. Unset: all of them with the embedded provider; none with Stytch, where they exist only once the project defines them |
//! | `MAIL_FROM` | `wrangler.toml` `[vars]` | the sender of login codes; they are mailed where the `send_email` binding `MAIL` is |
//! | `SHOW_LOGIN_CODES` | `.env` | `on`: login codes are shown at `/dev/mailbox`, on a loopback host only |
//! | `APP_ORIGINS` | `wrangler.toml` `[vars]` | origins, separated by spaces, of other deployments that have this one as their `STYTCH_DOMAIN`: their pages may log people in here, and their agents get tokens here |
//! | `KEYS_NOT_BEFORE` | `wrangler.toml` `[vars]` | a time such as `2026-11-22T21:00:00Z`: keys made before it sign nothing and verify nothing any more, for when somebody else may have one. Otherwise keys are rotated without anybody's doing |
//! | `OPERATOR_TOKEN` | secret | 32 characters or more, for `/operator`: whoever has it can have a user's list restored. Unset: there is no such path |
//! | `SERVER_TIMING` | `.env`; `wrangler.toml` `[vars]` where an operator wants it | `on`: every answer of the Worker says in `Server-Timing` which objects were asked for it, and how often |
//! | `LOOPBACK_CLIENTS` | tests | `on`: a client on this machine may be known by the http address of its metadata document, on a loopback host only |
//!
//! `APP_ORIGINS`, `MAIL_FROM` and `KEYS_NOT_BEFORE` are the embedded provider's: a build without it does not look at them.

use std::{cell::OnceCell, rc::Rc};

use oauth::{Digest, Scope, Scopes, Timestamp, email::EmailAddress};
use worker::Env;
use worker_kit::http::Origin;

use crate::{application::Application, clock::now, email};

/// How long the operator's token must be at least, in bytes: too long to be guessed, if it is random.
const MIN_TOKEN_BYTES: usize = 32;

/// How long a value of the environment may be, in bytes.
const MAX_VALUE_BYTES: usize = 512;

/// The checked configuration.
pub struct Config {
    /// The identity provider.
    pub identity: Identity,
    /// The only origin to answer to; without it, loopback hosts and `*.workers.dev` are answered.
    pub(crate) public_origin: Option<Origin>,
    /// The scopes that an agent's token must hold for what they stand for. Everything else needs only a valid token.
    pub required_scopes: Scopes,
    /// The origins of other deployments that use this one as their identity provider.
    pub(crate) app_origins: Vec<Origin>,
    /// The sender of login codes, when they are mailed.
    pub(crate) mail_from: Option<EmailAddress>,
    /// The time before which keys are not trusted.
    pub(crate) keys_not_before: Option<Timestamp>,
    /// The digest of the token by which an operator is known; `None`: nobody is.
    pub operator_token: Option<Digest>,
    /// Whether login codes may be shown on a loopback host.
    pub dev_mailbox: bool,
    /// Whether answers say in `Server-Timing` which objects were called.
    pub server_timing: bool,
    /// Whether clients on a loopback host may be identified by their document there.
    pub(crate) loopback_clients: bool,
}

/// The identity provider: one of the two, never both.
pub enum Identity {
    /// The provider inside this Worker, on its own origin.
    Embedded,
    /// A project of Stytch's.
    Stytch(StytchProject),
}

impl Identity {
    /// The mode's name in `/api/health` and `/api/config`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Stytch(_) => "stytch",
        }
    }
}

/// A Stytch consumer project with Connected Apps.
pub struct StytchProject {
    /// `project-test-…` or `project-live-…`: the audience of every token.
    pub(crate) project_id: String,
    /// The project's domain as an origin, such as `https://word-word-1234.customers.stytch.dev`: the issuer.
    pub(crate) domain: String,
    /// `public-token-…`: what the page's SDK needs. Public by design.
    pub public_token: String,
}

/// The errors of the environment, for the operator. They name variables, never their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfigured(pub Vec<String>);

thread_local! {
    static CONFIG: OnceCell<Result<Rc<Config>, Misconfigured>> = const { OnceCell::new() };
}

impl Config {
    /// The configuration of this deployment. An isolate's environment never changes, so it is read once.
    ///
    /// # Errors
    /// [`Misconfigured`], which the Worker answers with 503 on every path until it is corrected.
    pub fn of(env: &Env, application: &Application) -> Result<Rc<Self>, Misconfigured> {
        CONFIG.with(|cell| {
            cell.get_or_init(|| {
                Self::read(application, |name| env.var(name).ok().map(|value| value.to_string())).map(Rc::new)
            })
            .clone()
        })
    }

    fn read(
        application: &Application,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Misconfigured> {
        let mut wrong = Vec::new();
        let value =
            |name| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());

        let identity = identity(&value, &mut wrong);
        let public_origin = value("PUBLIC_ORIGIN").and_then(|text| {
            let origin = Origin::parse(&text).filter(|origin| origin.is_secure() || origin.is_loopback());
            if origin.is_none() {
                wrong.push(
                    "PUBLIC_ORIGIN must be an origin such as https://app.example.com, without a path".into(),
                );
            }
            origin
        });
        let required_scopes = match value("REQUIRED_SCOPES").as_deref() {
            None if matches!(identity, Identity::Embedded) => application.all_scopes(),
            None | Some("none") => Scopes::none(),
            Some(text) => {
                let known =
                    |scope: &str| application.scopes.contains(&scope).then(|| scope.parse().ok()).flatten();
                let scopes: Option<Vec<Scope>> = text.split_whitespace().map(known).collect();
                scopes.map_or_else(
                    || {
                        let all = application.scopes.join(" ");
                        wrong.push(format!("REQUIRED_SCOPES must be \"none\" or some of \"{all}\""));
                        Scopes::none()
                    },
                    Scopes::collect,
                )
            }
        };
        let ProviderSettings { app_origins, mail_from, keys_not_before } =
            provider_settings(&value, &mut wrong);
        let operator_token = value("OPERATOR_TOKEN").map(|token| {
            if !(MIN_TOKEN_BYTES..=MAX_VALUE_BYTES).contains(&token.len()) {
                wrong.push(format!(
                    "OPERATOR_TOKEN must have {MIN_TOKEN_BYTES} to {MAX_VALUE_BYTES} characters"
                ));
            }
            Digest::of(token.as_bytes())
        });
        let mut switch = |name| match value(name).as_deref() {
            Some("on") => true,
            None | Some("off") => false,
            Some(_) => {
                wrong.push(format!("{name} must be \"on\" or \"off\""));
                false
            }
        };
        let dev_mailbox = switch("SHOW_LOGIN_CODES");
        let server_timing = switch("SERVER_TIMING");
        let loopback_clients = switch("LOOPBACK_CLIENTS");
        if wrong.is_empty() {
            Ok(Self {
                identity,
                public_origin,
                required_scopes,
                app_origins,
                mail_from,
                keys_not_before,
                operator_token,
                dev_mailbox,
                server_timing,
                loopback_clients,
            })
        } else {
            Err(Misconfigured(wrong))
        }
    }
}

impl Config {
    /// Whether this Worker answers requests to an origin.
    ///
    /// The issuer of tokens and their audience are made from it, so an unknown name is refused (DNS rebinding): with
    /// `PUBLIC_ORIGIN` only that one passes; without, this machine and the Worker's own `workers.dev` names do.
    pub fn serves(&self, origin: &Origin) -> bool {
        match &self.public_origin {
            Some(public) => origin == public,
            None => origin.is_loopback() || (origin.is_secure() && origin.as_str().ends_with(".workers.dev")),
        }
    }
}

/// Of the embedded provider alone.
#[derive(Default)]
struct ProviderSettings {
    app_origins: Vec<Origin>,
    mail_from: Option<EmailAddress>,
    keys_not_before: Option<Timestamp>,
}

fn provider_settings(
    value: &impl Fn(&'static str) -> Option<String>,
    wrong: &mut Vec<String>,
) -> ProviderSettings {
    if !cfg!(feature = "embedded-identity") {
        return ProviderSettings::default();
    }
    let app_origins = value("APP_ORIGINS").map_or_else(Vec::new, |text| {
        let origins = text
            .split_whitespace()
            .map(|text| Origin::parse(text).filter(|origin| origin.is_secure() || origin.is_loopback()));
        origins.collect::<Option<_>>().unwrap_or_else(|| {
            wrong.push("APP_ORIGINS must be origins such as https://app.example.com".into());
            Vec::new()
        })
    });
    let mail_from = value("MAIL_FROM").and_then(|text| {
        let address = email::parse(&text);
        if address.is_none() {
            wrong.push("MAIL_FROM must be an e-mail address".into());
        }
        address
    });
    let keys_not_before = value("KEYS_NOT_BEFORE").and_then(|text| {
        // Keys made now would not be trusted either, and another would be made at each look.
        let time = Timestamp::parse_rfc3339(&text).filter(|time| *time <= now());
        if time.is_none() {
            wrong.push("KEYS_NOT_BEFORE must be a time that has been, such as 2026-11-22T21:00:00Z".into());
        }
        time
    });
    ProviderSettings { app_origins, mail_from, keys_not_before }
}

fn identity(value: &impl Fn(&'static str) -> Option<String>, wrong: &mut Vec<String>) -> Identity {
    const NAMES: [&str; 3] = ["STYTCH_PROJECT_ID", "STYTCH_DOMAIN", "STYTCH_PUBLIC_TOKEN"];
    let (project_id, domain, public_token) = match NAMES.map(value) {
        [Some(project_id), Some(domain), Some(public_token)] => (project_id, domain, public_token),
        [None, None, None] => {
            if !cfg!(feature = "embedded-identity") {
                wrong.push(format!(
                    "This build has no identity provider of its own: set {}",
                    NAMES.join(", ")
                ));
            }
            return Identity::Embedded;
        }
        some => {
            let missing: Vec<_> = NAMES
                .into_iter()
                .zip(some)
                .filter(|(_, value)| value.is_none())
                .map(|(name, _)| name)
                .collect();
            wrong.push(format!(
                "Stytch is half set up: {} missing. Set all of {} to use Stytch, or none to use the embedded provider",
                missing.join(" and "),
                NAMES.join(", ")
            ));
            return Identity::Embedded;
        }
    };
    if !project_id.starts_with("project-") || project_id.len() > MAX_VALUE_BYTES {
        wrong.push("STYTCH_PROJECT_ID must look like project-test-… or project-live-…".into());
    }
    if !public_token.starts_with("public-token-") || public_token.len() > MAX_VALUE_BYTES {
        wrong.push("STYTCH_PUBLIC_TOKEN must look like public-token-test-… or public-token-live-…".into());
    }
    // A bare host is what one of Stytch's own samples takes; plain HTTP is for a stand-in on this machine.
    let domain = if domain.contains("://") { domain } else { format!("https://{domain}") };
    match Origin::parse(domain.trim_end_matches('/')) {
        Some(origin) if origin.is_secure() || origin.is_loopback() => {
            Identity::Stytch(StytchProject { project_id, domain: origin.to_string(), public_token })
        }
        _ => {
            wrong.push("STYTCH_DOMAIN must look like https://word-word-1234.customers.stytch.dev".into());
            Identity::Embedded
        }
    }
}
