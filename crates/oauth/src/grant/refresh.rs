//! Refresh tokens: rotated at every use, in families (RFC 9700 section 4.14.2).
//!
//! The tokens of one grant form a line: each use of the newest makes the next. The use of an older one means that a token was stolen,
//! so the whole family ends. The one exception is a client that never got the answer, or makes several calls at once: for ten seconds
//! the token that was just rotated gives *the same* successor again ([`crate::opaque::OpaqueToken::successor`]), any number of times,
//! until that successor is used. The line never forks.

use serde::{Deserialize, Serialize};

use crate::error::OAuthError;
use crate::resource::ResourceUri;
use crate::{ClientId, OAuthErrorCode, Scopes, Timestamp, stored};

/// One token of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshToken {
    /// The client that the family belongs to, by its `client_id`. No other may use it.
    pub client_id: ClientId,
    /// What the grant allows; a refresh may ask for less, never for more.
    pub scopes: Scopes,
    /// The resource that the access tokens are for (RFC 8707).
    #[serde(deserialize_with = "stored::value")]
    pub resource: ResourceUri,
    /// When the family ends, however often it is refreshed.
    pub expires_at: Timestamp,
    /// Its place in the family, which decides whether it may be used.
    pub rotation: Rotation,
    /// How many uses of its predecessors led to it; 0 in what earlier versions stored.
    #[serde(default)]
    pub generation: u32,
}

/// Where in the line a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// The newest: the one to be used.
    Newest,
    /// Its successor is the newest, and is what it is answered with until `grace_until`. (Rows of earlier versions also
    /// say how many answers are left; that is ignored.)
    Rotated {
        /// From this second on it is refused: [`RefreshToken::GRACE_SECONDS`] after it was first used.
        grace_until: Timestamp,
    },
    /// Its successor has been used as well.
    Superseded,
}

/// Why a refresh token is not exchanged. Each is 400 `invalid_grant`, but for [`Self::ScopeExceeded`] and
/// [`Self::WrongResource`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshRefusal {
    /// The family is older than [`RefreshToken::LIFETIME_SECONDS`].
    Expired,
    /// `client_id` is not that of the client which the family belongs to.
    WrongClient,
    /// More scopes than were granted: `invalid_scope` (RFC 6749 section 6).
    ScopeExceeded,
    /// `resource` was sent, and is not that of the grant: `invalid_target` (RFC 8707 section 2.2).
    WrongResource,
    /// Used before, and not within the grace: the family is to be revoked.
    Reused,
    /// The last of as many as a family may have: it has ended, and is to be revoked.
    UsedUp,
}

impl RefreshRefusal {
    /// What the client is told: `invalid_grant`, `invalid_scope` or `invalid_target`, and a sentence that says which check
    /// failed.
    pub const fn to_error(self) -> OAuthError {
        match self {
            Self::Expired => OAuthError::invalid_grant("The refresh token has expired."),
            Self::WrongClient => OAuthError::invalid_grant("The refresh token belongs to another client."),
            Self::ScopeExceeded => OAuthError::new(
                OAuthErrorCode::InvalidScope,
                "The refresh token does not cover the requested scopes.",
            ),
            Self::WrongResource => OAuthError::new(
                OAuthErrorCode::InvalidTarget,
                "resource is not that of the authorization request.",
            ),
            Self::Reused => OAuthError::invalid_grant("The refresh token has been used before."),
            Self::UsedUp => OAuthError::invalid_grant(
                "The grant was refreshed as often as a grant can be. The user has to be asked again.",
            ),
        }
    }

    /// Whether the family ends with it.
    pub const fn ends_family(self) -> bool {
        matches!(self, Self::Reused | Self::UsedUp)
    }
}

/// What a use that was accepted does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The token as it must be stored now.
    pub used: RefreshToken,
    /// The successor to store, unless an earlier use has stored it already. Its predecessor's predecessor, if any,
    /// becomes [`Rotation::Superseded`].
    pub successor: Option<RefreshToken>,
    /// What the access token will be good for.
    pub scopes: Scopes,
}

impl RefreshToken {
    /// Three months, as Stytch has it: some 90 days for the whole family.
    pub const LIFETIME_SECONDS: i64 = 90 * 24 * 3600;
    /// How long the loss of an answer is forgiven.
    pub const GRACE_SECONDS: i64 = 10;
    /// How often a family is refreshed at most. All of its tokens are kept for as long as it lives, or a reuse of the oldest would
    /// go unnoticed, so there has to be an end to them. An access token is good for an hour: a client that gets a new one eight
    /// minutes before the end of each is refreshed 2,500 times in three months.
    pub const MAX_GENERATION: u32 = 2_500;

