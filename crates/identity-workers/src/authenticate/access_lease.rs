//! How long a connected app has access: until its token expires or the person revokes the grant. That matters for event streams, which
//! may last longer.

use std::{pin::pin, rc::Rc, time::Duration};

use futures_util::future::{Either, select};
use oauth::{Timestamp, bearer::BearerRefusal, jwt::LEEWAY_SECONDS};
use worker::console_error;
use worker_kit::{clock::now_ms, http::Failure, timer::sleep};

use super::shown_token::{ShownToken, StandingGrant};
use crate::{
    access::{Access, Admission},
    check_error::CheckError,
    clock::now,
    deployment::Deployment,
    provider::grants,
};

/// The access of one request of a connected app.
pub struct AccessLease {
    token: Rc<ShownToken>,
    /// When the request was let in, in milliseconds since the epoch.
    began_ms: u64,
}

impl AccessLease {
    pub(super) fn of(token: Rc<ShownToken>) -> Self {
        Self { token, began_ms: now_ms() }
    }

    pub(super) async fn standing(&self, deployment: &Deployment) -> Result<Option<StandingGrant>, Failure> {
        self.token.standing(deployment).await
    }

    /// Asks the account whether the grant is valid, unless this request has asked already: for operations that must not rely on the
    /// cache. With Stytch no call is made: its tokens are valid until they expire.
    ///
    /// # Errors
    /// [`BearerRefusal::Revoked`], or the account's failure.
    pub async fn confirm(&self, deployment: &Deployment) -> Result<(), CheckError<BearerRefusal>> {
        if deployment.has_embedded_provider() && !self.token.was_confirmed_since(self.began_ms) {
            self.token.confirm(deployment).await?.ok_or(BearerRefusal::Revoked)?;
        }
        Ok(())
    }

    /// The grant and when it was last confirmed, a minute ago at most; sent to the application's object with each question. `None`
    /// with Stytch.
    ///
    /// # Errors
    /// As [`confirm`](Self::confirm).
    pub async fn admission(
        &self,
        deployment: &Deployment,
    ) -> Result<Option<Admission>, CheckError<BearerRefusal>> {
        if !deployment.has_embedded_provider() {
            return Ok(None);
        }
        let standing = self.standing(deployment).await?.ok_or(BearerRefusal::Revoked)?;
        let StandingGrant { id, confirmed_at_ms, .. } = standing;
        Ok(Some(Admission { access: Access::Grant(id.to_string()), confirmed_at_ms }))
    }

    /// Drops the cached confirmation, for when the application's object refused the grant: the next request asks the account.
    pub fn forget(&self) {
        self.token.forget();
    }

    /// Waits until the token would be refused: it expires, or its grant ends.
    pub async fn ends(&self, deployment: &Deployment) {
        let claims = &self.token.claims;
        let expires = expires(claims.expires_at.plus(LEEWAY_SECONDS));
        let grant = deployment.has_embedded_provider().then(|| grants::grant_of(claims)).flatten();
        let Some(grant) = grant else { return expires.await };
        match select(pin!(grants::grant_ends(deployment, &claims.user_id, grant)), pin!(expires)).await {
            Either::Left((Err(failure), _)) => console_error!("a grant could not be watched: {failure}"),
            Either::Left((Ok(()), _)) | Either::Right(_) => {}
        }
    }
}

/// Waits until a time.
async fn expires(at: Timestamp) {
    loop {
        let left = at.since(now());
        if left < 0 {
            return;
        }
        // One second more: times are whole seconds.
        sleep(Duration::from_secs(left.saturating_add(1).unsigned_abs())).await;
    }
}
