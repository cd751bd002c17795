//! KV has every record in the end, as it is: whatever KV refuses, does late, or does and denies, and whenever the object dies.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as tests do")]

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::Future,
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use kv_copy::{
    KvCopy, Lag, OPERATIONS, Outage, Queue, Records, Target,
    row::{DOUBT_MS, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, PACE_MS, Row},
};
use proptest::prelude::*;

/// What outlives the object: its storage.
#[derive(Clone, Default)]
struct Storage(Rc<Tables>);

#[derive(Default)]
struct Tables {
    records: RefCell<BTreeMap<String, String>>,
    rows: RefCell<BTreeMap<String, Row>>,
    outage: Cell<Outage>,
    /// Nothing can be written.
    is_full: Cell<bool>,
    /// How often it was asked which rows are due.
    looks: Cell<usize>,
}

#[derive(Debug, PartialEq)]
struct Full;

impl Storage {
    fn writable(&self) -> Result<&Tables, Full> {
        if self.0.is_full.get() { Err(Full) } else { Ok(&self.0) }
    }
}

impl Queue for Storage {
    type Error = Full;

    fn row(&self, id: &str) -> Result<Option<Row>, Full> {
        Ok(self.0.rows.borrow().get(id).cloned())
    }

    fn put(&self, row: &Row) -> Result<(), Full> {
        self.writable()?.rows.borrow_mut().insert(row.id.clone(), row.clone());
        Ok(())
    }

    fn remove(&self, id: &str) -> Result<(), Full> {
        self.writable()?.rows.borrow_mut().remove(id);
        Ok(())
    }

    fn due(&self, now: u64, limit: usize) -> Result<Vec<Row>, Full> {
        self.0.looks.set(self.0.looks.get() + 1);
        let mut due: Vec<_> =
            self.0.rows.borrow().values().filter(|row| row.due_at <= now).cloned().collect();
        due.sort_by_key(|row| row.due_at);
        due.truncate(limit);
        Ok(due)
    }

    fn next_due(&self) -> Result<Option<u64>, Full> {
        Ok(self.0.rows.borrow().values().map(|row| row.due_at).min())
    }

    fn doubt(&self, now: u64) -> Result<(), Full> {
        self.writable()?.rows.borrow_mut().values_mut().for_each(|row| *row = row.clone().doubted(now));
        Ok(())
    }

    fn outage(&self) -> Result<Outage, Full> {
        Ok(self.0.outage.get())
    }

    fn set_outage(&self, outage: Outage) -> Result<(), Full> {
        self.writable()?.outage.set(outage);
        Ok(())
    }

    fn lag(&self) -> Result<Lag, Full> {
        let rows = self.0.rows.borrow();
        let behind = || rows.values().filter(|row| !row.copied);
        Ok(Lag { records: behind().count() as u64, since: behind().map(|row| row.since).min() })
    }
}

impl Records for Storage {
    type Error = Full;

    fn json(&self, id: &str) -> Result<Option<String>, Full> {
        Ok(self.0.records.borrow().get(id).cloned())
    }
}

/// What becomes of a write.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Done,
    /// An error, and it was not done.
    Refused,
    /// An error, and it was done.
    DoneAndDenied,
    /// An error, and it is done so much later.
    Late(u64),
    /// Nothing is heard of it: the object dies before. It is done so much later.
    Unheard(u64),
}

/// Workers KV, with a clock that only the test moves.
#[derive(Default)]
struct Kv {
    now: Cell<u64>,
    shown: RefCell<BTreeMap<String, String>>,
    late: RefCell<Vec<(u64, String, Option<String>)>>,
    /// The fates of the writes to come, the next one last. Without one a write is done.
    fates: RefCell<Vec<Fate>>,
    /// Nothing is done, whatever the fates say.
    is_down: Cell<bool>,
    /// When which key was written, and whether that was taken.
    writes: RefCell<Vec<(u64, String, bool)>>,
}

impl Kv {
    fn set(&self, id: &str, json: Option<String>) {
        match json {
            Some(json) => drop(self.shown.borrow_mut().insert(id.to_owned(), json)),
            None => drop(self.shown.borrow_mut().remove(id)),
        }
    }

    fn pass(&self, ms: u64) {
        self.now.set(self.now.get() + ms);
        let late = self.late.take();
        let (due, rest): (Vec<_>, _) = late.into_iter().partition(|(at, ..)| *at <= self.now.get());
        for (_, id, json) in due {
            self.set(&id, json);
        }
        self.late.replace(rest);
    }
}

