-- The first schema, twin of SQLite's. Times are milliseconds since the Unix epoch. Text that is
-- ordered or searched by has the collation "C", so that every database lists alike. `change`
-- columns hold the change number of the transaction that last wrote the row: they are what sync
-- reads by. Tables whose rows are rewritten all the time leave room in their pages, so that a new
-- version of a row lies beside the old one and no index is touched.

CREATE TABLE relay_meta (
    id SMALLINT PRIMARY KEY CHECK (id = 1),
    -- Names this history of changes.
    epoch UUID NOT NULL,
    -- The newest change number.
    change BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO relay_meta (id, epoch, change) VALUES (1, gen_random_uuid(), 0);

CREATE TABLE relay_settings (
    name TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE relay_users (
    id UUID PRIMARY KEY,
    email TEXT COLLATE "C",
    name TEXT NOT NULL,
    -- The name with its case folded by the engine, for databases fold differently.
    search_name TEXT COLLATE "C" NOT NULL,
    is_name_chosen BOOLEAN NOT NULL,
    avatar_id UUID,
    revision BIGINT NOT NULL,
    last_seen_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    change BIGINT NOT NULL
);
CREATE UNIQUE INDEX relay_users_by_email ON relay_users (email);
CREATE INDEX relay_users_by_name ON relay_users (search_name, id);
CREATE INDEX relay_users_by_change ON relay_users (change);

CREATE TABLE relay_login_requests (
    id UUID PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    network TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL,
    has_mail BOOLEAN NOT NULL,
    failed_tries BIGINT NOT NULL,
    is_used BOOLEAN NOT NULL
);
CREATE INDEX relay_login_requests_by_email ON relay_login_requests (email, has_mail, created_at_ms);
CREATE INDEX relay_login_requests_by_network ON relay_login_requests (network, created_at_ms);
CREATE INDEX relay_login_requests_by_time ON relay_login_requests (created_at_ms);

CREATE TABLE relay_login_failures (
    email TEXT COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX relay_login_failures_by_email ON relay_login_failures (email, at_ms);
CREATE INDEX relay_login_failures_by_time ON relay_login_failures (at_ms);

CREATE TABLE relay_sessions (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES relay_users (id),
    device_name TEXT,
    created_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX relay_sessions_by_user ON relay_sessions (user_id, created_at_ms);
CREATE INDEX relay_sessions_by_expiry ON relay_sessions (expires_at_ms);

CREATE TABLE relay_refresh_tokens (
    hash BYTEA PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES relay_sessions (id) ON DELETE CASCADE,
    used_at_ms BIGINT
);
CREATE INDEX relay_refresh_tokens_by_session ON relay_refresh_tokens (session_id);

CREATE TABLE relay_chats (
    id UUID PRIMARY KEY,
    -- 0 direct, 1 group.
    kind SMALLINT NOT NULL CHECK (kind IN (0, 1)),
    name TEXT,
    direct_low UUID,
    direct_high UUID,
    created_at_ms BIGINT NOT NULL,
    last_activity_at_ms BIGINT NOT NULL,
    version BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    message_count BIGINT NOT NULL,
    member_count BIGINT NOT NULL,
    change BIGINT NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX relay_chats_by_pair ON relay_chats (direct_low, direct_high)
WHERE direct_low IS NOT NULL;

CREATE TABLE relay_members (
    chat_id UUID NOT NULL REFERENCES relay_chats (id),
    user_id UUID NOT NULL REFERENCES relay_users (id),
    -- 0 member, 1 admin, 2 owner.
    role SMALLINT NOT NULL CHECK (role IN (0, 1, 2)),
    joined_at_ms BIGINT NOT NULL,
    has_left BOOLEAN NOT NULL,
    delivered_seq BIGINT NOT NULL,
    delivered_at_ms BIGINT,
    read_seq BIGINT NOT NULL,
    read_at_ms BIGINT,
    read_count BIGINT NOT NULL,
    -- When the person joined, left or got another role.
    membership_change BIGINT NOT NULL,
    -- When the watermarks moved.
    watermark_change BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);
-- Covers "the chats of a person", the ground of every list and of sync.
CREATE INDEX relay_members_by_user
ON relay_members (user_id, has_left, chat_id, membership_change);
CREATE INDEX relay_members_by_leaving ON relay_members (user_id, membership_change)
WHERE has_left;
CREATE INDEX relay_members_by_joining
ON relay_members (chat_id, has_left, joined_at_ms, user_id);
CREATE INDEX relay_members_by_watermark ON relay_members (chat_id, watermark_change);

-- Clustered by place: a page of history is one range. Chat and sender are no foreign keys because
-- sending is the hottest write and has read both in the same transaction.
CREATE TABLE relay_messages (
    chat_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    id UUID NOT NULL,
    version BIGINT NOT NULL,
    count BIGINT NOT NULL,
    sender_id UUID NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    text TEXT NOT NULL,
    -- Spares the look for attachments of messages that have none.
    attachment_count BIGINT NOT NULL,
    change BIGINT NOT NULL,
    PRIMARY KEY (chat_id, seq)
);
CREATE UNIQUE INDEX relay_messages_by_id ON relay_messages (id);
CREATE INDEX relay_messages_by_change ON relay_messages (chat_id, change);

CREATE TABLE relay_attachments (
    id UUID PRIMARY KEY,
    owner_id UUID NOT NULL,
    -- 0 unused, 1 in a message, 2 a picture of somebody.
    usage SMALLINT NOT NULL CHECK (usage IN (0, 1, 2)),
    chat_id UUID,
    message_id UUID,
    -- Place among the attachments of the message.
    position BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    thumb_hash BYTEA,
    file_name TEXT,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX relay_attachments_by_message ON relay_attachments (message_id)
WHERE message_id IS NOT NULL;
CREATE INDEX relay_attachments_unused ON relay_attachments (created_at_ms, id)
WHERE usage = 0;

CREATE TABLE relay_mails (
    id UUID PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    login_request_id UUID NOT NULL,
    attempts BIGINT NOT NULL,
    due_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX relay_mails_by_due ON relay_mails (due_at_ms, id);
