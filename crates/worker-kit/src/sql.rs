//! Rows of an object's SQLite, read by column index: one call into JavaScript for each row, and not one for each column.

mod columns;

use serde::de::DeserializeOwned;
use worker::{SqlStorage, SqlStorageValue};

use self::columns::Columns;

/// One row. Columns are counted from 0.
pub struct Row(Vec<SqlStorageValue>);

impl Row {
    /// The text in a column. It is taken out of the row.
    ///
    /// # Errors
    /// The column has no such value.
    pub fn text(&mut self, column: usize) -> worker::Result<String> {
        self.optional_text(column)?.ok_or_else(|| wrong(column))
    }

    /// The text in a column, or `None` for NULL. It is taken out of the row.
    ///
    /// # Errors
    /// The column has another type.
    pub fn optional_text(&mut self, column: usize) -> worker::Result<Option<String>> {
        match self.0.get_mut(column).map(|value| std::mem::replace(value, SqlStorageValue::Null)) {
            Some(SqlStorageValue::String(text)) => Ok(Some(text)),
            Some(SqlStorageValue::Null) => Ok(None),
            _ => Err(wrong(column)),
        }
    }

    /// The whole number in a column, from 0 to 2^53 - 1.
    ///
    /// # Errors
    /// The column has no such value.
    pub fn number(&self, column: usize) -> worker::Result<u64> {
        self.optional_number(column)?.ok_or_else(|| wrong(column))
    }

    /// The whole number in a column, or `None` for NULL.
    ///
    /// # Errors
    /// The column has another type.
    pub fn optional_number(&self, column: usize) -> worker::Result<Option<u64>> {
        match self.0.get(column) {
            Some(SqlStorageValue::Integer(number)) => {
                u64::try_from(*number).map(Some).map_err(|_| wrong(column))
            }
            Some(SqlStorageValue::Null) => Ok(None),
            _ => Err(wrong(column)),
        }
    }
}

impl Row {
    /// The row as a `T`: a struct or tuple has the columns in their order; any other type has the first column.
    ///
    /// # Errors
    /// A column is missing or of another type.
    pub fn read<T: DeserializeOwned>(self) -> worker::Result<T> {
        T::deserialize(Columns::of(self.0)).map_err(|error| error.to_string().into())
    }
}

fn wrong(column: usize) -> worker::Error {
    format!("column {column} of a row is not what it should be").into()
}

/// Runs a statement. Returns an iterator that reads one row at a time.
///
/// # Errors
/// The platform's.
pub fn rows(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> worker::Result<impl Iterator<Item = worker::Result<Row>>> {
    Ok(sql.exec(statement, values)?.raw().map(|row| row.map(Row)))
}

/// Runs a query. Returns its rows, each as [`Row::read`] reads it.
///
/// # Errors
/// The platform's, and those of [`Row::read`].
pub fn read<T: DeserializeOwned>(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> worker::Result<Vec<T>> {
    let mut all = Vec::new();
    for row in fetched(sql, statement, values)? {
        all.push(row.read()?);
    }
    Ok(all)
}

/// Runs a query. Returns its first row, as [`Row::read`] reads it; `None` where there is none. All rows are fetched, as SQLite runs a
/// statement to its end only then.
///
/// # Errors
/// Those of [`read`].
pub fn read_first<T: DeserializeOwned>(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> worker::Result<Option<T>> {
    fetched(sql, statement, values)?.into_iter().next().map(Row::read).transpose()
}

/// All rows. Apart from what they are read as, so that it is compiled once.
fn fetched(sql: &SqlStorage, statement: &str, values: Vec<SqlStorageValue>) -> worker::Result<Vec<Row>> {
    rows(sql, statement, values)?.collect()
}

/// Runs a query. Returns the number in the first column of the first row; `None` where that is NULL or there is no row.
///
/// # Errors
/// The platform's.
pub fn optional_number(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> worker::Result<Option<u64>> {
    match rows(sql, statement, values)?.next().transpose()? {
        Some(row) => row.optional_number(0),
        None => Ok(None),
    }
}

/// A number as a value for SQL.
///
/// # Errors
/// It is greater than 2^53 - 1, and could not be read back exactly.
pub fn integer(number: u64) -> worker::Result<SqlStorageValue> {
    SqlStorageValue::try_from_i64(i64::try_from(number).unwrap_or(i64::MAX))
}
