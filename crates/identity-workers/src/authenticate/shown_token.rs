//! A verified access token with the last confirmation of its grant. Both are cached together.

use std::{cell::RefCell, rc::Rc};

use oauth::jwt::AccessClaims;
use uuid::Uuid;
use worker_kit::clock::now_ms;
use worker_kit::http::Failure;

use crate::{
    access::{self, REMEMBERED_MS},
    deployment::Deployment,
    provider::grants,
};

/// A verified token, as it is cached.
pub(super) struct ShownToken {
    pub(super) claims: AccessClaims,
    /// The account's last confirmation of the grant. That a grant is not valid is never cached.
    standing: RefCell<Option<StandingGrant>>,
}

/// A grant that was valid when its account was asked.
#[derive(Clone)]
pub(super) struct StandingGrant {
    pub(super) id: Uuid,
    /// The moment before the account was asked, in milliseconds since the epoch.
    pub(super) confirmed_at_ms: u64,
    /// When the grant expires, likewise.
    ends_at_ms: u64,
    /// The name by which the person has connected the app, as it may be shown.
    pub(super) app_name: Rc<str>,
}

impl StandingGrant {
    fn is_good_at(&self, now_ms: u64) -> bool {
        // After the clock was set back, the age is unknown.
        let age = now_ms.checked_sub(self.confirmed_at_ms);
        age.is_some_and(|age| age < REMEMBERED_MS) && now_ms < self.ends_at_ms
    }
}

impl ShownToken {
    pub(super) fn new(claims: AccessClaims) -> Self {
        Self { claims, standing: RefCell::default() }
    }

    /// The grant, from the cache or from its account. The cache is used only where the application is notified of ended access.
    pub(super) async fn standing(&self, deployment: &Deployment) -> Result<Option<StandingGrant>, Failure> {
        let remembered = self.remembered().filter(|_| access::who_is_told().is_some());
        match remembered.filter(|grant| grant.is_good_at(now_ms())) {
            Some(grant) => Ok(Some(grant)),
            None => self.confirm(deployment).await,
        }
    }

    /// The grant, from its account; `None` if it is not valid.
    pub(super) async fn confirm(&self, deployment: &Deployment) -> Result<Option<StandingGrant>, Failure> {
        // Taken before the call: the grant may end while the answer is on its way.
        let confirmed_at_ms = now_ms();
        let confirmed = grants::confirm(deployment, &self.claims).await?;
        let standing = confirmed.map(|(id, grant)| StandingGrant {
            id,
            confirmed_at_ms,
            ends_at_ms: u64::try_from(grant.expires_at.unix()).unwrap_or_default().saturating_mul(1_000),
            app_name: deployment.application.shown(&grant.app_name).into(),
        });
        if let Ok(mut remembered) = self.standing.try_borrow_mut() {
            remembered.clone_from(&standing);
        }
        Ok(standing)
    }

    /// Whether the grant was confirmed at that moment or later.
    pub(super) fn was_confirmed_since(&self, moment_ms: u64) -> bool {
        self.remembered().is_some_and(|grant| grant.confirmed_at_ms >= moment_ms)
    }

    /// Drops the cached confirmation: the grant may have ended.
    pub(super) fn forget(&self) {
        if let Ok(mut remembered) = self.standing.try_borrow_mut() {
            *remembered = None;
        }
    }

    fn remembered(&self) -> Option<StandingGrant> {
        self.standing.try_borrow().ok()?.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_remembered_for_a_minute_from_before_its_account_was_asked_and_never_past_its_end() {
        let asked = 1_800_000_000_000;
        let standing = |ends_at_ms| StandingGrant {
            id: Uuid::nil(),
            confirmed_at_ms: asked,
            ends_at_ms,
            app_name: "An app".into(),
        };
        let lasting = standing(asked + 3_600_000);
        assert!(lasting.is_good_at(asked));
        assert!(lasting.is_good_at(asked + REMEMBERED_MS - 1));
        // However late the answer came: it is not counted from then.
        assert!(!lasting.is_good_at(asked + REMEMBERED_MS));
        assert!(!lasting.is_good_at(asked - 1), "a clock was set back");
        assert!(!standing(asked + 5_000).is_good_at(asked + 5_000));
    }
}
