-- What a person lets others see: how far they have read, and when they were here. The first stands in
-- the memberships too, so that marking and sending read nothing more.
ALTER TABLE relay_users ADD COLUMN shows_read_receipts BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE relay_users ADD COLUMN shows_last_seen BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE relay_members ADD COLUMN shows_read_receipts BOOLEAN NOT NULL DEFAULT TRUE;
-- What others are told in place of the read mark, where it moved without telling; otherwise NULL.
ALTER TABLE relay_members ADD COLUMN told_read_seq BIGINT;
ALTER TABLE relay_members ADD COLUMN told_read_at_ms BIGINT;
ALTER TABLE relay_members ADD COLUMN told_read_count BIGINT;
-- When they last moved so. watermark_change says when they did as far as others are told.
ALTER TABLE relay_members ADD COLUMN hidden_change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX relay_members_by_hidden ON relay_members (user_id, hidden_change)
WHERE hidden_change > 0;
