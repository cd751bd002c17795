//! Rows of an object's SQLite, by their columns' places: one crossing a row, and not one for each member by its name.

use worker::{SqlStorage, SqlStorageValue};

/// One row. Columns are counted from 0.
pub struct Row(Vec<SqlStorageValue>);

impl Row {
    /// A text. Takes it out of the row.
    ///
    /// # Errors
    /// Where there is none.
    pub fn text(&mut self, column: usize) -> worker::Result<String> {
        self.optional_text(column)?.ok_or_else(|| wrong(column))
    }

    /// A text or NULL. Takes it out of the row.
    ///
    /// # Errors
    /// Where there is something else.
    pub fn optional_text(&mut self, column: usize) -> worker::Result<Option<String>> {
        match self.0.get_mut(column).map(|value| std::mem::replace(value, SqlStorageValue::Null)) {
            Some(SqlStorageValue::String(text)) => Ok(Some(text)),
            Some(SqlStorageValue::Null) => Ok(None),
            _ => Err(wrong(column)),
        }
    }

    /// A whole number from 0 to 2^53 - 1.
    ///
    /// # Errors
    /// Where there is none.
    pub fn number(&self, column: usize) -> worker::Result<u64> {
        self.optional_number(column)?.ok_or_else(|| wrong(column))
    }

    /// A whole number, or NULL.
    ///
    /// # Errors
    /// Where there is something else.
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

fn wrong(column: usize) -> worker::Error {
    format!("column {column} of a row is not what it should be").into()
}

/// The rows that a statement gives, one after the other as they are asked for.
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

/// The number in the first column of the first row; `None` where that is NULL, and where there is no row.
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

/// A number as SQL takes it.
///
/// # Errors
/// For more than 2^53 - 1, which no column could give back.
pub fn integer(number: u64) -> worker::Result<SqlStorageValue> {
    SqlStorageValue::try_from_i64(i64::try_from(number).unwrap_or(i64::MAX))
}
