//! Client assertions: how a client proves itself at the token endpoint and its relatives with a key of its own,
//! `private_key_jwt` (RFC 7521 section 4.2, RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9).

use jwt_compact::{AlgorithmExt as _, Empty, UntrustedToken, ValidationError};
use serde::Deserialize;

use super::proof::{Proven, prove, untrusted};
use super::verify::{Audience, LEEWAY_SECONDS};
use super::{SignatureAlgorithm, SignatureProof, claims};
use crate::error::OAuthError;
use crate::{ClientId, Digest, Timestamp};

/// An assertion whose form is right and whose signature nobody has looked at.
pub struct ClientAssertion<'a> {
    text: &'a str,
    token: UntrustedToken<'a>,
    algorithm: SignatureAlgorithm,
}

/// What an assertion must say to be this client's, here and now.
pub struct AssertionPolicy<'a> {
    /// The client that the request names. `iss` and `sub` must both be it (RFC 7523 section 3).
    pub client_id: &'a ClientId,
    /// What it may name as its audience, to the letter: the issuer, the token endpoint.
    pub audiences: [&'a str; 2],
    /// The one algorithm that the client registered, if it did.
    pub algorithm: Option<SignatureAlgorithm>,
}

/// An assertion that is genuine, and acceptable if it has not been used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenAssertion {
    /// Digest of `jti`.
    pub id: Digest,
    /// From when on it would be refused as expired, so that its use need not be remembered any longer.
    pub forgotten_at: Timestamp,
}

/// Why an assertion proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionRefusal {
    /// Longer than [`ClientAssertion::MAX_LENGTH`].
    TooLong,
    /// Not three base64url parts with a JSON header and JSON claims, or claims of the wrong type.
    Malformed,
    /// `alg` is not one of [`SignatureAlgorithm::NAMES`].
    UnsupportedAlgorithm,
    /// Not by the algorithm that the client registered.
    OtherAlgorithm,
    /// `typ` says that it is another kind of token.
    UnsupportedType,
    /// `crit` names something that would have to be understood.
    UnsupportedExtension,
    /// None of the client's keys has that `kid` and algorithm.
    UnknownKey,
    /// No `kid`, or one of several keys.
    AmbiguousKey,
    /// The client's key does not verify the signature.
    BadSignature,
    /// `iss` or `sub` is not the client.
    WrongClient,
    /// `aud` is not one of [`AssertionPolicy::audiences`] alone (RFC 7523 section 3).
    WrongAudience,
    /// No `exp`.
    NoLifetime,
    /// `exp` lies more than [`LEEWAY_SECONDS`](super::LEEWAY_SECONDS) back.
    Expired,
    /// `exp` is too far away, or `iat` too long ago.
    LivesTooLong,
    /// `nbf` or `iat` is yet to come.
    NotYetValid,
    /// No `jti`, an empty one, or one that is longer than [`ClientAssertion::MAX_ID_LENGTH`].
    BadId,
    /// Its `jti` was used before.
    Used,
}

