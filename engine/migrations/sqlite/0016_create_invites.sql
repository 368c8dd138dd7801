-- Links with which people join a group. What a link carries is derived from the id and is not here.
CREATE TABLE relay_invites (
    id BLOB NOT NULL PRIMARY KEY,
    chat_id BLOB NOT NULL,
    created_by BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    max_uses INTEGER,
    uses INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_invites_by_chat ON relay_invites (chat_id, id);
