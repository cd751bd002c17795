//! Statements on an object's SQLite, and their rows, read by column index.
//!
//! A statement is one call into JavaScript, whatever it binds and returns: values and rows pass as JSON. With the platform crate's own
//! cursor each value would be several calls. So a column has a text, a whole number or NULL; there are no BLOBs.
//!
//! A limit that is bound is written `LIMIT ? + 0`. SQLite looks at the value of a bare `LIMIT ?` when it plans the statement
//! (`computeLimitRegisters`), so it would plan it anew after each binding, which takes as long as two such statements.

mod columns;
mod tidy;

use std::mem;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::SqlStorage;

#[doc(hidden)]
pub use self::tidy::{text, tidy, tidy_length};

use self::columns::{Cell, Columns};

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

/// The values of a statement, in the order of its parameters.
pub type Values<'a> = &'a [&'a dyn Bind];

/// A value of a statement: whatever serde writes as a text, as a whole number from -(2^53 - 1) to 2^53 - 1, as true or false (1 or 0), or
/// as nothing (NULL). Anything else is an error when the statement is run.
pub trait Bind {
    /// Writes it as JSON.
    ///
    /// # Errors
    /// Those of [`json::to_string`].
    fn append_to(&self, json: &mut Vec<u8>) -> json::Result<()>;
}

impl<T: Serialize + ?Sized> Bind for T {
    fn append_to(&self, json: &mut Vec<u8>) -> json::Result<()> {
        json::append(json, self)
    }
}

/// The greatest number that can be bound, 2^53 - 1: JavaScript has no greater one exactly.
pub const MAX_EXACT: u64 = 9_007_199_254_740_991;

/// One row. Columns are counted from 0.
#[derive(Deserialize)]
pub struct Row(Vec<Cell>);

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
        match self.0.get_mut(column).map(mem::take) {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
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
            Some(Cell::Number(number)) => u64::try_from(*number).map(Some).map_err(|_| wrong(column)),
            Some(Cell::Null) => Ok(None),
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
        Ok(T::deserialize(Columns::of(self.0))?)
    }
}

fn wrong(column: usize) -> crate::Error {
    format!("column {column} of a row is not what it should be").into()
}

/// Runs a statement that has no rows, or several.
///
/// # Errors
/// The platform's.
pub fn run(sql: &SqlStorage, statement: &str, values: Values<'_>) -> crate::Result<()> {
    Ok(sql_run(sql.as_ref(), statement, &bound(values)?)?)
}

/// Runs a statement. Returns its rows. All are fetched, as SQLite runs a statement to its end only then.
///
/// # Errors
/// The platform's.
pub fn rows(sql: &SqlStorage, statement: &str, values: Values<'_>) -> crate::Result<Vec<Row>> {
    let rows = sql_rows(sql.as_ref(), statement, &bound(values)?)?;
    Ok(serde_json::from_str(&rows).map_err(json::Error::from)?)
}

/// The values of a statement, as the items of a JSON list.
fn bound(values: Values<'_>) -> crate::Result<String> {
    let mut json = b"[".to_vec();
    for value in values {
        if json.len() > 1 {
            json.push(b',');
        }
        let start = json.len();
        value.append_to(&mut json)?;
        check(&mut json, start)?;
    }
    json.push(b']');
    String::from_utf8(json).map_err(|_| "a value of a statement is no text".into())
}

/// Refuses what begins at `start` unless a column can hold it, and makes a number of what is true or not.
fn check(json: &mut Vec<u8>, start: usize) -> crate::Result<()> {
    match json.get(start..).unwrap_or_default() {
        [b'"', ..] | b"null" => Ok(()),
        flag @ (b"true" | b"false") => {
            let number = if flag == b"true" { b'1' } else { b'0' };
            json.truncate(start);
            json.push(number);
            Ok(())
        }
        number => {
            match std::str::from_utf8(number).map(str::parse::<i64>) {
                Ok(Ok(number)) if number.unsigned_abs() <= MAX_EXACT => Ok(()),
                _ => Err("a value of a statement is neither a text nor a whole number that can be read back"
                    .into()),
            }
        }
    }
}

/// Runs a query. Returns its first row; `None` where there is none.
///
/// # Errors
/// The platform's.
pub fn first_row(sql: &SqlStorage, statement: &str, values: Values<'_>) -> crate::Result<Option<Row>> {
    Ok(rows(sql, statement, values)?.into_iter().next())
}

/// Runs a query. Returns its rows, each as [`Row::read`] reads it.
///
/// # Errors
/// The platform's, and those of [`Row::read`].
pub fn read<T: DeserializeOwned>(
    sql: &SqlStorage,
    statement: &str,
    values: Values<'_>,
) -> crate::Result<Vec<T>> {
    let mut all = Vec::new();
    // Not `collect`: that is three functions for each type.
    for row in rows(sql, statement, values)? {
        all.push(row.read()?);
    }
    Ok(all)
}

/// Runs a query. Returns its first row, as [`Row::read`] reads it; `None` where there is none.
///
/// # Errors
/// Those of [`read`].
pub fn read_first<T: DeserializeOwned>(
    sql: &SqlStorage,
    statement: &str,
    values: Values<'_>,
) -> crate::Result<Option<T>> {
    first_row(sql, statement, values)?.map(Row::read).transpose()
}

/// Runs a query. Returns the number in the first column of the first row; `None` where that is NULL or there is no row.
///
/// # Errors
/// The platform's.
pub fn optional_number(sql: &SqlStorage, statement: &str, values: Values<'_>) -> crate::Result<Option<u64>> {
    match first_row(sql, statement, values)? {
        Some(row) => row.optional_number(0),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        OfOneWord,
    }

    #[test]
    fn a_value_is_bound_as_serde_writes_it() {
        let values: Values<'_> = &[
            &"a\"b",
            &"5".to_owned(),
            &5_u8,
            &-(MAX_EXACT.cast_signed()),
            &MAX_EXACT,
            &Some(0_usize),
            &None::<String>,
            &true,
            &Some(false),
            &Kind::OfOneWord,
        ];
        let bound = bound(values).map_err(|error| error.to_string());
        let json = r#"["a\"b","5",5,-9007199254740991,9007199254740991,0,null,1,0,"of_one_word"]"#;
        assert_eq!(bound, Ok(json.to_owned()));
        assert_eq!(super::bound(&[]).ok(), Some("[]".to_owned()));
    }

    #[test]
    fn what_no_column_holds_is_refused() {
        let values: [&dyn Bind; 6] = [&(MAX_EXACT + 1), &u64::MAX, &i64::MIN, &0.5, &f64::NAN, &["a"]];
        for (place, value) in values.into_iter().enumerate() {
            assert!(bound(&[&1, value]).is_err(), "{place}");
        }
    }
}