impl AssertionRefusal {
    /// `invalid_client`, with what helps the developer of an honest client and tells no secret.
    pub const fn to_error(self) -> OAuthError {
        OAuthError::invalid_client(match self {
            Self::TooLong => "The client assertion is longer than 8 KB.",
            Self::Malformed => "The client assertion is not a well-formed JWT.",
            Self::UnsupportedAlgorithm => {
                "The client assertion must be signed by RS256, PS256, ES256, EdDSA or Ed25519."
            }
            Self::OtherAlgorithm => {
                "The client assertion is not signed by the algorithm that the client registered."
            }
            Self::UnsupportedType => "The client assertion has the typ of another kind of token.",
            Self::UnsupportedExtension => "The client assertion has a critical header.",
            Self::UnknownKey => "No key of the client has the kid and alg of the client assertion.",
            Self::AmbiguousKey => {
                "The client has several such keys; the client assertion must name one by its kid."
            }
            Self::BadSignature => "The signature of the client assertion is not by the client's key.",
            Self::WrongClient => "iss and sub of the client assertion must be the client_id.",
            Self::WrongAudience => {
                "aud of the client assertion must be the issuer or the token endpoint, and nothing besides."
            }
            Self::NoLifetime => "The client assertion has no exp.",
            Self::Expired => "The client assertion has expired.",
            Self::LivesTooLong => "The client assertion must be good for ten minutes at most.",
            Self::NotYetValid => "The client assertion is not valid yet.",
            Self::BadId => "The client assertion needs a jti of at most 256 bytes.",
            Self::Used => "The client assertion has been used before.",
        })
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(default)]
    jti: Option<String>,
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

impl<'a> ClientAssertion<'a> {
    /// The one value of `client_assertion_type` that is understood (RFC 7523 section 2.2).
    pub const TYPE: &'static str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    /// In bytes.
    pub const MAX_LENGTH: usize = 8 * 1024;
    /// In bytes.
    pub const MAX_ID_LENGTH: usize = 256;
    /// How far away `exp` may be, and how long ago `iat`. The clocks' leeway comes on top.
    pub const MAX_LIFETIME_SECONDS: i64 = 600;

    /// Splits and decodes an assertion, and refuses at once what no key could make acceptable.
    ///
    /// # Errors
    /// [`AssertionRefusal`]: too long, malformed, of an algorithm, type or extension that is not supported.
    pub fn parse(text: &'a str) -> Result<Self, AssertionRefusal> {
        if text.len() > Self::MAX_LENGTH {
            return Err(AssertionRefusal::TooLong);
        }
        let (token, extensions) = untrusted(text).ok_or(AssertionRefusal::Malformed)?;
        let algorithm =
            SignatureAlgorithm::named(token.algorithm()).ok_or(AssertionRefusal::UnsupportedAlgorithm)?;
        // The second is that of draft-ietf-oauth-rfc7523bis.
        let is_fine = |kind: &String| {
            ["JWT", "client-authentication+jwt"].iter().any(|fine| kind.eq_ignore_ascii_case(fine))
        };
        if !token.header().token_type.as_ref().is_none_or(is_fine) {
            return Err(AssertionRefusal::UnsupportedType);
        }
        if extensions.crit.is_some() {
            return Err(AssertionRefusal::UnsupportedExtension);
        }
        Ok(Self { text, token, algorithm })
    }

    /// `alg` of its header. Nothing has proved it yet.
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Which of the client's keys is said to have signed.
    pub fn kid(&self) -> Option<&str> {
        self.token.header().key_id.as_deref()
    }

    /// Who it says made it. Nothing has proved that: it is good for looking up whose keys to check it with.
    pub fn claimed_client(&self) -> Option<ClientId> {
        self.token.deserialize_claims_unchecked::<Empty>().ok()?;
        claims::read::<Subject>(self.text)?.sub.parse().ok()
    }

    /// Has `check(message, signature)` verify the signature. `check` must use a key of the client's for
    /// [`Self::algorithm`], the one that [`Self::kid`] names.
    ///
    /// # Errors
    /// The error of `check`, unchanged.
    pub async fn prove<E>(
        &self,
        check: impl AsyncFnOnce(&[u8], &[u8]) -> Result<bool, E>,
    ) -> Result<Option<SignatureProof>, E> {
        prove(self.text, self.token.signature_bytes(), check).await
    }

