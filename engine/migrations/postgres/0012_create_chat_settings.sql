-- What a member set for a chat for themselves alone. No row: nothing is set.
CREATE TABLE relay_chat_settings (
    user_id UUID NOT NULL,
    chat_id UUID NOT NULL,
    -- One step for every change.
    revision BIGINT NOT NULL,
    pinned_at_ms BIGINT,
    is_archived BOOLEAN NOT NULL,
    is_marked_unread BOOLEAN NOT NULL,
    -- In the past: no longer muted.
    muted_until_ms BIGINT,
    change BIGINT NOT NULL,
    PRIMARY KEY (user_id, chat_id)
);
CREATE INDEX relay_chat_settings_by_change ON relay_chat_settings (user_id, change);
