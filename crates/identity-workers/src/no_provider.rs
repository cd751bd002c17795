//! The replacement of the embedded identity provider in builds without the feature `embedded-identity`. It is never called: the
//! configuration then accepts only Stytch ([`crate::config`]).

#![expect(clippy::unused_async, reason = "as the provider is called")]

use worker_kit::http::{Failure, Problem, Request, Response};

use crate::deployment::Deployment;

/// The verdict on a request to the authorization endpoint. Stytch's clients are Stytch's to judge.
pub(super) async fn verdict(
    _: &Request,
    _: &Deployment,
) -> Result<(authorize::endpoint::Verdict, Vec<String>), Failure> {
    Ok((authorize::endpoint::Verdict::Page, Vec::new()))
}

pub(crate) mod authorize {
    pub(crate) mod endpoint {
        use serde::Serialize;

        /// As the provider's, of which one is left.
        #[derive(Serialize)]
        #[serde(tag = "step", rename_all = "camelCase")]
        pub(crate) enum Verdict {
            Page,
            Refused { way_back: Option<String>, by_itself: bool },
        }
    }
}

pub(crate) mod discovery {
    use super::{Deployment, Failure, Problem, Request, Response};

    pub(crate) async fn route(_: &Request, _: &Deployment) -> Result<Response, Failure> {
        Err(Problem::not_found().into())
    }
}

pub(crate) mod routes {
    use super::{Deployment, Failure, Problem, Request, Response};

    pub(crate) async fn route(_: Request, _: &Deployment) -> Result<Response, Failure> {
        Err(Problem::not_found().into())
    }
}

pub(crate) mod grants {
    use oauth::{Timestamp, UserId, jwt::AccessClaims};
    use uuid::Uuid;

    use super::{Deployment, Failure};

    /// There is none.
    pub(crate) struct ConfirmedGrant {
        pub(crate) app_name: String,
        pub(crate) expires_at: Timestamp,
    }

    pub(crate) fn grant_of(_: &AccessClaims) -> Option<Uuid> {
        None
    }

    pub(crate) async fn confirm(
        _: &Deployment,
        _: &AccessClaims,
    ) -> Result<Option<(Uuid, ConfirmedGrant)>, Failure> {
        Ok(None)
    }

    pub(crate) async fn grant_ends(_: &Deployment, _: &UserId, _: Uuid) -> Result<(), Failure> {
        Ok(())
    }
}

pub(crate) mod tokens {
    use oauth::jwt::Jwk;

    use super::{Deployment, Failure};

    /// It signs nothing.
    pub(crate) async fn find_key(_: &Deployment, _: &str) -> Result<Option<Jwk>, Failure> {
        Ok(None)
    }
}

/// The project of no provider.
pub(crate) mod project {
    pub(crate) const PROJECT_ID: &str = "";
    /// No SDK presents it.
    pub const EMBEDDED_PUBLIC_TOKEN: &str = "";
}
