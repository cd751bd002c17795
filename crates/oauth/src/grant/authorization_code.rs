//! Authorization codes: single use, at most sixty seconds, bound to everything about the request that earned them
//! (OAuth 2.1 section 4.1.3, RFC 9700 section 2.1.1). The user is bound too: the code lies in that person's account.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::OAuthError;
use crate::pkce::{CodeChallenge, CodeVerifier};
use crate::resource::ResourceUri;
use crate::{ClientId, OAuthErrorCode, Scopes, Timestamp, stored};

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// The grant that comes into being with the code and is revoked when the code is used twice.
    pub grant: Uuid,
    /// The client that the code was issued to, by its `client_id`. No other may redeem it.
    pub client_id: ClientId,
    /// `redirect_uri` of the authorization request, to the letter.
    pub redirect_uri: String,
    /// `code_challenge` of the authorization request (RFC 7636 section 4.4).
    pub challenge: CodeChallenge,
    /// The scopes that the person agreed to.
    pub scopes: Scopes,
    /// The resource that the access token will be for (RFC 8707).
    #[serde(deserialize_with = "stored::value")]
    pub resource: ResourceUri,
    /// `nonce` of the authorization request, for the id token (OpenID Connect Core section 3.1.2.1).
    pub nonce: Option<String>,
    /// When the person logged in (`auth_time` of an id token).
    pub authenticated_at: Timestamp,
    /// From this second on the code is refused: [`Self::LIFETIME_SECONDS`] after it was issued.
    pub expires_at: Timestamp,
    /// Whether tokens were issued for it. It is kept after that, so that a second use is recognised.
    pub redeemed: bool,
}

