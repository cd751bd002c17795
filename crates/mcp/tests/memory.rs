//! What a server of one process holds in memory has limits, and at each of them it goes on.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a helper of tests fails as tests do")]

mod support;

use std::future::Future;
use std::rc::Rc;

use futures_util::{FutureExt, StreamExt};
use mcp::{
    Event, Fault, HeldTask, LogLevel, Memory, ResourceChange, STANDALONE, SealingKey, Sessions, Subscribed,
    TaskEvent, TaskSignal, TaskStatus, Tasks,
};
use serde_json::{Map, json};
use support::{NOW_MS, Stopped, memory};

/// What is known without waiting.
fn now<T>(future: impl Future<Output = Result<T, Fault>>) -> T {
    future.now_or_never().expect("no waiting").unwrap()
}

fn event(stream: &str, number: u64, message: &str, last: bool) -> Event {
    Event { stream: stream.to_owned(), number, message: message.to_owned(), last }
}

/// The numbers of the events that are there of a stream, and whether it has ended.
fn read(memory: &Memory, session: &str, stream: &str, after: u64) -> (Vec<u64>, bool) {
    let Some((_, mut events)) = now(memory.follow(session, stream, Some(after))) else {
        return (Vec::new(), true);
    };
    let mut numbers = Vec::new();
    loop {
        match events.next().now_or_never() {
            Some(Some(event)) => numbers.push(event.number),
            ended => return (numbers, ended.is_some()),
        }
    }
}

#[test]
fn no_name_is_given_twice() {
    let memory = memory();
    let names = (0..1_000).map(|_| Sessions::name(&*memory).unwrap());
    let mut names: Vec<String> = names.chain((0..1_000).map(|_| Tasks::name(&*memory).unwrap())).collect();
    assert!(names.iter().all(|name| name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit())));
    let other = Stopped::default().memory(SealingKey::new([8; 32]));
    names.push(Sessions::name(&*other).unwrap());
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2_001);
}

#[test]
fn an_event_goes_to_the_newest_reader_alone_and_is_kept_for_whoever_comes_back() {
    let memory = memory();
    let (at, mut older) = now(memory.follow("s", STANDALONE, None)).unwrap();
    let (_, mut newer) = now(memory.follow("s", STANDALONE, None)).unwrap();
    assert_eq!(at, 0);
    now(memory.push("s", "{}"));
    assert_eq!(newer.next().now_or_never().flatten().map(|event| event.number), Some(1));
    assert!(older.next().now_or_never().is_none());
    drop(newer);
    now(memory.push("s", "{}"));
    assert_eq!(older.next().now_or_never().flatten().map(|event| event.number), Some(2));
    assert_eq!(now(memory.follow("s", STANDALONE, None)).map(|(at, _)| at), Some(2));
    assert_eq!(read(&memory, "s", STANDALONE, 0), (vec![1, 2], false));
    assert_eq!(read(&memory, "another", STANDALONE, 0), (vec![], false));

    let _lease = now(memory.work_on("s", "a", "a", "{}"));
    let (_, mut reader) = now(memory.follow("s", "a", Some(0))).unwrap();
    now(memory.record("s", &event("a", 1, "{}", false)));
    now(memory.record("s", &event("a", 2, "{}", true)));
    let numbers: Vec<u64> = reader.by_ref().map(|event| event.number).collect().now_or_never().unwrap();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(read(&memory, "s", "a", 0), (vec![1, 2], true));
}

#[test]
fn a_stream_is_over_once_its_call_is_and_nothing_more_is_kept_of_it() {
    let memory = memory();
    let is_over = |stream: &str, after: u64| now(memory.follow("s", stream, Some(after))).is_none();
    assert!(is_over("a", 0), "nothing is known of it");
    assert!(!is_over(STANDALONE, 0), "what belongs to no request may always come");
    let lease = now(memory.work_on("s", "a", "a", "{}"));
    assert!(!is_over("a", 0));
    now(memory.record("s", &event("a", 1, "{}", false)));
    assert!(!is_over("a", 1));
    now(memory.record("s", &event("a", 2, "{}", true)));
    drop(lease);
    assert!(!is_over("a", 1), "its last event is kept");
    assert!(is_over("a", 2));
    // A call without a lease.
    now(memory.record("s", &event("b", 1, "{}", false)));
    assert!(!is_over("b", 1));
}