impl Target for Kv {
    async fn write(&self, id: &str, json: Option<&str>) -> Result<(), String> {
        let json = json.map(str::to_owned);
        let later = |ms: u64| self.late.borrow_mut().push((self.now.get() + ms, id.to_owned(), json.clone()));
        let fate = if self.is_down.get() {
            Fate::Refused
        } else {
            self.fates.borrow_mut().pop().unwrap_or(Fate::Done)
        };
        self.writes.borrow_mut().push((self.now.get(), id.to_owned(), matches!(fate, Fate::Done)));
        match fate {
            Fate::Done | Fate::DoneAndDenied => self.set(id, json.clone()),
            Fate::Refused => {}
            Fate::Late(ms) => later(ms),
            Fate::Unheard(ms) => {
                later(ms);
                std::future::pending::<()>().await;
            }
        }
        if matches!(fate, Fate::Done) { Ok(()) } else { Err("500".to_owned()) }
    }
}

/// An object, its storage, and KV.
struct World {
    storage: Storage,
    copy: KvCopy<Storage>,
    kv: Kv,
    /// Changes that come while something is being written, one with each write, the next one last.
    meanwhile: RefCell<Vec<(String, Option<String>)>>,
    /// When objects died: a new one does not know what was written just before.
    deaths: Vec<u64>,
}

impl World {
    fn new() -> Self {
        let storage = Storage::default();
        let copy = KvCopy::found(storage.clone());
        copy.doubt(0).unwrap();
        Self { storage, copy, kv: Kv::default(), meanwhile: RefCell::default(), deaths: Vec::new() }
    }

    fn change(&self, id: &str, json: Option<String>) {
        match json {
            Some(json) => drop(self.storage.0.records.borrow_mut().insert(id.to_owned(), json)),
            None => drop(self.storage.0.records.borrow_mut().remove(id)),
        }
        self.copy.changed(id, self.kv.now.get()).unwrap();
    }

    /// One run, to its end, or to the death of the object.
    fn run(&mut self) {
        let before = self.kv.writes.borrow().len();
        let ended = {
            let run = pin!(self.copy.run(&self.storage, &*self, || self.kv.now.get()));
            match run.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(ran) => ran.unwrap().is_some(),
                Poll::Pending => false,
            }
        };
        assert!(self.kv.writes.borrow().len() - before <= OPERATIONS);
        if !ended {
            self.die();
        }
    }

    fn die(&mut self) {
        self.deaths.push(self.kv.now.get());
        self.copy = KvCopy::found(self.storage.clone());
        assert_eq!(self.copy.doubt(self.kv.now.get()).is_err(), self.storage.0.is_full.get());
    }

    /// Lets alarms come, as far as there are any, for so long.
    fn alarms(&mut self, ms: u64) {
        let end = self.kv.now.get() + ms;
        while let Some(due) = self.copy.due().unwrap().filter(|due| *due <= end) {
            self.kv.pass(due.saturating_sub(self.kv.now.get()));
            self.run();
        }
        self.kv.pass(end - self.kv.now.get());
    }

    fn assert_equal(&self) {
        assert_eq!(*self.kv.shown.borrow(), *self.storage.0.records.borrow(), "KV has what the object has");
    }
}

