//! Reading JSON, in a way that keeps the WebAssembly module small.
//!
//! Serde compiles each type once for every source it is read from, and for every kind of error. A
//! frame is told apart by its `type`, so serde collects it first and reads the types in it from what
//! was collected. Everything else takes the same way here, although it need not: an answer or a
//! record is handed over as a frame of a `type` of ours. And the error is a word: whoever reads this
//! JSON does not write it, and the texts that serde composes would be a tenth of the module.

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value, map};

/// What was not as it should be: the name of a field that is missing, or a kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable JSON: {0}")]
pub(crate) struct Unreadable(&'static str);

/// A JSON object as a frame of one type.
#[derive(Deserialize)]
#[serde(tag = "")]
enum Collected<T> {
    #[serde(rename = "")]
    Whole(T),
}

/// Reads a JSON object that has no `type`.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    let Value::Object(mut fields) = value(json)? else {
        return Err(Unreadable("no object"));
    };
    fields.insert(String::new(), Value::String(String::new()));
    Collected::deserialize(Tree(Value::Object(fields))).map(|Collected::Whole(whole)| whole)
}

/// Reads a type that is told apart by a field.
pub(crate) fn tagged<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    T::deserialize(Tree(value(json)?))
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

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(value) => match (value.as_u64(), value.as_i64(), value.as_f64()) {
                (Some(value), _, _) => visitor.visit_u64(value),
                (None, Some(value), _) => visitor.visit_i64(value),
                (None, None, Some(value)) => visitor.visit_f64(value),
                (None, None, None) => Err(Unreadable("a number that is none")),
            },
            Value::String(value) => visitor.visit_string(value),
            Value::Array(values) => visitor.visit_seq(Items(values.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields::new(fields)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
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
mod tests {
    use relaychat_protocol::rest::chats::Watermarks;

    use super::Unreadable;

    #[test]
    fn an_object_is_read_with_all_its_fields() {
        let json = br#"{"delivered_seq":9007199254740993,"read_seq":2,"read_count":1,"new":[{}]}"#;
        let read: Watermarks = super::object(json).expect("it is one");
        assert_eq!(read.delivered_seq, 9_007_199_254_740_993);
        assert_eq!((read.read_seq, read.read_at_ms), (2, None));
    }

    #[test]
    fn what_cannot_be_read_is_said_in_a_word() {
        for (json, word) in [
            (r#"{"delivered_seq":"1"}"#, "a value of another type"),
            (r#"{"delivered_seq":1}"#, "read_seq"),
            ("[]", "no object"),
            ("{", "no JSON"),
        ] {
            let read = super::object::<Watermarks>(json.as_bytes());
            assert_eq!(read, Err(Unreadable(word)), "{json}");
        }
    }
}
