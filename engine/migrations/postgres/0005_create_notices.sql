-- What the host hears: one notice for each event and listener, and the webhooks that may listen.

-- What a client sent where a hook had something else stored: a tag to compare repeats with.
CREATE TABLE relay_original_tags (
    message_id UUID PRIMARY KEY,
    tag BYTEA NOT NULL
);

CREATE TABLE relay_notices (
    -- In the order of the commits: writers come one after another.
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Names the event: the same for all its listeners and all attempts.
    event_id UUID NOT NULL,
    -- `hook:` and the hook's id, or `webhook:` and the webhook's.
    listener TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    -- Notices of one chat are first told in their order.
    chat_id UUID,
    -- 0 waiting, 1 told, 2 given up, 3 held back while the webhook is switched off.
    state BIGINT NOT NULL CHECK (state IN (0, 1, 2, 3)),
    attempts BIGINT NOT NULL,
    -- 0 before the first attempt, so that clocks that differ cannot change the order.
    due_at_ms BIGINT NOT NULL,
    -- Somebody is telling it until then.
    claimed_until_ms BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    -- What came of the last attempt, and when.
    outcome TEXT,
    tried_at_ms BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX relay_notices_waiting ON relay_notices (listener, due_at_ms, number)
WHERE state = 0;
CREATE INDEX relay_notices_by_listener ON relay_notices (listener, number);
CREATE INDEX relay_notices_by_time ON relay_notices (created_at_ms);

CREATE TABLE relay_webhooks (
    id UUID PRIMARY KEY,
    url TEXT NOT NULL,
    secret BYTEA NOT NULL,
    -- The secret before, which also signs until then.
    former_secret BYTEA,
    former_until_ms BIGINT,
    -- Kinds of events, separated by spaces.
    kinds TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    -- The first failure since something was taken.
    failing_since_ms BIGINT,
    -- Switched off since then, and why.
    disabled_at_ms BIGINT,
    disabled_because TEXT
);
