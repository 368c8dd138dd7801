-- Whom a message is meant for in particular.

-- Spares the look for mentions of messages that have none.
ALTER TABLE relay_messages ADD COLUMN mention_count BIGINT NOT NULL DEFAULT 0;

CREATE TABLE relay_mentions (
    chat_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    -- The nil id stands for everyone.
    user_id UUID NOT NULL,
    PRIMARY KEY (chat_id, seq, user_id)
);

-- Finds what somebody has not read.
CREATE INDEX relay_mentions_by_user ON relay_mentions (chat_id, user_id, seq);
