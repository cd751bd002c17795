//! Each limit of the domain, met from both sides.

use todo::{
    Actor, Command, DueDate, DueEdit, Filter, IdempotencyKey, MAX_SEARCH_CHARS, MAX_TEXT_BYTES,
    MAX_TEXT_CHARS, MAX_TODOS, Memory, Moment, Refusal, SearchWords, TodoId, TodoList, TodoText, Value,
};

fn at(now_ms: u64) -> Moment {
    Moment { now_ms, entropy: u128::from(now_ms) * 7919 }
}

#[test]
fn a_text_is_trimmed() {
    assert_eq!(TodoText::parse(" \t Buy milk\n ").unwrap().as_str(), "Buy milk");
}

#[test]
fn a_text_needs_a_character() {
    for blank in ["", " ", "\t\n", "\u{3000}", "\u{200b}", "\u{3164}\u{2800}"] {
        assert_eq!(TodoText::parse(blank), Err(Refusal::TextEmpty), "{blank:?}");
    }
}

#[test]
fn a_text_may_have_1000_characters_of_any_width() {
    let longest = "🦀".repeat(MAX_TEXT_CHARS);
    assert_eq!(TodoText::parse(&longest).unwrap().as_str(), longest);
    let refused = TodoText::parse(&format!("{longest}!")).unwrap_err();
    assert_eq!(refused, Refusal::TextTooLong { length: 1001 });
    assert_eq!(refused.limit(), Some(1000));
    assert!(refused.to_string().contains("1000"), "{refused}");
    assert!(TodoText::parse(&"e\u{301}".repeat(MAX_TEXT_CHARS)).is_ok());
    let refused = TodoText::parse(&"👩\u{200d}💻".repeat(500)).unwrap_err();
    assert_eq!(refused, Refusal::TextTooLarge { bytes: 5_500 });
    assert_eq!(refused.limit(), Some(MAX_TEXT_BYTES));
}

#[test]
fn what_nobody_sees_is_named_and_refused() {
    let refused = TodoText::parse("Buy\u{e0041} milk").unwrap_err();
    assert_eq!(refused, Refusal::TextHasHiddenCharacter { character: '\u{e0041}' });
    assert!(refused.to_string().contains("U+E0041"), "{refused}");
    assert_eq!(TodoText::parse(&format!("Z{}", "\u{301}".repeat(5))), Err(Refusal::TextHasPiledMarks));
}

#[test]
fn what_is_stored_is_shown_to_a_model_without_what_nobody_sees() {
    let shown = |text: &str| TodoText::stored(text.to_owned()).unwrap().shown();
    assert_eq!(shown("Buy\u{e0041} mi\u{202e}lk\nnow").as_str(), "Buy milk now");
    assert_eq!(shown("👩\u{200d}💻").as_str(), "👩\u{200d}💻");
}

#[test]
fn a_search_has_a_limit() {
    assert!(SearchWords::parse(&"é".repeat(MAX_SEARCH_CHARS)).is_ok());
    let refused = SearchWords::parse(&"x".repeat(MAX_SEARCH_CHARS + 1)).unwrap_err();
    assert_eq!(refused, Refusal::SearchTooLong);
    assert_eq!(refused.limit(), Some(200));
}

#[test]
fn words_are_found_in_todos_that_came_before_and_after_a_search_and_were_edited() {
    let mut list = TodoList::<Memory>::default();
    let create = |list: &mut TodoList<Memory>, text: &str, now| {
        let command = Command::Create { text: TodoText::parse(text).unwrap(), due_on: None };
        list.apply(command, Actor::Browser, &at(now)).unwrap();
    };
    create(&mut list, "Straße fegen", 1);
    let found = |list: &TodoList<Memory>, words: &str| {
        let filter = Filter { contains: Some(SearchWords::parse(words).unwrap()), ..Filter::default() };
        list.page(&filter, None, 10)
            .unwrap()
            .todos
            .into_iter()
            .map(|todo| todo.text.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&list, "STRASSE"), ["Straße fegen"]);
    create(&mut list, "Call the dentist tomorrow", 2);
    assert_eq!(found(&list, "dentist CALL"), ["Call the dentist tomorrow"]);
    let id = list.in_order().next().unwrap().id;
    let edit = Command::Edit { id, text: Some(TodoText::parse("İSTANBUL").unwrap()), due: DueEdit::Keep };
    list.apply(edit, Actor::Browser, &at(3)).unwrap();
    assert_eq!(found(&list, "istanbul"), ["İSTANBUL"]);
    assert_eq!(found(&list, "strasse"), [""; 0]);
    assert_eq!(found(&list, " ").len(), 2);
}

#[test]
fn a_todo_is_found_by_its_words_or_by_how_its_id_begins_where_both_are_wanted() {
    let mut list = TodoList::<Memory>::default();
    for (number, text) in (0..).zip(["first", "second", "third"]) {
        let command = Command::Create { text: TodoText::parse(text).unwrap(), due_on: None };
        list.apply(command, Actor::Browser, &at(1 << (40 + number))).unwrap();
    }
    let found = |words: &str, or_id_begins| {
        let contains = Some(SearchWords::parse(words).unwrap());
        let page = list.page(&Filter { contains, or_id_begins, ..Filter::default() }, None, 10).unwrap();
        page.todos.into_iter().map(|todo| todo.text.as_str().to_owned()).collect::<Vec<_>>()
    };
    let ids: Vec<String> = list.in_order().map(|todo| todo.id.to_string()).collect();
    assert_eq!(found(&ids[1].to_lowercase(), true), ["second"]);
    assert_eq!(found(&ids[1].to_lowercase(), false), [""; 0]);
    let begins: String = ids[2].chars().take(4).collect();
    assert_eq!(found(&format!(" {begins} "), true), ["third"]);
    assert_eq!(found("THIRD", true), ["third"]);
    assert_eq!(found(" ", true).len(), 3);
}

