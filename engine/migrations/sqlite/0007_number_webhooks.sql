-- How often the list of webhooks was changed: whoever commits an event sees whether the list that it
-- knows is the present one, in the row from which it draws its change number anyway.
ALTER TABLE relay_meta ADD COLUMN webhooks_version INTEGER NOT NULL DEFAULT 0;
