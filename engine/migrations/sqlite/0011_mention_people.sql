-- Whom a message is meant for in particular.

-- Spares the look for mentions of messages that have none.
ALTER TABLE relay_messages ADD COLUMN mention_count INTEGER NOT NULL DEFAULT 0;

CREATE TABLE relay_mentions (
    chat_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    -- The nil id stands for everyone.
    user_id BLOB NOT NULL,
    PRIMARY KEY (chat_id, seq, user_id)
) STRICT, WITHOUT ROWID;

-- Finds what somebody has not read.
CREATE INDEX relay_mentions_by_user ON relay_mentions (chat_id, user_id, seq);
