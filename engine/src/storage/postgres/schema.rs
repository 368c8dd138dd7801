//! The schema that everything of one engine lies in.

use sha2::{Digest, Sha256};

use crate::storage::{StorageError, StorageErrorKind};

/// PostgreSQL cuts longer names off, so that two of them could become one.
const NAME_BYTES_MAX: usize = 63;
/// The schema unless another is named.
const DEFAULT: &str = "relaychat";

/// A name that needs no quoting and is not PostgreSQL's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Schema(String);

impl Schema {
    /// The schema with this name, or the default one.
    pub(super) fn new(name: Option<&str>) -> Result<Self, StorageError> {
        let name = name.unwrap_or(DEFAULT);
        let is_first = |c: char| c.is_ascii_lowercase() || c == '_';
        let is_name = !name.is_empty()
            && name.len() <= NAME_BYTES_MAX
            && name.starts_with(is_first)
            && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
            && !name.starts_with("pg_")
            && name != "information_schema";
        if is_name {
            return Ok(Self(name.to_owned()));
        }
        Err(StorageError::new(
            StorageErrorKind::Unusable,
            "choose a schema",
            format!(
                "{name:?} cannot be the name of a schema: 1 to {NAME_BYTES_MAX} small letters, \
                 digits and underscores, not beginning with a digit or `pg_`"
            ),
        ))
    }

    /// The name.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// The name as it stands in a statement.
    pub(super) fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }

    /// The advisory lock of those who write.
    pub(super) fn turn_lock(&self) -> i64 {
        self.lock("turn")
    }

    /// The advisory lock of those who bring the tables up to date.
    pub(super) fn migration_lock(&self) -> i64 {
        self.lock("migration")
    }

    /// The channel of notices that a host has staged something.
    pub(super) fn staged_channel(&self) -> String {
        format!("relaychat_staged_{:016x}", self.lock("staged"))
    }

    /// Advisory locks are numbers that a whole database shares; 64 bits of a hash meet nobody
    /// else's by accident.
    fn lock(&self, purpose: &str) -> i64 {
        let hash = Sha256::digest(format!("relaychat {purpose} {}", self.0));
        let (first, _) = hash.split_first_chunk::<8>().expect("a hash has 32 bytes");
        i64::from_be_bytes(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_schemas() {
        for name in ["relaychat", "_x", "chat_2", &"a".repeat(63)] {
            assert_eq!(Schema::new(Some(name)).unwrap().name(), name);
        }
        let long = "a".repeat(64);
        let bad = [
            "", "2chat", "Chat", "a b", "a\"b", "a;b", "pg_chat", "ü", "a-b", &long,
        ];
        for name in bad {
            let refused = Schema::new(Some(name)).unwrap_err();
            assert_eq!(refused.kind, StorageErrorKind::Unusable, "{name}");
        }
        assert_eq!(Schema::new(None).unwrap().name(), "relaychat");
    }

    #[test]
    fn schemas_and_purposes_have_locks_of_their_own() {
        let (a, b) = (
            Schema::new(Some("a")).unwrap(),
            Schema::new(Some("b")).unwrap(),
        );
        let locks = [
            a.turn_lock(),
            b.turn_lock(),
            a.migration_lock(),
            b.migration_lock(),
        ];
        let distinct: std::collections::HashSet<_> = locks.iter().collect();
        assert_eq!(distinct.len(), locks.len());
    }
}
