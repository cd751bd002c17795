//! The project that the embedded provider is to itself, in Stytch's terms.

use oauth::Scopes;

use crate::{deployment::Deployment, scopes::scopes};

/// The project that this deployment is to itself: the audience of its tokens.
pub(crate) const PROJECT_ID: &str = "project-test-00000000-0000-4000-8000-000000000000";

/// What Stytch's SDK in the page presents. Public by design.
pub const EMBEDDED_PUBLIC_TOKEN: &str = "public-token-test-00000000-0000-4000-8000-000000000000";

/// Every scope that can be granted here.
pub(crate) fn grantable_scopes(deployment: &Deployment) -> Scopes {
    scopes("openid email profile offline_access").union(&deployment.application.all_scopes())
}
