//! When a signing key is made, when it signs, and when it is forgotten.
//!
//! A verifier keeps the key set for a while, so a key is published before it signs; a token is good for a while, so a key is
//! published after it has signed. In between there is one key that signs.
//!
//! ```text
//! made ──published──► signs ───────────────► its successor signs ──published──► forgotten
//!       PUBLISHED_AHEAD      SIGNS_FOR, about                    OUTLIVES
//! ```

use crate::Timestamp;

/// How old a key gets before it is given a successor, in seconds: 90 days.
const SIGNS_FOR_SECONDS: i64 = 90 * 24 * 60 * 60;

/// How long a successor is published before it signs, in seconds. Longer than anybody keeps a copy of the key set: the document
/// may be kept for five minutes, and this server's own isolates look every ten.
const PUBLISHED_AHEAD_SECONDS: i64 = 60 * 60;

/// How long a key is published after it has signed for the last time, in seconds. Longer than anything that it signed is of use:
/// an id token tells whom it is about for 30 days after its hour.
const OUTLIVES_SECONDS: i64 = super::HINT_LASTS_SECONDS + 24 * 60 * 60;

/// What a key is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Signs tokens, and is published.
    Signs,
    /// Is published: it has signed, or is going to.
    Published,
    /// None any more.
    Forgotten,
}

/// What to do with a deployment's keys.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// The duty of each key, in the order they were given in.
    pub duties: Vec<Duty>,
    /// Whether another key is due.
    pub another: bool,
}

impl Plan {
    /// The plan for keys made at these times, newest first. A key made before `not_before` is not trusted any more: somebody
    /// else may have it.
    pub fn at(now: Timestamp, made_at: &[Timestamp], not_before: Option<Timestamp>) -> Self {
        let trusted: Vec<Timestamp> = made_at
            .iter()
            .copied()
            .take_while(|made| not_before.is_none_or(|first| *made >= first))
            .collect();
        let known_everywhere = |made: &Timestamp| now.since(*made) >= PUBLISHED_AHEAD_SECONDS;
        // The newest that everybody knows; where nobody can know any, the oldest is as good as any.
        let signing = trusted.iter().position(known_everywhere).or(trusted.len().checked_sub(1));
        let duties = made_at.iter().enumerate().map(|(place, _)| match (trusted.get(place), signing) {
            (Some(_), Some(signing)) if place == signing => Duty::Signs,
            (Some(_), Some(signing)) if place < signing => Duty::Published,
            (Some(_), _) => {
                // Its successor is the one before it in the list.
                let successor = place.checked_sub(1).and_then(|place| trusted.get(place));
                let last_signed = successor.map(|made| made.plus(PUBLISHED_AHEAD_SECONDS));
                if last_signed.is_some_and(|last| now.since(last) < OUTLIVES_SECONDS) {
                    Duty::Published
                } else {
                    Duty::Forgotten
                }
            }
            (None, _) => Duty::Forgotten,
        });
        Self {
            duties: duties.collect(),
            another: trusted.first().is_none_or(|newest| now.since(*newest) >= SIGNS_FOR_SECONDS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 60 * 60;
    const DAY: i64 = 24 * HOUR;

    fn plan(now: i64, made_at: &[i64], not_before: Option<i64>) -> Plan {
        let made_at: Vec<_> = made_at.iter().copied().map(Timestamp::from_unix).collect();
        Plan::at(Timestamp::from_unix(now), &made_at, not_before.map(Timestamp::from_unix))
    }

    #[test]
    fn the_first_key_signs_at_once() {
        assert_eq!(plan(0, &[], None), Plan { duties: vec![], another: true });
        assert_eq!(plan(0, &[0], None), Plan { duties: vec![Duty::Signs], another: false });
    }

    #[test]
    fn a_successor_is_published_before_it_signs_and_its_predecessor_after_it_has() {
        use Duty::{Forgotten, Published, Signs};
        assert!(!plan(90 * DAY - 1, &[0], None).another);
        assert!(plan(90 * DAY, &[0], None).another);
        let made = 90 * DAY;
        for (after, duties) in [
            (0, [Published, Signs]),
            (HOUR - 1, [Published, Signs]),
            (HOUR, [Signs, Published]),
            (31 * DAY + HOUR - 1, [Signs, Published]),
            (31 * DAY + HOUR, [Signs, Forgotten]),
        ] {
            let plan = plan(made + after, &[made, 0], None);
            assert_eq!(plan, Plan { duties: duties.to_vec(), another: false }, "{after}");
        }
    }

    #[test]
    fn a_key_that_somebody_else_may_have_is_forgotten_at_once() {
        use Duty::{Forgotten, Published, Signs};
        assert_eq!(plan(10, &[5], Some(6)), Plan { duties: vec![Forgotten], another: true });
        assert_eq!(plan(10, &[6, 5], Some(6)), Plan { duties: vec![Signs, Forgotten], another: false });
        assert_eq!(plan(10, &[8, 6, 5], Some(6)).duties, [Published, Signs, Forgotten]);
    }

    /// Lives through a year and a half, looking at the keys at odd times, as isolates do.
    fn live(looks: impl IntoIterator<Item = i64>, mut check: impl FnMut(i64, &[i64], &Plan)) {
        let (mut now, mut made_at) = (0, Vec::new());
        for wait in looks {
            now += wait;
            if plan(now, &made_at, None).another {
                made_at.insert(0, now);
            }
            let planned = plan(now, &made_at, None);
            check(now, &made_at, &planned);
            let mut duties = planned.duties.iter();
            made_at.retain(|_| duties.next() != Some(&Duty::Forgotten));
        }
    }

    proptest! {
        #[test]
        fn there_is_always_one_key_that_signs_and_what_it_signed_can_be_verified(
            looks in proptest::collection::vec(1..20 * HOUR, 200..1200)
        ) {
            // Which key signed last at each look, by when it was made.
            let mut signed: Vec<(i64, i64)> = Vec::new();
            live(looks, |now, made_at, plan| {
                let signing: Vec<_> = made_at.iter().zip(&plan.duties).filter(|(_, duty)| **duty == Duty::Signs).collect();
                assert_eq!(signing.len(), 1);
                let kid = *signing[0].0;
                // But for the very first, nobody is shown a signature of a key they could not have heard of.
                assert!(kid == made_at[made_at.len() - 1] || now - kid >= HOUR);
                signed.push((now, kid));
                signed.retain(|(at, _)| now - at <= 30 * DAY + 2 * HOUR);
                for (_, kid) in &signed {
                    let place = made_at.iter().position(|made| made == kid).unwrap();
                    assert_ne!(plan.duties[place], Duty::Forgotten);
                }
            });
        }
    }
}
