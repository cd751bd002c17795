//! The document, derived from the types.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};
use todo::{IdempotencyKey, ListDelta, Todo};

use crate::{
    product::SERVER_NAME,
    rest::{
        history::{DEFAULT_PAGE, MAX_NUMBER, MAX_PAGE},
        preferences::IF_MATCH_PATTERN,
        todos::{NewTodo, TodoPatch},
    },
    todo_list::{HistoryPage, Provenance},
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

pub(super) fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let paths = paths(&mut schemas);
    let refusals = refusals(&mut schemas);
    let schemas = schemas.take_definitions(true);
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": SERVER_NAME,
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The page's interface. A session cookie opens it, from the same origin only; agents use /mcp.",
        },
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": refusals,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "stytch_session_jwt"}},
        },
    })
}

fn paths(schemas: &mut SchemaGenerator) -> Value {
    let list = tagged(answer::<TodoList>(schemas, "The list."));
    let todo = tagged(answer::<Todo>(schemas, "The todo."));
    let provenance = answer::<Provenance>(schemas, "What is known of the todo.");
    let history = answer::<HistoryPage>(schemas, "A part of the history.");
    let change = change(schemas);
    let new_todo = body::<NewTodo>(schemas);
    let patch = body::<TodoPatch>(schemas);
    let id = parameter("path", "id", true, "The todo's id.", json!({"type": "string"}));
    let number = parameter("path", "number", true, "The change's number.", change_number());
    let key = header(
        "Idempotency-Key",
        "Sent again within a day under the same key, a command is not carried out again: it gets the first one's outcome, \
         and where that had more than 8 KB, its `change` and `reload`.",
        json!({"type": "string", "pattern": IdempotencyKey::SENT_PATTERN}),
    );
    let prefer = header(
        "Prefer",
        "`return=minimal`: answer what changed instead of the whole list.",
        json!({"type": "string"}),
    );
    let if_match = header(
        "If-Match",
        "Entity tags of the versions of the todo that may be changed.",
        json!({"type": "string", "pattern": IF_MATCH_PATTERN}),
    );
    let known = header(
        "If-None-Match",
        "The entity tag of the list that the caller has: 304 if it is still that.",
        json!({"type": "string"}),
    );
    let before = parameter("query", "before", false, "Only changes before this number.", change_number());
    let limit = parameter(
        "query",
        "limit",
        false,
        "How many at most.",
        json!({"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": DEFAULT_PAGE}),
    );
    json!({
        "/api/todos": {
            "get": operation("listTodos", "Read the list", &list, &[], json!({
                "parameters": [known],
                "responses": {"304": {"description": "The caller has it already.", "headers": {"ETag": etag()}}},
            })),
            "post": operation("createTodo", "Add a todo", &change, &[400, 413, 415, 422], json!({
                "parameters": [prefer, key],
                "requestBody": new_todo,
            })),
        },
        "/api/todos/clear-completed": {
            "post": operation("clearCompleted", "Delete every completed todo", &change, &[400, 422], json!({
                "parameters": [prefer, key],
            })),
        },
        "/api/todos/{id}": {
            "parameters": [id],
            "get": operation("readTodo", "Read a todo", &todo, &[404], json!({})),
            "patch": operation("editTodo", "Change a todo's text or due date", &change, &[400, 404, 412, 413, 415, 422], json!({
                "parameters": [prefer, if_match, key],
                "requestBody": patch,
            })),
            "delete": operation("deleteTodo", "Delete a todo", &change, &[400, 404, 412, 422], json!({
                "parameters": [prefer, if_match, key],
            })),
        },
        "/api/todos/{id}/complete": {
            "parameters": [id],
            "post": operation("completeTodo", "Mark a todo as complete", &change, &[400, 404, 412, 422], json!({
                "parameters": [prefer, if_match, key],
            })),
        },
        "/api/todos/{id}/reopen": {
            "parameters": [id],
            "post": operation("reopenTodo", "Mark a todo as open again", &change, &[400, 404, 412, 422], json!({
                "parameters": [prefer, if_match, key],
            })),
        },
        "/api/todos/{id}/provenance": {
            "parameters": [id],
            "get": operation("readProvenance", "Read who added a todo and who changed it last", &provenance, &[404], json!({})),
        },
        "/api/history": {
            "get": operation("readHistory", "Read what was done, newest first", &history, &[400], json!({
                "parameters": [before, limit],
            })),
        },
        "/api/history/{number}/undo": {
            "parameters": [number],
            "post": operation("undoChange", "Take a change back", &change, &[400, 404, 409, 422], json!({
                "parameters": [prefer, key],
            })),
        },
    })
}

