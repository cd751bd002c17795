//! Limits for each owner and for all owners together, and which entry is evicted above them.
//!
//! Everything that a client can create without bound has both limits. A new entry is always accepted. An owner at the first
//! limit loses their own oldest entry. At the second limit the owner with the most entries, the new one counted, loses their
//! oldest. So an owner with many entries cannot displace those of an owner with few.

use std::cmp::Reverse;

/// The two limits.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// How many one owner may have; at least one.
    pub of_one: usize,
    /// How many all owners may have together; at least one.
    pub of_all: usize,
}

/// An existing entry.
#[derive(Clone, Copy, Debug)]
pub struct Share<'a> {
    /// The owner: any text that is unique to them.
    pub owner: &'a str,
    /// When the entry was made, in any unit that rises with time.
    pub since: u64,
}

impl Shares {
    /// Indices, into `there`, of the entries to evict so that the owner `newcomer` can add one.
    pub fn evictions<'a>(self, there: &[Share<'a>], newcomer: &'a str) -> Vec<usize> {
        let mut staying: Vec<(usize, Share<'a>)> = there.iter().copied().enumerate().collect();
        let mut gone = Vec::new();
        loop {
            let has = |owner: &str| staying.iter().filter(|(_, other)| other.owner == owner).count();
            let loser = if has(newcomer) >= self.of_one.max(1) {
                newcomer
            } else if staying.len() >= self.of_all.max(1) {
                // The newcomer's new entry counts. Of several owners with the most, the one with the oldest entry.
                let with_next = |owner: &str| has(owner) + usize::from(owner == newcomer);
                let count = |(place, share): &(usize, Share<'a>)| {
                    (with_next(share.owner), Reverse((share.since, *place)))
                };
                let oldest_of_most = staying.iter().max_by_key(|entry| count(entry));
                oldest_of_most.map_or(newcomer, |(_, share)| share.owner)
            } else {
                return gone;
            };
            let theirs = staying.iter().filter(|(_, share)| share.owner == loser);
            // Of the same age, the first in the list.
            let oldest = theirs.min_by_key(|(place, share)| (share.since, *place));
            let Some(lost) = oldest.map(|(place, _)| *place) else { return gone };
            staying.retain(|(place, _)| *place != lost);
            gone.push(lost);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHARES: Shares = Shares { of_one: 3, of_all: 6 };

    fn evictions(owners: &str, newcomer: &str) -> Vec<usize> {
        let shares: Vec<Share<'_>> =
            owners.split_terminator(' ').zip(0..).map(|(owner, since)| Share { owner, since }).collect();
        SHARES.evictions(&shares, newcomer)
    }

    #[test]
    fn below_the_limits_nothing_is_evicted() {
        assert_eq!(evictions("", "a"), [0_usize; 0]);
        assert_eq!(evictions("a a b b b", "a"), [0_usize; 0]);
    }

    #[test]
    fn an_owner_at_their_limit_loses_their_own_oldest() {
        assert_eq!(evictions("b a a a", "a"), [1]);
    }

    #[test]
    fn at_the_total_limit_the_owner_with_the_most_loses_their_oldest() {
        assert_eq!(evictions("c b a b b a", "c"), [1]);
        assert_eq!(evictions("a a b b c c", "d"), [0]);
        // With one more the newcomer would have the most.
        assert_eq!(evictions("a a b b c c", "c"), [4]);
    }

    #[test]
    fn a_list_that_is_longer_than_the_limits_is_brought_within_them() {
        assert_eq!(evictions("a a a a a", "a"), [0, 1, 2]);
        assert_eq!(evictions("a b c d e f g", "h"), [0, 1]);
    }

    proptest! {
        #[test]
        fn the_limits_hold_and_nobody_loses_while_another_has_more(owners in proptest::collection::vec("[a-e]", 0..20)) {
            let mut there: Vec<(String, u64)> = Vec::new();
            for (since, newcomer) in (0..).zip(owners) {
                let shares: Vec<Share<'_>> = there.iter().map(|(owner, since)| Share { owner, since: *since }).collect();
                let gone = SHARES.evictions(&shares, &newcomer);
                prop_assert!(gone.len() <= 1);
                for place in gone {
                    let (loser, _) = there.remove(place);
                    let had = there.iter().filter(|(owner, _)| *owner == loser).count() + 1;
                    for (owner, _) in &there {
                        let has = there.iter().filter(|(other, _)| other == owner).count();
                        prop_assert!(loser == newcomer || has <= had, "{loser} lost one of {had}, {owner} has {has}");
                    }
                }
                there.push((newcomer.clone(), since));
                prop_assert!(there.len() <= SHARES.of_all);
                prop_assert!(there.iter().filter(|(owner, _)| *owner == newcomer).count() <= SHARES.of_one);
            }
        }
    }
}