/// What a client brings to the token endpoint.
pub struct Redemption<'a> {
    /// The client that has authenticated itself, or is public and named itself.
    pub client_id: &'a ClientId,
    /// Compared to the letter when it is sent; a client may leave it out (OAuth 2.1 section 10.2).
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier` (RFC 7636 section 4.5).
    pub verifier: &'a CodeVerifier,
    /// Every `resource` it named, in canonical form; `None` for one that is no resource at all.
    pub resources: Vec<Option<ResourceUri>>,
}

/// Why a code is not exchanged. Each is 400 `invalid_grant`, but for [`Self::WrongResource`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeRefusal {
    /// It was issued [`AuthorizationCode::LIFETIME_SECONDS`] ago or longer.
    Expired,
    /// The code has been used before: every token issued for it is to be revoked.
    Replayed,
    /// `client_id` is not that of the client which the code was issued to.
    WrongClient,
    /// `redirect_uri` was sent, and is not that of the authorization request.
    WrongRedirectUri,
    /// `code_verifier` is not what `code_challenge` is the SHA-256 of (RFC 7636 section 4.6).
    WrongVerifier,
    /// `resource` was sent, and is not that of the grant: 400 `invalid_target` (RFC 8707 section 2.2).
    WrongResource,
}

impl CodeRefusal {
    /// What the client is told: `invalid_grant` or `invalid_target`, and a sentence that says which check failed.
    pub const fn to_error(self) -> OAuthError {
        match self {
            Self::Expired => OAuthError::invalid_grant("The authorization code has expired."),
            Self::Replayed => OAuthError::invalid_grant("The authorization code has been used before."),
            Self::WrongClient => {
                OAuthError::invalid_grant("The authorization code belongs to another client.")
            }
            Self::WrongRedirectUri => {
                OAuthError::invalid_grant("redirect_uri is not that of the authorization request.")
            }
            Self::WrongVerifier => {
                OAuthError::invalid_grant("code_verifier does not match the code_challenge.")
            }
            Self::WrongResource => OAuthError::new(
                OAuthErrorCode::InvalidTarget,
                "resource is not that of the authorization request.",
            ),
        }
    }
}

impl AuthorizationCode {
    /// How long a code is good, in seconds. OAuth 2.1 section 4.1.2 recommends ten minutes at most.
    pub const LIFETIME_SECONDS: i64 = 60;

    /// Whether the code may be exchanged now. On `Ok` the caller marks it redeemed in the same turn; on
    /// [`CodeRefusal::Replayed`] it revokes the grant. Any other refusal changes nothing, also for a code that was redeemed
    /// before: a code may leak in transit, its verifier does not, so a request without the verifier must not be able to end the
    /// client's grant (OAuth 2.1 section 4.1.3).
    ///
    /// # Errors
    /// One [`CodeRefusal`] for each way in which the attempt differs from the request; `Replayed` only when nothing else is
    /// wrong with it.
    pub fn redeem(&self, redemption: &Redemption<'_>, now: Timestamp) -> Result<(), CodeRefusal> {
        if *redemption.client_id != self.client_id {
            return Err(CodeRefusal::WrongClient);
        }
        if redemption.redirect_uri.is_some_and(|uri| uri != self.redirect_uri) {
            return Err(CodeRefusal::WrongRedirectUri);
        }
        if !self.challenge.is_met_by(redemption.verifier) {
            return Err(CodeRefusal::WrongVerifier);
        }
        if redemption.resources.iter().any(|resource| resource.as_ref() != Some(&self.resource)) {
            return Err(CodeRefusal::WrongResource);
        }
        if self.redeemed {
            return Err(CodeRefusal::Replayed);
        }
        if now >= self.expires_at {
            return Err(CodeRefusal::Expired);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    fn verifier() -> CodeVerifier {
        "v".repeat(43).parse().unwrap()
    }

    fn resource(text: &str) -> Option<ResourceUri> {
        ResourceUri::parse(text)
    }

    fn code() -> AuthorizationCode {
        AuthorizationCode {
            grant: Uuid::nil(),
            client_id: "client".parse().unwrap(),
            redirect_uri: "http://127.0.0.1:5/cb".to_owned(),
            challenge: Digest::of("v".repeat(43).as_bytes()).to_string().parse().unwrap(),
            scopes: Scopes::none(),
            resource: resource("https://a.example/mcp").unwrap(),
            nonce: None,
            authenticated_at: NOW,
            expires_at: NOW.plus(AuthorizationCode::LIFETIME_SECONDS),
            redeemed: false,
        }
    }

    fn redeem(
        code: &AuthorizationCode,
        change: impl FnOnce(&mut Redemption<'_>),
        now: Timestamp,
    ) -> Option<CodeRefusal> {
        let (client, verifier) = ("client".parse().unwrap(), verifier());
        let mut redemption = Redemption {
            client_id: &client,
            redirect_uri: Some("http://127.0.0.1:5/cb"),
            verifier: &verifier,
            resources: Vec::new(),
        };
        change(&mut redemption);
        code.redeem(&redemption, now).err()
    }

    #[test]
    fn the_client_that_asked_may_redeem_within_a_minute() {
        assert_eq!(redeem(&code(), |_| (), NOW.plus(59)), None);
        assert_eq!(redeem(&code(), |_| (), NOW.plus(60)), Some(CodeRefusal::Expired));
        let same =
            |redemption: &mut Redemption<'_>| redemption.resources = vec![resource("https://a.example/mcp/")];
        assert_eq!(redeem(&code(), same, NOW), None);
        assert_eq!(redeem(&code(), |redemption| redemption.redirect_uri = None, NOW), None);
    }

    /// Every way in which a request can differ from the one that the code was issued for.
    fn wrong_in_one_thing(check: impl Fn(&Redemption<'_>, CodeRefusal)) {
        let (other_client, other_verifier) = ("other".parse().unwrap(), "w".repeat(43).parse().unwrap());
        let (client, verifier) = ("client".parse().unwrap(), verifier());
        let good = || Redemption {
            client_id: &client,
            redirect_uri: Some("http://127.0.0.1:5/cb"),
            verifier: &verifier,
            resources: Vec::new(),
        };
        for (redemption, refusal) in [
            (Redemption { client_id: &other_client, ..good() }, CodeRefusal::WrongClient),
            (Redemption { verifier: &other_verifier, ..good() }, CodeRefusal::WrongVerifier),
            (
                Redemption { redirect_uri: Some("http://127.0.0.1:6/cb"), ..good() },
                CodeRefusal::WrongRedirectUri,
            ),
            (
                Redemption { resources: vec![resource("https://b.example")], ..good() },
                CodeRefusal::WrongResource,
            ),
            (Redemption { resources: vec![None], ..good() }, CodeRefusal::WrongResource),
        ] {
            check(&redemption, refusal);
        }
    }

    #[test]
    fn everything_is_bound() {
        wrong_in_one_thing(|redemption, refusal| assert_eq!(code().redeem(redemption, NOW), Err(refusal)));
    }

    #[test]
    fn a_second_use_is_a_replay_only_when_nothing_else_is_wrong_with_it() {
        let used = AuthorizationCode { redeemed: true, ..code() };
        assert_eq!(redeem(&used, |_| (), NOW), Some(CodeRefusal::Replayed));
        assert_eq!(redeem(&used, |r| r.redirect_uri = None, NOW.plus(3600)), Some(CodeRefusal::Replayed));
        wrong_in_one_thing(|redemption, refusal| assert_eq!(used.redeem(redemption, NOW), Err(refusal)));
    }
}
