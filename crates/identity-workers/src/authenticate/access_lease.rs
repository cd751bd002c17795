//! How long a connected app is let in: until its token expires, or the person takes back what it came of. A request is over
//! before that matters; an event stream may not be.

use std::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use oauth::{
    Timestamp, UserId,
    jwt::{AccessClaims, LEEWAY_SECONDS},
};
use uuid::Uuid;
use worker::console_error;
use worker_kit::timer::sleep;

use crate::{clock::now, deployment::Deployment, provider::grants};

/// What lets a request in, and for how long.
pub struct AccessLease {
    user_id: UserId,
    /// What the embedded provider can be asked about. Stytch's tokens are good until they expire.
    grant: Option<Uuid>,
    expires_at: Timestamp,
}

impl AccessLease {
    pub(super) fn of(claims: &AccessClaims, grant: Option<Uuid>) -> Self {
        Self { user_id: claims.user_id.clone(), grant, expires_at: claims.expires_at }
    }

    /// Waits until the same token would be refused.
    pub async fn ends(&self, deployment: &Deployment) {
        let expires = expires(self.expires_at.plus(LEEWAY_SECONDS));
        let Some(grant) = self.grant else { return expires.await };
        match select(pin!(grants::grant_ends(deployment, &self.user_id, grant)), pin!(expires)).await {
            Either::Left((Err(failure), _)) => console_error!("a grant could not be watched: {failure:?}"),
            Either::Left((Ok(()), _)) | Either::Right(_) => {}
        }
    }
}

/// Waits for a moment.
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
