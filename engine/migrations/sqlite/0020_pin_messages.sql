-- Messages that a chat keeps at hand.

ALTER TABLE relay_messages ADD COLUMN pinned_at_ms INTEGER;
-- A message that nobody pinned is not in it: sending writes none of it.
CREATE INDEX relay_messages_pinned ON relay_messages (chat_id, pinned_at_ms)
WHERE pinned_at_ms IS NOT NULL;
