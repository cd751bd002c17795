//! How often something may happen, in sliding windows.

use crate::Timestamp;

/// At most so many times in so many seconds; all windows hold at once.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    windows: &'static [(i64, usize)],
}

impl RateLimit {
    /// Windows as (seconds, how often).
    pub const fn new(windows: &'static [(i64, usize)]) -> Self {
        Self { windows }
    }

    /// How long earlier times must be remembered, in seconds.
    pub fn memory_seconds(&self) -> i64 {
        self.windows.iter().map(|(window, _)| *window).max().unwrap_or_default()
    }

    /// Whether it may happen once more, given when it happened before.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn check(&self, earlier: &[Timestamp], now: Timestamp) -> Result<(), i64> {
        let wait = self.windows.iter().filter_map(|(window, limit)| {
            let mut recent: Vec<_> = earlier.iter().filter(|at| now.since(**at) < *window).collect();
            recent.sort_unstable();
            // The window has room again once the oldest of the last `limit` times has left it.
            let oldest = recent.len().checked_sub(*limit).and_then(|index| recent.get(index))?;
            Some(window.saturating_sub(now.since(**oldest)))
        });
        wait.max().map_or(Ok(()), Err)
    }
}

/// What a network is called for the purpose of limits: an IPv4 address, or the /64 that one subscriber has of IPv6. `None` for
/// what is no address, and for this machine, whose programs nobody needs to be protected from.
pub fn network_of(address: &str) -> Option<String> {
    use std::net::IpAddr;
    match address.trim().parse::<IpAddr>().ok()?.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_counts() {
        const LIMIT: RateLimit = RateLimit::new(&[(60, 2), (3600, 3)]);
        let at = Timestamp::from_unix;
        assert_eq!(LIMIT.memory_seconds(), 3600);
        assert_eq!(LIMIT.check(&[at(0)], at(10)), Ok(()));
        assert_eq!(LIMIT.check(&[at(0), at(5)], at(10)), Err(50));
        assert_eq!(LIMIT.check(&[at(0), at(5)], at(60)), Ok(()));
        assert_eq!(LIMIT.check(&[at(0), at(5), at(70)], at(200)), Err(3400));
    }

    #[test]
    fn a_network_is_an_address_or_a_64() {
        assert_eq!(network_of("203.0.113.7").as_deref(), Some("203.0.113.7"));
        assert_eq!(network_of("::ffff:203.0.113.7").as_deref(), Some("203.0.113.7"));
        assert_eq!(network_of("2001:db8:1:2:3:4:5:6"), network_of("2001:db8:1:2::1"));
        assert_ne!(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
        for none in ["", "127.0.0.1", "::1", "::ffff:127.0.0.1", "unknown"] {
            assert_eq!(network_of(none), None, "{none}");
        }
    }
}