    /// Whether the assertion, its signature proven, is this client's, for this server, now. Whether it was used before is
    /// left to the caller, who keeps what was.
    ///
    /// # Errors
    /// One [`AssertionRefusal`] for each reason.
    pub fn verify(
        &self,
        proof: &SignatureProof,
        policy: &AssertionPolicy<'_>,
        now: Timestamp,
    ) -> Result<ProvenAssertion, AssertionRefusal> {
        let name = SignatureAlgorithm::NAMES.into_iter().find(|name| *name == self.token.algorithm());
        let proven = Proven(name.ok_or(AssertionRefusal::UnsupportedAlgorithm)?);
        let validated =
            proven.validator::<Empty>(proof).validate(&self.token).map_err(|error| match error {
                ValidationError::InvalidSignature => AssertionRefusal::BadSignature,
                _ => AssertionRefusal::Malformed,
            })?;
        let times = validated.into_parts().1;
        let Claims { iss, sub, aud, jti } = claims::read(self.text).ok_or(AssertionRefusal::Malformed)?;
        if policy.algorithm.is_some_and(|registered| registered != self.algorithm) {
            return Err(AssertionRefusal::OtherAlgorithm);
        }
        if iss != policy.client_id.as_str() || sub != policy.client_id.as_str() {
            return Err(AssertionRefusal::WrongClient);
        }
        if !aud.only().is_some_and(|only| policy.audiences.contains(&only)) {
            return Err(AssertionRefusal::WrongAudience);
        }
        let seconds = |time: chrono::DateTime<chrono::Utc>| Timestamp::from_unix(time.timestamp());
        let expires_at = times.expiration.map(seconds).ok_or(AssertionRefusal::NoLifetime)?;
        if now.since(expires_at) > LEEWAY_SECONDS {
            return Err(AssertionRefusal::Expired);
        }
        if expires_at.since(now) > Self::MAX_LIFETIME_SECONDS + LEEWAY_SECONDS {
            return Err(AssertionRefusal::LivesTooLong);
        }
        let (issued_at, not_before) = (times.issued_at.map(seconds), times.not_before.map(seconds));
        let is_to_come = |time: Timestamp| time.since(now) > LEEWAY_SECONDS;
        if issued_at.is_some_and(is_to_come) || not_before.is_some_and(is_to_come) {
            return Err(AssertionRefusal::NotYetValid);
        }
        if issued_at.is_some_and(|at| now.since(at) > Self::MAX_LIFETIME_SECONDS + LEEWAY_SECONDS) {
            return Err(AssertionRefusal::LivesTooLong);
        }
        let id = jti.filter(|id| (1..=Self::MAX_ID_LENGTH).contains(&id.len()));
        let id = Digest::of(id.ok_or(AssertionRefusal::BadId)?.as_bytes());
        Ok(ProvenAssertion { id, forgotten_at: expires_at.plus(LEEWAY_SECONDS + 1) })
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::tests::{ready, with};
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);
    const CLIENT: &str = "https://chatgpt.com/oauth/client.json";
    const ISSUER: &str = "https://id.example";
    const TOKEN_ENDPOINT: &str = "https://id.example/v1/oauth2/token";
    /// What the stand-in for a key takes for its own signature.
    const GENUINE: &[u8] = b"signed";

    fn header() -> Value {
        json!({"alg": "ES256", "kid": "k"})
    }