#[test]
fn whoever_does_not_read_is_cut_off_and_can_come_back() {
    let memory = memory();
    let (_, unread) = now(memory.follow("s", STANDALONE, None)).unwrap();
    for _ in 0..1_100 {
        now(memory.push("s", "{}"));
    }
    let told: Vec<Event> = unread.collect().now_or_never().expect("it has ended");
    let last = told.last().unwrap().number;
    assert!((1_000..1_100).contains(&last), "{last}");
    assert_eq!(read(&memory, "s", STANDALONE, last), ((last + 1..=1_100).collect(), false));
}

#[test]
fn the_oldest_events_go_first_by_number_and_by_size() {
    let memory = memory();
    for number in 1..=10_001 {
        now(memory.record("s", &event("a", number, "{}", false)));
    }
    let (numbers, _) = read(&memory, "s", "a", 0);
    assert_eq!((numbers.first(), numbers.len()), (Some(&2), 10_000));
    let large = "x".repeat(24 * 1024 * 1024);
    for number in 1..=3 {
        now(memory.record("other", &event("b", number, &large, false)));
    }
    assert_eq!(read(&memory, "other", "b", 0).0, [2, 3]);
    assert_eq!(read(&memory, "s", "a", 0).0, Vec::<u64>::new());
    now(memory.end("other"));
    now(memory.record("s", &event("a", 10_002, &large, false)));
    assert_eq!(read(&memory, "s", "a", 0).0, [10_002], "what has ended takes no room");
}

#[test]
fn what_has_ended_has_ended_for_everybody_who_waits() {
    let memory = memory();
    let (_, mut events) = now(memory.follow("s", STANDALONE, None)).unwrap();
    let answer = now(memory.answer("s", "q"));
    let cancelled = memory.cancelled("s", "r");
    now(memory.set_log_level("s", LogLevel::Info));
    now(memory.end("s"));
    assert!(now(memory.is_over("s")) && !now(memory.is_over("t")));
    assert!(events.next().now_or_never().unwrap().is_none());
    assert_eq!(now(answer), None);
    assert!(cancelled.now_or_never().unwrap().is_err());
    assert_eq!(now(memory.log_level("s")), None);
    // What was still under way has nowhere to go.
    now(memory.push("s", "{}"));
    now(memory.set_log_level("s", LogLevel::Info));
    assert_eq!((now(memory.log_level("s")), read(&memory, "s", STANDALONE, 0)), (None, (vec![], true)));
}

#[test]
fn the_session_that_was_not_used_for_the_longest_time_makes_room() {
    let memory = memory();
    let level = |session: usize| now(memory.log_level(&session.to_string()));
    for session in 0..10_000 {
        now(memory.set_log_level(&session.to_string(), LogLevel::Info));
    }
    now(memory.push("0", "{}"));
    now(memory.set_log_level("one more", LogLevel::Info));
    assert_eq!((level(0), level(1), level(2)), (Some(LogLevel::Info), None, Some(LogLevel::Info)));
    assert!(!now(memory.is_over("1")), "it can begin anew");
}

#[test]
fn of_endings_the_oldest_is_forgotten_first() {
    let memory = memory();
    for session in 0..=100_000 {
        now(memory.end(&session.to_string()));
    }
    assert_eq!(["0", "1", "100000"].map(|session| now(memory.is_over(session))), [false, true, true]);
}

