-- Who does not want to hear of whom, and what it makes of the one-to-one chat of the two. There it
-- is read with the chat, so that sending asks nothing more.
CREATE TABLE relay_blocks (
    blocker_id UUID NOT NULL,
    blocked_id UUID NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX relay_blocks_by_blocked ON relay_blocks (blocked_id, blocker_id);
ALTER TABLE relay_chats ADD COLUMN is_blocked_by_low BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE relay_chats ADD COLUMN is_blocked_by_high BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE relay_chats ADD COLUMN is_one_gone BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE relay_chats SET is_one_gone = TRUE WHERE direct_low IS NOT NULL AND EXISTS (
    SELECT 1 FROM relay_users WHERE id IN (direct_low, direct_high) AND status <> 0
);