    fn claims() -> Value {
        let now = NOW.unix();
        json!({"iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "1", "iat": now, "nbf": now, "exp": now + 60})
    }

    fn signed(header: &Value, claims: &Value, signature: &[u8]) -> String {
        let part = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        format!(
            "{}.{}.{}",
            part(header.to_string().as_bytes()),
            part(claims.to_string().as_bytes()),
            part(signature)
        )
    }

    fn policy(client_id: &ClientId) -> AssertionPolicy<'_> {
        AssertionPolicy { client_id, audiences: [ISSUER, TOKEN_ENDPOINT], algorithm: None }
    }

    fn verify(text: &str) -> Result<ProvenAssertion, AssertionRefusal> {
        let assertion = ClientAssertion::parse(text)?;
        let check = async |_: &[u8], signature: &[u8]| Ok::<_, ()>(signature == GENUINE);
        let proof = ready(assertion.prove(check)).unwrap().ok_or(AssertionRefusal::BadSignature)?;
        assertion.verify(&proof, &policy(&CLIENT.parse().unwrap()), NOW)
    }

    fn verify_with(changes: Value) -> Result<ProvenAssertion, AssertionRefusal> {
        verify(&signed(&header(), &with(claims(), changes), GENUINE))
    }

    #[test]
    fn a_client_proves_itself() {
        let proven = verify_with(json!({})).unwrap();
        assert_eq!(proven.id, Digest::of(b"1"));
        assert_eq!(proven.forgotten_at, NOW.plus(60 + LEEWAY_SECONDS + 1));
        let text = signed(&header(), &claims(), GENUINE);
        let assertion = ClientAssertion::parse(&text).unwrap();
        assert_eq!(assertion.kid(), Some("k"));
        assert_eq!(assertion.algorithm(), SignatureAlgorithm::Es256);
        assert_eq!(assertion.claimed_client().unwrap().as_str(), CLIENT);
    }

    #[test]
    fn what_libraries_do_differently_is_taken() {
        let now = NOW.unix();
        for changes in [
            json!({"aud": [ISSUER]}),
            json!({"aud": TOKEN_ENDPOINT}),
            json!({"aud": [TOKEN_ENDPOINT]}),
            json!({"iat": null, "nbf": null}),
            json!({"exp": now + 600}),
            json!({"exp": now + 300, "iat": now - 300}),
            json!({"exp": f64::from(u32::try_from(now + 30).unwrap()) + 0.5}),
            json!({"jti": "j".repeat(256)}),
            json!({"more": {"than": "needed"}}),
        ] {
            assert!(verify_with(changes.clone()).is_ok(), "{changes}");
        }
        for changes in [
            json!({"kid": null}),
            json!({"typ": "JWT"}),
            json!({"typ": "client-authentication+jwt"}),
            json!({"alg": "Ed25519"}),
            json!({"jku": "https://evil.example/keys", "jwk": {"kty": "EC"}}),
        ] {
            let text = signed(&with(header(), changes.clone()), &claims(), GENUINE);
            assert!(verify(&text).is_ok(), "{changes}");
        }
    }

    #[test]
    fn each_wrong_claim_has_its_reason() {
        use AssertionRefusal as R;
        let now = NOW.unix();
        for (changes, reason) in [
            (json!({"iss": "https://other.example/c"}), R::WrongClient),
            (json!({"sub": "https://other.example/c"}), R::WrongClient),
            (json!({"iss": null}), R::Malformed),
            (json!({"sub": null}), R::Malformed),
            (json!({"aud": null}), R::Malformed),
            (json!({"aud": 7}), R::Malformed),
            (json!({"aud": []}), R::WrongAudience),
            (json!({"aud": format!("{ISSUER}/")}), R::WrongAudience),
            (json!({"aud": "https://ID.example"}), R::WrongAudience),
            (json!({"aud": "https://other.example"}), R::WrongAudience),
            (json!({"aud": [ISSUER, TOKEN_ENDPOINT]}), R::WrongAudience),
            (json!({"aud": [ISSUER, "https://other.example"]}), R::WrongAudience),
            (json!({"exp": null}), R::NoLifetime),
            (json!({"exp": "soon"}), R::Malformed),
            (json!({"exp": now - 61}), R::Expired),
            (json!({"exp": now + 661}), R::LivesTooLong),
            (json!({"exp": now + 3600}), R::LivesTooLong),
            (json!({"iat": now + 61}), R::NotYetValid),
            (json!({"iat": now - 661}), R::LivesTooLong),
            (json!({"nbf": now + 61}), R::NotYetValid),
            (json!({"jti": null}), R::BadId),
            (json!({"jti": ""}), R::BadId),
            (json!({"jti": 7}), R::Malformed),
            (json!({"jti": "j".repeat(257)}), R::BadId),
        ] {
            assert_eq!(verify_with(changes.clone()), Err(reason), "{changes}");
        }
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let now = NOW.unix();
        for changes in
            [json!({"exp": now - 60}), json!({"iat": now + 60, "nbf": now + 60}), json!({"exp": now + 660})]
        {
            assert!(verify_with(changes.clone()).is_ok(), "{changes}");
        }
    }

    #[test]
    fn each_wrong_header_and_form_has_its_reason() {
        use AssertionRefusal as R;
        for (changes, reason) in [
            (json!({"alg": "none"}), R::UnsupportedAlgorithm),
            (json!({"alg": "HS256"}), R::UnsupportedAlgorithm),
            (json!({"alg": "es256"}), R::UnsupportedAlgorithm),
            (json!({"alg": null}), R::Malformed),
            (json!({"typ": "at+jwt"}), R::UnsupportedType),
            (json!({"typ": "dpop+jwt"}), R::UnsupportedType),
            (json!({"crit": ["exp"]}), R::UnsupportedExtension),
            (json!({"crit": []}), R::UnsupportedExtension),
        ] {
            let text = signed(&with(header(), changes.clone()), &claims(), GENUINE);
            assert_eq!(verify(&text), Err(reason), "{changes}");
        }
        assert_eq!(verify(&signed(&header(), &claims(), b"forged")), Err(R::BadSignature));
        assert_eq!(verify(&"a".repeat(ClientAssertion::MAX_LENGTH + 1)), Err(R::TooLong));
        for text in ["", "a", "a.b", "a.b.c.d", "..", "é.é.é"] {
            assert_eq!(verify(text), Err(R::Malformed), "{text}");
        }
    }

    #[test]
    fn a_proof_is_good_for_its_own_assertion_and_the_registered_algorithm_only() {
        let texts =
            [claims(), with(claims(), json!({"jti": "2"}))].map(|claims| signed(&header(), &claims, GENUINE));
        let [one, other] = texts.each_ref().map(|text| ClientAssertion::parse(text).unwrap());
        let check = async |_: &[u8], _: &[u8]| Ok::<_, ()>(true);
        let proof = ready(one.prove(check)).unwrap().unwrap();
        let client = CLIENT.parse().unwrap();
        assert_eq!(other.verify(&proof, &policy(&client), NOW), Err(AssertionRefusal::BadSignature));
        let of = |algorithm| AssertionPolicy { algorithm: Some(algorithm), ..policy(&client) };
        assert!(one.verify(&proof, &of(SignatureAlgorithm::Es256), NOW).is_ok());
        let refusal = one.verify(&proof, &of(SignatureAlgorithm::Rs256), NOW);
        assert_eq!(refusal, Err(AssertionRefusal::OtherAlgorithm));
    }

    proptest! {
        /// However long an accepted assertion lives, its use is remembered for as long as it would be accepted again.
        #[test]
        fn what_was_used_is_remembered_until_it_is_worthless(exp in -100_i64..800, wait in 0_i64..1_000) {
            let text = signed(&header(), &with(claims(), json!({"exp": NOW.unix() + exp, "iat": null, "nbf": null})), GENUINE);
            let assertion = ClientAssertion::parse(&text).unwrap();
            let check = async |_: &[u8], _: &[u8]| Ok::<_, ()>(true);
            let proof = ready(assertion.prove(check)).unwrap().unwrap();
            let client = CLIENT.parse().unwrap();
            if let Ok(proven) = assertion.verify(&proof, &policy(&client), NOW) {
                let later = NOW.plus(wait);
                let is_forgotten = later >= proven.forgotten_at;
                let again = assertion.verify(&proof, &policy(&client), later);
                prop_assert_eq!(again.is_ok(), !is_forgotten);
                prop_assert!(proven.forgotten_at.since(NOW) <= 600 + 2 * LEEWAY_SECONDS + 1);
            }
        }

        #[test]
        fn any_text_is_refused_without_harm(text in "[a-zA-Z0-9_.=-]{0,200}") {
            prop_assert!(verify(&text).is_err());
        }
    }
}
