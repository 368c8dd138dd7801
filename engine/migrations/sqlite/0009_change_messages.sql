-- Messages that change after they were sent (edited, deleted, reacted to), and answers.

ALTER TABLE relay_messages ADD COLUMN reply_to_seq INTEGER;
ALTER TABLE relay_messages ADD COLUMN edited_at_ms INTEGER;
ALTER TABLE relay_messages ADD COLUMN deleted_at_ms INTEGER;
-- The place again, of those that were deleted: finds them among many without a look at the others.
ALTER TABLE relay_messages ADD COLUMN deleted_seq INTEGER;
-- Spares the look for reactions of messages that have none.
ALTER TABLE relay_messages ADD COLUMN reaction_count INTEGER NOT NULL DEFAULT 0;
-- The change number of the last change after it was sent. `change` stays that of the sending, so
-- that places and changes go on growing together.
ALTER TABLE relay_messages ADD COLUMN later_change INTEGER;
-- A message that nobody changed is in neither index: sending writes none of them.
CREATE INDEX relay_messages_by_later_change ON relay_messages (chat_id, later_change)
WHERE later_change IS NOT NULL;
CREATE INDEX relay_messages_deleted ON relay_messages (chat_id, deleted_seq)
WHERE deleted_seq IS NOT NULL;

CREATE TABLE relay_reactions (
    chat_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    user_id BLOB NOT NULL,
    reacted_at_ms INTEGER NOT NULL,
    -- The change number of the reaction: their order.
    change INTEGER NOT NULL,
    PRIMARY KEY (chat_id, seq, emoji, user_id)
) STRICT, WITHOUT ROWID;

-- Finds what the host is still to be told about a message that was deleted.
CREATE INDEX relay_notices_by_chat ON relay_notices (chat_id, created_at_ms)
WHERE chat_id IS NOT NULL;
