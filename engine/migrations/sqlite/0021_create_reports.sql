-- What people told the host of messages and of people. An open report of a message has a copy of
-- it, whatever becomes of the message; closing the report takes the copy away.
CREATE TABLE relay_reports (
    id BLOB NOT NULL PRIMARY KEY,
    reporter_id BLOB,
    reported_id BLOB NOT NULL,
    chat_id BLOB,
    message_id BLOB,
    reason INTEGER NOT NULL,
    note TEXT,
    created_at_ms INTEGER NOT NULL,
    text TEXT,
    sent_at_ms INTEGER,
    edited_at_ms INTEGER,
    files TEXT,
    outcome INTEGER,
    outcome_note TEXT,
    closed_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_reports_by_time ON relay_reports (created_at_ms, id);
CREATE INDEX relay_reports_open ON relay_reports (created_at_ms, id) WHERE closed_at_ms IS NULL;
-- One open report of the same thing by the same person.
CREATE UNIQUE INDEX relay_reports_of_message ON relay_reports (reporter_id, message_id)
WHERE closed_at_ms IS NULL AND message_id IS NOT NULL;
CREATE UNIQUE INDEX relay_reports_of_user ON relay_reports (reporter_id, reported_id)
WHERE closed_at_ms IS NULL AND message_id IS NULL;
