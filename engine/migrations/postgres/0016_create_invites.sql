-- Links with which people join a group. What a link carries is derived from the id and is not here.
CREATE TABLE relay_invites (
    id UUID NOT NULL PRIMARY KEY,
    chat_id UUID NOT NULL,
    created_by UUID NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    max_uses BIGINT,
    uses BIGINT NOT NULL
);
CREATE INDEX relay_invites_by_chat ON relay_invites (chat_id, id);
