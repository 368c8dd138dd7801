-- The words of messages, for searching. All of this can be made again from the messages.

-- How far the messages of a chat are in the index. A chat without a row: not begun.
CREATE TABLE relay_search_chats (
    chat_id BLOB PRIMARY KEY,
    -- Stands for the chat in the words, so that the words of a chat lie side by side.
    number INTEGER NOT NULL UNIQUE,
    indexed_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the numbers in the index stand for: the change number of the sending and 16 bits beside it,
-- so that their order is the order of the commits.
CREATE TABLE relay_search_places (
    place INTEGER PRIMARY KEY,
    chat_id BLOB NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX relay_search_places_by_message ON relay_search_places (chat_id, seq);

-- Words only: neither texts nor where in a text a word is. What comes in is split already.
CREATE VIRTUAL TABLE relay_search_words USING fts5 (
    words,
    content = '',
    columnsize = 0,
    detail = none,
    tokenize = "ascii tokenchars '_'"
);
-- A word that is removed is gone from the file, not only marked as removed.
INSERT INTO relay_search_words (relay_search_words, rank) VALUES ('secure-delete', 1);
