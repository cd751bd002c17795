//! What a column holds, and deserializers of a row and of a column. A struct is read by the order of its fields: names are not compared.

use std::{fmt, vec};

use serde::{
    de::{Deserialize, DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use json::Error;

/// What a column holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell {
    #[default]
    Null,
    Number(i64),
    Text(String),
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadCell)
    }
}

struct ReadCell;

impl Visitor<'_> for ReadCell {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number or NULL")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Number(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Cell, E> {
        i64::try_from(number).map(Cell::Number).map_err(E::custom)
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }
}

/// The columns of a row that are not yet read.
pub(super) struct Columns(vec::IntoIter<Cell>);

impl Columns {
    pub(super) fn of(row: Vec<Cell>) -> Self {
        Self(row.into_iter())
    }

    fn first(&mut self) -> Result<Column, Error> {
        self.0.next().map(Column).ok_or_else(|| Error::custom("a row has too few columns"))
    }
}

impl<'de> SeqAccess<'de> for Columns {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.0.next().map(|value| seed.deserialize(Column(value))).transpose()
    }
}

impl<'de> Deserializer<'de> for Columns {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        self.first()?.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        self.first()?.deserialize_option(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple_struct map enum identifier ignored_any
    }
}

/// The value in one column.
struct Column(Cell);

impl<'de> Deserializer<'de> for Column {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Cell::Null => visitor.visit_unit(),
            Cell::Number(number) => match u64::try_from(number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(number),
            },
            Cell::Text(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Cell::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, de::DeserializeOwned};

    use super::*;

    fn read<T: DeserializeOwned>(row: &[Cell]) -> Result<T, String> {
        T::deserialize(Columns::of(row.to_vec())).map_err(|error| error.to_string())
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Name(String);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(transparent)]
    struct Seconds(i64);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Entry {
        name: Name,
        at: Option<Seconds>,
        size: u32,
    }

    #[test]
    fn a_struct_has_the_columns_in_their_order() {
        let row = [text("a"), Cell::Number(7), Cell::Number(2)];
        assert_eq!(read(&row), Ok(Entry { name: Name("a".to_owned()), at: Some(Seconds(7)), size: 2 }));
        let row = [text("a"), Cell::Null, Cell::Number(2)];
        assert_eq!(read(&row), Ok(Entry { name: Name("a".to_owned()), at: None, size: 2 }));
        assert_eq!(read(&[text("a"), Cell::Number(2)]), Ok(("a".to_owned(), 2_u8)));
    }

    #[test]
    fn another_type_has_the_first_column() {
        assert_eq!(read(&[text("a"), Cell::Number(2)]), Ok("a".to_owned()));
        assert_eq!(read(&[Cell::Null]), Ok(None::<Seconds>));
        assert_eq!(read(&[Cell::Number(7)]), Ok(Some(Seconds(7))));
    }

    #[test]
    fn what_a_column_is_not_is_no_value() {
        for row in [vec![], vec![text("a")], vec![text("a"), text("b"), Cell::Number(2)]] {
            assert!(read::<Entry>(&row).is_err());
        }
        assert!(read::<u32>(&[Cell::Number(-1)]).is_err());
        assert!(read::<String>(&[]).is_err());
        assert!(read::<String>(&[Cell::Null]).is_err());
    }
}
