-- 0 an image, 1 any other file.
ALTER TABLE relay_attachments ADD COLUMN kind SMALLINT NOT NULL DEFAULT 0
CHECK (kind IN (0, 1));
-- Place of the message that names it, so that the files of a chat are listed by it.
ALTER TABLE relay_attachments ADD COLUMN seq BIGINT;
UPDATE relay_attachments
SET seq = (SELECT m.seq FROM relay_messages AS m WHERE m.id = relay_attachments.message_id)
WHERE message_id IS NOT NULL;
CREATE INDEX relay_attachments_by_place ON relay_attachments (chat_id, kind, seq, position)
WHERE seq IS NOT NULL;
-- Covers "how much a person has uploaded".
CREATE INDEX relay_attachments_by_owner ON relay_attachments (owner_id, size_bytes);
