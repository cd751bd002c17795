//! Login sessions: they last as long as the application asks for, counted from the last time it asked.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A number of minutes within Stytch's limits: 5 to 527,040 (366 days).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionDuration(u32);

impl SessionDuration {
    /// The least that Stytch's `session_duration_minutes` may be.
    pub const MIN_MINUTES: u32 = 5;
    /// The most that Stytch's `session_duration_minutes` may be: 366 days.
    pub const MAX_MINUTES: u32 = 527_040;

    /// Reads `session_duration_minutes`; `None` for what is beyond the limits.
    pub fn from_minutes(minutes: u64) -> Option<Self> {
        let minutes = u32::try_from(minutes).ok()?;
        (Self::MIN_MINUTES..=Self::MAX_MINUTES).contains(&minutes).then_some(Self(minutes))
    }

    const fn seconds(self) -> i64 {
        self.0 as i64 * 60
    }
}

/// The life of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLife {
    /// When the person logged in.
    pub started_at: Timestamp,
    /// When the session was last used: `now` of the last [`Self::touch`], or of its beginning.
    pub last_accessed_at: Timestamp,
    /// From this second on it opens nothing.
    pub expires_at: Timestamp,
}

impl SessionLife {
    /// A session of a person who logs in now.
    pub const fn begin(duration: SessionDuration, now: Timestamp) -> Self {
        Self { started_at: now, last_accessed_at: now, expires_at: now.plus(duration.seconds()) }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// The session after it was used at `now`; `None` when it is over. With a duration it lasts that long from now
    /// on, without one it keeps its end.
    #[must_use]
    pub fn touch(self, extend: Option<SessionDuration>, now: Timestamp) -> Option<Self> {
        if self.is_over(now) {
            return None;
        }
        let expires_at = extend.map_or(self.expires_at, |duration| now.plus(duration.seconds()));
        Some(Self { last_accessed_at: now, expires_at, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    #[test]
    fn durations_have_limits() {
        for (minutes, fits) in [(4, false), (5, true), (527_040, true), (527_041, false), (u64::MAX, false)] {
            assert_eq!(SessionDuration::from_minutes(minutes).is_some(), fits, "{minutes}");
        }
    }

    #[test]
    fn it_slides_only_when_asked_and_never_after_its_end() {
        let hour = SessionDuration::from_minutes(60);
        let session = SessionLife::begin(hour.unwrap(), NOW);
        assert_eq!(session.touch(None, NOW.plus(60)).unwrap().expires_at, NOW.plus(3600));
        assert_eq!(session.touch(hour, NOW.plus(60)).unwrap().expires_at, NOW.plus(3660));
        assert_eq!(session.touch(hour, NOW.plus(3600)), None);
    }
}
