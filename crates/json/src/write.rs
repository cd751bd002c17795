//! A serializer that writes the punctuation of objects and lists, and has every string and number written by `serde_json`.
//!
//! What serde derives for a type says one member after the other. `serde_json` hands the outcome of each on as that of a writer that
//! may fail, at several places a member. Into memory, none does: here each is said to have gone well, so that nothing is compiled for the
//! other case, and what went wrong all the same is kept until the end.

use crate::{
    error::{Error, Result},
    raw::RAW,
};
use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// What `write` writes. Apart, as it is the same for all types.
#[inline(never)]
pub(crate) fn written(write: &mut dyn FnMut(&mut Writer<'_>) -> Result<()>) -> Result<Vec<u8>> {
    let mut json = Vec::new();
    let mut writer = Writer::at_end_of(&mut json);
    write(&mut writer)?;
    writer.end()?;
    Ok(json)
}

/// Writes to the end of what is there.
pub(crate) struct Writer<'v> {
    json: &'v mut Vec<u8>,
    /// The next string is JSON already.
    is_raw: bool,
    /// Where names begin that are keys of maps, which are data and have no place in an error.
    keys: Vec<usize>,
    /// The first thing that went wrong.
    failure: Option<Error>,
}

impl<'v> Writer<'v> {
    pub(crate) fn at_end_of(json: &'v mut Vec<u8>) -> Self {
        Self { json, is_raw: false, keys: Vec::new(), failure: None }
    }

    /// Whether all went well.
    pub(crate) fn end(self) -> Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    #[cold]
    fn fail(&mut self, failure: Error) {
        self.failure.get_or_insert(failure);
    }

    /// Has `serde_json` write a string or a number.
    fn leaf<T: Serialize + ?Sized>(&mut self, value: &T) {
        if let Err(error) = serde_json::to_writer(&mut *self.json, value) {
            self.fail(error.into());
        }
    }

    #[inline(never)]
    fn put(&mut self, json: &str) {
        self.json.extend_from_slice(json.as_bytes());
    }

    /// A comma, unless what is written next is the first in its object or list.
    #[inline(never)]
    fn next(&mut self) {
        if !matches!(self.json.last(), Some(b'{' | b'[')) {
            self.json.push(b',');
        }
    }

    #[inline(never)]
    fn string(&mut self, text: &str) {
        if self.is_raw { self.put(text) } else { self.leaf(text) }
    }

    /// The name of a member, as far as its value.
    #[inline(never)]
    fn name(&mut self, name: &str) {
        if self.is_raw {
            return;
        }
        self.next();
        self.string(name);
        self.put(":");
    }

    /// What stands around the content of a variant.
    #[inline(never)]
    fn variant(&mut self, name: &str, bracket: &str) {
        self.put("{");
        self.name(name);
        self.put(bracket);
    }

    /// Makes the name of a member of what was written from here on: a string it is already, and a number or boolean between quotes.
    #[inline(never)]
    fn as_name(&mut self, start: usize) {
        match self.json.get(start) {
            Some(b'"') => {}
            Some(b'-' | b'0'..=b'9' | b't' | b'f') => {
                self.json.insert(start, b'"');
                self.json.push(b'"');
            }
            _ => self.fail(Error::of_constant("key must be a string")),
        }
        self.put(":");
        self.keys.push(start);
    }

    /// A number, unless it is none: JSON has neither infinity nor NaN (RFC 8259 section 6), for which `serde_json` writes `null`.
    #[inline(never)]
    fn float(&mut self, number: f64, written: impl Serialize) {
        if number.is_finite() {
            self.leaf(&written);
        } else {
            let failure = self.not_finite();
            self.fail(failure);
        }
    }

    #[cold]
    fn not_finite(&self) -> Error {
        let names = open_names(self.json, &self.keys).join(".");
        if names.is_empty() {
            return Error::custom("a number is infinite or NaN");
        }
        Error::custom(format_args!("the number at `{names}` is infinite or NaN"))
    }
}

/// The names of the members that are not closed yet, outermost first, without those that begin at `keys`.
fn open_names<'j>(json: &'j [u8], keys: &[usize]) -> Vec<&'j str> {
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        let start = at;
        match byte {
            b'{' | b'[' => open.push(""),
            b'}' | b']' => drop(open.pop()),
            b'"' => {
                at = end_of_string(json, start);
                let is_name = json.get(at + 1) == Some(&b':') && !keys.contains(&start);
                let text = json.get(start + 1..at).and_then(|text| std::str::from_utf8(text).ok());
                if let (Some(last), Some(text)) = (open.last_mut(), text) {
                    *last = if is_name { text } else { *last };
                }
            }
            _ => {}
        }
        at += 1;
    }
    open.retain(|name| !name.is_empty());
    open
}

/// Where the quote is that ends the string which begins at `start`.
fn end_of_string(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = json.get(at).filter(|byte| **byte != b'"') {
        at += if *byte == b'\\' { 2 } else { 1 };
    }
    at
}

macro_rules! leaves {
    ($($method:ident $type:ty),*) => {
        $(#[inline(never)]
        fn $method(self, value: $type) -> Result<()> {
            self.leaf(&value);
            Ok(())
        })*
    };
}

impl<'a, 'v> Serializer for &'a mut Writer<'v> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Variant<'a, 'v>;

    leaves! {
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128,
        serialize_char char, serialize_bytes &[u8]
    }

    fn serialize_f32(self, number: f32) -> Result<()> {
        self.float(number.into(), number);
        Ok(())
    }

    fn serialize_f64(self, number: f64) -> Result<()> {
        self.float(number, number);
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<()> {
        self.string(text);
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.put("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.string(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.variant(variant, "");
        value.serialize(&mut *self)?;
        self.put("}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self> {
        self.put("[");
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self> {
        self.variant(variant, "[");
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self> {
        self.put("{");
        Ok(self)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self> {
        self.is_raw = name == RAW;
        if !self.is_raw {
            self.put("{");
        }
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Variant<'a, 'v>> {
        self.variant(variant, "{");
        Ok(Variant(self))
    }
}

/// What has values without names, and how it ends.
macro_rules! lists {
    ($($part:ident::$method:ident $end:literal),*) => {
        $(impl $part for &mut Writer<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.next();
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<()> {
                self.put($end);
                Ok(())
            }
        })*
    };
}

lists! {
    SerializeSeq::serialize_element "]",
    SerializeTuple::serialize_element "]",
    SerializeTupleStruct::serialize_field "]",
    SerializeTupleVariant::serialize_field "]}"
}

impl SerializeMap for &mut Writer<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.next();
        let start = self.json.len();
        key.serialize(&mut **self)?;
        self.as_name(start);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<()> {
        self.put("}");
        Ok(())
    }
}

impl SerializeStruct for &mut Writer<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.name(name);
        value.serialize(&mut **self)
    }

    #[inline(never)]
    fn end(self) -> Result<()> {
        if !std::mem::take(&mut self.is_raw) {
            self.put("}");
        }
        Ok(())
    }
}

/// The fields of a variant, which end in two braces.
pub(crate) struct Variant<'a, 'v>(&'a mut Writer<'v>);

impl SerializeStructVariant for Variant<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        SerializeStruct::serialize_field(&mut self.0, name, value)
    }

    fn end(self) -> Result<()> {
        self.0.put("}}");
        Ok(())
    }
}
