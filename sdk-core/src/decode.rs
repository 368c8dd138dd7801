//! Reading JSON, in a way that keeps the WebAssembly module small.
//!
//! Serde compiles each type once for every source it is read from, and for every kind of error. So
//! there is one source here: the tree of values, which is also where the `type` of a frame is found,
//! wherever it stands. A type that says which fields it has is handed their values in that order,
//! and the code that derives compile to tell names apart is never linked. Therefore a field that
//! may be missing says `#[serde(default)]`, an `Option` too; and what is folded into another type
//! with `flatten` cannot be read. And the error is a word: whoever reads this JSON does not write
//! it, and the texts that serde composes would be a tenth of the module.

use relaychat_protocol::frames::ServerFrame;
use serde::{
    Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, EnumAccess, SeqAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

/// What was not as it should be: the name of a field that is missing, or a kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable JSON: {0}")]
pub(crate) struct Unreadable(&'static str);

const ANOTHER_TYPE: Unreadable = Unreadable("a value of another type");
const ANOTHER_LENGTH: Unreadable = Unreadable("a list of another length");

/// Reads a JSON object.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    fields(&value(json)?)
}

/// Reads a JSON object that was parsed before.
pub(crate) fn fields<T: DeserializeOwned>(value: &Value) -> Result<T, Unreadable> {
    if !value.is_object() {
        return Err(Unreadable("no object"));
    }
    T::deserialize(Tree(value))
}

/// Reads what the server sends.
pub(crate) fn frame(json: &[u8]) -> Result<ServerFrame, Unreadable> {
    let Value::Object(fields) = value(json)? else {
        return Err(Unreadable("no object"));
    };
    let Some(Value::String(name)) = fields.get("type") else {
        return Err(Unreadable("type"));
    };
    ServerFrame::from_variant(Tagged {
        name,
        fields: &fields,
    })
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
        ANOTHER_LENGTH
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
#[derive(Clone, Copy)]
struct Tree<'t>(&'t Value);

impl<'de> Deserializer<'de> for Tree<'_> {
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
            Value::Array(values) => visitor.visit_seq(Items(values.iter())),
            _ => Err(ANOTHER_TYPE),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Array(values) if values.len() == length => {
                visitor.visit_seq(Items(values.iter()))
            }
            Value::Array(_) => Err(ANOTHER_LENGTH),
            _ => Err(ANOTHER_TYPE),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Object(fields) => Fields::read(fields, names, visitor),
            _ => Err(ANOTHER_TYPE),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let name = self.0.as_str().ok_or(ANOTHER_TYPE)?;
        let fields = &Map::new();
        visitor.visit_enum(Tagged { name, fields })
    }

    forward_to_deserialize_any! {
        i8 i16 i32 u8 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple_struct map
        identifier ignored_any
    }
}

/// A word, or an object whose `type` was found: a variant of an enum.
#[derive(Clone, Copy)]
struct Tagged<'t> {
    name: &'t str,
    fields: &'t Map<String, Value>,
}

impl<'de> Deserializer<'de> for Tagged<'_> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.name)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        Fields::read(self.fields, names, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum ignored_any
    }
}

impl<'de> EnumAccess<'de> for Tagged<'_> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), Unreadable> {
        Ok((seed.deserialize(self)?, self))
    }
}

impl<'de> VariantAccess<'de> for Tagged<'_> {
    type Error = Unreadable;

    /// Whatever else there is belongs to something newer.
    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(ANOTHER_TYPE)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        Fields::read(self.fields, names, visitor)
    }
}

struct Items<'t>(std::slice::Iter<'t, Value>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        match self.0.next() {
            Some(value) => seed.deserialize(Tree(value)).map(Some),
            None => Ok(None),
        }
    }
}

/// The values of the fields that a type has, in its order.
struct Fields<'t> {
    fields: &'t Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
    /// The one that was asked for last.
    name: &'static str,
}

impl<'t> Fields<'t> {
    fn read<'de, V: Visitor<'de>>(
        fields: &'t Map<String, Value>,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let mut fields = Self {
            fields,
            names: names.iter(),
            name: "",
        };
        visitor.visit_seq(&mut fields).map_err(|error| {
            // What has no value and no default ends the reading at once.
            if error == ANOTHER_LENGTH && !fields.fields.contains_key(fields.name) {
                return Unreadable(fields.name);
            }
            error
        })
    }

    fn next(&mut self) -> Option<&'t Value> {
        self.name = self.names.next()?;
        self.fields.get(self.name)
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        match self.next() {
            Some(value) => seed.deserialize(Tree(value)).map(Some),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests;
