//! A queue in front of an object's work: one piece at a time, each client in its turn, and not too many that wait.
//!
//! An object is one thread. Without a queue it works off what has arrived in the order in which it came, so whoever sends much holds up
//! whoever sends little. Here the next turn goes to the client whose last turn is the longest ago.
//!
//! Nor may one object hold up others that share its thread: work that arrived together would be done in one go, before the platform
//! delivers anything else. So after a few turns each waits until what else has arrived was delivered.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures_channel::oneshot;

use crate::{clock::now_ms, shares::Shares, timer::sleep};

/// A turn that is longer was lost, in milliseconds: the platform dropped its work half-way. The next to come goes on then.
const LOST_MS: u64 = 15 * 1_000;

/// How many turns may begin one after the other before the platform is let deliver, and how long ago the last must have begun for none to
/// count, in milliseconds.
const BURST: u32 = 4;
const BURST_MS: u64 = 10;

/// The queue of one object.
pub struct FairQueue {
    line: Rc<RefCell<Line>>,
    /// How much may wait, by weight.
    most: Shares,
}

/// Too much waits already, of this client or of all.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany;

impl FairQueue {
    /// An empty queue. `most` is the weight of all that may wait.
    pub fn new(most: Shares) -> Self {
        Self { line: Rc::default(), most }
    }

    /// Waits for a turn, which lasts until it is dropped. `weight` says how long the work takes, in units of the caller's: 1 is so little
    /// that it need not wait where nobody has a turn.
    ///
    /// # Errors
    /// Too much waits. It is said at once.
    pub async fn turn(&self, client: &str, weight: usize) -> Result<FairTurn, TooMany> {
        let entered = self.enter(client, weight)?;
        let is_quick = matches!(entered, Entered::AtOnce { is_burst: false }) && weight <= 1;
        if let Entered::Waiting(wait) = entered {
            wait.await.map_err(|_| TooMany)?;
        }
        let turn = FairTurn(Rc::clone(&self.line));
        if !is_quick {
            // Lets the platform deliver what has arrived while the work before was done, so that it takes part when the next turn is given.
            sleep(Duration::ZERO).await;
            if let Ok(mut line) = self.line.try_borrow_mut() {
                line.delivered();
            }
        }
        Ok(turn)
    }

    fn enter(&self, client: &str, weight: usize) -> Result<Entered, TooMany> {
        self.line.try_borrow_mut().map_err(|_| TooMany)?.enter(client, weight, self.most, now_ms())
    }
}

/// A client's turn. Dropping it gives the next one.
pub struct FairTurn(Rc<RefCell<Line>>);

impl Drop for FairTurn {
    fn drop(&mut self) {
        if let Ok(mut line) = self.0.try_borrow_mut() {
            line.next(now_ms());
        }
    }
}

#[derive(Default)]
struct Line {
    /// When the turn that somebody has began, in milliseconds.
    since: Option<u64>,
    /// The oldest first.
    waiting: Vec<Waiting>,
    /// Who had a turn since somebody waits, the latest last.
    served: Vec<String>,
    /// How many turns have begun shortly after the one before, and when the last began, in milliseconds.
    burst: u32,
    begun_at: u64,
}

/// What comes of entering.
#[derive(Debug)]
enum Entered {
    /// It has its turn. `is_burst`: others have had theirs just before.
    AtOnce { is_burst: bool },
    /// It has its turn when this is sent.
    Waiting(oneshot::Receiver<()>),
}

struct Waiting {
    client: String,
    weight: usize,
    go: oneshot::Sender<()>,
}

impl Line {
    /// Enters a piece of work.
    fn enter(&mut self, client: &str, weight: usize, most: Shares, now_ms: u64) -> Result<Entered, TooMany> {
        if self.since.is_none_or(|since| now_ms.saturating_sub(since) > LOST_MS) {
            self.begin(client.to_owned(), now_ms);
            return Ok(Entered::AtOnce { is_burst: self.burst > BURST });
        }
        let (mut of_one, mut of_all) = (weight, weight);
        for waiting in &self.waiting {
            of_all = of_all.saturating_add(waiting.weight);
            if waiting.client == client {
                of_one = of_one.saturating_add(waiting.weight);
            }
        }
        if of_one > most.of_one || of_all > most.of_all {
            return Err(TooMany);
        }
        let (go, wait) = oneshot::channel();
        self.waiting.push(Waiting { client: client.to_owned(), weight, go });
        Ok(Entered::Waiting(wait))
    }

