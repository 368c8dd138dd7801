-- Uploads that come in parts. One that was finished names its attachment, so that finishing can be
-- repeated; it is swept like those that nobody finishes.
CREATE TABLE relay_uploads (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL,
    -- 0 an image, 1 any other file.
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    content_type TEXT NOT NULL,
    file_name TEXT,
    size_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    touched_at_ms INTEGER NOT NULL,
    attachment_id BLOB
) STRICT, WITHOUT ROWID;
-- Covers how many somebody has under way, and how much room they keep.
CREATE INDEX relay_uploads_by_owner ON relay_uploads (owner_id, size_bytes)
WHERE attachment_id IS NULL;
CREATE INDEX relay_uploads_by_time ON relay_uploads (touched_at_ms, id);
-- Parts that have arrived, until they are one file. The blob has an id of its own: of two requests
-- for one place the row of one is here, and the bytes of the other are nobody's.
CREATE TABLE relay_upload_parts (
    upload_id BLOB NOT NULL,
    offset_bytes INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    blob_id BLOB NOT NULL,
    PRIMARY KEY (upload_id, offset_bytes)
) STRICT, WITHOUT ROWID;
