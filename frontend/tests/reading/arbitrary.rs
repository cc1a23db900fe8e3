//! Any value of any type that serde can read: the type says what it wants, chance says which.

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
    value::{Error, StrDeserializer},
};

/// Deeper than this, lists are empty and what may be missing is.
const DEEPEST: u32 = 8;
/// Whole numbers in JSON are doubles to a browser.
const LARGEST: u64 = 1 << 53;
const TEXTS: [&str; 8] =
    ["", "shop", "GET /api?a=1&b=%20", "größer “9” 🦀", "a\"b\\c\n\r\t\u{0}\u{7f}", "null", "__proto__", "0"];
const MOMENTS: [&str; 4] = [
    "1970-01-01T00:00:00Z",
    "2026-11-24T06:01:02.5Z",
    "1999-12-31T23:59:59.999999999Z",
    "2096-02-29T12:00:00.001Z",
];

/// The same sequence each time.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 8) % limit
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let index = usize::try_from(self.below(all.len().max(1) as u64)).ok()?;
        all.get(index).copied()
    }

    /// A number that fits between both; the ends come often.
    fn between(&mut self, least: i64, most: i64) -> i64 {
        match self.below(4) {
            0 => least,
            1 => most,
            _ => least.saturating_add_unsigned(self.below(most.abs_diff(least).max(1))),
        }
    }
}

/// Some value of a type.
pub(crate) fn invent<T: DeserializeOwned>(chance: &mut Chance) -> T {
    T::deserialize(Any { chance, depth: 0 })
        .unwrap_or_else(|error| panic!("no {} can be invented: {error}", std::any::type_name::<T>()))
}

struct Any<'c> {
    chance: &'c mut Chance,
    depth: u32,
}

impl Any<'_> {
    fn deeper(&mut self) -> Any<'_> {
        Any { chance: self.chance, depth: self.depth + 1 }
    }

    fn length(&mut self) -> u64 {
        if self.depth > DEEPEST { 0 } else { self.chance.below(3) }
    }
}

macro_rules! number {
    ($($method:ident $visit:ident $type:ty, $least:expr, $most:expr;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number = self.chance.between($least, $most);
            visitor.$visit(<$type>::try_from(number).map_err(de::Error::custom)?)
        })*
    };
}

macro_rules! text {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let wanted = (&visitor as &dyn Expected).to_string();
            let texts = if wanted.contains("moment") { MOMENTS.as_slice() } else { TEXTS.as_slice() };
            visitor.visit_str(self.chance.one_of(texts).unwrap_or_default())
        })*
    };
}

impl<'de> Deserializer<'de> for Any<'_> {
    type Error = Error;

    number! {
        deserialize_i8 visit_i8 i8, i8::MIN.into(), i8::MAX.into();
        deserialize_i16 visit_i16 i16, i16::MIN.into(), i16::MAX.into();
        deserialize_i32 visit_i32 i32, i32::MIN.into(), i32::MAX.into();
        deserialize_i64 visit_i64 i64, -(LARGEST as i64 - 1), LARGEST as i64 - 1;
        deserialize_u8 visit_u8 u8, 0, u8::MAX.into();
        deserialize_u16 visit_u16 u16, 0, u16::MAX.into();
        deserialize_u32 visit_u32 u32, 0, u32::MAX.into();
        deserialize_u64 visit_u64 u64, 0, LARGEST as i64 - 1;
    }

    text! { deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.chance.below(4) {
            0 => visitor.visit_unit(),
            1 => visitor.visit_bool(true),
            2 => visitor.visit_u64(self.chance.below(LARGEST)),
            _ => self.deserialize_str(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.chance.below(2) == 0)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.chance.between(-1_000_000, 1_000_000) as f64 / 8.0)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_char(self.chance.one_of(&['a', 'ß', '🦀', '"']).unwrap_or_default())
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        if self.length() == 0 { visitor.visit_none() } else { visitor.visit_some(self.deeper()) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let left = self.length();
        visitor.visit_seq(Many { any: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Many { any: self, left: length as u64 })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let left = self.length();
        visitor.visit_map(Many { any: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields { any: self, names: fields.iter() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Some(variant) = self.chance.one_of(variants) else { return Err(de::Error::custom(name)) };
        visitor.visit_enum(Variant { any: self.deeper(), name: variant })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        Err(de::Error::invalid_type(de::Unexpected::Other("JSON"), &visitor))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }
}

/// As many values, or pairs, as are left.
struct Many<'c> {
    any: Any<'c>,
    left: u64,
}

impl Many<'_> {
    fn takes_one(&mut self) -> bool {
        let is_there = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_there
    }
}

impl<'de> SeqAccess<'de> for Many<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if self.takes_one() { seed.deserialize(self.any.deeper()).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Many<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.any.deeper())
    }
}

/// Every field of a struct.
struct Fields<'c> {
    any: Any<'c>,
    names: std::slice::Iter<'static, &'static str>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.names.next().map(|name| seed.deserialize(text(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.any.deeper())
    }
}

struct Variant<'c> {
    any: Any<'c>,
    name: &'static str,
}

impl<'de, 'c> EnumAccess<'de> for Variant<'c> {
    type Error = Error;
    type Variant = Any<'c>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Any<'c>), Error> {
        Ok((seed.deserialize(text(self.name))?, self.any))
    }
}

impl<'de> VariantAccess<'de> for Any<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}

fn text(name: &str) -> StrDeserializer<'_, Error> {
    name.into_deserializer()
}
