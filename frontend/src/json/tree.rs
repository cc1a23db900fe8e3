//! A tree of JSON as what a type is read from.
//!
//! Whatever the page reads is read by this one reader. Its error has no text and its values are borrowed, so that
//! what serde derives for each type holds neither messages nor anything to give back half-way.

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor,
        value::{MapAccessDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use viridian_graph::Json;

use super::Unreadable;

/// A value of the tree.
#[derive(Clone, Copy)]
pub(super) struct Tree<'a>(pub(super) &'a Json);

/// Beyond this the browser's numbers skip whole ones.
const MOST: f64 = 9_007_199_254_740_991.0;

impl Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> IntoDeserializer<'de, Unreadable> for Tree<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The members of an object, one after the other.
struct Members<'de> {
    rest: std::slice::Iter<'de, (String, Json)>,
    value: Option<&'de Json>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        seed.deserialize(Tree(self.value.take().ok_or(Unreadable)?))
    }
}

impl<'de> Tree<'de> {
    fn members(self) -> Result<Members<'de>, Unreadable> {
        match self.0 {
            Json::Object(members) => Ok(Members { rest: members.iter(), value: None }),
            _ => Err(Unreadable),
        }
    }

    fn number(self) -> Result<f64, Unreadable> {
        match self.0 {
            Json::Number(number) => Ok(*number),
            _ => Err(Unreadable),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and not beyond what an i64 holds")]
    fn whole(self) -> Result<i64, Unreadable> {
        let number = self.number()?;
        let is_whole = number.trunc().to_bits() == number.to_bits() && number.abs() <= MOST;
        if is_whole { Ok(number as i64) } else { Err(Unreadable) }
    }

    fn text(self) -> Result<&'de str, Unreadable> {
        match self.0 {
            Json::Text(text) => Ok(text),
            _ => Err(Unreadable),
        }
    }
}

/// Kinds of values that a type asks for by name: nothing is generated for the others.
macro_rules! asked_for {
    ($($name:ident: $own:ident => $visit:ident;)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.$visit(self.$own()?)
        })*
    };
}

impl<'de> Deserializer<'de> for Tree<'de> {
    type Error = Unreadable;

    asked_for! {
        deserialize_i8: whole => visit_i64;
        deserialize_i16: whole => visit_i64;
        deserialize_i32: whole => visit_i64;
        deserialize_i64: whole => visit_i64;
        deserialize_u8: whole => visit_i64;
        deserialize_u16: whole => visit_i64;
        deserialize_u32: whole => visit_i64;
        deserialize_u64: whole => visit_i64;
        deserialize_f32: number => visit_f64;
        deserialize_f64: number => visit_f64;
        deserialize_char: text => visit_borrowed_str;
        deserialize_str: text => visit_borrowed_str;
        deserialize_string: text => visit_borrowed_str;
        deserialize_identifier: text => visit_borrowed_str;
        deserialize_map: members => visit_map;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            Json::Flag(flag) => visitor.visit_bool(*flag),
            Json::Number(number) => match self.whole() {
                Ok(whole) => visitor.visit_i64(whole),
                Err(Unreadable) => visitor.visit_f64(*number),
            },
            Json::Text(text) => visitor.visit_borrowed_str(text),
            Json::List(_) => self.deserialize_seq(visitor),
            Json::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Json::Flag(flag) => visitor.visit_bool(*flag),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Json::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Json::List(list) = self.0 else { return Err(Unreadable) };
        let mut elements = SeqDeserializer::new(list.iter().map(Tree));
        let value = visitor.visit_seq(&mut elements)?;
        elements.end().map(|()| value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Json::Text(variant) => visitor.visit_enum(StrDeserializer::new(variant)),
            Json::Object(own) if own.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(self.members()?))
            }
            _ => Err(Unreadable),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit_struct tuple_struct }
}
