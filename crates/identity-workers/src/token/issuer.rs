//! The trusted issuer. In embedded mode it is this Worker at the origin of the request, and its keys are read in process (a Worker
//! that fetches its own address may call itself without end). In Stytch mode it is the project.

use oauth::{
    jwt::{Jwk, TokenPolicy},
    resource::{ResourceUri, Resources},
};
use worker_kit::http::{Failure, Origin};

use super::stytch_keys;
use crate::{config::Identity, deployment::Deployment, provider};

/// The issuer that clients are sent to, byte for byte as its own metadata spells it.
pub(crate) fn authorization_server<'a>(deployment: &'a Deployment, origin: &'a Origin) -> &'a str {
    match &deployment.config.identity {
        Identity::Embedded => origin.as_str(),
        Identity::Stytch(project) => &project.domain,
    }
}

/// A protected resource of this Worker, if there is one at that path.
pub(crate) fn resource_at(deployment: &Deployment, origin: &Origin, path: &str) -> Option<ResourceUri> {
    deployment
        .application
        .resources
        .contains(&path)
        .then(|| ResourceUri::parse(&format!("{origin}{path}")))
        .flatten()
}

/// The protected resources below an origin.
fn resources_of<'a>(
    deployment: &'a Deployment,
    origin: &'a Origin,
) -> impl Iterator<Item = ResourceUri> + use<'a> {
    deployment.application.resources.iter().filter_map(move |path| resource_at(deployment, origin, path))
}

/// The resources that tokens are issued for at this origin, including those of apps that use this identity provider. The first is the
/// default for a client that names none.
pub(crate) fn resources(deployment: &Deployment, origin: &Origin) -> Option<Resources> {
    let origins = std::iter::once(origin).chain(&deployment.config.app_origins);
    let mut all = origins.flat_map(|origin| resources_of(deployment, origin));
    Some(Resources { default: all.next()?, others: all.collect() })
}

/// What a token must say to be accepted by the authorization server itself, which asks only that it was issued here: whichever
/// resource it is for, a client may have it introspected and revoked.
pub(crate) fn provider_policy(deployment: &Deployment, origin: &Origin) -> TokenPolicy {
    TokenPolicy { resources: Vec::new(), ..policy(deployment, origin) }
}

/// What a token must say to be accepted at this origin.
pub(crate) fn policy(deployment: &Deployment, origin: &Origin) -> TokenPolicy {
    match &deployment.config.identity {
        Identity::Embedded => TokenPolicy {
            issuers: vec![origin.to_string()],
            project_id: crate::provider::project::PROJECT_ID.to_owned(),
            resources: resources_of(deployment, origin).collect(),
        },
        Identity::Stytch(project) => TokenPolicy {
            // The second form is what Stytch's own API hosts mint: same keys, same audience.
            issuers: vec![project.domain.clone(), format!("stytch.com/{}", project.project_id)],
            project_id: project.project_id.clone(),
            // Stytch does not say that it puts resources into tokens.
            resources: Vec::new(),
        },
    }
}

/// The issuer's key with that id, if it has one.
pub(super) async fn find_key(deployment: &Deployment, kid: &str) -> Result<Option<Jwk>, Failure> {
    match &deployment.config.identity {
        Identity::Embedded => provider::tokens::find_key(deployment, kid).await,
        Identity::Stytch(project) => stytch_keys::find(&deployment.context, &project.domain, kid).await,
    }
}
