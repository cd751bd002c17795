//! The configuration of the SDK: login codes by e-mail, and nothing that loads anything from another host.

use json::Written;
use serde::Serialize;
use worker_kit::http::Response;

use super::super::{
    project::EMBEDDED_PUBLIC_TOKEN,
    stytch::{SdkError, StytchError, sdk_answer},
};
use crate::deployment::Deployment;

/// Everything but the project's name. A text, which takes a fourth of the room that code takes which puts it together.
const CONFIGURATION: &str = r#"{
    "vertical": "CONSUMER",
    "disable_sdk_watermark": true,
    "cname_domain": null,
    "email_domains": [],
    "captcha_settings": {"enabled": false, "siteKey": ""},
    "dfp_protected_auth_enabled": false,
    "dfp_protected_auth_mode": null,
    "pkce_required_for_email_magic_links": false,
    "pkce_required_for_password_resets": false,
    "pkce_required_for_oauth": false,
    "pkce_required_for_sso": false,
    "slug_pattern": null,
    "create_organization_enabled": false,
    "password_config": null,
    "siwe_required_for_crypto_wallets": false,
    "rbac_policy": {"roles": [], "resources": [], "scopes": []}
}"#;

#[derive(Serialize)]
struct Named {
    project_name: &'static str,
}

pub(super) fn get(deployment: &Deployment, public_token: &str) -> Result<Response, SdkError> {
    if public_token != EMBEDDED_PUBLIC_TOKEN {
        return Err(StytchError::new(
            404,
            "public_token_not_found",
            "The public token is not this project's.",
        )
        .into());
    }
    let name = Written::of(&Named { project_name: deployment.application.name })?;
    sdk_answer(&name.and(&Written::of_constant(CONFIGURATION)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;

    #[test]
    fn the_configuration_is_an_object() {
        let members: Map<String, Value> = json::from_str(CONFIGURATION).unwrap();
        assert!(!members.is_empty());
        // They are written beside these, and no name may be there twice.
        assert!(
            !["project_name", "status_code", "request_id"].iter().any(|name| members.contains_key(*name))
        );
    }
}