#[test]
fn an_answer_finds_whoever_waits_and_nobody_else() {
    let memory = memory();
    let mut waiting = now(memory.answer("s", "q"));
    assert!((&mut waiting).now_or_never().is_none());
    assert!(!now(memory.answered("t", "q", "another session's")));
    assert!(!now(memory.answered("s", "p", "another question's")));
    assert!(now(memory.answered("s", "q", "yes")));
    assert!(!now(memory.answered("s", "q", "no")), "it was given");
    assert_eq!(now(waiting), Some("yes".to_owned()));
    assert!(now(memory.answer("s", "p")).now_or_never().is_none(), "none was kept");
    drop(now(memory.answer("s", "r")));
    assert!(!now(memory.answered("s", "r", "yes")), "nobody waits any more");
}

#[test]
fn a_call_without_an_end_has_one_when_nobody_works_on_it_any_more() {
    let memory = memory();
    let lease = now(memory.work_on("s", "call", "call", "lost"));
    now(memory.record("s", &event("call", 1, "question", false)));
    let (_, mut events) = now(memory.follow("s", "call", Some(1))).unwrap();
    assert!(events.next().now_or_never().is_none());
    drop(lease);
    assert_eq!(events.next().now_or_never().flatten(), Some(event("call", 2, "lost", true)));
    assert_eq!(events.next().now_or_never(), Some(None));
    assert_eq!(read(&memory, "s", "call", 0), (vec![1, 2], true));

    let lease = now(memory.work_on("s", "done", "done", "lost"));
    now(memory.record("s", &event("done", 1, "result", true)));
    drop(lease);
    assert_eq!(read(&memory, "s", "done", 0), (vec![1], true));

    drop(now(memory.work_on("s", "heard elsewhere", mcp::STANDALONE, "lost")));
    assert_eq!(read(&memory, "s", mcp::STANDALONE, 0).0, [1]);
}

#[test]
fn a_cancellation_finds_whoever_waits_before_or_after() {
    let memory = memory();
    let mut working = memory.cancelled("s", "1");
    assert!((&mut working).now_or_never().is_none());
    now(memory.cancel("s", "2"));
    assert!((&mut working).now_or_never().is_none());
    now(memory.cancel("s", "1"));
    now(working);
    now(memory.cancelled("s", "2"));
    assert!(memory.cancelled("s", "2").now_or_never().is_none(), "it was taken");

    for request in 0..65 {
        now(memory.cancel("s", &request.to_string()));
    }
    assert!(memory.cancelled("s", "0").now_or_never().is_none(), "the oldest of too many");
    now(memory.cancelled("s", "64"));
}

#[test]
fn a_question_is_given_up_in_time() {
    let clock = Stopped::default();
    let memory = clock.memory(SealingKey::new([7; 32]));
    let mut waiting = now(memory.answer("s", "q"));
    assert!((&mut waiting).now_or_never().is_none());
    clock.time_is_up.set(true);
    assert_eq!(now(waiting), None);
}

#[test]
fn a_change_is_told_to_those_of_its_principal_who_want_to_know() {
    let memory = memory();
    let tea = ResourceChange::Resource { uri: "shop://tea".to_owned() };
    let told = |session: &str, after| read(&memory, session, STANDALONE, after).0.len();
    for (session, principal) in [("a", "ada"), ("e", "eve")] {
        now(memory.subscribe(session, principal, "shop://tea"));
        now(memory.tell_of_lists(session, principal));
    }
    let mut changes = now(memory.changes("ada"));
    let mut others = now(memory.changes("eve"));
    memory.changed("ada", &tea).unwrap();
    assert_eq!((told("a", 0), told("e", 0)), (1, 0), "also when nobody listens");
    // Of lists it hears while it listens, and only then.
    memory.changed("ada", &ResourceChange::ResourceList).unwrap();
    assert_eq!(told("a", 0), 1);
    let (_, listening) = now(memory.follow("a", STANDALONE, None)).unwrap();
    memory.changed("ada", &ResourceChange::ResourceList).unwrap();
    assert_eq!(told("a", 0), 2);
    drop(listening);
    now(memory.unsubscribe("a", "shop://tea"));
    memory.changed("ada", &tea).unwrap();
    assert_eq!(told("a", 0), 2);
    let heard: Vec<ResourceChange> = std::iter::from_fn(|| changes.next().now_or_never().flatten()).collect();
    assert_eq!(heard, [tea.clone(), ResourceChange::ResourceList, ResourceChange::ResourceList, tea]);
    assert!(others.next().now_or_never().is_none());
}