impl Target for World {
    async fn write(&self, id: &str, json: Option<&str>) -> Result<(), String> {
        let meanwhile = self.meanwhile.borrow_mut().pop();
        if let Some((id, json)) = meanwhile {
            self.change(&id, json);
        }
        self.kv.write(id, json).await
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u16),
    Delete(u8),
    /// It is put, or deleted, while the next write is under way.
    Meanwhile(u8, Option<u16>),
    Run,
    /// The object dies while nothing is under way.
    Die,
    Pass(u64),
    Down(bool),
    Fate(Fate),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fate = prop_oneof![
        Just(Fate::Refused),
        Just(Fate::DoneAndDenied),
        (0..DOUBT_MS).prop_map(Fate::Late),
        (0..DOUBT_MS).prop_map(Fate::Unheard),
    ];
    let step = prop_oneof![
        4 => (0..4u8, any::<u16>()).prop_map(|(id, json)| Step::Put(id, json)),
        2 => (0..4u8).prop_map(Step::Delete),
        3 => (0..4u8, any::<Option<u16>>()).prop_map(|(id, json)| Step::Meanwhile(id, json)),
        4 => Just(Step::Run),
        1 => Just(Step::Die),
        2 => (0..3_000u64).prop_map(Step::Pass),
        1 => (0..200_000u64).prop_map(Step::Pass),
        1 => any::<bool>().prop_map(Step::Down),
        4 => fate.prop_map(Step::Fate),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn kv_has_everything_in_the_end(steps in steps()) {
        let mut world = World::new();
        for step in steps {
            match step {
                Step::Put(id, json) => world.change(&id.to_string(), Some(json.to_string())),
                Step::Delete(id) => world.change(&id.to_string(), None),
                Step::Meanwhile(id, json) => {
                    let change = (id.to_string(), json.map(|json| json.to_string()));
                    world.meanwhile.borrow_mut().push(change);
                }
                Step::Run => world.run(),
                Step::Die => world.die(),
                Step::Pass(ms) => world.kv.pass(ms),
                Step::Down(is_down) => world.kv.is_down.set(is_down),
                Step::Fate(fate) => world.kv.fates.borrow_mut().push(fate),
            }
        }
        world.kv.is_down.set(false);
        world.kv.fates.borrow_mut().clear();
        world.meanwhile.borrow_mut().clear();
        // Five minutes after the end of any outage KV has everything, with no call from anybody.
        world.alarms(5 * 60 * 1_000 - DOUBT_MS);
        prop_assert_eq!(world.copy.lag().unwrap().records, 0);
        world.alarms(2 * DOUBT_MS + LONGEST_PAUSE_MS);
        world.assert_equal();
        prop_assert_eq!(world.copy.due().unwrap(), None, "no alarm is left");
        let writes = world.kv.writes.borrow();
        for (index, (at, id, _)) in writes.iter().enumerate() {
            let Some((before, _, is_taken)) = writes.iter().take(index).rfind(|(_, other, _)| other == id) else { continue };
            let least = if *is_taken { PACE_MS } else { FIRST_PAUSE_MS };
            let is_paced = at - before >= least || world.deaths.iter().any(|death| (before..=at).contains(&death));
            prop_assert!(is_paced, "key {id} was written at {before} and at {at}");
        }
    }
}

#[test]
fn a_change_is_one_write_and_nothing_later() {
    let mut world = World::new();
    world.change("a", Some(1.to_string()));
    assert_eq!(world.copy.due().unwrap(), Some(0));
    world.run();
    world.assert_equal();
    assert_eq!(world.copy.due().unwrap(), None);
    assert_eq!(world.kv.writes.borrow().len(), 1);
}

#[test]
fn what_changes_while_it_is_written_is_written_again() {
    for (first, then) in [(Some(1), Some(2)), (Some(1), None), (None, Some(2))] {
        let mut world = World::new();
        world.change("a", first.map(|json| json.to_string()));
        world.meanwhile.borrow_mut().push(("a".to_owned(), then.map(|json| json.to_string())));
        world.run();
        world.alarms(PACE_MS);
        world.assert_equal();
        assert_eq!(world.kv.writes.borrow().len(), 2);
    }
}

#[test]
fn what_is_queued_during_a_run_is_written_by_it() {
    let mut world = World::new();
    world.change("a", Some(1.to_string()));
    world.meanwhile.borrow_mut().push(("b".to_owned(), Some(2.to_string())));
    world.run();
    world.assert_equal();
    assert_eq!(world.copy.due().unwrap(), None);
}

#[test]
fn a_change_after_a_refusal_waits_for_no_more_than_the_next_try() {
    let mut world = World::new();
    world.kv.is_down.set(true);
    world.change("a", Some(1.to_string()));
    world.run();
    assert_eq!(world.copy.due().unwrap(), Some(FIRST_PAUSE_MS));
    world.kv.pass(FIRST_PAUSE_MS / 2);
    world.change("a", Some(2.to_string()));
    assert_eq!(world.copy.due().unwrap(), Some(FIRST_PAUSE_MS));
}

#[test]
fn nothing_is_written_while_it_is_held() {
    let mut world = World::new();
    world.change("a", Some(1.to_string()));
    world.copy.hold(5_000);
    world.run();
    assert_eq!(world.kv.writes.borrow().len(), 0);
    assert_eq!(world.copy.due().unwrap(), Some(5_000));
    world.alarms(5_000);
    world.assert_equal();
}

#[test]
fn changes_of_one_record_that_follow_each_other_are_one_write_more() {
    let mut world = World::new();
    for number in 0..100 {
        world.change("a", Some(number.to_string()));
        world.run();
        world.kv.pass(5);
    }
    world.alarms(PACE_MS);
    world.assert_equal();
    assert_eq!(world.kv.writes.borrow().len(), 2);
    // For each write, and once to see that no other row is due before the second.
    assert_eq!(world.storage.0.looks.get(), 3);
}

#[test]
fn an_outage_of_a_minute_costs_a_handful_of_tries_and_no_write_waits_long() {
    let mut world = World::new();
    world.kv.is_down.set(true);
    for number in 0..355 {
        world.change(&number.to_string(), Some(number.to_string()));
        world.run();
        world.alarms(60_000 / 355);
    }
    assert!(world.kv.writes.borrow().len() <= 8, "{} tries", world.kv.writes.borrow().len());
    assert_eq!(world.copy.lag().unwrap(), Lag { records: 355, since: Some(0) });
    world.kv.is_down.set(false);
    world.alarms(LONGEST_PAUSE_MS);
    world.assert_equal();
    world.alarms(2 * DOUBT_MS);
    assert!(world.kv.writes.borrow().len() <= 355 + 2 * 8, "{} writes", world.kv.writes.borrow().len());
}

#[test]
fn after_three_hours_of_outage_the_copy_goes_on_within_five_minutes() {
    let mut world = World::new();
    world.kv.is_down.set(true);
    world.change("a", Some(1.to_string()));
    world.run();
    for _ in 0..180 {
        world.alarms(60_000);
        // The object sleeps between its alarms.
        world.die();
    }
    let tries = world.kv.writes.borrow().len();
    assert!((55..75).contains(&tries), "{tries} tries");
    world.kv.is_down.set(false);
    world.alarms(LONGEST_PAUSE_MS);
    world.assert_equal();
}

#[test]
fn ten_thousand_deletions_are_ten_thousand_writes_in_twelve_runs() {
    let mut world = World::new();
    for number in 0..10_000 {
        world.change(&number.to_string(), None);
    }
    for run in 1..=12 {
        assert_eq!(world.copy.due().unwrap(), Some(0), "run {run} is due at once");
        world.run();
        assert_eq!(world.kv.writes.borrow().len(), (run * OPERATIONS).min(10_000));
    }
    assert_eq!(world.copy.due().unwrap(), None);
}

#[test]
fn one_record_that_kv_never_takes_holds_up_no_other() {
    struct Picky(Kv);
    impl Target for Picky {
        async fn write(&self, id: &str, json: Option<&str>) -> Result<(), String> {
            if id == "0" { Err("413".to_owned()) } else { self.0.write(id, json).await }
        }
    }
    let storage = Storage::default();
    let copy = KvCopy::found(storage.clone());
    copy.doubt(0).unwrap();
    let kv = Picky(Kv::default());
    for minute in 0..60 {
        for id in ["0", "1", "2"] {
            storage.0.records.borrow_mut().insert(id.to_owned(), minute.to_string());
            copy.changed(id, kv.0.now.get()).unwrap();
        }
        let end = kv.0.now.get() + 60_000;
        while let Some(due) = copy.due().unwrap().filter(|due| *due < end) {
            kv.0.pass(due.saturating_sub(kv.0.now.get()));
            let run = pin!(copy.run(&storage, &kv, || kv.0.now.get()));
            assert!(run.poll(&mut Context::from_waker(Waker::noop())).is_ready());
        }
        kv.0.pass(end - kv.0.now.get());
        assert_eq!(copy.lag().unwrap().records, 1);
    }
    assert_eq!(kv.0.shown.borrow().len(), 2);
}

#[test]
fn an_object_that_cannot_doubt_when_it_comes_to_life_does_so_before_it_writes() {
    let mut world = World::new();
    world.kv.fates.borrow_mut().push(Fate::Unheard(5_000));
    world.change("a", Some(1.to_string()));
    world.storage.0.is_full.set(true);
    world.run();
    // It can be asked as ever; only a run ends with the error.
    assert_eq!(world.copy.due().unwrap(), Some(0));
    assert_eq!(world.copy.lag().unwrap().records, 1);
    {
        let run = pin!(world.copy.run(&world.storage, &world.kv, || 0));
        assert_eq!(run.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Err(Full)));
    }
    assert_eq!(world.kv.writes.borrow().len(), 1, "nothing is written that is not doubted first");
    world.storage.0.is_full.set(false);
    world.change("a", Some(2.to_string()));
    world.alarms(2 * DOUBT_MS);
    world.assert_equal();
    assert_eq!(world.copy.due().unwrap(), None);
}
