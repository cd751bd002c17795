//! Authentication of clients.

use oauth::{
    ClientId, OAuthError, OAuthErrorCode, UserId,
    client_authentication::{PresentedClient, Remaining},
    jwt::{AssertionPolicy, AssertionRefusal, ClientAssertion},
    metadata::AuthorizationServer,
    opaque::{OpaqueKind, OpaqueToken},
    parameters::Parameters,
    token::TokenRequest,
};
use worker_kit::http::{Failure, Request, limited_body};

use super::super::{
    account::AccountClient,
    client_keys::key_of,
    client_registration::{self, AssertionUse, Known},
    stytch::ClientError,
};
use crate::{
    clock::now,
    deployment::Deployment,
    token::{TokenError, issued::issued_claims},
    web_crypto,
};

/// A client that has authenticated; a public one has only named itself.
pub(super) struct AuthenticatedClient {
    pub(super) id: ClientId,
    use_is_due: bool,
}

/// What a request is about. If that is of the client that the request names, the client's keys may be fetched for it.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// A code or refresh token to be exchanged, or why the request is none that asks for that.
    Exchange(&'a Result<TokenRequest, OAuthError>),
    /// A token of whatever kind, to be looked at or ended.
    Token(&'a str),
}

/// The parameters of a call.
pub(super) async fn parameters(request: &Request) -> Result<Parameters, ClientError> {
    let body = limited_body(request, Parameters::MAX_BODY_BYTES).await?;
    Ok(Parameters::from_body(request.header("content-type").as_deref(), &body)?)
}

/// The client that makes a call.
pub(super) async fn authenticated(
    request: &Request,
    deployment: &Deployment,
    parameters: &Parameters,
    subject: Subject<'_>,
) -> Result<AuthenticatedClient, ClientError> {
    let presented = PresentedClient::from_request(request.header("authorization").as_deref(), parameters)?;
    let known = client_registration::find(&deployment.env, &presented.id).await?;
    let client = known.client.as_ref().ok_or(OAuthError::invalid_client("The client is not registered."))?;
    if let Remaining::Assertion(text) = presented.authenticate(&client.metadata, client.secret.as_ref())? {
        check_assertion(text, request, deployment, &presented.id, &known, subject).await?;
    }
    Ok(AuthenticatedClient { id: presented.id, use_is_due: known.use_is_due })
}

impl AuthenticatedClient {
    /// Stores that the client was issued something, which extends its registration.
    pub(super) async fn note_use(&self, deployment: &Deployment) -> Result<(), Failure> {
        if self.use_is_due { client_registration::note_use(&deployment.env, &self.id).await } else { Ok(()) }
    }
}

/// Checks a client's assertion and uses it, which can be done once. It is used only when everything about it is right.
async fn check_assertion(
    text: &str,
    request: &Request,
    deployment: &Deployment,
    id: &ClientId,
    known: &Known,
    subject: Subject<'_>,
) -> Result<(), ClientError> {
    let refused = |refusal: AssertionRefusal| ClientError::from(refusal.to_error());
    let assertion = ClientAssertion::parse(text).map_err(refused)?;
    let check_subject = async || subject.check(id, request, deployment).await;
    let key = key_of(request, deployment, id, known, &assertion, check_subject).await?;
    let jwk = json::to_string(key.material()).map_err(Failure::from)?;
    // A key that the platform cannot use verifies nothing. It is the client's fault, and not this server's.
    let check = async |message: &[u8], signature: &[u8]| {
        Ok::<_, ClientError>(
            web_crypto::verify(assertion.algorithm(), &jwk, message, signature).await.unwrap_or(false),
        )
    };
    let proof = assertion.prove(check).await?.ok_or_else(|| refused(AssertionRefusal::BadSignature))?;
    let issuer = request.origin.as_str();
    let policy = AssertionPolicy {
        client_id: id,
        audiences: [issuer, &AuthorizationServer::token_endpoint(issuer)],
        algorithm: known.client.as_ref().and_then(|client| client.metadata.signing_algorithm()),
    };
    let proven = assertion.verify(&proof, &policy, now()).map_err(refused)?;
    match client_registration::use_assertion(&deployment.env, id, &proven).await? {
        AssertionUse::First => Ok(()),
        AssertionUse::Again => Err(refused(AssertionRefusal::Used)),
        AssertionUse::TooMany => {
            let used_too_many = "The client has used too many assertions.";
            Err(ClientError::wait(OAuthError::new(OAuthErrorCode::TooManyRequests, used_too_many), 60))
        }
    }
}

impl Subject<'_> {
    /// Refuses what is not of that client, or not good for anything.
    async fn check(
        self,
        client: &ClientId,
        request: &Request,
        deployment: &Deployment,
    ) -> Result<(), ClientError> {
        let foreign_token =
            OAuthError::invalid_client("The client's keys are fetched only for a token that is its own.");
        let (opaque, refusal) = match self {
            Self::Exchange(Err(refusal)) => return Err((*refusal).into()),
            Self::Exchange(Ok(TokenRequest::Code { code, .. })) => {
                (code.clone(), OAuthError::invalid_grant("The authorization code is not valid."))
            }
            Self::Exchange(Ok(TokenRequest::Refresh { token, .. })) => {
                (token.clone(), OAuthError::invalid_grant("The refresh token is not valid."))
            }
            Self::Token(text) => match OpaqueToken::parse(OpaqueKind::RefreshToken, text) {
                Some(token) => (token, foreign_token),
                None => {
                    return match issued_claims(text, request, deployment).await {
                        Ok(claims) if claims.client_id == *client => Ok(()),
                        Ok(_) | Err(TokenError::Refused(_)) => Err(foreign_token.into()),
                        Err(TokenError::Failed(failure)) => Err(failure.into()),
                    };
                }
            },
        };
        let account = AccountClient::of(&deployment.env, &UserId::from_uuid(opaque.account()));
        if account.is_issued_to(opaque.digest(), client.clone()).await? {
            Ok(())
        } else {
            Err(refusal.into())
        }
    }
}
