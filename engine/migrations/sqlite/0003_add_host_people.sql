-- People of a host application, their sessions, and the keys of its servers.

-- The host's own id of a person; people with accounts of the engine have none.
ALTER TABLE relay_users ADD COLUMN external_id TEXT;
-- The picture as the host names it, beside one that was uploaded here.
ALTER TABLE relay_users ADD COLUMN avatar_url TEXT;
-- 0 active, 1 disabled, 2 deleted.
ALTER TABLE relay_users
ADD COLUMN status INTEGER NOT NULL DEFAULT 0 CHECK (status IN (0, 1, 2));
CREATE UNIQUE INDEX relay_users_by_external_id ON relay_users (external_id);

-- Which login of the host a session stands for, hashed.
ALTER TABLE relay_sessions ADD COLUMN login_key BLOB;
CREATE UNIQUE INDEX relay_sessions_by_login_key ON relay_sessions (login_key);

-- Logins of the host that were ended here: tokens made before are no longer good.
CREATE TABLE relay_host_logouts (
    login_key BLOB PRIMARY KEY,
    ended_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_host_logouts_by_time ON relay_host_logouts (ended_at_ms);

CREATE TABLE relay_server_keys (
    id BLOB PRIMARY KEY,
    hash BLOB NOT NULL,
    name TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX relay_server_keys_by_hash ON relay_server_keys (hash);
