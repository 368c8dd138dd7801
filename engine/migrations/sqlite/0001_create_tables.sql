-- The first schema. Ids are UUIDs as 16 bytes, times are milliseconds since the Unix epoch,
-- booleans are 0 or 1. `change` columns hold the change number of the transaction that last wrote
-- the row: they are what sync reads by.

CREATE TABLE relay_meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Names this history of changes.
    epoch BLOB NOT NULL,
    -- The newest change number.
    change INTEGER NOT NULL
) STRICT;
INSERT INTO relay_meta (id, epoch, change) VALUES (1, randomblob(16), 0);

CREATE TABLE relay_settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE relay_users (
    id BLOB PRIMARY KEY,
    email TEXT,
    name TEXT NOT NULL,
    -- The name with its case folded by the engine: SQLite folds ASCII only.
    search_name TEXT NOT NULL,
    is_name_chosen INTEGER NOT NULL,
    avatar_id BLOB,
    revision INTEGER NOT NULL,
    last_seen_at_ms INTEGER,
    created_at_ms INTEGER NOT NULL,
    change INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX relay_users_by_email ON relay_users (email);
CREATE INDEX relay_users_by_name ON relay_users (search_name, id);
CREATE INDEX relay_users_by_change ON relay_users (change);

CREATE TABLE relay_login_requests (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    network TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    has_mail INTEGER NOT NULL,
    failed_tries INTEGER NOT NULL,
    is_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_login_requests_by_email ON relay_login_requests (email, has_mail, created_at_ms);
CREATE INDEX relay_login_requests_by_network ON relay_login_requests (network, created_at_ms);
CREATE INDEX relay_login_requests_by_time ON relay_login_requests (created_at_ms);

CREATE TABLE relay_login_failures (
    email TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX relay_login_failures_by_email ON relay_login_failures (email, at_ms);
CREATE INDEX relay_login_failures_by_time ON relay_login_failures (at_ms);

CREATE TABLE relay_sessions (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES relay_users (id),
    device_name TEXT,
    created_at_ms INTEGER NOT NULL,
    last_used_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_sessions_by_user ON relay_sessions (user_id, created_at_ms);
CREATE INDEX relay_sessions_by_expiry ON relay_sessions (expires_at_ms);

CREATE TABLE relay_refresh_tokens (
    hash BLOB PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES relay_sessions (id) ON DELETE CASCADE,
    used_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_refresh_tokens_by_session ON relay_refresh_tokens (session_id);

CREATE TABLE relay_chats (
    id BLOB PRIMARY KEY,
    -- 0 direct, 1 group.
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    name TEXT,
    direct_low BLOB,
    direct_high BLOB,
    created_at_ms INTEGER NOT NULL,
    last_activity_at_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    message_count INTEGER NOT NULL,
    member_count INTEGER NOT NULL,
    change INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX relay_chats_by_pair ON relay_chats (direct_low, direct_high)
WHERE direct_low IS NOT NULL;

CREATE TABLE relay_members (
    chat_id BLOB NOT NULL REFERENCES relay_chats (id),
    user_id BLOB NOT NULL REFERENCES relay_users (id),
    -- 0 member, 1 admin, 2 owner.
    role INTEGER NOT NULL CHECK (role IN (0, 1, 2)),
    joined_at_ms INTEGER NOT NULL,
    has_left INTEGER NOT NULL,
    delivered_seq INTEGER NOT NULL,
    delivered_at_ms INTEGER,
    read_seq INTEGER NOT NULL,
    read_at_ms INTEGER,
    read_count INTEGER NOT NULL,
    -- When the person joined, left or got another role.
    membership_change INTEGER NOT NULL,
    -- When the watermarks moved.
    watermark_change INTEGER NOT NULL,
    PRIMARY KEY (chat_id, user_id)
) STRICT, WITHOUT ROWID;
-- Covers "the chats of a person", the ground of every list and of sync.
CREATE INDEX relay_members_by_user
ON relay_members (user_id, has_left, chat_id, membership_change);
CREATE INDEX relay_members_by_leaving ON relay_members (user_id, membership_change)
WHERE has_left = TRUE;
CREATE INDEX relay_members_by_joining
ON relay_members (chat_id, has_left, joined_at_ms, user_id);
CREATE INDEX relay_members_by_watermark ON relay_members (chat_id, watermark_change);

-- Clustered by place: a page of history is one range. Chat and sender are no foreign keys because
-- sending is the hottest write and has read both in the same transaction.
CREATE TABLE relay_messages (
    chat_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sender_id BLOB NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    text TEXT NOT NULL,
    -- Spares the look for attachments of messages that have none.
    attachment_count INTEGER NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (chat_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX relay_messages_by_id ON relay_messages (id);
CREATE INDEX relay_messages_by_change ON relay_messages (chat_id, change);

CREATE TABLE relay_attachments (
    id BLOB PRIMARY KEY,
    owner_id BLOB NOT NULL,
    -- 0 unused, 1 in a message, 2 a picture of somebody.
    usage INTEGER NOT NULL CHECK (usage IN (0, 1, 2)),
    chat_id BLOB,
    message_id BLOB,
    -- Place among the attachments of the message.
    position INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    thumb_hash BLOB,
    file_name TEXT,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_attachments_by_message ON relay_attachments (message_id)
WHERE message_id IS NOT NULL;
CREATE INDEX relay_attachments_unused ON relay_attachments (created_at_ms, id)
WHERE usage = 0;

CREATE TABLE relay_mails (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    login_request_id BLOB NOT NULL,
    attempts INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_mails_by_due ON relay_mails (due_at_ms, id);
