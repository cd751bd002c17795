//! The `NetworkLimit` Durable Object: the times at which one party did one thing.

use std::time::Duration;

use oauth::Timestamp;
use worker::{DurableObject, Env, Request, Response, State};
use worker_kit::{
    object::{answered, serve},
    sql,
    storage::{Migration, ObjectStorage, Schema},
};
use worker_macros::durable_object;

use super::{Asked, CountOne, Counter};
use crate::clock::now;

#[durable_object(alarm)]
pub struct NetworkLimit {
    storage: ObjectStorage,
}

const SCHEMA: Schema =
    Schema::new(&[Migration::Sql(sql!("CREATE TABLE IF NOT EXISTS times (at INTEGER NOT NULL) STRICT"))])
        .once_without_version("times");

impl DurableObject for NetworkLimit {
    fn new(state: State, _env: Env) -> Self {
        Self { storage: ObjectStorage::new(&state, SCHEMA) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        serve::<Counter>(&self.storage, request, async |asked| match asked {
            Asked::CountOne(asked) => answered::<CountOne>(&self.count(&asked).await?),
        })
        .await
    }

    /// The alarm: nothing was counted within the window, so the storage is deleted.
    async fn alarm(&self) -> worker::Result<Response> {
        if !self.storage.postpone_alarm().await? {
            self.storage.delete_all().await?;
        }
        Response::empty()
    }
}

impl NetworkLimit {
    /// Counts one more, unless the limit is reached. Then it returns the seconds to wait.
    async fn count(&self, asked: &CountOne) -> worker_kit::Result<Option<i64>> {
        let (now, limit) = (now(), asked.purpose.limit().times(asked.times));
        let sql = self.storage.tables()?;
        sql::run(sql, "DELETE FROM times WHERE at <= ?", &[&now.plus(-limit.memory_seconds())])?;
        let earlier: Vec<Timestamp> = sql::read(sql, "SELECT at FROM times", &[])?;
        // What was refused is not counted, so that waiting helps, and so that the table cannot grow beyond the limit.
        if let Err(wait) = limit.check(&earlier, now) {
            return Ok(Some(wait));
        }
        sql::run(sql, "INSERT INTO times (at) VALUES (?)", &[&now])?;
        let memory = Duration::from_secs(limit.memory_seconds().unsigned_abs());
        self.storage.platform().set_alarm(memory + Duration::from_secs(1)).await?;
        Ok(None)
    }
}
