-- Chats that belong to an object of the host, and messages written in a transaction of the host.

-- What the host calls the object, such as `order:123`; most chats have none.
ALTER TABLE relay_chats ADD COLUMN host_key TEXT;
-- How often the members were read from the host: of two readers at once, the one with the older
-- answer finds that it is late.
ALTER TABLE relay_chats ADD COLUMN membership_reads INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX relay_chats_by_host_key ON relay_chats (host_key)
WHERE host_key IS NOT NULL;

-- Committed with rows of the host, sent right after. Repeats of a message id are told apart when
-- they are sent: a unique index would let one transaction of the host wait for another.
CREATE TABLE relay_staged_messages (
    -- Ascending within a transaction.
    place INTEGER PRIMARY KEY,
    message_id BLOB NOT NULL,
    -- Where to: the chat, or the object whose chat is found or made then.
    chat_id BLOB,
    host_key TEXT,
    -- The name of a chat that is made then.
    chat_name TEXT,
    -- Who, as the host names people.
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    -- Ids one after another, 16 bytes each.
    attachment_ids BLOB NOT NULL,
    -- Whether hooks were asked already.
    is_judged INTEGER NOT NULL,
    staged_at_ms INTEGER NOT NULL,
    CHECK ((chat_id IS NULL) <> (host_key IS NULL))
) STRICT;
