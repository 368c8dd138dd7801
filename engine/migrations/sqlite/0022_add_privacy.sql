-- What a person lets others see: how far they have read, and when they were here. The first stands in
-- the memberships too, so that marking and sending read nothing more.
ALTER TABLE relay_users ADD COLUMN shows_read_receipts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE relay_users ADD COLUMN shows_last_seen INTEGER NOT NULL DEFAULT 1;
ALTER TABLE relay_members ADD COLUMN shows_read_receipts INTEGER NOT NULL DEFAULT 1;
-- What others are told in place of the read mark, where it moved without telling; otherwise NULL.
ALTER TABLE relay_members ADD COLUMN told_read_seq INTEGER;
ALTER TABLE relay_members ADD COLUMN told_read_at_ms INTEGER;
ALTER TABLE relay_members ADD COLUMN told_read_count INTEGER;
-- When they last moved so. watermark_change says when they did as far as others are told.
ALTER TABLE relay_members ADD COLUMN hidden_change INTEGER NOT NULL DEFAULT 0;
CREATE INDEX relay_members_by_hidden ON relay_members (user_id, hidden_change)
WHERE hidden_change > 0;
