//! How often something may happen, in sliding windows.

use std::collections::BinaryHeap;

use crate::Timestamp;

/// At most so many times in so many seconds; all windows hold at once.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    windows: &'static [(i64, usize)],
    times: usize,
}

impl RateLimit {
    /// Windows as (seconds, how often).
    pub const fn new(windows: &'static [(i64, usize)]) -> Self {
        Self { windows, times: 1 }
    }

    /// The limit for several parties together: each window allows that many times as much.
    #[must_use]
    pub const fn times(self, times: usize) -> Self {
        Self { times, ..self }
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
            let mut recent: BinaryHeap<&Timestamp> = BinaryHeap::new();
            recent.extend(earlier.iter().filter(|at| now.since(**at) < *window));
            // The window has room again once the oldest of the last `limit` times has left it.
            let oldest =
                std::iter::from_fn(|| recent.pop()).nth(limit.saturating_mul(self.times).checked_sub(1)?)?;
            Some(window.saturating_sub(now.since(*oldest)))
        });
        wait.max().map_or(Ok(()), Err)
    }
}

/// The networks that an address counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Networks {
    /// An IPv4 address, or the /64 that one subscriber has of IPv6 at least.
    pub own: String,
    /// The network around it: a /24, or the /48 that one subscriber may have of IPv6.
    pub around: String,
}

/// The networks of an address. `None` for what is no address, and for this machine, whose programs nobody needs to be
/// protected from.
pub fn networks_of(address: &str) -> Option<Networks> {
    use std::net::IpAddr;
    match address.trim().parse::<IpAddr>().ok()?.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Some(Networks { own: address.to_string(), around: format!("{a}.{b}.{c}.0/24") })
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(Networks {
                own: format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"),
                around: format!("{a:x}:{b:x}:{c:x}::/48"),
            })
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
        assert_eq!(LIMIT.times(2).check(&[at(0), at(5), at(6)], at(10)), Ok(()));
        assert_eq!(LIMIT.times(2).check(&[at(0), at(5), at(6), at(7)], at(10)), Err(50));
    }

    #[test]
    fn a_network_is_an_address_or_a_64_and_has_one_around_it() {
        let networks =
            |own: &str, around: &str| Some(Networks { own: own.to_owned(), around: around.to_owned() });
        assert_eq!(networks_of("203.0.113.7"), networks("203.0.113.7", "203.0.113.0/24"));
        assert_eq!(networks_of("::ffff:203.0.113.7"), networks_of("203.0.113.7"));
        assert_eq!(networks_of("2001:db8:1:2:3:4:5:6"), networks("2001:db8:1:2::/64", "2001:db8:1::/48"));
        assert_eq!(networks_of("2001:db8:1:2:3:4:5:6"), networks_of("2001:db8:1:2::1"));
        for none in ["", "127.0.0.1", "::1", "::ffff:127.0.0.1", "unknown"] {
            assert_eq!(networks_of(none), None, "{none}");
        }
    }
}
