//! An object whose code comes in several versions, so that `worker_kit::storage` is tried where it runs.
//!
//! `/migrating/{name}/{version}/{how}`: the object of that name, with the code of that version. `read` looks at what is
//! there, `write` makes it if need be. The answer is `{"steps"}`, the migrations that ran, in order; `null` where nothing is
//! stored; 503 where the storage is newer; 500 where a migration failed.

use serde::Serialize;
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, Url};
use worker_kit::{
    sql,
    storage::{Migration, ObjectStorage, Schema},
};
use worker_macros::durable_object;

const FIRST: Migration = Migration::Sql(
    "CREATE TABLE IF NOT EXISTS ledger (number INTEGER PRIMARY KEY, step TEXT NOT NULL) STRICT;
     INSERT INTO ledger (step) VALUES ('first')",
);
const SECOND: Migration = Migration::Sql("INSERT INTO ledger (step) VALUES ('second')");
const THIRD: Migration = Migration::Code(|sql| note(sql, "third"));
/// Writes, and then fails.
const BROKEN: Migration = Migration::Code(|sql| {
    note(sql, "broken")?;
    Err("this migration is broken".into())
});

/// The code of a version. The one that is not a number has a mistake in its last step, which version 4 has not.
fn schema(version: &str) -> Schema {
    let schema = match version {
        "1" => Schema::new(&[FIRST]),
        "2" => Schema::new(&[FIRST, SECOND]),
        "3" => Schema::new(&[FIRST, SECOND, THIRD]),
        "broken" => Schema::new(&[FIRST, SECOND, THIRD, BROKEN]),
        _ => Schema::new(&[FIRST, SECOND, THIRD, SECOND]),
    };
    schema.once_without_version("ledger")
}

fn note(sql: &SqlStorage, step: &str) -> worker_kit::Result<()> {
    sql::run(sql, "INSERT INTO ledger (step) VALUES (?)", &[&step])
}

#[durable_object(fetch)]
pub struct Migrating {
    state: State,
}

#[derive(Serialize)]
struct Steps {
    steps: Vec<String>,
}

impl DurableObject for Migrating {
    fn new(state: State, _: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let path = request.path();
        let [_, _, _, version, how] = path.split('/').collect::<Vec<_>>()[..] else {
            return Response::error("/migrating/{name}/{version}/{how}", 404);
        };
        // Each request is another deployment: it looks at the storage anew.
        let storage = ObjectStorage::new(&self.state, schema(version));
        let sql = match storage.unavailable() {
            Ok(Some(unavailable)) => return unavailable.try_into(),
            Ok(None) if how == "write" => storage.tables().map(Some),
            Ok(None) => storage.existing(),
            Err(error) => Err(error),
        };
        match sql {
            Ok(Some(sql)) => {
                let steps = sql::read(sql, "SELECT step FROM ledger ORDER BY number", &[])?;
                Response::from_json(&Some(Steps { steps }))
            }
            Ok(None) => Response::from_json(&None::<Steps>),
            Err(error) => Response::error(error.to_string(), 500),
        }
    }
}

pub(crate) async fn route(url: &Url, env: &Env) -> worker::Result<Response> {
    let name = url.path_segments().and_then(|mut segments| segments.nth(1)).unwrap_or_default();
    env.durable_object("MIGRATING")?.get_by_name(name)?.fetch_with_str(url.as_str()).await
}
