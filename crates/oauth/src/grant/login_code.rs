//! One-time codes sent by e-mail: six digits, ten minutes, five tries, one browser.

use serde::{Deserialize, Serialize};

use crate::rate::RateLimit;
use crate::{Digest, Timestamp};

/// A code that has been sent and not been used.
///
/// Six digits can be guessed, so three things stand in the way: the code is kept only as a keyed digest, it dies
/// after five wrong tries, and it works only in the browser that asked for it (which carries a random value in a cookie). The
/// last also keeps a stranger from logging somebody into the stranger's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginCode {
    code: Digest,
    browser: Digest,
    /// From this second on the code is refused: [`Self::LIFETIME_SECONDS`] after it was sent.
    pub expires_at: Timestamp,
    tries_left: u8,
}

/// What an attempt came to. Unless it says that tries are left, the code is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Code and browser are right.
    Accepted,
    /// The code was sent [`LoginCode::LIFETIME_SECONDS`] ago or longer.
    Expired,
    /// Another browser's code; it stays as it is, so that a stranger cannot use up its tries.
    WrongBrowser(LoginCode),
    /// Wrong digits. Holds the code as it must be stored now, with one try less.
    WrongCode(LoginCode),
    /// Wrong digits, and that was the last of [`LoginCode::TRIES`].
    NoTriesLeft,
}

impl LoginCode {
    /// How long a code is good, in seconds: ten minutes.
    pub const LIFETIME_SECONDS: i64 = 600;
    /// How many wrong tries end a code.
    pub const TRIES: u8 = 5;
    /// How many digits a code has.
    pub const DIGITS: usize = 6;

    /// `code` is a keyed digest ([`Digest::keyed`]): a plain hash of six digits can be undone.
    pub const fn new(code: Digest, browser: Digest, now: Timestamp) -> Self {
        Self { code, browser, expires_at: now.plus(Self::LIFETIME_SECONDS), tries_left: Self::TRIES }
    }

    /// Tries a code. `code` and `browser` are digests, made as those given to [`Self::new`] were.
    #[must_use]
    pub fn attempt(self, code: &Digest, browser: &Digest, now: Timestamp) -> Attempt {
        if now >= self.expires_at {
            return Attempt::Expired;
        }
        if self.browser != *browser {
            return Attempt::WrongBrowser(self);
        }
        if self.code == *code {
            return Attempt::Accepted;
        }
        match self.tries_left.checked_sub(1) {
            None | Some(0) => Attempt::NoTriesLeft,
            Some(tries_left) => Attempt::WrongCode(Self { tries_left, ..self }),
        }
    }

    /// The digits for a random number; every code is equally likely for a number from a uniform source (the bias of
    /// reducing 64 bits to 20 is below 2⁻⁴⁴).
    pub fn digits(random: u64) -> String {
        format!("{:06}", random % 1_000_000)
    }
}

/// A browser that has logged in to an account before. What strangers do cannot use up what it may ask for.
pub struct KnownBrowser;

impl KnownBrowser {
    /// Counted from its last login. No browser keeps a cookie for longer (RFC 6265bis section 5.5).
    pub const LIFETIME_SECONDS: i64 = 400 * 24 * 3600;
}

/// How many codes an address may be sent: all strangers together so many, each known browser as many again. With five tries
/// each, strangers who keep asking have 150 guesses a day at one in a million, and the owner of the address has thirty mails
/// that say so.
pub struct SendLimit;

impl SendLimit {
    const LIMIT: RateLimit = RateLimit::new(&[(15 * 60, 10), (24 * 3600, 30)]);

    /// How long earlier sends must be remembered.
    pub const MEMORY_SECONDS: i64 = 24 * 3600;

    /// Whether another code may be sent, given when earlier ones were.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn check(sent: &[Timestamp], now: Timestamp) -> Result<(), i64> {
        Self::LIMIT.check(sent, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    fn digest(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    fn code() -> LoginCode {
        LoginCode::new(digest("123456"), digest("browser"), NOW)
    }

    #[test]
    fn the_right_code_in_the_right_browser_is_accepted() {
        assert_eq!(code().attempt(&digest("123456"), &digest("browser"), NOW.plus(599)), Attempt::Accepted);
    }

    #[test]
    fn it_dies_after_ten_minutes() {
        assert_eq!(code().attempt(&digest("123456"), &digest("browser"), NOW.plus(600)), Attempt::Expired);
    }

    #[test]
    fn another_browser_cannot_use_it_nor_use_it_up() {
        let outcome = code().attempt(&digest("123456"), &digest("other"), NOW);
        assert_eq!(outcome, Attempt::WrongBrowser(code()));
    }

    #[test]
    fn five_wrong_tries_and_it_is_gone() {
        let mut code = code();
        for _ in 0..4 {
            let Attempt::WrongCode(next) = code.attempt(&digest("000000"), &digest("browser"), NOW) else {
                panic!("the code should still be there");
            };
            code = next;
        }
        assert_eq!(code.attempt(&digest("000000"), &digest("browser"), NOW), Attempt::NoTriesLeft);
    }

    #[test]
    fn digits_are_always_six() {
        assert_eq!(LoginCode::digits(7), "000007");
        assert_eq!(LoginCode::digits(u64::MAX).len(), LoginCode::DIGITS);
    }

    #[test]
    fn ten_in_a_quarter_of_an_hour_is_enough() {
        let sent: Vec<_> = (0..10).map(|n| NOW.plus(n * 10)).collect();
        assert_eq!(SendLimit::check(&sent[..9], NOW.plus(100)), Ok(()));
        assert_eq!(SendLimit::check(&sent, NOW.plus(100)), Err(800));
        assert_eq!(SendLimit::check(&sent, NOW.plus(900)), Ok(()));
    }

    proptest! {
        #[test]
        fn whoever_waits_as_told_may_send(ages in proptest::collection::vec(0_i64..90_000, 0..60)) {
            let sent: Vec<_> = ages.iter().map(|age| NOW.plus(-age)).collect();
            if let Err(wait) = SendLimit::check(&sent, NOW) {
                prop_assert!(wait > 0);
                prop_assert_eq!(SendLimit::check(&sent, NOW.plus(wait)), Ok(()));
                prop_assert!(SendLimit::check(&sent, NOW.plus(wait - 1)).is_err());
            }
        }
    }
}
