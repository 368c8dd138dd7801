//! Reading JSON, in a way that keeps the WebAssembly module small.
//!
//! Serde compiles each type once for every source it is read from, and for every kind of error. So
//! there is one source here: the tree of values, which is also where the `type` of a frame is found,
//! wherever it stands. It asks a type for nothing but what the type says it is: no positions for
//! names, no numbers for words. And the error is a word: whoever reads this JSON does not write it,
//! and the texts that serde composes would be a tenth of the module.

use relaychat_protocol::frames::ServerFrame;
use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess,
        Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Map, Value, map};

/// What was not as it should be: the name of a field that is missing, or a kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable JSON: {0}")]
pub(crate) struct Unreadable(&'static str);

const ANOTHER_TYPE: Unreadable = Unreadable("a value of another type");

/// Reads a JSON object.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    fields(value(json)?)
}

/// Reads a JSON object that was parsed before.
pub(crate) fn fields<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    if !value.is_object() {
        return Err(Unreadable("no object"));
    }
    T::deserialize(Tree(value))
}

/// Reads what the server sends.
pub(crate) fn frame(json: &[u8]) -> Result<ServerFrame, Unreadable> {
    let Value::Object(mut fields) = value(json)? else {
        return Err(Unreadable("no object"));
    };
    let Some(Value::String(name)) = fields.remove("type") else {
        return Err(Unreadable("type"));
    };
    ServerFrame::from_variant(Tagged { name, fields })
}

/// Reads anything.
pub(crate) fn value(json: &[u8]) -> Result<Value, Unreadable> {
    serde_json::from_slice(json).map_err(|_| Unreadable("no JSON"))
}

impl de::Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self("a value that is not allowed")
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self("a value of another type")
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self("a value that is not allowed")
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self("a list of another length")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self("an unknown word")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self("an unknown field")
    }

    fn missing_field(field: &'static str) -> Self {
        Self(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self(field)
    }
}

/// A source of values whose error is ours.
struct Tree(Value);

impl<'de> Deserializer<'de> for Tree {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(ANOTHER_TYPE)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(ANOTHER_TYPE)?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u64(self.0.as_u64().ok_or(ANOTHER_TYPE)?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.0.as_i64().ok_or(ANOTHER_TYPE)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.0.as_str().ok_or(ANOTHER_TYPE)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(ANOTHER_TYPE),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Array(values) => visitor.visit_seq(Items(values.into_iter())),
            _ => Err(ANOTHER_TYPE),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields::new(fields)),
            _ => Err(ANOTHER_TYPE),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let Value::String(name) = self.0 else {
            return Err(ANOTHER_TYPE);
        };
        let fields = Map::new();
        visitor.visit_enum(Tagged { name, fields })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 u8 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple_struct map
    }
}

/// A word, or an object whose `type` was taken out: a variant of an enum.
struct Tagged {
    name: String,
    fields: Map<String, Value>,
}

impl<'de> Deserializer<'de> for Tagged {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Tagged {
    type Error = Unreadable;
    type Variant = Variant;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Variant), Unreadable> {
        let name = seed.deserialize(Tree(Value::String(self.name)))?;
        Ok((name, Variant(self.fields)))
    }
}

/// What is beside the name of a variant.
struct Variant(Map<String, Value>);

impl<'de> VariantAccess<'de> for Variant {
    type Error = Unreadable;

    /// Whatever else there is belongs to something newer.
    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, Unreadable> {
        seed.deserialize(Tree(Value::Object(self.0)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(ANOTHER_TYPE)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_map(Fields::new(self.0))
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        self.0
            .next()
            .map(|value| seed.deserialize(Tree(value)))
            .transpose()
    }
}

struct Fields {
    rest: map::IntoIter,
    value: Value,
}

impl Fields {
    fn new(fields: Map<String, Value>) -> Self {
        Self {
            rest: fields.into_iter(),
            value: Value::Null,
        }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(Tree(Value::String(name))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, Unreadable> {
        seed.deserialize(Tree(self.value.take()))
    }
}

#[cfg(test)]
mod tests;
