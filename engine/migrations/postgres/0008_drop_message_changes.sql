-- Which messages changed after a number is known from their places: both grow together. The index
-- cost every message that was sent a page of its own.
DROP INDEX relay_messages_by_change;
