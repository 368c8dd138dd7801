//! What the host calls one of its objects: the key of a chat that belongs to it.

use std::fmt;

/// Longest key, in bytes: a kind, a tenant and two UUIDs fit, and an index entry stays small.
pub const HOST_KEY_BYTES: usize = 200;

/// Names an object of the host, such as `order:123`. Compared byte by byte; the engine sees no
/// structure in it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostKey(String);

impl HostKey {
    /// A key: 1 to 200 bytes without white space and control characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_key = (1..=HOST_KEY_BYTES).contains(&text.len())
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        is_key.then(|| Self(text.to_owned()))
    }

    /// The key as the host wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_without_white_space() {
        for good in ["order:123", "a", "größe/7", &"k".repeat(HOST_KEY_BYTES)] {
            assert_eq!(HostKey::parse(good).expect("a key").as_str(), good);
        }
        for bad in [
            "",
            "order 1",
            " order",
            "a\0",
            "a\n",
            &"k".repeat(HOST_KEY_BYTES + 1),
        ] {
            assert!(HostKey::parse(bad).is_none(), "{bad:?}");
        }
    }
}
