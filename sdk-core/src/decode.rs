//! Reading JSON, in a way that keeps the WebAssembly module small.
//!
//! A frame is told apart by its `type`, so serde collects it first and reads the types in it from
//! what was collected. Answers take the same way here, although they need not: otherwise every wire
//! type would be compiled twice, once for collected values and once for text.

use serde::{Deserialize, de::DeserializeOwned};

/// A JSON object behind an object: `flatten` is what makes serde collect it.
#[derive(Deserialize)]
struct Collected<T> {
    #[serde(flatten)]
    value: T,
}

/// Reads a JSON object.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice::<Collected<T>>(json).map(|collected| collected.value)
}

#[cfg(test)]
mod tests {
    use relaychat_protocol::rest::chats::Watermarks;

    #[test]
    fn an_object_is_read_with_all_its_fields() {
        let json = br#"{"delivered_seq":9007199254740993,"read_seq":2,"read_count":1,"new":[{}]}"#;
        let read: Watermarks = super::object(json).expect("it is one");
        assert_eq!(read.delivered_seq, 9_007_199_254_740_993);
        assert_eq!((read.read_seq, read.read_at_ms), (2, None));
        assert!(super::object::<Watermarks>(br#"{"delivered_seq":"1"}"#).is_err());
        assert!(super::object::<Watermarks>(b"[]").is_err());
    }
}
