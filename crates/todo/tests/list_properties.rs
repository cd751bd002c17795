//! What holds of a list whatever is done to it, against a model that is too simple to be wrong.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail the test")]

use proptest::prelude::*;
use todo::{
    Actor, ChangeKind, Command, DueDate, DueEdit, Filter, Memory, Moment, Outcome, Position, Refusal, Show,
    Todo, TodoId, TodoList, TodoText, Value,
};

fn create(text: &str) -> Command {
    Command::Create { text: TodoText::parse(text).unwrap(), due_on: None }
}

/// Applies a command that must change something, and gives the todo as it is then.
fn apply(list: &mut TodoList<Memory>, command: Command, at: &Moment) -> Todo {
    match list.apply(command, Actor::Browser, at).unwrap() {
        Outcome::Changed(change) => change.todo().unwrap().clone(),
        Outcome::Unchanged(_) => panic!("nothing changed"),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Create(String),
    /// The numbers pick among the ids ever given, deleted ones included.
    Complete(usize),
    Reopen(usize),
    Edit(usize, String),
    Delete(usize),
    ClearCompleted,
}

fn steps() -> impl Strategy<Value = Vec<(Step, u64)>> {
    let step = prop_oneof![
        "[a-z]{1,12}".prop_map(Step::Create),
        (0..64usize).prop_map(Step::Complete),
        (0..64usize).prop_map(Step::Reopen),
        (0..64usize, "[a-z]{1,2}").prop_map(|(pick, text)| Step::Edit(pick, text)),
        (0..64usize).prop_map(Step::Delete),
        Just(Step::ClearCompleted),
    ];
    // Times that stand still and go back, as a clock may.
    proptest::collection::vec((step, 0..50u64), 0..80)
}

/// The list as a person would keep it: in order of creation.
#[derive(Default)]
struct Model {
    todos: Vec<(TodoId, String, bool)>,
    given: Vec<TodoId>,
    changes: u64,
}

impl Model {
    fn in_order(&self) -> Vec<(TodoId, String, bool)> {
        let (open, done): (Vec<_>, Vec<_>) = self.todos.iter().cloned().partition(|todo| !todo.2);
        [open, done].concat()
    }
}

fn seen(list: &TodoList<Memory>) -> Vec<(TodoId, String, bool)> {
    list.in_order().map(|todo| (todo.id, todo.text.as_str().to_owned(), todo.completed)).collect()
}

proptest! {
    #[test]
    fn a_list_does_what_its_model_does(steps in steps()) {
        let mut list = TodoList::<Memory>::default();
        let mut model = Model::default();
        for (step, now_ms) in steps {
            let at = Moment { now_ms, entropy: u128::from(now_ms) };
            let pick = |pick: usize| model.given.get(pick.checked_rem(model.given.len())?).copied();
            let changed = match step {
                Step::Create(text) => {
                    let id = apply(&mut list, create(&text), &at).id;
                    prop_assert!(model.given.iter().all(|earlier| *earlier < id), "ids rise and never come again");
                    model.given.push(id);
                    model.todos.push((id, text, false));
                    true
                }
                Step::ClearCompleted => {
                    let done = list.apply(Command::ClearCompleted, Actor::Browser, &at).unwrap();
                    let before = model.todos.len();
                    model.todos.retain(|todo| !todo.2);
                    let cleared = match done {
                        Outcome::Changed(change) => {
                            prop_assert_eq!(change.kind, ChangeKind::Cleared);
                            change.effects.len()
                        }
                        Outcome::Unchanged(_) => 0,
                    };
                    prop_assert_eq!(cleared, before - model.todos.len());
                    cleared > 0
                }
                Step::Complete(n) | Step::Reopen(n) | Step::Edit(n, _) | Step::Delete(n) => {
                    let Some(id) = pick(n) else { continue };
                    let command = match &step {
                        Step::Complete(_) => Command::Complete { id },
                        Step::Reopen(_) => Command::Reopen { id },
                        Step::Edit(_, text) => {
                            Command::Edit { id, text: Some(TodoText::parse(text).unwrap()), due: DueEdit::Keep }
                        }
                        _ => Command::Delete { id },
                    };
                    let done = list.apply(command, Actor::Browser, &at);
                    let Some(place) = model.todos.iter().position(|todo| todo.0 == id) else {
                        prop_assert_eq!(done, Err(Refusal::UnknownTodo { id: id.to_string() }));
                        continue;
                    };
                    let before = model.todos[place].clone();
                    match step {
                        Step::Complete(_) => model.todos[place].2 = true,
                        Step::Reopen(_) => model.todos[place].2 = false,
                        Step::Edit(_, text) => model.todos[place].1 = text,
                        _ => drop(model.todos.remove(place)),
                    }
                    let changed = model.todos.get(place) != Some(&before);
                    prop_assert_eq!(matches!(done, Ok(Outcome::Changed(_))), changed);
                    changed
                }
            };
            model.changes += u64::from(changed);
            prop_assert_eq!(list.standing().unwrap().version, model.changes, "changes are numbered without a gap");
            prop_assert_eq!(seen(&list), model.in_order());
            prop_assert_eq!(list.standing().unwrap().todos(), model.todos.len());
            prop_assert_eq!(list.standing().unwrap().open, model.todos.iter().filter(|todo| !todo.2).count());
        }
    }

    #[test]
    fn a_todo_survives_its_json(text: String, now_ms in 0..4_000_000_000_000u64, complete: bool) {
        let mut list = TodoList::<Memory>::default();
        let at = Moment { now_ms, entropy: 42 };
        let text = TodoText::stored(text).unwrap();
        let mut todo = apply(&mut list, Command::Create { text, due_on: None }, &at);
        if complete {
            todo = apply(&mut list, Command::Complete { id: todo.id }, &at);
        }
        let back: Todo = serde_json::from_str(&serde_json::to_string(&todo).unwrap()).unwrap();
        prop_assert_eq!(back, todo);
    }

    #[test]
    fn any_text_is_taken_whole_or_refused(typed: String) {
        match TodoText::parse(&typed) {
            Ok(text) => prop_assert_eq!(text.as_str(), typed.trim()),
            Err(refusal) => prop_assert!(!refusal.to_string().is_empty()),
        }
    }
}

#[test]
fn a_todo_has_the_shape_clients_rely_on() {
    let mut list = TodoList::<Memory>::default();
    let at = Moment { now_ms: 1_700_000_000_000, entropy: 1 };
    let open = apply(&mut list, create("Buy milk"), &at);
    let done = apply(&mut list, Command::Complete { id: open.id }, &at);
    let due = DueEdit::On(DueDate::parse("2023-11-30").unwrap());
    let due = apply(&mut list, Command::Edit { id: open.id, text: None, due }, &at);
    assert_eq!(
        serde_json::to_value([open, done, due]).unwrap(),
        serde_json::json!([
            { "id": "01HF7YAT000000000000000001", "text": "Buy milk", "completed": false, "createdAt": "2023-11-14T22:13:20.000Z", "version": 1 },
            { "id": "01HF7YAT000000000000000001", "text": "Buy milk", "completed": true, "createdAt": "2023-11-14T22:13:20.000Z", "completedAt": "2023-11-14T22:13:20.000Z", "version": 2 },
            { "id": "01HF7YAT000000000000000001", "text": "Buy milk", "completed": true, "createdAt": "2023-11-14T22:13:20.000Z", "completedAt": "2023-11-14T22:13:20.000Z", "dueOn": "2023-11-30", "version": 3 },
        ])
    );
}

#[test]
fn a_todo_from_before_there_were_versions_can_still_be_read() {
    let json = r#"{"id":"01HF7YAT000000000000000001","text":"Buy milk","completed":false,"createdAt":"2023-11-14T22:13:20.000Z"}"#;
    let todo: Todo = serde_json::from_str(json).unwrap();
    assert_eq!((todo.version, todo.due_on), (0, None));
}

proptest! {
    #[test]
    fn pages_put_together_are_the_list(completions in proptest::collection::vec(any::<bool>(), 0..40), limit in 1..9usize) {
        let mut list = TodoList::<Memory>::default();
        for (now_ms, complete) in (0..).zip(completions) {
            let at = Moment { now_ms, entropy: 0 };
            let id = apply(&mut list, create(&format!("todo {now_ms}")), &at).id;
            if complete {
                apply(&mut list, Command::Complete { id }, &at);
            }
        }
        for show in [Show::All, Show::Open, Show::Completed] {
            let expected: Vec<_> = list
                .in_order()
                .filter(|todo| match show { Show::All => true, Show::Open => !todo.completed, Show::Completed => todo.completed })
                .cloned()
                .collect();
            let mut read = Vec::new();
            let mut position = None;
            loop {
                let page = list.page(&Filter { show, ..Filter::default() }, position, limit).unwrap();
                prop_assert!(page.todos.len() <= limit);
                prop_assert_eq!(page.open + page.completed, list.standing().unwrap().todos());
                read.extend(page.todos);
                let Some(next) = page.next else { break };
                position = Some(Position::parse(&next.to_string()).unwrap());
            }
            prop_assert_eq!(read, expected);
        }
    }
}

#[test]
fn a_position_is_good_after_its_todo_is_gone() {
    let mut list = TodoList::<Memory>::default();
    let at = Moment { now_ms: 1, entropy: 0 };
    let ids = ["a", "b", "c"].map(|text| apply(&mut list, create(text), &at).id);
    let page = list.page(&Filter::default(), None, 1).unwrap();
    apply(&mut list, Command::Delete { id: ids[0] }, &at);
    let rest = list.page(&Filter::default(), page.next, 10).unwrap();
    assert_eq!(rest.todos.iter().map(|todo| todo.id).collect::<Vec<_>>(), ids[1..]);
    for bad in ["", "o", "x01ARZ3NDEKTSV4RRFFQ69G5FAV", "o../", "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        assert_eq!(Position::parse(bad), Err(Refusal::UnknownPosition), "{bad}");
    }
}
