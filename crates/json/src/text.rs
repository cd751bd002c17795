//! A deserializer that holds one value as text, and finds what a type wants in it, level by level.

use std::{any::type_name, borrow::Cow, vec};

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::{
    error::{Error, Result},
    find::{self, Member, NO_CONTENT, utf8, visit_number, visit_string},
    key::Key,
    raw::RAW,
};

/// One JSON value as text, without space around it. No text is a member that is absent.
///
/// What is compiled for each type only takes what was found. Finding it is done by functions that are compiled once (find.rs), with
/// `serde_json` in each of them: read by `serde_json`, each type has parts of a parser in it.
#[derive(Clone, Copy)]
pub(crate) struct Text<'de>(&'de str);

impl<'de> Text<'de> {
    /// As [`Self::of`], of bytes.
    #[inline(never)]
    pub(crate) fn of_slice(json: &'de [u8]) -> Result<Self> {
        Self::of(utf8(json)?)
    }

    /// The only value in this text.
    pub(crate) fn of(json: &'de str) -> Result<Self> {
        let text = Self(json.trim_matches([' ', '\t', '\n', '\r']));
        // What stands for something else here is no JSON.
        if text.is_absent() || text.0 == NO_CONTENT {
            find::ignored(text.0)?;
        }
        Ok(text)
    }

    /// A value that was found in another.
    pub(crate) fn trimmed(json: &'de str) -> Self {
        Self(json)
    }

    fn is_absent(self) -> bool {
        self.0.is_empty()
    }

    /// Whether an `Option` of it is `None`.
    pub(crate) fn is_null(self) -> bool {
        self.is_absent() || self.0 == "null"
    }

    pub(crate) fn members(self) -> Result<Vec<Member<'de>>> {
        find::members(self.0)
    }

    pub(crate) fn items(self) -> Result<Vec<&'de RawValue>> {
        find::items(self.0)
    }

    pub(crate) fn variant(self) -> Result<(Cow<'de, str>, &'de str)> {
        find::variant(self.0)
    }

    /// That it is what stands for a variant that has none.
    pub(crate) fn no_content(self) -> Result<()> {
        if self.0 == NO_CONTENT { Ok(()) } else { find::null(self.0) }
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let number = find::number(self.0, &visitor)?;
            visit_number(&number, visitor)
        })*
    };
}

macro_rules! strings {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let string = find::string(self.0, &visitor)?;
            visit_string(string, visitor)
        })*
    };
}

/// What is read at one go: what serde keeps to look at it later, and what has its own idea of every kind of value.
macro_rules! at_one_go {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            find::content(self.0)?;
            let mut reader = serde_json::Deserializer::from_str(self.0);
            let read = reader.deserialize_any(visitor)?;
            reader.end()?;
            Ok(read)
        })*
    };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Error;

    at_one_go! { deserialize_any deserialize_bytes deserialize_byte_buf }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
    }

    strings! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let boolean = find::boolean(self.0, &visitor)?;
        visitor.visit_bool(boolean)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        find::null(self.0)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        find::ignored(self.0)?;
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == RAW {
            let mut reader = serde_json::Deserializer::from_str(self.0);
            let read = reader.deserialize_newtype_struct(name, visitor)?;
            reader.end()?;
            return Ok(read);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let mut items = Items(self.items()?.into_iter());
        let read = visitor.visit_seq(&mut items)?;
        find::end(items.0.len())?;
        Ok(read)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let members = Members::of(self.members()?);
        visitor.visit_map(members)
    }

    /// What serde derives to read a struct from a list of its fields is half as large as what reads it from a map: it compares no
    /// names, and keeps no field until all are there.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let mut fields = Fields::in_object(self.0, names);
        // Where none is asked for, nobody hears of a failure.
        if names.is_empty() {
            fields.field()?;
        }
        let read = visitor.visit_seq(&mut fields);
        // serde tells all names that fields have, but not which of them are one field's: after one with two, others would be read for
        // something else. Looked at for each type, that was half a percent of the upload; so the tests of a type have to find it.
        if cfg!(debug_assertions) && read.is_ok() && fields.read < fields.all.len() {
            return Err(Error::custom("a field has a second name (`alias`), so its struct is not read"));
        }
        read.map_err(|error| fields.explained(error))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let (name, content) = self.variant()?;
        visitor.visit_enum(Variant { name, content: Text(content) })
    }
}

