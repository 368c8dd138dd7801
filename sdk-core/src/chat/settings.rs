//! What a person sets for a chat for themselves.

/// What to set; an absent field stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChatSettings {
    /// Kept at the top of the list.
    pub is_pinned: Option<bool>,
    /// Put away. New messages do not bring it back.
    pub is_archived: Option<bool>,
    /// Shown as unread although everything was read, until somebody looks at it.
    pub is_marked_unread: Option<bool>,
    /// Muted until then; the inner `None`: not any more.
    pub muted_until_ms: Option<Option<i64>>,
}
