//! How long fetched client metadata documents and key sets are used, and when they are fetched again.

use crate::Timestamp;
use crate::rate::RateLimit;

/// How long a fetched document or key set is used without another fetch, in seconds.
pub const FRESH_SECONDS: i64 = 3600;

/// How long it is used when fetching a newer one fails, in seconds.
pub const STALE_SECONDS: i64 = 24 * 3600;

/// How long a failure is cached, in seconds: requests until then get the same error, and nothing is fetched.
pub const FAILURE_SECONDS: i64 = 60;

/// How long nothing is fetched again after a fetch, in seconds, even if a key is missing: anyone can make up the id of a key.
pub const COOL_DOWN_SECONDS: i64 = 30;

/// How often the document or the keys of one client are fetched, also when fetches fail.
pub const LIMIT: RateLimit = RateLimit::new(&[(60, 10), (3600, 60)]);

/// What was fetched, and when.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kept {
    /// When fetching it succeeded last. `None`: there is nothing to believe yet.
    pub fetched_at: Option<Timestamp>,
    /// When fetching it failed last.
    pub failed_at: Option<Timestamp>,
}

impl Kept {
    /// Whether to fetch it (anew). `misses_something`: what is needed is not in it.
    pub fn is_due(self, misses_something: bool, now: Timestamp) -> bool {
        if self.failed_at.is_some_and(|at| now.since(at) < FAILURE_SECONDS) {
            return false;
        }
        let believed = if misses_something { COOL_DOWN_SECONDS } else { FRESH_SECONDS };
        self.fetched_at.is_none_or(|at| now.since(at) >= believed)
    }

    /// Whether it is good enough when it is due and no newer one can be had.
    pub fn is_usable(self, now: Timestamp) -> bool {
        self.fetched_at.is_some_and(|at| now.since(at) < STALE_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    #[test]
    fn it_is_fetched_when_it_is_old_or_lacks_something_but_not_in_a_row() {
        for (fetched_ago, failed_ago, is_due, is_due_if_something_is_missing, is_usable) in [
            (None, None, true, true, false),
            (None, Some(59), false, false, false),
            (None, Some(60), true, true, false),
            (Some(0), None, false, false, true),
            (Some(30), None, false, true, true),
            (Some(3599), None, false, true, true),
            (Some(3600), None, true, true, true),
            (Some(3600), Some(10), false, false, true),
            (Some(24 * 3600 - 1), Some(10), false, false, true),
            (Some(24 * 3600), Some(10), false, false, false),
        ] {
            let ago = |seconds: Option<i64>| seconds.map(|seconds| NOW.plus(-seconds));
            let kept = Kept { fetched_at: ago(fetched_ago), failed_at: ago(failed_ago) };
            assert_eq!(kept.is_due(false, NOW), is_due, "{kept:?}");
            assert_eq!(kept.is_due(true, NOW), is_due_if_something_is_missing, "{kept:?}");
            assert_eq!(kept.is_usable(NOW), is_usable, "{kept:?}");
        }
    }
}