/// The members of an object that are left, and the value of the one whose key was read.
struct Members<'de> {
    left: vec::IntoIter<Member<'de>>,
    value: Text<'de>,
}

impl<'de> Members<'de> {
    fn of(members: Vec<Member<'de>>) -> Self {
        Self { left: members.into_iter(), value: Text("") }
    }

    #[inline(never)]
    fn key(&mut self) -> Option<Cow<'de, str>> {
        let (key, value) = self.left.next()?;
        self.value = Text(value.get());
        Some(key)
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.key().map(|key| seed.deserialize(Key(key))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.value)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// The fields of a struct, each with its name, in the order in which they are declared.
struct Fields<'de> {
    all: Vec<(&'static str, &'de str)>,
    /// How many of them have been read.
    read: usize,
    /// The name of the field that was just said not to be there.
    missing: Option<&'static str>,
    /// Why there are none. Whoever asks for the first hears of it: to look at it before that is a tenth of what is compiled for a type.
    failure: Option<Error>,
}

impl<'de> Fields<'de> {
    #[inline(never)]
    fn in_object(text: &'de str, names: &'static [&'static str]) -> Self {
        let (all, failure) = match find::fields(text, names) {
            Ok(all) => (all, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        Self { all, read: 0, missing: None, failure }
    }

    #[inline(never)]
    fn field(&mut self) -> Result<Text<'de>> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let (name, text) = self.all.get(self.read).copied().unwrap_or_default();
        self.read += 1;
        self.missing = text.is_empty().then_some(name);
        Ok(Text(text))
    }

    /// What went wrong; if it was that the last field is missing and has no default, by its name, which a list would not have.
    #[inline(never)]
    fn explained(&self, error: Error) -> Error {
        self.missing.map_or(error, Error::missing_field)
    }
}

impl<'de> SeqAccess<'de> for &mut Fields<'de> {
    type Error = Error;

    /// A field that is absent is `None` if it is an `Option` itself. Any other is said to be missing, so that the type takes its
    /// default, if it declares one: what merely reads like an `Option` may well tell `null` from a member that is not there.
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let field = self.field()?;
        if field.is_absent() && !is_option::<S::Value>() {
            return Ok(None);
        }
        seed.deserialize(field).map(Some)
    }
}

/// Were the name another one day, then a missing `Option` would be refused: nothing would be read for something else.
fn is_option<T>() -> bool {
    type_name::<T>().starts_with("core::option::Option<")
}

/// The items of a list that are left.
struct Items<'de>(vec::IntoIter<&'de RawValue>);

impl<'de> SeqAccess<'de> for &mut Items<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.0.next().map(|item| seed.deserialize(Text(item.get()))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// One choice of an enum: its name, and what an object says of it.
struct Variant<'de> {
    name: Cow<'de, str>,
    content: Text<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Content<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content<'de>)> {
        Ok((seed.deserialize(Key(self.name))?, Content(self.content)))
    }
}

/// What an object says of a choice, or [`NO_CONTENT`].
struct Content<'de>(Text<'de>);

/// What is read for a choice is a function of its own: V8 compiles one when it is first called, and with those of all choices in one,
/// the first question of a kind waited for all kinds.
impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        self.0.no_content()
    }

    #[inline(never)]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.0.deserialize_seq(visitor)
    }

    #[inline(never)]
    fn struct_variant<V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.0.deserialize_struct("", names, visitor)
    }
}