    fn begin(&mut self, client: String, now_ms: u64) {
        self.burst =
            if now_ms.saturating_sub(self.begun_at) > BURST_MS { 1 } else { self.burst.saturating_add(1) };
        self.begun_at = now_ms;
        self.since = Some(now_ms);
        self.served.retain(|served| *served != client);
        self.served.push(client);
    }

    /// The platform has delivered what else had arrived: whatever begins now is no part of the burst before.
    fn delivered(&mut self) {
        self.burst = 0;
    }

    /// Gives the next turn: to the oldest work of the client whose last turn is the longest ago.
    fn next(&mut self, now_ms: u64) {
        loop {
            let last_turn =
                |waiting: &Waiting| self.served.iter().position(|served| *served == waiting.client);
            let next = self.waiting.iter().enumerate().min_by_key(|(_, waiting)| last_turn(waiting));
            let Some((place, _)) = next else {
                *self = Self { burst: self.burst, begun_at: self.begun_at, ..Self::default() };
                return;
            };
            let Waiting { client, go, .. } = self.waiting.remove(place);
            // Whoever has gone needs no turn.
            if go.send(()).is_ok() {
                return self.begin(client, now_ms);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Shares = Shares { of_one: 4, of_all: 8 };

    /// Enters work of these clients, named by letters, while the first has its turn; says in which order they have theirs.
    fn order(clients: &str) -> String {
        let mut line = Line::default();
        let mut waiting: Vec<(char, oneshot::Receiver<()>)> = Vec::new();
        for client in clients.chars() {
            if let Ok(Entered::Waiting(wait)) = line.enter(&client.to_string(), 1, MOST, 0) {
                waiting.push((client, wait));
            }
        }
        let mut order = String::new();
        loop {
            line.next(0);
            let next = waiting.iter_mut().position(|(_, wait)| matches!(wait.try_recv(), Ok(Some(()))));
            let Some(next) = next else { return order };
            order.push(waiting.remove(next).0);
        }
    }

    #[test]
    fn clients_take_turns_and_each_in_its_own_order() {
        assert_eq!(order("aaaab"), "baaa");
        assert_eq!(order("aaabbcc"), "bcabca");
        assert_eq!(order("b"), "");
    }

    #[test]
    fn more_than_may_wait_is_refused_and_nobody_else_for_it() {
        let mut line = Line::default();
        let mut enter = |client: &str, weight| {
            line.enter(client, weight, MOST, 0).map(|entered| matches!(entered, Entered::Waiting(_)))
        };
        assert_eq!(enter("a", 100), Ok(false), "nobody waits");
        assert_eq!(enter("a", 3), Ok(true));
        assert_eq!(enter("a", 2), Err(TooMany));
        assert_eq!(enter("a", 1), Ok(true));
        assert_eq!(enter("b", 4), Ok(true));
        assert_eq!(enter("c", 1), Err(TooMany), "of all");
    }

    #[test]
    fn whoever_has_gone_is_passed_over_and_a_lost_turn_ends() {
        let mut line = Line::default();
        assert!(matches!(line.enter("a", 1, MOST, 0), Ok(Entered::AtOnce { .. })));
        drop(line.enter("b", 1, MOST, 0));
        let Ok(Entered::Waiting(mut wait)) = line.enter("c", 1, MOST, 0) else { panic!("it does not wait") };
        line.next(0);
        assert_eq!(wait.try_recv(), Ok(Some(())));
        assert!(matches!(line.enter("d", 1, MOST, LOST_MS), Ok(Entered::Waiting(_))));
        assert!(matches!(line.enter("e", 1, MOST, LOST_MS + 1), Ok(Entered::AtOnce { .. })));
    }

    /// Whether work that comes at these times, each after the one before was done, is taken for a burst; that which is lets the platform
    /// deliver, as [`FairQueue::turn`] does.
    fn bursts(times: &[u64]) -> Vec<bool> {
        let mut line = Line::default();
        let enter = |now_ms: &u64| {
            let is_burst =
                matches!(line.enter("a", 1, MOST, *now_ms), Ok(Entered::AtOnce { is_burst: true }));
            if is_burst {
                line.delivered();
            }
            line.next(*now_ms);
            is_burst
        };
        times.iter().map(enter).collect()
    }

    #[test]
    fn what_comes_together_lets_others_in_after_every_few_turns() {
        assert_eq!(bursts(&[100; 10]), [false, false, false, false, true, false, false, false, false, true]);
        assert_eq!(bursts(&[100, 110, 120, 130, 140]), [false, false, false, false, true]);
        assert_eq!(bursts(&[100, 111, 122, 133, 144, 155]), [false; 6]);
    }
}
