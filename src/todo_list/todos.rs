//! The todos, and the list's version and counts: the tables `todos` and `list`. No other file writes to them: what was answered is
//! remembered until one of them is written to.

use std::cell::RefCell;

use kv_copy::Records;
use todo::{DueDate, Filter, Position, Show, Standing, Todo, TodoId};
use worker::SqlStorage;
use worker_kit::{
    object::{LONGEST, Remembered},
    sql,
    storage::{Known, ObjectStorage},
};

pub(super) struct Todos {
    sql: SqlStorage,
    standing: Known<StoredStanding>,
    /// What was answered since the last change.
    remembered: Remembered,
    whole: RefCell<Option<Whole>>,
}

/// The whole list as JSON.
#[derive(Clone)]
pub(super) struct Whole {
    pub(super) version: u64,
    pub(super) json: Vec<u8>,
}

/// The largest version that SQLite's JSON functions give back as a whole number.
pub(super) const MAX_VERSION: u64 = (1 << 53) - 1;

/// A todo's position in the order of the list: `completed`, and its id.
pub(super) type Place = (u64, String);

/// The stored state of the list as a whole.
#[derive(Clone, Copy)]
pub(super) struct StoredStanding {
    pub(super) standing: Standing,
    /// How long the todos' JSON is together.
    pub(super) bytes: u64,
}

impl Todos {
    pub(super) fn new(sql: SqlStorage, storage: &ObjectStorage) -> Self {
        let standing = storage.known();
        Self { sql, standing, remembered: Remembered::default(), whole: RefCell::default() }
    }

    /// What was answered since the last change.
    pub(super) fn remembered(&self) -> &Remembered {
        &self.remembered
    }

    /// The whole list, if it was read since the last change and is short.
    pub(super) fn whole(&self) -> Option<Whole> {
        self.whole.try_borrow().ok()?.clone()
    }

    /// Remembers the whole list, as it is now, unless it is long.
    pub(super) fn remember(&self, whole: &Whole) {
        if whole.json.len() <= LONGEST {
            self.whole.replace(Some(whole.clone()));
        }
    }

    /// Runs a statement that changes one of the tables.
    fn change(&self, statement: &str, values: sql::Values<'_>) -> worker_kit::Result<()> {
        self.forget();
        sql::run(&self.sql, statement, values)
    }

    /// Before a change, which may be undone: then nothing is remembered of it either, as nothing is read for an answer meanwhile.
    fn forget(&self) {
        self.standing.forget();
        self.remembered.forget();
        self.whole.replace(None);
    }

    /// The state of the list. `None`: this object does not have its list yet, and must not answer from a part of it.
    pub(super) fn standing(&self) -> worker_kit::Result<Option<StoredStanding>> {
        if let Some(standing) = self.standing.get() {
            return Ok(Some(standing));
        }
        let query = "SELECT version, open, completed, bytes, last_id FROM list";
        let Some(mut row) = sql::first_row(&self.sql, query, &[])? else {
            return Ok(None);
        };
        let count =
            |column| Ok::<_, worker_kit::Error>(usize::try_from(row.number(column)?).unwrap_or(usize::MAX));
        let (open, completed) = (count(1)?, count(2)?);
        let (version, bytes) = (row.number(0)?, row.number(3)?);
        let last_id = row.optional_text(4)?.and_then(|id| TodoId::parse(&id).ok());
        let stored = StoredStanding { standing: Standing { version, open, completed, last_id }, bytes };
        self.standing.set(stored);
        Ok(Some(stored))
    }

