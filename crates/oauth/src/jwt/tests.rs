//! The token rules, against tokens signed by an implementation of RSA that is not ours.

use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use ::json::Written;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use proptest::prelude::*;
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::sha2::Sha256;
use rsa::signature::{Keypair as _, SignatureEncoding as _, Signer as _, Verifier as _};
use serde_json::{Value, json};

use super::*;
use crate::ClientId;
use crate::Timestamp;
use crate::resource::ResourceUri;

const PROJECT: &str = "project-test-11111111-1111-4111-8111-111111111111";
const USER: &str = "user-test-22222222-2222-4222-8222-222222222222";
const CLIENT: &str = "connected-app-test-33333333-3333-4333-8333-333333333333";
const ISSUER: &str = "https://id.example";
const RESOURCE: &str = "https://app.example/mcp";
const NOW: Timestamp = Timestamp::from_unix(1_795_381_200);

static KEY: LazyLock<SigningKey<Sha256>> =
    LazyLock::new(|| SigningKey::random(&mut rand_core::OsRng, 2048).unwrap());

fn policy() -> TokenPolicy {
    TokenPolicy {
        issuers: vec![ISSUER.to_owned(), format!("stytch.com/{PROJECT}")],
        project_id: PROJECT.to_owned(),
        resources: vec![ResourceUri::parse(RESOURCE).unwrap()],
    }
}

fn sign(header: &Value, claims: &Value) -> String {
    sign_text(&header.to_string(), &claims.to_string())
}

