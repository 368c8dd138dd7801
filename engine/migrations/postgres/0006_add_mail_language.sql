-- The languages that whoever asked for a mail would read it in, as in `Accept-Language`.

ALTER TABLE relay_mails ADD COLUMN languages TEXT NOT NULL DEFAULT '';
