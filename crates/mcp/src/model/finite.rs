//! JSON of an application's own values, in which every number is one.
//!
//! JSON has neither infinity nor NaN (RFC 8259, section 6). `serde_json` writes `null` for them, which the schema published for
//! the type does not allow. Here they are an error.

use std::fmt;

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::value::{RawValue, to_raw_value};

/// A value as JSON.
///
/// # Errors
/// A value that has no JSON form: a number in it is infinite or NaN, a key of a map is no text, or its `Serialize` fails.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<Box<RawValue>, serde_json::Error> {
    let json = to_raw_value(value)?;
    // Such a number was written as `null`, so most values need no second look.
    if json.get().contains("null") {
        value.serialize(Look).map_err(ser::Error::custom)?;
    }
    Ok(json)
}

/// Goes through a value and writes nothing.
struct Look;

/// Why a value has no JSON form.
#[derive(Debug)]
enum Unwritable {
    /// The fields of structs on the way to the number, innermost first.
    NotFinite(Vec<&'static str>),
    /// The words of the value's own `Serialize`.
    Other(String),
}

impl Unwritable {
    fn within(field: &'static str) -> impl FnOnce(Self) -> Self {
        move |mut why| {
            if let Self::NotFinite(path) = &mut why {
                path.push(field);
            }
            why
        }
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite(path) if path.is_empty() => f.write_str("a number is infinite or NaN"),
            Self::NotFinite(path) => {
                let path: Vec<&str> = path.iter().rev().copied().collect();
                write!(f, "the number at `{}` is infinite or NaN", path.join("."))
            }
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::Other(why.to_string())
    }
}

fn finite(is_finite: bool) -> Result<(), Unwritable> {
    if is_finite { Ok(()) } else { Err(Unwritable::NotFinite(Vec::new())) }
}

/// What has no number inside that could be infinite.
macro_rules! nothing_to_see {
    ($($method:ident($($kind:ty),*))*) => {
        $(fn $method(self $(, _: $kind)*) -> Result<(), Unwritable> { Ok(()) })*
    };
}

impl Serializer for Look {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    nothing_to_see! {
        serialize_bool(bool)
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_char(char) serialize_str(&str) serialize_bytes(&[u8])
        serialize_none() serialize_unit() serialize_unit_struct(&'static str)
        serialize_unit_variant(&'static str, u32, &'static str)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), Unwritable> {
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> Result<(), Unwritable> {
        finite(number.is_finite())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Unwritable> {
        finite(number.is_finite())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        Ok(self)
    }
}

/// Values without names.
macro_rules! elements {
    ($($part:ident::$method:ident)*) => {
        $(impl $part for Look {
            type Ok = ();
            type Error = Unwritable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
                value.serialize(Look)
            }

            fn end(self) -> Result<(), Unwritable> {
                Ok(())
            }
        })*
    };
}

elements! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

/// Values with names that the type gives them.
macro_rules! fields {
    ($($part:ident)*) => {
        $(impl $part for Look {
            type Ok = ();
            type Error = Unwritable;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unwritable> {
                value.serialize(Look).map_err(Unwritable::within(name))
            }

            fn end(self) -> Result<(), Unwritable> {
                Ok(())
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Look {
    type Ok = ();
    type Error = Unwritable;

    /// A key is a text, or `serde_json` has refused the map.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Unwritable> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(Look)
    }

    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}
