//! Statements on an object's SQLite, and their rows, read by column index.
//!
//! A statement is one call into JavaScript, whatever it binds and returns: values and rows pass as JSON. With the platform crate's own
//! cursor each value would be several calls. So a column has a text, a whole number or NULL; there are no BLOBs.
//!
//! A limit that is bound is written `LIMIT ? + 0`. SQLite looks at the value of a bare `LIMIT ?` when it plans the statement
//! (`computeLimitRegisters`), so it would plan it anew after each binding, which takes as long as two such statements.

mod columns;

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::{SqlStorage, SqlStorageValue};

use self::columns::Columns;

#[wasm_bindgen(inline_js = "
    export function sqlRows(sql, statement, values) {
      return JSON.stringify([...sql.exec(statement, ...JSON.parse(values)).raw()]);
    }

    export function sqlRun(sql, statement, values) {
      sql.exec(statement, ...JSON.parse(values));
    }
")]
extern "C" {
    #[wasm_bindgen(catch, js_name = sqlRows)]
    fn sql_rows(sql: &JsValue, statement: &str, values: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(catch, js_name = sqlRun)]
    fn sql_run(sql: &JsValue, statement: &str, values: &str) -> Result<(), JsValue>;
}

/// One row. Columns are counted from 0.
#[derive(Deserialize)]
pub struct Row(Vec<Value>);

impl Row {
    /// The text in a column. It is taken out of the row.
    ///
    /// # Errors
    /// The column has no such value.
    pub fn text(&mut self, column: usize) -> crate::Result<String> {
        self.optional_text(column)?.ok_or_else(|| wrong(column))
    }

    /// The text in a column, or `None` for NULL. It is taken out of the row.
    ///
    /// # Errors
    /// The column has another type.
    pub fn optional_text(&mut self, column: usize) -> crate::Result<Option<String>> {
        match self.0.get_mut(column).map(Value::take) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(wrong(column)),
        }
    }

    /// The whole number in a column, from 0 to 2^53 - 1.
    ///
    /// # Errors
    /// The column has no such value.
    pub fn number(&self, column: usize) -> crate::Result<u64> {
        self.optional_number(column)?.ok_or_else(|| wrong(column))
    }

    /// The whole number in a column, or `None` for NULL.
    ///
    /// # Errors
    /// The column has another type.
    pub fn optional_number(&self, column: usize) -> crate::Result<Option<u64>> {
        match self.0.get(column) {
            Some(Value::Number(number)) => number.as_u64().map(Some).ok_or_else(|| wrong(column)),
            Some(Value::Null) => Ok(None),
            _ => Err(wrong(column)),
        }
    }
}

impl Row {
    /// The row as a `T`: a struct or tuple has the columns in their order; any other type has the first column.
    ///
    /// # Errors
    /// A column is missing or of another type.
    pub fn read<T: DeserializeOwned>(self) -> crate::Result<T> {
        T::deserialize(Columns::of(self.0)).map_err(|error| error.to_string().into())
    }
}

fn wrong(column: usize) -> crate::Error {
    format!("column {column} of a row is not what it should be").into()
}

/// Runs a statement that has no rows, or several.
///
/// # Errors
/// The platform's.
pub fn run(sql: &SqlStorage, statement: &str, values: Vec<SqlStorageValue>) -> crate::Result<()> {
    Ok(sql_run(sql.as_ref(), statement, &bound(values)?)?)
}

/// Runs a statement. Returns its rows. All are fetched, as SQLite runs a statement to its end only then.
///
/// # Errors
/// The platform's.
pub fn rows(sql: &SqlStorage, statement: &str, values: Vec<SqlStorageValue>) -> crate::Result<Vec<Row>> {
    let rows = sql_rows(sql.as_ref(), statement, &bound(values)?)?;
    Ok(serde_json::from_str(&rows)?)
}

/// The values of a statement, as JSON.
fn bound(values: Vec<SqlStorageValue>) -> crate::Result<String> {
    let values: Vec<_> = values.into_iter().map(Bound).collect();
    Ok(json::to_string(&values)?)
}

/// Runs a query. Returns its first row; `None` where there is none.
///
/// # Errors
/// The platform's.
pub fn first_row(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> crate::Result<Option<Row>> {
    Ok(rows(sql, statement, values)?.into_iter().next())
}

/// Runs a query. Returns its rows, each as [`Row::read`] reads it.
///
/// # Errors
/// The platform's, and those of [`Row::read`].
pub fn read<T: DeserializeOwned>(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> crate::Result<Vec<T>> {
    rows(sql, statement, values)?.into_iter().map(Row::read).collect()
}

/// Runs a query. Returns its first row, as [`Row::read`] reads it; `None` where there is none.
///
/// # Errors
/// Those of [`read`].
pub fn read_first<T: DeserializeOwned>(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> crate::Result<Option<T>> {
    first_row(sql, statement, values)?.map(Row::read).transpose()
}

/// A value of a statement, as JSON.
struct Bound(SqlStorageValue);

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            SqlStorageValue::Null => serializer.serialize_unit(),
            SqlStorageValue::Boolean(value) => serializer.serialize_bool(*value),
            SqlStorageValue::Integer(number) => serializer.serialize_i64(*number),
            SqlStorageValue::Float(number) => serializer.serialize_f64(*number),
            SqlStorageValue::String(text) => serializer.serialize_str(text),
            SqlStorageValue::Blob(_) => Err(serde::ser::Error::custom("a statement binds no BLOBs")),
        }
    }
}

/// Runs a query. Returns the number in the first column of the first row; `None` where that is NULL or there is no row.
///
/// # Errors
/// The platform's.
pub fn optional_number(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> crate::Result<Option<u64>> {
    match first_row(sql, statement, values)? {
        Some(row) => row.optional_number(0),
        None => Ok(None),
    }
}

/// A number as a value for SQL.
///
/// # Errors
/// It is greater than 2^53 - 1, and could not be read back exactly.
pub fn integer(number: u64) -> crate::Result<SqlStorageValue> {
    Ok(SqlStorageValue::try_from_i64(i64::try_from(number).unwrap_or(i64::MAX))?)
}
