//! What holds of changes: each can be told from the one before, taken back exactly, and does not stay for ever.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests may fail the test")]

use proptest::prelude::*;
use todo::{
    Actor, Change, ChangeKind, Command, DueDate, DueEdit, Memory, Moment, Outcome, PART, Refusal, Store,
    Todo, TodoId, TodoList, TodoText,
    history::{MAX_CHANGES, MAX_TOUCHED, Mark},
};

#[derive(Clone, Debug)]
enum Step {
    Create(String),
    /// The numbers pick among the todos there are, or among the changes there were.
    Edit(usize, String, Option<u32>),
    Complete(usize),
    Reopen(usize),
    Delete(usize),
    ClearCompleted,
    Undo(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => "[a-z]{1,6}".prop_map(Step::Create),
        2 => (0..8usize, "[a-z]{1,2}", proptest::option::of(1..29u32)).prop_map(|(pick, text, day)| Step::Edit(pick, text, day)),
        3 => (0..8usize).prop_map(Step::Complete),
        1 => (0..8usize).prop_map(Step::Reopen),
        2 => (0..8usize).prop_map(Step::Delete),
        1 => Just(Step::ClearCompleted),
        4 => (0..12usize).prop_map(Step::Undo),
    ];
    proptest::collection::vec(step, 0..60)
}

fn at(now_ms: u64) -> Moment {
    Moment { now_ms, entropy: u128::from(now_ms) }
}

fn todos(list: &TodoList<Memory>) -> Vec<Todo> {
    let mut todos: Vec<_> = list.in_order().cloned().collect();
    todos.sort_by_key(|todo| todo.id);
    todos
}

fn command(step: &Step, ids: &[TodoId]) -> Option<Command> {
    let pick = |pick: usize| ids.get(pick.checked_rem(ids.len())?).copied();
    Some(match step {
        Step::Create(text) => Command::Create { text: TodoText::parse(text).unwrap(), due_on: None },
        Step::Edit(n, text, day) => Command::Edit {
            id: pick(*n)?,
            text: Some(TodoText::parse(text).unwrap()),
            due: day.map_or(DueEdit::Clear, |day| {
                DueEdit::On(DueDate::parse(&format!("2026-11-{day:02}")).unwrap())
            }),
        },
        Step::Complete(n) => Command::Complete { id: pick(*n)? },
        Step::Reopen(n) => Command::Reopen { id: pick(*n)? },
        Step::Delete(n) => Command::Delete { id: pick(*n)? },
        Step::ClearCompleted => Command::ClearCompleted,
        Step::Undo(_) => return None,
    })
}

/// Runs the steps; gives the list, every change, and every state: `states[n]` is the list after change `n`.
fn run(steps: &[Step]) -> (TodoList<Memory>, Vec<Change>, Vec<Vec<Todo>>) {
    let mut list = TodoList::<Memory>::default();
    let mut changes: Vec<Change> = Vec::new();
    let mut states = vec![Vec::new()];
    for (now_ms, step) in (1..).zip(steps) {
        let ids: Vec<_> = todos(&list).iter().map(|todo| todo.id).collect();
        let before = todos(&list);
        let change = match (step, command(step, &ids)) {
            (Step::Undo(n), _) => {
                let Some(index) = n.checked_rem(changes.len()) else { continue };
                match list.undo(changes[changes.len() - 1 - index].number, Actor::Browser, &at(now_ms)) {
                    Ok(change) => Some(change),
                    Err(refusal) => {
                        assert!(matches!(refusal, Refusal::ChangedSince { .. }), "{refusal}");
                        None
                    }
                }
            }
            (_, Some(command)) => match list.apply(command, Actor::app("id", "Claude"), &at(now_ms)).unwrap()
            {
                Outcome::Changed(change) => Some(change),
                Outcome::Unchanged(_) => None,
            },
            (_, None) => None,
        };
        match change {
            Some(change) => {
                changes.push(change);
                states.push(todos(&list));
            }
            None => assert_eq!(todos(&list), before, "what is refused or unchanged changes nothing"),
        }
    }
    (list, changes, states)
}

/// How far numbers are apart where a list was restored.
const GAP: u64 = 1_790_000_000_000;