/// One operation: what it answers, and the statuses with which it may refuse besides those that any operation may.
fn operation(id: &str, summary: &str, answer: &Value, refusals: &[u16], more: Value) -> Value {
    let mut responses = json!({"200": answer, "5XX": {"$ref": "#/components/responses/5XX"}});
    for status in EVERYWHERE.iter().chain(refusals) {
        let name = status.to_string();
        let reference = json!({"$ref": format!("#/components/responses/{name}")});
        merge(&mut responses, json!({name: reference}));
    }
    let mut operation = json!({"operationId": id, "summary": summary, "responses": responses});
    merge(&mut operation, more);
    operation
}

/// The refusals that any operation may meet.
const EVERYWHERE: [u16; 4] = [401, 403, 421, 429];

/// What each status of a refusal says here.
const REFUSALS: [(&str, &str); 12] = [
    ("400", "A parameter, a header or the body is not what it should be."),
    (
        "401",
        "There is no session, it has ended, or it is not that of the account which `X-Account-Digest` names.",
    ),
    ("403", "Another site's page asked for it, or the person's role does not permit it."),
    ("404", "There is nothing of that id or number."),
    ("409", "A newer change stands in the way."),
    ("412", "The todo is not a version that `If-Match` names."),
    ("413", "The body is too long."),
    ("415", "The body is not sent as JSON."),
    ("421", "This server does not answer to that host name."),
    ("422", "The text, the date or the key breaks a rule, or the list is full."),
    ("429", "Too many requests at once. Nothing was done; `Retry-After` says when to try again."),
    ("5XX", "The server's fault. Nothing was lost."),
];

fn refusals(schemas: &mut SchemaGenerator) -> Value {
    let problem = schemas.subschema_for::<Problem>();
    let content = json!({"application/problem+json": {"schema": problem}});
    REFUSALS
        .into_iter()
        .map(|(status, description)| {
            (status.to_owned(), json!({"description": description, "content": content}))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A change is answered with the list, or where less is preferred with what changed.
fn change(schemas: &mut SchemaGenerator) -> Value {
    let schema =
        json!({"anyOf": [schemas.subschema_for::<TodoList>(), schemas.subschema_for::<ListDelta>()]});
    let applied = json!({
        "description": "What was preferred and done: `return=minimal`.",
        "schema": {"type": "string", "const": "return=minimal"},
    });
    json!({
        "description": "The list; with `Prefer: return=minimal`, what changed.",
        "headers": {"ETag": etag(), "Preference-Applied": applied},
        "content": {"application/json": {"schema": schema}},
    })
}

fn answer<T: JsonSchema>(schemas: &mut SchemaGenerator, description: &str) -> Value {
    let schema = schemas.subschema_for::<T>();
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

/// An answer that is always sent with its entity tag.
fn tagged(mut answer: Value) -> Value {
    merge(&mut answer, json!({"headers": {"ETag": etag()}}));
    merge(&mut answer, json!({"headers": {"ETag": {"required": true}}}));
    answer
}

fn etag() -> Value {
    json!({
        "description": "The version of what is answered (RFC 9110 section 8.8.3).",
        "schema": {"type": "string", "pattern": "^\"[0-9]+\"$"},
    })
}

/// The number of a change.
fn change_number() -> Value {
    json!({"type": "integer", "minimum": 1, "maximum": MAX_NUMBER})
}

fn body<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    let schema = schemas.subschema_for::<T>();
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

fn header(name: &str, description: &str, schema: Value) -> Value {
    parameter("header", name, false, description, schema)
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
