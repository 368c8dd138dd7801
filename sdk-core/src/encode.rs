//! Writing JSON: the twin of `decode`, small for the same reason. What serde_json says of a failure
//! is never shown, so that its texts are not linked.

use serde::Serialize;

/// What is written here are types of the protocol and what the client keeps: their keys are strings,
/// and nothing in them can fail.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .unwrap_or_else(|_| unreachable!("string keys, and nothing that can fail"))
}
