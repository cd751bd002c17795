//! The settings: texts of which the object has one each, by name.

use worker::SqlStorage;
use worker_kit::{
    sql::{self, Bind},
    storage::Known,
};

/// The settings, which are read once in the object's life in memory. They are in no order: an object has ten at most.
pub(super) struct Settings(pub(super) Known<Vec<(String, String)>>);

impl Settings {
    pub(super) fn get(&self, sql: &SqlStorage, name: &str) -> worker_kit::Result<Option<String>> {
        let settings = self.take(sql)?;
        let value = settings.iter().find(|(stored, _)| stored == name).map(|(_, value)| value.clone());
        self.0.set(settings);
        Ok(value)
    }

    /// Stores those that are not stored already, in one statement.
    pub(super) fn set(&self, sql: &SqlStorage, named: &[(&str, &str)]) -> worker_kit::Result<()> {
        let mut settings = self.take(sql)?;
        let mut statement = String::new();
        let mut values: Vec<&dyn Bind> = Vec::new();
        for (name, value) in named {
            match settings.iter_mut().find(|(stored, _)| stored == name) {
                Some((_, stored)) if stored == value => continue,
                Some((_, stored)) => (*value).clone_into(stored),
                None => settings.push(((*name).to_owned(), (*value).to_owned())),
            }
            let begins = if statement.is_empty() { "INSERT OR REPLACE INTO setting VALUES" } else { "," };
            statement = statement + begins + " (?, ?)";
            values.extend([name as &dyn Bind, value]);
        }
        if !statement.is_empty() {
            sql::run(sql, &statement, &values)?;
        }
        self.0.set(settings);
        Ok(())
    }

    /// They are not known until they are put back: after an error they are read again.
    fn take(&self, sql: &SqlStorage) -> worker_kit::Result<Vec<(String, String)>> {
        match self.0.take() {
            Some(settings) => Ok(settings),
            None => sql::read(sql, "SELECT name, value FROM setting", &[]),
        }
    }
}
