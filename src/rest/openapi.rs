//! `GET /api/openapi.json`: this interface as an `OpenAPI` 3.1 document.
//!
//! The schemas come from the types that write and read the JSON, so the document cannot say otherwise than the code. The
//! page's types are generated from it (`frontend/src/api/schema.d.ts`).

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};
use todo::{News, Todo};
use worker::Response;

use super::{
    history::MAX_PAGE,
    todos::{NewTodo, TodoPatch},
};
use crate::{
    http::{self, Failure},
    todo_list::HistoryPage,
};

#[derive(JsonSchema)]
#[schemars(description = "The list: open todos before completed ones, each oldest first.")]
#[expect(dead_code, reason = "described here, written by the list's object")]
struct TodoList {
    todos: Vec<Todo>,
}

/// RFC 9457.
#[derive(JsonSchema)]
#[schemars(description = "Why a request was refused (RFC 9457).")]
#[expect(dead_code, reason = "described here, written by http::Problem")]
struct Problem {
    r#type: String,
    title: String,
    status: u16,
    /// A sentence for the person.
    detail: String,
    /// The reason's stable name, for programs.
    code: String,
}

pub(super) fn get() -> Result<Response, Failure> {
    Ok(http::json(&document())?)
}

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let paths = paths(&mut schemas);
    let schemas = schemas.take_definitions(true);
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "TODO Service",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The page's interface. A session cookie opens it, from the same origin only; agents use /mcp.",
        },
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "stytch_session_jwt"}},
        },
    })
}

fn paths(schemas: &mut SchemaGenerator) -> Value {
    let list = answer::<TodoList>(schemas, "The list.");
    let todo = answer::<Todo>(schemas, "The todo.");
    let history = answer::<HistoryPage>(schemas, "A part of the history.");
    let change = change(schemas);
    let problem = problem(schemas);
    let new_todo = body::<NewTodo>(schemas);
    let patch = body::<TodoPatch>(schemas);
    let operation = |id: &str, summary: &str, answers: &Value, more: Value| {
        let mut operation =
            json!({"operationId": id, "summary": summary, "responses": {"200": answers, "default": problem}});
        merge(&mut operation, more);
        operation
    };
    let key = header(
        "Idempotency-Key",
        "Sent again within a day under the same key, a creation adds nothing twice.",
    );
    let on_change =
        || vec![header("Prefer", "`return=minimal`: answer what changed instead of the whole list.")];
    let on_todo = || {
        [
            on_change(),
            vec![header("If-Match", "Entity tags of the versions of the todo that may be changed.")],
        ]
        .concat()
    };
    let id = parameter("path", "id", true, "The todo's id.", json!({"type": "string"}));
    let number =
        parameter("path", "number", true, "The change's number.", json!({"type": "integer", "minimum": 1}));
    let known =
        header("If-None-Match", "The entity tag of the list that the caller has: 304 if it is still that.");
    let before = parameter(
        "query",
        "before",
        false,
        "Only changes before this number.",
        json!({"type": "integer", "minimum": 1}),
    );
    let limit = parameter(
        "query",
        "limit",
        false,
        "How many at most.",
        json!({"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 50}),
    );
    json!({
        "/api/todos": {
            "get": operation("listTodos", "Read the list", &list, json!({
                "parameters": [known],
                "responses": {"304": {"description": "The caller has it already."}},
            })),
            "post": operation("createTodo", "Add a todo", &change, json!({"parameters": ([on_change(), vec![key]].concat()), "requestBody": new_todo})),
        },
        "/api/todos/clear-completed": {
            "post": operation("clearCompleted", "Delete every completed todo", &change, json!({"parameters": on_change()})),
        },
        "/api/todos/{id}": {
            "parameters": [id],
            "get": operation("readTodo", "Read a todo", &todo, json!({})),
            "patch": operation("editTodo", "Change a todo's text or due date", &change, json!({"parameters": on_todo(), "requestBody": patch})),
            "delete": operation("deleteTodo", "Delete a todo", &change, json!({"parameters": on_todo()})),
        },
        "/api/todos/{id}/complete": {
            "parameters": [id],
            "post": operation("completeTodo", "Mark a todo as complete", &change, json!({"parameters": on_todo()})),
        },
        "/api/todos/{id}/reopen": {
            "parameters": [id],
            "post": operation("reopenTodo", "Mark a todo as open again", &change, json!({"parameters": on_todo()})),
        },
        "/api/history": {
            "get": operation("readHistory", "Read what was done, newest first", &history, json!({"parameters": [before, limit]})),
        },
        "/api/history/{number}/undo": {
            "parameters": [number],
            "post": operation("undoChange", "Take a change back", &change, json!({"parameters": on_change()})),
        },
    })
}

/// A change is answered with the list, or where less is preferred with what changed.
fn change(schemas: &mut SchemaGenerator) -> Value {
    let schema = json!({"anyOf": [schemas.subschema_for::<TodoList>(), schemas.subschema_for::<News>()]});
    json!({
        "description": "The list; with `Prefer: return=minimal`, what changed.",
        "content": {"application/json": {"schema": schema}},
    })
}

fn answer<T: JsonSchema>(schemas: &mut SchemaGenerator, description: &str) -> Value {
    let schema = schemas.subschema_for::<T>();
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

fn problem(schemas: &mut SchemaGenerator) -> Value {
    let schema = schemas.subschema_for::<Problem>();
    json!({
        "description": "It was not done, and why.",
        "content": {"application/problem+json": {"schema": schema}},
    })
}

fn body<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    let schema = schemas.subschema_for::<T>();
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

fn header(name: &str, description: &str) -> Value {
    parameter("header", name, false, description, json!({"type": "string"}))
}

#[expect(clippy::needless_pass_by_value, reason = "a schema is written where it is used")]
fn parameter(place: &str, name: &str, required: bool, description: &str, schema: Value) -> Value {
    json!({"in": place, "name": name, "required": required, "description": description, "schema": schema})
}

/// Lays the members of one object over another's, at every depth.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
