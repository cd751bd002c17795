//! JSON Web Tokens: Stytch's session JWTs and access tokens, RS256 only; and the assertions by which clients prove themselves,
//! by the algorithms of [`SignatureAlgorithm`].
//!
//! `jwt-compact` parses tokens, matches the algorithm by name and checks claims; it wants signatures checked by a
//! synchronous function. The platform's RSA (WebCrypto) is asynchronous. The bridge: the caller has the signature
//! checked first, through [`Unverified::prove`], and gets a [`SignatureProof`]; our `Algorithm` then accepts exactly the
//! message and signature of that proof. No claim can be read from a token without one.
//!
//! ```text
//! text ──parse──► Unverified ──prove(WebCrypto)──► SignatureProof ──┐
//!                     └────────────────────────────► verify ◄───────┴── policy, now
//!                                                      ├─► SessionClaims   (session cookie)
//!                                                      └─► AccessClaims    (bearer token)
//! ```
//!
//! Two kinds of token share keys, issuer and project audience, and must never be confused: a session JWT carries the
//! claim [`SESSION_CLAIM`]; an access token carries `client_id` and `scope` and not that claim.

mod algorithm;
mod assertion;
mod claims;
mod client_keys;
mod keys;
mod mint;
mod proof;
mod refusal;
pub mod rotation;
mod verify;

pub use algorithm::SignatureAlgorithm;
pub use assertion::{AssertionPolicy, AssertionRefusal, ClientAssertion, ProvenAssertion};
pub use client_keys::{ClientKey, ClientKeySet, KeyMaterial, KeySetRefusal, NoSuchKey};
pub use keys::{Jwk, Jwks};
pub use mint::{AccessToken, IdToken, SessionToken, SigningInput, UserProfile};
pub use proof::{SignatureProof, Unverified};
pub use refusal::TokenRefusal;
pub use verify::{
    AccessClaims, HINT_LASTS_SECONDS, LEEWAY_SECONDS, SessionClaims, TokenPolicy, verify_access,
    verify_id_token_hint, verify_session,
};

/// The only algorithm of tokens that are issued, or accepted as a session or an access token.
pub const ALGORITHM: &str = "RS256";

/// The claim that makes a JWT a login session.
pub const SESSION_CLAIM: &str = "https://stytch.com/session";

#[cfg(test)]
mod tests;