#[test]
fn words_are_found_in_a_long_list_page_by_page() {
    let mut list = TodoList::<Memory>::default();
    for number in 0..650u64 {
        let text = if number % 100 == 99 { format!("needle {number}") } else { format!("hay {number}") };
        let command = Command::Create { text: TodoText::parse(&text).unwrap(), due_on: None };
        list.apply(command, Actor::Browser, &at(number)).unwrap();
    }
    let filter = Filter { contains: Some(SearchWords::parse("NEEDLE").unwrap()), ..Filter::default() };
    let mut found = Vec::new();
    let mut position = None;
    loop {
        let page = list.page(&filter, position, 2).unwrap();
        found.extend(page.todos.iter().map(|todo| todo.text.as_str().to_owned()));
        position = page.next;
        if position.is_none() {
            break;
        }
    }
    assert_eq!(found, [99, 199, 299, 399, 499, 599].map(|number| format!("needle {number}")));
}

#[test]
fn a_text_is_one_line_without_control_characters() {
    for control in ["a\nb", "a\0b", "a\u{7f}b", "a\u{85}b", "a\u{1b}[31mb", "a\u{2028}b", "a\u{2029}b"] {
        assert_eq!(TodoText::parse(control), Err(Refusal::TextHasControlCharacter), "{control:?}");
    }
}

#[test]
fn a_list_holds_10_000_todos() {
    let mut list = TodoList::<Memory>::default();
    let create = || Command::Create { text: TodoText::parse("x").unwrap(), due_on: None };
    for _ in 0..MAX_TODOS {
        list.apply(create(), Actor::Browser, &at(1)).unwrap();
    }
    let refused = list.apply(create(), Actor::Browser, &at(1)).unwrap_err();
    assert_eq!(refused, Refusal::ListFull);
    assert!(refused.to_string().contains("10000"), "{refused}");

    let first = list.in_order().next().unwrap().id;
    list.apply(Command::Delete { id: first }, Actor::Browser, &at(2)).unwrap();
    list.apply(create(), Actor::Browser, &at(2)).expect("there is room again");
}

#[test]
fn a_page_gives_way_to_long_texts_and_goes_on_where_it_stopped() {
    let mut list = TodoList::<Memory>::default();
    for (index, length) in [5, 5, 20, 1].into_iter().enumerate() {
        let text = TodoText::parse(&"ü".repeat(length)).unwrap();
        list.apply(Command::Create { text, due_on: None }, Actor::Browser, &at(index as u64 + 1)).unwrap();
    }
    let page = |from, characters| list.page(&Filter::default(), from, 3).unwrap().within(characters);
    for (characters, todos) in [(0, 1), (5, 1), (9, 1), (10, 2), (29, 2), (30, 3), (1_000, 3)] {
        let page = page(None, characters);
        assert_eq!(page.todos.len(), todos, "{characters}");
        assert_eq!(page.next.unwrap().to_string(), format!("o{}", page.todos.last().unwrap().id));
    }
    let rest = page(page(None, 10).next, 1_000);
    assert_eq!((rest.todos.len(), rest.next), (2, None));
}

#[test]
fn an_id_has_one_spelling() {
    let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    assert_eq!(TodoId::parse(id).unwrap().to_string(), id);
    for other in [
        "01arz3ndektsv4rrffq69g5fav",
        "",
        "1",
        "01ARZ3NDEKTSV4RRFFQ69G5FAVX",
        "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "../../x",
    ] {
        assert!(matches!(TodoId::parse(other), Err(Refusal::UnknownTodo { .. })), "{other}");
    }
}

#[test]
fn a_refusal_never_echoes_more_than_64_characters_of_an_id() {
    let refused = TodoId::parse(&"é".repeat(5_000)).unwrap_err();
    assert_eq!(refused, Refusal::UnknownTodo { id: "é".repeat(64) });
}

#[test]
fn an_idempotency_key_is_visible_ascii_with_or_without_quotation_marks() {
    assert_eq!(IdempotencyKey::parse("\"k-1\""), IdempotencyKey::parse("k-1"));
    assert!(IdempotencyKey::parse(&"k".repeat(255)).is_ok());
    for bad in ["", "\"\"", "\"k", "a b", "é", "a\n", &"k".repeat(256)] {
        assert_eq!(IdempotencyKey::parse(bad), Err(Refusal::BadIdempotencyKey), "{bad:?}");
    }
}

#[test]
fn a_due_date_is_a_day_of_the_calendar_with_one_spelling() {
    assert_eq!(DueDate::parse("2028-02-29").unwrap().to_string(), "2028-02-29");
    for bad in [
        "",
        "2026-02-29",
        "2026-13-01",
        "2026-1-1",
        "+2026-01-01",
        "2026-01-01T00:00:00Z",
        "0000-01-01",
        "-0001-01-01",
        "+10000-01-01",
        "26-01-01",
        "tomorrow",
    ] {
        assert_eq!(DueDate::parse(bad), Err(Refusal::BadDueDate), "{bad}");
    }
}

#[test]
fn the_name_of_an_app_is_one_short_line() {
    let name = |sent: &str| match Actor::app("client", sent) {
        Actor::App { name, .. } => name,
        Actor::Browser => String::new(),
    };
    assert_eq!(name(" Claude\n"), "Claude");
    assert_eq!(name("a\u{1b}[31mb"), "a [31mb");
    assert_eq!(name(&"é".repeat(500)), format!("{}…", "é".repeat(59)));
    assert_eq!(name("Cla\u{202e}ude\u{e0041}"), "Claude");
    assert_eq!(name(" \t"), "A connected app");
}
