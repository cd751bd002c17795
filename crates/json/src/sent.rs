//! A deserializer for what somebody sent who wants to hear what is wrong with it.

use std::{borrow::Cow, vec};

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    error::{Error, Result, Step},
    find::{self, Member},
    key::Key,
    raw::RAW,
    text::Text,
};

/// Of how many values one may stand in another: as many as `serde_json` takes. A type that holds itself is read by as many calls.
const DEEPEST: u8 = 128;

/// As [`Text`], but an error says at which place, and a struct is read name by name: all that it declares of names holds (`alias`,
/// `deny_unknown_fields`, a default for an `Option`). That is twice the code for each type.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'de> {
    text: Text<'de>,
    depth: u8,
}

impl<'de> Sent<'de> {
    pub(crate) fn of(text: Text<'de>) -> Self {
        Self { text, depth: 0 }
    }

    /// A value in this one.
    #[inline(never)]
    fn inner(self, json: &'de str) -> Self {
        Self { text: Text::trimmed(json), depth: self.depth.saturating_add(1) }
    }

    #[inline(never)]
    fn members(self) -> Result<Members<'de>> {
        self.is_shallow()?;
        let left = self.text.members()?.into_iter();
        Ok(Members { left, current: (Cow::Borrowed(""), ""), object: self })
    }

    #[inline(never)]
    fn items(self) -> Result<Items<'de>> {
        self.is_shallow()?;
        let left = self.text.items()?.into_iter();
        Ok(Items { left, read: 0, list: self })
    }

    fn is_shallow(self) -> Result<()> {
        if self.depth < DEEPEST { Ok(()) } else { Err(Error::of_constant("it is nested too deeply")) }
    }
}

macro_rules! plain {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.text.$method(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Sent<'de> {
    type Error = Error;

    plain! {
        deserialize_any deserialize_bytes deserialize_byte_buf deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32
        deserialize_i64 deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_identifier
        deserialize_unit deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        self.text.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.text.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == RAW {
            return self.text.deserialize_newtype_struct(name, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let mut items = self.items()?;
        let read = visitor.visit_seq(&mut items)?;
        find::end(items.left.len())?;
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
        visitor.visit_map(&mut self.members()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.is_shallow()?;
        let (name, content) = self.text.variant()?;
        visitor.visit_enum(Variant { name, content: self.inner(content) })
    }
}

/// The members of an object that are left, and the one whose key was read.
struct Members<'de> {
    left: vec::IntoIter<Member<'de>>,
    current: (Cow<'de, str>, &'de str),
    object: Sent<'de>,
}

impl<'de> Members<'de> {
    #[inline(never)]
    fn key(&mut self) -> Option<Cow<'de, str>> {
        let (key, value) = self.left.next()?;
        self.current = (key.clone(), value.get());
        Some(key)
    }

    #[inline(never)]
    fn value(&self) -> Sent<'de> {
        self.object.inner(self.current.1)
    }

    #[inline(never)]
    fn placed(&self, error: Error) -> Error {
        error.within(Step::Member(self.current.0.clone().into_owned()))
    }
}

impl<'de> MapAccess<'de> for &mut Members<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.key().map(|key| seed.deserialize(Key(key))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.value()).map_err(|error| self.placed(error))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// The items of a list that are left.
struct Items<'de> {
    left: vec::IntoIter<&'de RawValue>,
    read: usize,
    list: Sent<'de>,
}

impl<'de> Items<'de> {
    #[inline(never)]
    fn item(&mut self) -> Option<Sent<'de>> {
        let item = self.left.next()?;
        self.read += 1;
        Some(self.list.inner(item.get()))
    }

    #[inline(never)]
    fn placed(&self, error: Error) -> Error {
        error.within(Step::Item(self.read.saturating_sub(1)))
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.item().map(|item| seed.deserialize(item).map_err(|error| self.placed(error))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// One choice of an enum: its name, and what an object says of it.
struct Variant<'de> {
    name: Cow<'de, str>,
    content: Sent<'de>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        Ok((seed.deserialize(Key(self.name.clone()))?, self))
    }
}

impl Variant<'_> {
    #[inline(never)]
    fn placed(&self, error: Error) -> Error {
        error.within(Step::Choice(self.name.clone().into_owned()))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        self.content.text.no_content()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.content).map_err(|error| self.placed(error))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.content.deserialize_seq(visitor).map_err(|error| self.placed(error))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.content.deserialize_map(visitor).map_err(|error| self.placed(error))
    }
}