#[test]
fn a_session_subscribes_to_so_much_and_no_more() {
    let memory = memory();
    let uri = |n: usize| format!("shop://{n}");
    let long = format!("shop://{}", "x".repeat(2_048));
    let subscribe = |uri: &str| now(memory.subscribe("s", "ada", uri));
    assert_eq!(subscribe(&long), Subscribed::TooLong { most: 2_048 });
    assert!((0..1_000).map(uri).all(|uri| subscribe(&uri) == Subscribed::Yes));
    assert_eq!(subscribe(&uri(1_000)), Subscribed::TooMany { most: 1_000 });
    assert_eq!(subscribe(&uri(0)), Subscribed::Yes, "it has that already");
    for uri in [long, uri(0), uri(999), uri(1_000)] {
        memory.changed("ada", &ResourceChange::Resource { uri }).unwrap();
    }
    assert_eq!(read(&memory, "s", STANDALONE, 0).0, [1, 2]);
}

fn settled(status: TaskStatus) -> TaskEvent {
    TaskEvent::Settled { status, outcome: None }
}

fn status(memory: &Memory, task: &str) -> Option<TaskStatus> {
    now(memory.state(task)).map(|task| task.status)
}

#[test]
fn a_task_fails_when_nobody_works_on_it_any_more() {
    let memory = memory();
    let mut signals = now(memory.begin("t", HeldTask::new(NOW_MS), 1_000));
    let asked = TaskEvent::Asked { name: "q".to_owned(), request: json!({}) };
    assert!(now(memory.happens("t", asked)) && !now(memory.happens("u", settled(TaskStatus::Completed))));
    assert_eq!(status(&memory, "t"), Some(TaskStatus::InputRequired));
    let responses = Map::from_iter([("q".to_owned(), json!(1))]);
    now(memory.happens("t", TaskEvent::Answered { responses }));
    let signal = signals.next().now_or_never().flatten();
    assert_eq!(signal, Some(TaskSignal::Answered { name: "q".to_owned(), response: json!(1) }));
    assert_eq!(status(&memory, "t"), Some(TaskStatus::Working));
    drop(signals);
    assert_eq!(status(&memory, "t"), Some(TaskStatus::Failed));
    now(memory.happens("t", settled(TaskStatus::Completed)));
    assert_eq!(status(&memory, "t"), Some(TaskStatus::Failed));

    let mut signals = now(memory.begin("c", HeldTask::new(NOW_MS), 1_000));
    now(memory.happens("c", settled(TaskStatus::Cancelled)));
    assert_eq!(signals.next().now_or_never().flatten(), Some(TaskSignal::Cancelled));
}

#[test]
fn of_too_many_tasks_one_that_is_over_makes_room_and_without_such_none_begins() {
    let memory: Rc<Memory> = memory();
    let begin = |name: &str, lifetime| memory.begin(name, HeldTask::new(NOW_MS), lifetime);
    drop(now(begin("expired", 0)));
    assert_eq!(status(&memory, "expired"), None);
    let working: Vec<_> = (0..10_000).map(|n| now(begin(&n.to_string(), 1_000))).collect();
    assert!(begin("one more", 1_000).now_or_never().unwrap().is_err());
    now(memory.happens("7", settled(TaskStatus::Completed)));
    let _signals = now(begin("one more", 1_000));
    assert_eq!((status(&memory, "7"), status(&memory, "8")), (None, Some(TaskStatus::Working)));
    drop(working);
}
