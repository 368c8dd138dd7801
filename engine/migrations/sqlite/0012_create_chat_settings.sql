-- What a member set for a chat for themselves alone. No row: nothing is set.
CREATE TABLE relay_chat_settings (
    user_id BLOB NOT NULL,
    chat_id BLOB NOT NULL,
    -- One step for every change.
    revision INTEGER NOT NULL,
    pinned_at_ms INTEGER,
    is_archived INTEGER NOT NULL,
    is_marked_unread INTEGER NOT NULL,
    -- In the past: no longer muted.
    muted_until_ms INTEGER,
    change INTEGER NOT NULL,
    PRIMARY KEY (user_id, chat_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_chat_settings_by_change ON relay_chat_settings (user_id, change);