proptest! {
    #[test]
    fn a_change_tells_everything_that_it_did(steps in steps()) {
        let (list, changes, states) = run(&steps);
        prop_assert_eq!(list.standing().unwrap().version, changes.len() as u64);
        for (index, change) in changes.iter().enumerate() {
            prop_assert_eq!(change.number, index as u64 + 1);
            prop_assert!(!change.effects.is_empty());
            let mut replayed = states[index].clone();
            for effect in &change.effects {
                prop_assert_ne!(&effect.before, &effect.after);
                let id = effect.todo().unwrap().id;
                prop_assert_eq!(replayed.iter().find(|todo| todo.id == id), effect.before.as_ref());
                replayed.retain(|todo| todo.id != id);
                replayed.extend(effect.after.clone());
            }
            replayed.sort_by_key(|todo| todo.id);
            prop_assert_eq!(&replayed, &states[index + 1]);
        }
    }

    #[test]
    fn undoing_backwards_restores_every_state_exactly(steps in steps()) {
        let (mut list, changes, states) = run(&steps);
        for (index, change) in changes.iter().enumerate().rev() {
            let undone = list.undo(change.number, Actor::Browser, &at(99)).unwrap();
            prop_assert_eq!(undone.kind, ChangeKind::Undone);
            prop_assert_eq!(todos(&list), states[index].clone());
            prop_assert_eq!(list.standing().unwrap().open, states[index].iter().filter(|todo| !todo.completed).count());
        }
        prop_assert!(list.in_order().next().is_none());
    }

    #[test]
    fn undoing_an_undo_does_it_again(steps in steps(), pick in 0..60usize) {
        let (mut list, changes, _) = run(&steps);
        let before = todos(&list);
        if let Some(change) = pick.checked_rem(changes.len()).map(|index| &changes[index])
            && let Ok(undone) = list.undo(change.number, Actor::Browser, &at(99))
        {
            prop_assert!(!list.entry(change.number).unwrap().unwrap().undoable, "it is undone once");
            list.undo(undone.number, Actor::Browser, &at(100)).unwrap();
            prop_assert_eq!(todos(&list), before);
        }
    }

    #[test]
    fn one_version_is_one_state_of_a_todo(steps in steps()) {
        let (_, _, states) = run(&steps);
        let mut seen: Vec<Todo> = Vec::new();
        for todo in states.into_iter().flatten() {
            match seen.iter().find(|other| (other.id, other.version) == (todo.id, todo.version)) {
                Some(other) => prop_assert_eq!(other, &todo),
                None => seen.push(todo),
            }
        }
    }

    #[test]
    fn a_change_survives_its_json(steps in steps()) {
        for change in run(&steps).1 {
            prop_assert_eq!(serde_json::from_str::<Change>(&serde_json::to_string(&change).unwrap()).unwrap(), change);
        }
    }

    #[test]
    fn a_history_is_bounded_and_loses_its_oldest_first(
        touches in proptest::collection::vec(prop_oneof![9 => Just(1usize), 1 => 1..10_000usize], 0..1_500),
        restored in proptest::collection::btree_set(0..1_500usize, 0..3),
    ) {
        let mut kept: Vec<(Mark, usize)> = Vec::new();
        let mut newest = Mark { number: 0, touched: 0 };
        for (index, touches) in touches.into_iter().enumerate() {
            let number = newest.number + if restored.contains(&index) { GAP } else { 1 };
            newest = Mark { number, touched: newest.touched + touches as u64 };
            kept.push((newest, touches));
            loop {
                let oldest = kept[0].0;
                let count = kept.len() as u64;
                let away = oldest.away_from(newest).unwrap_or(count);
                prop_assert_eq!(away, count);
                if oldest.is_kept(newest, away) {
                    break;
                }
                prop_assert!(count > MAX_CHANGES || newest.touched - oldest.touched >= MAX_TOUCHED, "no sooner");
                kept.remove(0);
            }
            prop_assert!(kept.len() as u64 <= MAX_CHANGES);
            prop_assert!(kept.iter().skip(1).map(|(_, touches)| *touches as u64).sum::<u64>() < MAX_TOUCHED);
            prop_assert_eq!(kept.last().unwrap().0.number, number);
        }
    }
}

