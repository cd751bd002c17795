//! Discovery documents: protected resource (RFC 9728), authorization server (RFC 8414), OpenID provider (OpenID Connect
//! Discovery 1.0).

use serde::Serialize;

use crate::jwt::SignatureAlgorithm;
use crate::registration::AuthMethod;
use crate::{Scopes, pkce};

/// RFC 9728 section 2. `resource` is the URL that the person typed, with a slash at its end if they typed one, and `authorization_servers` holds issuers byte for
/// byte as their own documents spell them.
#[derive(Debug, Serialize)]
pub struct ProtectedResource<'a> {
    /// The resource's identifier (RFC 9728 section 1.2), which clients compare with the URL that they asked for (section
    /// 3.3).
    pub resource: &'a str,
    /// The issuer whose tokens count.
    pub authorization_servers: [&'a str; 1],
    /// What clients are told to ask for. Left out where it is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<&'a str>,
    /// How a token is sent: `header` alone (RFC 6750 section 2.1).
    pub bearer_methods_supported: [&'static str; 1],
    /// A name for people. Left out where it is `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<&'a str>,
    /// The URL of a page for developers. Left out where it is `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_documentation: Option<&'a str>,
}

impl<'a> ProtectedResource<'a> {
    /// `offline_access` is about the client, not about the resource, and is left out (MCP 2026-07-28, authorization).
    pub fn new(resource: &'a str, issuer: &'a str, scopes: &'a Scopes) -> Self {
        let scopes_supported =
            scopes.iter().map(crate::Scope::as_str).filter(|scope| *scope != "offline_access");
        Self {
            resource,
            authorization_servers: [issuer],
            scopes_supported: scopes_supported.collect(),
            bearer_methods_supported: ["header"],
            resource_name: None,
            resource_documentation: None,
        }
    }
}

/// RFC 8414 section 2 and OpenID Connect Discovery section 3 in one document, served at both well-known places.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are the document's own")]
pub struct AuthorizationServer {
    /// An origin without a slash at its end: `iss` of every token, and of every answer (RFC 9207).
    pub issuer: String,
    /// `{issuer}/oauth/authorize`: a page, for a person's browser (RFC 6749 section 3.1).
    pub authorization_endpoint: String,
    /// `{issuer}/v1/oauth2/token` (RFC 6749 section 3.2): takes a form or JSON, by POST.
    pub token_endpoint: String,
    /// `{issuer}/v1/oauth2/register` (RFC 7591 section 3): takes JSON, by POST, of anyone.
    pub registration_endpoint: String,
    /// Whether `client_id` may be the URL of a document (draft-ietf-oauth-client-id-metadata-document).
    pub client_id_metadata_document_supported: bool,
    /// `{issuer}/.well-known/jwks.json`: the public keys that its tokens are checked with (RFC 7517 section 5).
    pub jwks_uri: String,
    /// `{issuer}/v1/oauth2/userinfo` (OpenID Connect Core section 5.3): takes an access token.
    pub userinfo_endpoint: String,
    /// `{issuer}/v1/oauth2/revoke` (RFC 7009 section 2).
    pub revocation_endpoint: String,
    /// `{issuer}/oauth/logout`: a page (OpenID Connect RP-Initiated Logout 1.0 section 2.1).
    pub end_session_endpoint: String,
    /// `{issuer}/v1/oauth2/introspect` (RFC 7662 section 2).
    pub introspection_endpoint: String,
    /// What can be granted. A request may name other scopes, which are not granted.
    pub scopes_supported: Vec<String>,
    /// `code`, the one value of `response_type` (RFC 6749 section 3.1.1).
    pub response_types_supported: [&'static str; 1],
    /// `query`: answers come in the query of the redirect URI.
    pub response_modes_supported: [&'static str; 1],
    /// The values of `grant_type` (RFC 6749 sections 4.1.3 and 6).
    pub grant_types_supported: [&'static str; 2],
    /// How a client proves itself at the token endpoint: [`AuthMethod::NAMES`].
    pub token_endpoint_auth_methods_supported: [&'static str; 4],
    /// How an assertion of `private_key_jwt` may be signed: [`SignatureAlgorithm::NAMES`].
    pub token_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    /// As at the token endpoint: one check serves all three.
    pub revocation_endpoint_auth_methods_supported: [&'static str; 4],
    /// As at the token endpoint: one check serves all three.
    pub revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    /// As at the token endpoint: one check serves all three.
    pub introspection_endpoint_auth_methods_supported: [&'static str; 4],
    /// As at the token endpoint: one check serves all three.
    pub introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    /// `S256` (RFC 7636 section 4.3).
    pub code_challenge_methods_supported: [&'static str; 1],
    /// Whether every answer of the authorization endpoint has `iss` (RFC 9207 section 3).
    pub authorization_response_iss_parameter_supported: bool,
    /// `public`: a person has the same `sub` for every client (OpenID Connect Core section 8).
    pub subject_types_supported: [&'static str; 1],
    /// `RS256`: [`crate::jwt::ALGORITHM`].
    pub id_token_signing_alg_values_supported: [&'static str; 1],
    /// The values of `prompt` that are understood. The member is of Initiating User Registration via OpenID Connect 1.0.
    pub prompt_values_supported: [&'static str; 4],
    /// The claims of id tokens and of the userinfo endpoint.
    pub claims_supported: [&'static str; 9],
    /// Whether the parameter `claims` is read (OpenID Connect Core section 5.5). It is ignored.
    pub claims_parameter_supported: bool,
    /// Whether the parameter `request` is read (OpenID Connect Core section 6.1). It is refused.
    pub request_parameter_supported: bool,
    /// Where it is left out, it means true (OpenID Connect Discovery section 3).
    pub request_uri_parameter_supported: bool,
}

impl AuthorizationServer {
    /// The token endpoint of the server whose issuer is `issuer`. A client assertion may name it as its audience.
    pub fn token_endpoint(issuer: &str) -> String {
        format!("{issuer}/v1/oauth2/token")
    }

    /// The document of the server whose issuer is `issuer` (an origin, without a slash at the end), with Stytch's paths
    /// below it and the application's own consent page as authorization endpoint.
    pub fn new(issuer: &str, scopes: &Scopes) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at("/oauth/authorize"),
            token_endpoint: Self::token_endpoint(issuer),
            registration_endpoint: at("/v1/oauth2/register"),
            client_id_metadata_document_supported: true,
            jwks_uri: at("/.well-known/jwks.json"),
            userinfo_endpoint: at("/v1/oauth2/userinfo"),
            revocation_endpoint: at("/v1/oauth2/revoke"),
            end_session_endpoint: at("/oauth/logout"),
            introspection_endpoint: at("/v1/oauth2/introspect"),
            scopes_supported: scopes.iter().map(ToString::to_string).collect(),
            response_types_supported: ["code"],
            response_modes_supported: ["query"],
            grant_types_supported: ["authorization_code", "refresh_token"],
            token_endpoint_auth_methods_supported: AuthMethod::NAMES,
            token_endpoint_auth_signing_alg_values_supported: SignatureAlgorithm::NAMES,
            revocation_endpoint_auth_methods_supported: AuthMethod::NAMES,
            revocation_endpoint_auth_signing_alg_values_supported: SignatureAlgorithm::NAMES,
            introspection_endpoint_auth_methods_supported: AuthMethod::NAMES,
            introspection_endpoint_auth_signing_alg_values_supported: SignatureAlgorithm::NAMES,
            code_challenge_methods_supported: [pkce::METHOD],
            authorization_response_iss_parameter_supported: true,
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: [crate::jwt::ALGORITHM],
            prompt_values_supported: ["none", "login", "consent", "select_account"],
            claims_supported: [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "auth_time",
                "nonce",
                "email",
                "email_verified",
            ],
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strict_client_finds_what_it_insists_on() {
        let scopes = "openid offline_access".parse().unwrap();
        let document = serde_json::to_value(AuthorizationServer::new("https://a.example", &scopes)).unwrap();
        assert_eq!(document["issuer"], "https://a.example");
        assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
        assert_eq!(document["scopes_supported"], serde_json::json!(["openid", "offline_access"]));
        assert_eq!(document["request_uri_parameter_supported"], false);
        assert_eq!(document["response_modes_supported"], serde_json::json!(["query"]));
    }

    #[test]
    fn a_resource_is_what_was_typed_and_offline_access_is_not_its_business() {
        let resource = "https://a.example/mcp/";
        let scopes = "openid offline_access".parse().unwrap();
        let document = ProtectedResource::new(resource, "https://id.example", &scopes);
        let document = serde_json::to_value(document).unwrap();
        assert_eq!(document["resource"], "https://a.example/mcp/");
        assert_eq!(document["scopes_supported"], serde_json::json!(["openid"]));
    }
}