fn sign_text(header: &str, claims: &str) -> String {
    let input = format!(
        "{}.{}",
        Base64UrlUnpadded::encode_string(header.as_bytes()),
        Base64UrlUnpadded::encode_string(claims.as_bytes())
    );
    let signature: Signature = KEY.sign(input.as_bytes());
    format!("{input}.{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
}

fn header() -> Value {
    json!({"alg": "RS256", "typ": "JWT", "kid": "k1"})
}

fn access_claims() -> Value {
    json!({
        "iss": ISSUER, "sub": USER, "aud": [PROJECT, RESOURCE], "client_id": CLIENT, "scope": "openid todos:read",
        "iat": NOW.unix(), "nbf": NOW.unix(), "exp": NOW.unix() + 3600, "jti": "j1",
    })
}

fn session_claims() -> Value {
    json!({
        "iss": ISSUER, "sub": USER, "aud": [PROJECT],
        "iat": NOW.unix(), "nbf": NOW.unix(), "exp": NOW.unix() + 300,
        SESSION_CLAIM: {"id": "session-test-44444444-4444-4444-8444-444444444444", "roles": ["stytch_user"]},
    })
}

/// The claims with some members replaced; `null` removes one.
#[expect(clippy::needless_pass_by_value, reason = "json!(..) reads better at the call")]
pub(super) fn with(mut claims: Value, changes: Value) -> Value {
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    claims
}

/// Runs a future that never waits.
pub(super) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

fn prove(token: &Unverified<'_>) -> Result<SignatureProof, TokenRefusal> {
    let key: VerifyingKey<Sha256> = KEY.verifying_key();
    let check = async |message: &[u8], signature: &[u8]| {
        Ok::<_, TokenRefusal>(
            Signature::try_from(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        )
    };
    ready(token.prove(check))?.ok_or(TokenRefusal::BadSignature)
}

fn access(text: &str) -> Result<AccessClaims, TokenRefusal> {
    let token = Unverified::parse(text)?;
    verify_access(&token, &prove(&token)?, &policy(), NOW)
}

fn session(text: &str) -> Result<SessionClaims, TokenRefusal> {
    let token = Unverified::parse(text)?;
    verify_session(&token, &prove(&token)?, &policy(), NOW)
}

#[test]
fn an_access_token_is_accepted_as_a_bearer_token() {
    let claims = access(&sign(&header(), &access_claims())).unwrap();
    assert_eq!(claims.user_id.as_str(), USER);
    assert_eq!(claims.client_id.as_str(), CLIENT);
    assert_eq!(claims.scopes.to_string(), "openid todos:read");
    assert_eq!(claims.expires_at, NOW.plus(3600));
}

#[test]
fn a_session_jwt_is_accepted_in_the_session_cookie() {
    let claims = session(&sign(&header(), &session_claims())).unwrap();
    assert_eq!(claims.user_id.as_str(), USER);
    assert_eq!(claims.roles, ["stytch_user"]);
}

#[test]
fn both_issuer_forms_and_both_audience_forms_are_accepted() {
    let claims = with(session_claims(), json!({"iss": format!("stytch.com/{PROJECT}"), "aud": PROJECT}));
    assert!(session(&sign(&header(), &claims)).is_ok());
}

#[test]
fn the_kinds_are_never_confused() {
    use TokenRefusal as R;
    assert_eq!(access(&sign(&header(), &session_claims())).err(), Some(R::SessionTokenAsBearer));
    assert_eq!(session(&sign(&header(), &access_claims())).err(), Some(R::NotASession));
    let both = with(access_claims(), json!({SESSION_CLAIM: {"id": "s"}}));
    assert_eq!(access(&sign(&header(), &both)).err(), Some(R::SessionTokenAsBearer));
    assert_eq!(session(&sign(&header(), &both)).err(), Some(R::NotASession));
    let id_token = with(access_claims(), json!({"aud": [CLIENT], "client_id": null, "scope": null}));
    assert_eq!(access(&sign(&header(), &id_token)).err(), Some(R::WrongAudience));
    assert_eq!(session(&sign(&header(), &id_token)).err(), Some(R::WrongAudience));
}

#[test]
fn each_wrong_claim_of_an_access_token_has_its_reason() {
    use TokenRefusal as R;
    let now = NOW.unix();
    for (change, reason) in [
        (json!({"iss": "https://id.example/"}), R::WrongIssuer),
        (json!({"iss": "https://evil.example"}), R::WrongIssuer),
        (json!({"iss": null}), R::Malformed),
        (json!({"aud": null}), R::Malformed),
        (json!({"aud": []}), R::WrongAudience),
        (json!({"aud": [RESOURCE]}), R::WrongAudience),
        (json!({"aud": [PROJECT]}), R::WrongResource),
        (json!({"aud": [PROJECT, "https://other.example/mcp"]}), R::WrongResource),
        (json!({"aud": 7}), R::Malformed),
        (json!({"sub": "client-1"}), R::NotAUser),
        (json!({"sub": null}), R::Malformed),
        (json!({"client_id": null}), R::NotAnAccessToken),
        (json!({"scope": null}), R::NotAnAccessToken),
        (json!({"scope": "a\"b"}), R::NotAnAccessToken),
        (json!({"exp": null}), R::NoLifetime),
        (json!({"exp": i64::MAX}), R::Malformed),
        (json!({"exp": 300_000_000_000_i64}), R::NoLifetime),
        (json!({"exp": now - 61}), R::Expired),
        (json!({"nbf": now + 61}), R::NotYetValid),
        (json!({"nbf": -8_334_601_228_800_i64}), R::NoLifetime),
        (json!({"exp": "soon"}), R::Malformed),
    ] {
        let text = sign(&header(), &with(access_claims(), change.clone()));
        assert_eq!(access(&text).err(), Some(reason), "{change}");
    }
}

#[test]
fn clocks_may_differ_by_a_minute() {
    let now = NOW.unix();
    assert!(access(&sign(&header(), &with(access_claims(), json!({"exp": now - 60})))).is_ok());
    assert!(access(&sign(&header(), &with(access_claims(), json!({"nbf": now + 60})))).is_ok());
    assert!(access(&sign(&header(), &with(access_claims(), json!({"nbf": null})))).is_ok());
}

#[test]
fn each_wrong_header_has_its_reason() {
    use TokenRefusal as R;
    for (change, reason) in [
        (json!({"alg": "none"}), R::UnsupportedAlgorithm),
        (json!({"alg": "HS256"}), R::UnsupportedAlgorithm),
        (json!({"alg": "rs256"}), R::UnsupportedAlgorithm),
        (json!({"alg": "RS512"}), R::UnsupportedAlgorithm),
        (json!({"typ": null}), R::UnsupportedType),
        (json!({"typ": "dpop+jwt"}), R::UnsupportedType),
        (json!({"crit": ["exp"]}), R::UnsupportedExtension),
        (json!({"crit": []}), R::UnsupportedExtension),
        (json!({"kid": null}), R::MissingKeyId),
        (json!({"alg": null}), R::Malformed),
    ] {
        let text = sign(&with(header(), change.clone()), &access_claims());
        assert_eq!(access(&text).err(), Some(reason), "{change}");
    }
    assert_eq!(access(&"a".repeat(Unverified::MAX_LENGTH + 1)).err(), Some(R::TooLong));
    for text in ["", "a", "a.b", "a.b.c.d", "..", "é.é.é"] {
        assert_eq!(access(text).err(), Some(R::Malformed), "{text}");
    }
}

#[test]
fn a_proof_is_good_for_its_own_token_only() {
    let (one, other) =
        (sign(&header(), &access_claims()), sign(&header(), &with(access_claims(), json!({"jti": "j2"}))));
    let (one, other) = (Unverified::parse(&one).unwrap(), Unverified::parse(&other).unwrap());
    let proof = prove(&one).unwrap();
    assert_eq!(verify_access(&other, &proof, &policy(), NOW).err(), Some(TokenRefusal::BadSignature));
}

#[test]
fn what_is_minted_here_is_accepted_here() {
    let finish = |input: SigningInput| {
        let signature: Signature = KEY.sign(input.as_bytes());
        input.with_signature(&signature.to_bytes())
    };
    let (sub, client_id, scope) =
        (USER.parse().unwrap(), CLIENT.parse().unwrap(), "openid email".parse().unwrap());
    let token = AccessToken {
        iss: ISSUER,
        sub: &sub,
        aud: [PROJECT, RESOURCE],
        client_id: &client_id,
        scope: &scope,
        jti: "j",
    };
    let claims = access(&finish(token.signing_input("k1", NOW).unwrap())).unwrap();
    assert_eq!(
        (claims.client_id, claims.scopes, claims.expires_at),
        (client_id.clone(), scope.clone(), NOW.plus(3600))
    );

    let id = "session-test-44444444-4444-4444-8444-444444444444".parse().unwrap();
    let none = Written::of_constant("[]");
    let claim = SessionToken::session_claim(&id, NOW, NOW, NOW.plus(3600), none.clone(), none, &[]).unwrap();
    let token = SessionToken { iss: ISSUER, sub: &sub, aud: [PROJECT], session: claim };
    let claims = session(&finish(token.signing_input("k1", NOW).unwrap())).unwrap();
    assert_eq!(claims.session_id, id.as_str());

    let profile = UserProfile::within(&scope, "ada@example.com");
    let token =
        IdToken { iss: ISSUER, sub: &sub, aud: [&client_id], nonce: Some("n"), auth_time: NOW, profile };
    let text = finish(token.signing_input("k1", NOW).unwrap());
    assert!(access(&text).is_err() && session(&text).is_err());

    let hint = |client: &ClientId, now| {
        let token = Unverified::parse(&text)?;
        verify_id_token_hint(&token, &prove(&token)?, &policy(), client, now)
    };
    assert_eq!(hint(&client_id, NOW), Ok(sub.clone()));
    let end = NOW.plus(IdToken::LIFETIME_SECONDS);
    assert_eq!(hint(&client_id, end.plus(HINT_LASTS_SECONDS - 1)), Ok(sub.clone()));
    assert_eq!(hint(&client_id, end.plus(HINT_LASTS_SECONDS)), Err(TokenRefusal::Expired));
    assert_eq!(hint(&"another".parse().unwrap(), NOW), Err(TokenRefusal::WrongAudience));
}

#[test]
fn key_sets_keep_only_what_verifies_rs256() {
    let n = "n".repeat(342);
    let set = json!({"keys": [
        {"kty": "RSA", "kid": "good", "n": n, "e": "AQAB", "alg": "RS256", "use": "sig", "x5c": ["…"]},
        {"kty": "RSA", "kid": "weak", "n": "short", "e": "AQAB"},
        {"kty": "RSA", "kid": "other use", "n": n, "e": "AQAB", "use": "enc"},
        {"kty": "RSA", "kid": "other algorithm", "n": n, "e": "AQAB", "alg": "PS256"},
        {"kty": "EC", "kid": "curve", "crv": "P-256", "x": "…", "y": "…"},
        7,
    ], "request_id": "r", "status_code": 200});
    let set = Jwks::parse(set.to_string().as_bytes()).unwrap();
    assert_eq!(set.keys.iter().map(|key| key.kid.as_str()).collect::<Vec<_>>(), ["good"]);
    assert_eq!(Jwks::parse(b"{}"), None);
    assert_eq!(Jwks::parse(b"<html>"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn changing_any_byte_of_a_token_makes_it_worthless(position: prop::sample::Index, replacement in 0x21_u8..0x7f) {
        static TOKEN: LazyLock<String> = LazyLock::new(|| sign(&header(), &access_claims()));
        let mut bytes = TOKEN.clone().into_bytes();
        let position = position.index(bytes.len());
        prop_assume!(bytes[position] != replacement);
        bytes[position] = replacement;
        prop_assert!(access(&String::from_utf8(bytes).unwrap()).is_err());
    }

    #[test]
    fn any_text_is_refused_without_harm(text in "[a-zA-Z0-9_.=-]{0,200}") {
        prop_assert!(access(&text).is_err());
    }
}

#[test]
fn a_claim_that_is_there_twice_is_refused_at_any_depth() {
    let (header, claims) = (header().to_string(), session_claims().to_string());
    assert!(session(&sign_text(&header, &claims)).is_ok());
    for (name, again) in [
        ("iss", format!(r#""iss":"{ISSUER}","iss""#)),
        ("exp", r#""exp":1,"exp""#.to_owned()),
        ("id", r#""id":"session-test-55555555-5555-4555-8555-555555555555","id""#.to_owned()),
        ("roles", r#""unread":1,"unread":1,"roles""#.to_owned()),
        ("nbf", r#""unread":{"a":1,"a":1},"nbf""#.to_owned()),
    ] {
        let doubled = claims.replacen(&format!("\"{name}\""), &again, 1);
        assert_eq!(session(&sign_text(&header, &doubled)).err(), Some(TokenRefusal::Malformed), "{doubled}");
    }
}