    /// The first token of a family.
    pub const fn first(client_id: ClientId, scopes: Scopes, resource: ResourceUri, now: Timestamp) -> Self {
        Self {
            client_id,
            scopes,
            resource,
            expires_at: now.plus(Self::LIFETIME_SECONDS),
            rotation: Rotation::Newest,
            generation: 0,
        }
    }

    /// Whether it can be exchanged for a successor.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.rotation == Rotation::Newest && self.generation < Self::MAX_GENERATION && now < self.expires_at
    }

    /// Exchanges the token. On a refusal that [ends the family](RefreshRefusal::ends_family) the caller revokes it; any other
    /// changes nothing.
    ///
    /// # Errors
    /// One [`RefreshRefusal`] for each reason; one that ends the family only when nothing else is wrong with the request.
    pub fn exchange(
        &self,
        client_id: &ClientId,
        requested: Option<&Scopes>,
        resources: &[Option<ResourceUri>],
        now: Timestamp,
    ) -> Result<Use, RefreshRefusal> {
        if *client_id != self.client_id {
            return Err(RefreshRefusal::WrongClient);
        }
        if now >= self.expires_at {
            return Err(RefreshRefusal::Expired);
        }
        if resources.iter().any(|resource| resource.as_ref() != Some(&self.resource)) {
            return Err(RefreshRefusal::WrongResource);
        }
        let scopes = match requested {
            Some(requested) if !self.scopes.contains_all(requested) => {
                return Err(RefreshRefusal::ScopeExceeded);
            }
            Some(requested) if !requested.is_empty() => requested.clone(),
            _ => self.scopes.clone(),
        };
        let rotation = match self.rotation {
            Rotation::Newest if self.generation >= Self::MAX_GENERATION => {
                return Err(RefreshRefusal::UsedUp);
            }
            Rotation::Newest => Rotation::Rotated { grace_until: now.plus(Self::GRACE_SECONDS) },
            Rotation::Rotated { grace_until } if now < grace_until => self.rotation,
            Rotation::Rotated { .. } | Rotation::Superseded => return Err(RefreshRefusal::Reused),
        };
        let successor = (self.rotation == Rotation::Newest)
            .then(|| Self { generation: self.generation.saturating_add(1), ..self.clone() });
        Ok(Use { used: Self { rotation, ..self.clone() }, successor, scopes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::AccessToken;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    fn client() -> ClientId {
        "client".parse().unwrap()
    }

    fn first() -> RefreshToken {
        let resource = ResourceUri::parse("https://a.example/mcp").unwrap();
        RefreshToken::first(client(), "a b".parse().unwrap(), resource, NOW)
    }

    /// A family as an account keeps it: the tokens in the order in which they came into being.
    struct Family {
        tokens: Vec<RefreshToken>,
        revoked: bool,
    }

    impl Family {
        fn new() -> Self {
            Self { tokens: vec![first()], revoked: false }
        }

        /// Presents the token at `index`; gives back the index of the token it was answered with.
        fn present(&mut self, index: usize, now: Timestamp) -> Result<usize, RefreshRefusal> {
            if self.revoked {
                return Err(RefreshRefusal::Reused);
            }
            match self.tokens[index].exchange(&client(), None, &[], now) {
                Ok(outcome) => {
                    self.tokens[index] = outcome.used;
                    if let Some(successor) = outcome.successor {
                        self.tokens.push(successor);
                        if let Some(before) = index.checked_sub(1) {
                            self.tokens[before].rotation = Rotation::Superseded;
                        }
                    }
                    Ok(index + 1)
                }
                Err(refusal) => {
                    self.revoked |= refusal.ends_family();
                    Err(refusal)
                }
            }
        }
    }

    #[test]
    fn a_line_of_uses() {
        let mut family = Family::new();
        for index in 0..5_usize {
            assert_eq!(family.present(index, NOW.plus(3600 * i64::try_from(index).unwrap())), Ok(index + 1));
        }
    }

    #[test]
    fn however_many_ask_within_ten_seconds_they_get_the_same_successor() {
        let mut family = Family::new();
        for call in 0..100 {
            assert_eq!(family.present(0, NOW.plus(call / 10)), Ok(1));
        }
        assert_eq!(family.present(1, NOW.plus(10)), Ok(2));
    }

    #[test]
    fn a_reuse_that_is_wrong_in_other_ways_is_refused_for_those_and_ends_nothing() {
        let used = RefreshToken { rotation: Rotation::Superseded, ..first() };
        let exchange = |client: &str, scopes: &str, resource: &str| {
            let (client, scopes) = (client.parse().unwrap(), scopes.parse().unwrap());
            used.exchange(&client, Some(&scopes), &[ResourceUri::parse(resource)], NOW).err()
        };
        let (scopes, resource) = ("a b", "https://a.example/mcp");
        assert_eq!(exchange("client", scopes, resource), Some(RefreshRefusal::Reused));
        assert_eq!(exchange("other", scopes, resource), Some(RefreshRefusal::WrongClient));
        assert_eq!(exchange("client", "a c", resource), Some(RefreshRefusal::ScopeExceeded));
        assert_eq!(exchange("client", scopes, "https://b.example"), Some(RefreshRefusal::WrongResource));
    }

    #[test]
    fn what_earlier_versions_stored_is_read() {
        let stored: Rotation = json::from_str(r#"{"rotated":{"grace_until":7,"retries":3}}"#).unwrap();
        assert_eq!(stored, Rotation::Rotated { grace_until: Timestamp::from_unix(7) });
        let mut token = serde_json::to_value(first()).unwrap();
        token.as_object_mut().unwrap().remove("generation");
        assert_eq!(json::from_value::<RefreshToken>(&token).unwrap(), first());
    }

    #[test]
    fn a_family_ends_after_as_many_uses_as_are_enough_for_three_months_of_access_tokens() {
        let mut family = Family::new();
        let last = RefreshToken::MAX_GENERATION as usize;
        for index in 0..last {
            assert!(family.tokens[index].is_usable(NOW));
            assert_eq!(family.present(index, NOW), Ok(index + 1));
        }
        assert!(!family.tokens[last].is_usable(NOW));
        assert_eq!(family.present(last, NOW), Err(RefreshRefusal::UsedUp));
        let early = i64::from(RefreshToken::MAX_GENERATION) * (AccessToken::LIFETIME_SECONDS - 8 * 60);
        assert!(early >= RefreshToken::LIFETIME_SECONDS);
    }

    #[test]
    fn reuse_after_the_grace_ends_the_family() {
        let mut family = Family::new();
        family.present(0, NOW).unwrap();
        assert_eq!(family.present(0, NOW.plus(10)), Err(RefreshRefusal::Reused));
        assert!(family.present(1, NOW.plus(11)).is_err());
    }

    #[test]
    fn reuse_after_the_successor_was_used_ends_the_family_even_within_the_grace() {
        let mut family = Family::new();
        family.present(0, NOW).unwrap();
        family.present(1, NOW.plus(1)).unwrap();
        assert_eq!(family.present(0, NOW.plus(2)), Err(RefreshRefusal::Reused));
    }

    #[test]
    fn a_family_ends_after_three_months_however_often_it_is_used() {
        let mut family = Family::new();
        family.present(0, NOW.plus(RefreshToken::LIFETIME_SECONDS - 1)).unwrap();
        assert_eq!(family.present(1, NOW.plus(RefreshToken::LIFETIME_SECONDS)), Err(RefreshRefusal::Expired));
    }

    #[test]
    fn less_may_be_asked_for_and_never_more() {
        let token = first();
        let exchange = |scopes: &str| token.exchange(&client(), Some(&scopes.parse().unwrap()), &[], NOW);
        assert_eq!(exchange("a").unwrap().scopes.to_string(), "a");
        assert_eq!(exchange("a").unwrap().successor.unwrap().scopes.to_string(), "a b");
        assert_eq!(exchange("a c"), Err(RefreshRefusal::ScopeExceeded));
        assert_eq!(
            token.exchange(&"other".parse().unwrap(), None, &[], NOW),
            Err(RefreshRefusal::WrongClient)
        );
        let other = [ResourceUri::parse("https://b.example/mcp")];
        assert_eq!(token.exchange(&client(), None, &other, NOW), Err(RefreshRefusal::WrongResource));
    }

    proptest! {
        /// However tokens are presented, there is one newest token, and only it or its direct predecessor (within the
        /// grace) is ever answered.
        #[test]
        fn the_line_never_forks(steps in proptest::collection::vec((0_usize..6, 0_i64..15), 1..40)) {
            let mut family = Family::new();
            let mut now = NOW;
            for (choice, wait) in steps {
                now = now.plus(wait);
                let newest = family.tokens.len() - 1;
                let index = choice.min(newest);
                let was_revoked = family.revoked;
                let outcome = family.present(index, now);
                prop_assert!(!(was_revoked && outcome.is_ok()));
                if let Ok(answer) = outcome {
                    prop_assert!(index == newest || index + 1 == newest);
                    prop_assert_eq!(answer, family.tokens.len() - 1);
                } else if index + 1 < newest {
                    prop_assert!(family.revoked);
                }
                let newest_tokens = family.tokens.iter().filter(|token| token.rotation == Rotation::Newest).count();
                prop_assert_eq!(newest_tokens, 1);
            }
        }
    }
}