#[test]
fn what_someone_changed_since_is_not_undone_over_their_head() {
    let mut list = TodoList::<Memory>::default();
    let changed = |outcome| match outcome {
        Outcome::Changed(change) => change,
        Outcome::Unchanged(_) => panic!("nothing changed"),
    };
    let agent = || Actor::app("id", "Claude");
    let text = |text| TodoText::parse(text).unwrap();
    let created = changed(
        list.apply(Command::Create { text: text("Buy milk"), due_on: None }, Actor::Browser, &at(1)).unwrap(),
    );
    let id = created.todo().unwrap().id;
    let completed = changed(list.apply(Command::Complete { id }, agent(), &at(2)).unwrap());
    let edit = Command::Edit { id, text: Some(text("Buy oat milk")), due: DueEdit::Keep };
    let edited = changed(list.apply(edit, Actor::Browser, &at(3)).unwrap());

    let refusal = list.undo(completed.number, Actor::Browser, &at(4)).unwrap_err();
    assert_eq!(refusal, Refusal::ChangedSince { number: 2, text: "Buy oat milk".into() });
    assert!(refusal.to_string().contains("“Buy oat milk” has been changed since"), "{refusal}");

    list.undo(edited.number, Actor::Browser, &at(5)).unwrap();
    let undone = list.undo(completed.number, Actor::Browser, &at(6)).unwrap();
    assert_eq!((undone.number, undone.by), (5, Actor::Browser));
    assert_eq!(&list.get(id).unwrap(), created.todo().unwrap());

    assert_eq!(list.require_version(id, &[3, 1]), Ok(()));
    assert_eq!(list.require_version(id, &[3]), Err(Refusal::Outdated { version: 1 }));
}

#[test]
fn a_change_of_very_many_todos_is_made_told_and_taken_back_in_parts() {
    let mut list = TodoList::<Memory>::default();
    for now_ms in 0..421 {
        let create = Command::Create { text: TodoText::parse("x").unwrap(), due_on: None };
        let Outcome::Changed(created) = list.apply(create, Actor::Browser, &at(now_ms)).unwrap() else {
            panic!("nothing was created");
        };
        let id = created.todo().unwrap().id;
        if now_ms != 7 {
            list.apply(Command::Complete { id }, Actor::Browser, &at(now_ms)).unwrap();
        }
    }
    let before = todos(&list);
    let Outcome::Changed(cleared) = list.apply(Command::ClearCompleted, Actor::Browser, &at(500)).unwrap()
    else {
        panic!("nothing was cleared");
    };
    let delta = list.delta_of(&cleared).unwrap();
    assert_eq!(cleared.touched(), 420);
    assert!(cleared.effects.len() <= 200, "no more of it is in memory than is told");
    assert_eq!((delta.reload, delta.todos.len(), delta.removed.len()), (true, 0, 0));
    assert_eq!((delta.open, delta.completed, delta.change.unwrap().todos), (1, 0, 420));
    for part in 0..9 {
        let part = list.store().part(cleared.number, part).unwrap().unwrap();
        assert!(part.effects.len() <= PART && part.untold == 0);
    }
    assert_eq!(list.store().part(cleared.number, 9).unwrap(), None);
    let entry = list.entry(cleared.number).unwrap().unwrap();
    assert_eq!((entry.todos, entry.todo, entry.undoable), (420, None, true));

    list.undo(cleared.number, Actor::Browser, &at(501)).unwrap();
    assert_eq!(todos(&list), before);
    assert!(!list.entry(cleared.number).unwrap().unwrap().undoable);
    // One todo in the last part is enough to be in the way of taking back the taking back.
    let id = before.last().unwrap().id;
    list.apply(Command::Reopen { id }, Actor::Browser, &at(502)).unwrap();
    let undone = cleared.number + 1;
    let refused = list.undo(undone, Actor::Browser, &at(503)).unwrap_err();
    assert!(matches!(refused, Refusal::ChangedSince { .. }), "{refused}");
    assert_eq!(list.standing().unwrap().todos(), 421, "what is refused changes nothing");
}
