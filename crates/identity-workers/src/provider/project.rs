//! The embedded provider as a project in Stytch's terms.

use oauth::Scopes;

use crate::{deployment::Deployment, scopes::scopes};

/// The id of this deployment's project: the audience of its tokens.
pub(crate) const PROJECT_ID: &str = "project-test-00000000-0000-4000-8000-000000000000";

/// The public token that Stytch's SDK in the page sends. Public by design.
pub const EMBEDDED_PUBLIC_TOKEN: &str = "public-token-test-00000000-0000-4000-8000-000000000000";

/// Every scope that can be granted here.
pub(crate) fn grantable_scopes(deployment: &Deployment) -> Scopes {
    scopes("openid email profile offline_access").union(&deployment.application.all_scopes())
}
