//! What holds of a list whatever is done to it, against a model that is too simple to be wrong.

use proptest::prelude::*;
use todo::{Change, Command, Moment, Position, Refusal, Show, Todo, TodoId, TodoList, TodoText};

#[derive(Clone, Debug)]
enum Step {
    Create(String),
    /// The numbers pick among the ids ever given, deleted ones included.
    Complete(usize),
    Delete(usize),
}

fn steps() -> impl Strategy<Value = Vec<(Step, u64)>> {
    let step = prop_oneof![
        "[a-z]{1,12}".prop_map(Step::Create),
        (0..64usize).prop_map(Step::Complete),
        (0..64usize).prop_map(Step::Delete),
    ];
    // Times that stand still and go back, as a clock may.
    proptest::collection::vec((step, 0..50u64), 0..80)
}

/// The list as a person would keep it: in order of creation.
#[derive(Default)]
struct Model {
    todos: Vec<(TodoId, String, bool)>,
    given: Vec<TodoId>,
}

impl Model {
    fn in_order(&self) -> Vec<(TodoId, String, bool)> {
        let (open, done): (Vec<_>, Vec<_>) = self.todos.iter().cloned().partition(|todo| !todo.2);
        [open, done].concat()
    }
}

fn seen(list: &TodoList) -> Vec<(TodoId, String, bool)> {
    list.in_order().map(|todo| (todo.id, todo.text.as_str().to_owned(), todo.completed)).collect()
}

proptest! {
    #[test]
    fn a_list_does_what_its_model_does(steps in steps()) {
        let mut list = TodoList::default();
        let mut model = Model::default();
        for (step, now_ms) in steps {
            let at = Moment { now_ms, entropy: u128::from(now_ms) };
            match step {
                Step::Create(text) => {
                    let change = list.apply(Command::Create { text: TodoText::parse(&text).unwrap() }, &at).unwrap();
                    let Change::Created(Todo { id, .. }) = change else { panic!("{change:?}") };
                    prop_assert!(model.given.iter().all(|earlier| *earlier < id), "ids rise and never come again");
                    model.given.push(id);
                    model.todos.push((id, text, false));
                }
                Step::Complete(pick) | Step::Delete(pick) if model.given.is_empty() => { let _ = pick; }
                Step::Complete(pick) => {
                    let id = model.given[pick % model.given.len()];
                    let done = list.apply(Command::Complete { id }, &at);
                    match model.todos.iter_mut().find(|todo| todo.0 == id) {
                        Some(todo) => {
                            let expected_change = !todo.2;
                            todo.2 = true;
                            prop_assert_eq!(matches!(done, Ok(Change::Completed(_))), expected_change);
                        }
                        None => prop_assert_eq!(done, Err(Refusal::UnknownTodo { id: id.to_string() })),
                    }
                }
                Step::Delete(pick) => {
                    let id = model.given[pick % model.given.len()];
                    let there = model.todos.iter().any(|todo| todo.0 == id);
                    model.todos.retain(|todo| todo.0 != id);
                    prop_assert_eq!(list.apply(Command::Delete { id }, &at).is_ok(), there);
                }
            }
            prop_assert_eq!(seen(&list), model.in_order());
            prop_assert_eq!(list.len(), model.todos.len());
            prop_assert_eq!(list.open(), model.todos.iter().filter(|todo| !todo.2).count());
        }
    }

    #[test]
    fn a_todo_survives_its_json(text in "\\PC{1,40}", now_ms in 0..4_000_000_000_000u64, complete: bool) {
        prop_assume!(!text.trim().is_empty());
        let mut list = TodoList::default();
        let at = Moment { now_ms, entropy: 42 };
        let mut change = list.apply(Command::Create { text: TodoText::parse(&text).unwrap() }, &at).unwrap();
        if complete {
            change = list.apply(Command::Complete { id: change.todo().id }, &at).unwrap();
        }
        let json = serde_json::to_string(change.todo()).unwrap();
        let back: Todo = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&back, change.todo());
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
    let mut list = TodoList::default();
    let at = Moment { now_ms: 1_700_000_000_000, entropy: 1 };
    let change = list.apply(Command::Create { text: TodoText::parse("Buy milk").unwrap() }, &at).unwrap();
    let done = list.apply(Command::Complete { id: change.todo().id }, &at).unwrap();
    assert_eq!(
        serde_json::to_value([change.todo(), done.todo()]).unwrap(),
        serde_json::json!([
            { "id": "01HF7YAT000000000000000001", "text": "Buy milk", "completed": false, "createdAt": "2023-11-14T22:13:20.000Z" },
            { "id": "01HF7YAT000000000000000001", "text": "Buy milk", "completed": true, "createdAt": "2023-11-14T22:13:20.000Z", "completedAt": "2023-11-14T22:13:20.000Z" },
        ])
    );
}

proptest! {
    #[test]
    fn pages_put_together_are_the_list(completions in proptest::collection::vec(any::<bool>(), 0..40), limit in 1..9usize) {
        let mut list = TodoList::default();
        for (now_ms, complete) in (0..).zip(completions) {
            let at = Moment { now_ms, entropy: 0 };
            let text = TodoText::parse(&format!("todo {now_ms}")).unwrap();
            let id = list.apply(Command::Create { text }, &at).unwrap().todo().id;
            if complete {
                list.apply(Command::Complete { id }, &at).unwrap();
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
                let page = list.page(show, position, limit);
                prop_assert!(page.todos.len() <= limit);
                prop_assert_eq!(page.open + page.completed, list.len());
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
    let mut list = TodoList::default();
    let at = Moment { now_ms: 1, entropy: 0 };
    let ids: Vec<_> = ["a", "b", "c"]
        .map(|text| {
            list.apply(Command::Create { text: TodoText::parse(text).unwrap() }, &at).unwrap().todo().id
        })
        .into();
    let page = list.page(Show::All, None, 1);
    list.apply(Command::Delete { id: ids[0] }, &at).unwrap();
    let rest = list.page(Show::All, page.next, 10);
    assert_eq!(rest.todos.iter().map(|todo| todo.id).collect::<Vec<_>>(), ids[1..]);
    for bad in ["", "o", "x01ARZ3NDEKTSV4RRFFQ69G5FAV", "o../", "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        assert_eq!(Position::parse(bad), Err(Refusal::UnknownPosition), "{bad}");
    }
}
