-- What the host hears: one notice for each event and listener, and the webhooks that may listen.

-- What a client sent where a hook had something else stored: a tag to compare repeats with.
CREATE TABLE relay_original_tags (
    message_id BLOB PRIMARY KEY,
    tag BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE relay_notices (
    -- In the order of the commits.
    number INTEGER PRIMARY KEY,
    -- Names the event: the same for all its listeners and all attempts.
    event_id BLOB NOT NULL,
    -- `hook:` and the hook's id, or `webhook:` and the webhook's.
    listener TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Notices of one chat are first told in their order.
    chat_id BLOB,
    -- 0 waiting, 1 told, 2 given up, 3 held back while the webhook is switched off.
    state INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),
    attempts INTEGER NOT NULL,
    -- 0 before the first attempt, so that clocks that differ cannot change the order.
    due_at_ms INTEGER NOT NULL,
    -- Somebody is telling it until then.
    claimed_until_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    -- What came of the last attempt, and when.
    outcome TEXT,
    tried_at_ms INTEGER,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX relay_notices_waiting ON relay_notices (listener, due_at_ms, number)
WHERE state = 0;
CREATE INDEX relay_notices_by_listener ON relay_notices (listener, number);
CREATE INDEX relay_notices_by_time ON relay_notices (created_at_ms);

CREATE TABLE relay_webhooks (
    id BLOB PRIMARY KEY,
    url TEXT NOT NULL,
    secret BLOB NOT NULL,
    -- The secret before, which also signs until then.
    former_secret BLOB,
    former_until_ms INTEGER,
    -- Kinds of events, separated by spaces.
    kinds TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    -- The first failure since something was taken.
    failing_since_ms INTEGER,
    -- Switched off since then, and why.
    disabled_at_ms INTEGER,
    disabled_because TEXT
) STRICT, WITHOUT ROWID;