    /// Stores the state of the list: from then on this object has its list.
    pub(super) fn stand(&self, stored: StoredStanding) -> worker_kit::Result<()> {
        let StoredStanding { standing, bytes } = stored;
        let row: sql::Values<'_> = &[
            &standing.version,
            &standing.open,
            &standing.completed,
            &bytes,
            &standing.last_id.map(|id| id.to_string()),
        ];
        let stand = "INSERT OR REPLACE INTO list (only, version, open, completed, bytes, last_id) VALUES (1, ?, ?, ?, ?, ?)";
        self.change(stand, row)?;
        self.standing.set(stored);
        Ok(())
    }

    /// Stores the state of the list as its todos have it. `last_id`: the newest id that was ever given, if that is newer than all of what
    /// was staged.
    pub(super) fn stand_as_counted(&self, version: u64, last_id: Option<TodoId>) -> worker_kit::Result<()> {
        let stand = "INSERT OR REPLACE INTO list (only, version, open, completed, bytes, last_id)
                     SELECT 1, ?1, COUNT(*) - COALESCE(SUM(completed), 0), COALESCE(SUM(completed), 0),
                         COALESCE(SUM(LENGTH(CAST(todo AS BLOB))), 0),
                         NULLIF(MAX(?2, COALESCE((SELECT MAX(todo_id) FROM staged), '')), '')
                     FROM todos";
        let last_id = last_id.map(|id| id.to_string()).unwrap_or_default();
        self.change(stand, &[&version, &last_id])
    }

    /// Deletes the state of the list: from then on this object does not have its list.
    pub(super) fn fall(&self) -> worker_kit::Result<()> {
        self.change("DELETE FROM list", &[])
    }

    /// Gives the list another version: this one, or a greater one.
    pub(super) fn rise(&self, to: u64) -> worker_kit::Result<()> {
        self.change("UPDATE list SET version = MAX(version + 1, ?)", &[&to])
    }

    /// Makes the todos those that were staged, as they are.
    pub(super) fn take_staged(&self) -> worker_kit::Result<()> {
        self.change("DELETE FROM todos; INSERT INTO todos SELECT * FROM staged", &[])
    }

    /// Makes the todos those that were staged. One that is not what it was here has not the entity tag that it had here, whatever was
    /// staged: it gets this version.
    pub(super) fn take_staged_at(&self, version: u64) -> worker_kit::Result<()> {
        // A number that is bound comes as REAL.
        let take = "INSERT OR REPLACE INTO todos
                    SELECT todo_id, completed, due_day, json_set(todo, '$.version', CAST(?1 AS INTEGER)) FROM staged
                    WHERE NOT EXISTS (SELECT 1 FROM todos AS known WHERE known.todo_id = staged.todo_id AND known.todo = staged.todo)";
        self.change(take, &[&version])?;
        self.change("DELETE FROM todos WHERE todo_id NOT IN (SELECT todo_id FROM staged)", &[])
    }

    pub(super) fn find(&self, ids: &[TodoId]) -> worker_kit::Result<Vec<Todo>> {
        if let [id] = ids {
            return self.read("SELECT todo FROM todos WHERE todo_id = ?", &[id]);
        }
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        let query = "SELECT todo FROM todos WHERE todo_id IN (SELECT value FROM json_each(?))";
        self.read(query, &[&json::to_string(&ids)?])
    }

    /// Up to `limit` todos in order, of those whose state and due date a filter wants.
    pub(super) fn page(
        &self,
        filter: &Filter,
        after: Option<Position>,
        limit: usize,
    ) -> worker_kit::Result<Vec<Todo>> {
        // Parameters are numbered, so each has to be there.
        let (completed, id) = after.map(|Position { completed, id }| (completed, id)).unzip();
        let due_day = filter.due_by.map(DueDate::day);
        let mut values: Vec<&dyn sql::Bind> = vec![&limit, &completed, &id];
        let mut wanted = Vec::new();
        match filter.show {
            Show::All => {}
            Show::Open => wanted.push("completed = 0"),
            Show::Completed => wanted.push("completed = 1"),
        }
        wanted.push(match after {
            Some(_) => "(completed, todo_id) > (?2, ?3)",
            None => "?2 IS NULL AND ?3 IS NULL",
        });
        if due_day.is_some() {
            wanted.push("due_day <= ?4");
            values.push(&due_day);
        }
        let wanted = wanted.join(" AND ");
        let query = format!("SELECT todo FROM todos WHERE {wanted} ORDER BY completed, todo_id LIMIT ?1 + 0");
        self.read(&query, &values)
    }

    /// The JSON of up to `limit` todos in order, after a position; with the position of the last one.
    pub(super) fn json_after(
        &self,
        after: Option<Place>,
        limit: u64,
    ) -> worker_kit::Result<(Vec<String>, Option<Place>)> {
        let (completed, id) = after.unwrap_or_default();
        let query = "SELECT completed, todo_id, todo FROM todos WHERE (completed, todo_id) > (?, ?)
                     ORDER BY completed, todo_id LIMIT ? + 0";
        let (mut todos, mut last) = (Vec::new(), None);
        for mut row in sql::rows(&self.sql, query, &[&completed, &id, &limit])? {
            last = Some((row.number(0)?, row.text(1)?));
            todos.push(row.text(2)?);
        }
        Ok((todos, last))
    }

    /// Puts a todo in, in place of the one of its id if there is one. Gives the length of its JSON.
    pub(super) fn put(&self, todo: &Todo) -> worker_kit::Result<usize> {
        self.forget();
        put_into(&self.sql, "todos", todo)
    }

    pub(super) fn remove(&self, id: TodoId) -> worker_kit::Result<()> {
        self.change("DELETE FROM todos WHERE todo_id = ?", &[&id])
    }

    fn read(&self, query: &str, values: sql::Values<'_>) -> worker_kit::Result<Vec<Todo>> {
        let rows = sql::rows(&self.sql, query, values)?;
        rows.into_iter().map(|mut row| Ok(json::from_str(&row.text(0)?)?)).collect()
    }
}

/// Puts a todo into the table `staged`, which has the columns of `todos`.
pub(super) fn stage(sql: &SqlStorage, todo: &Todo) -> worker_kit::Result<()> {
    put_into(sql, "staged", todo).map(drop)
}

/// Puts a todo into the table of that name. Gives the length of its JSON.
fn put_into(sql: &SqlStorage, table: &str, todo: &Todo) -> worker_kit::Result<usize> {
    let json = json::to_string(todo)?;
    let length = json.len();
    let due_day = todo.due_on.map(|due_on| i64::from(due_on.day()));
    let row: sql::Values<'_> = &[&todo.id, &todo.completed, &due_day, &json];
    let put =
        format!("INSERT OR REPLACE INTO {table} (todo_id, completed, due_day, todo) VALUES (?, ?, ?, ?)");
    sql::run(sql, &put, row)?;
    Ok(length)
}

impl Records for Todos {
    type Error = worker_kit::Error;

    fn json(&self, id: &str) -> worker_kit::Result<Option<String>> {
        let query = "SELECT todo FROM todos WHERE todo_id = ?";
        sql::read_first(&self.sql, query, &[&id])
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// What was answered is forgotten here, before a change.
    #[test]
    fn no_other_file_writes_to_these_tables() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/todo_list");
        let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>().join(" ");
        let writes = |text: &str| {
            let starts = ["INTO ", "UPDATE ", "DELETE FROM "];
            let tables = ["todos", "list"];
            starts.iter().any(|start| {
                text.split(start).skip(1).any(|rest| {
                    tables.contains(
                        &rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap_or_default(),
                    )
                })
            })
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() && writes(&words(&fs::read_to_string(&path).unwrap())) {
                files.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
        assert_eq!(files, ["todos.rs"]);
    }
}
