//! The protocol version: which dialects of the WebSocket a program speaks.

use serde::{Deserialize, Serialize};

/// Oldest protocol version this crate can speak.
pub const PROTOCOL_MIN: u32 = 1;
/// Newest protocol version this crate can speak.
pub const PROTOCOL_MAX: u32 = 1;

/// An inclusive range of protocol versions. Two programs talk in the highest version both have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProtocolRange {
    /// Oldest version spoken.
    pub min: u32,
    /// Newest version spoken.
    pub max: u32,
}

impl ProtocolRange {
    /// What this build speaks.
    pub const SUPPORTED: Self = Self {
        min: PROTOCOL_MIN,
        max: PROTOCOL_MAX,
    };

    /// The version to talk in with a peer that speaks `other`, if there is one.
    #[must_use]
    pub fn common(self, other: Self) -> Option<u32> {
        let highest = self.max.min(other.max);
        (highest >= self.min.max(other.min)).then_some(highest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_both_speak_is_chosen() {
        let range = |min, max| ProtocolRange { min, max };
        assert_eq!(range(1, 3).common(range(2, 9)), Some(3));
        assert_eq!(range(1, 1).common(range(1, 1)), Some(1));
        assert_eq!(range(1, 1).common(range(2, 3)), None);
    }
}
