-- The words of messages, for searching. All of this can be made again from the messages.

-- How far the messages of a chat are in the index. A chat without a row: not begun.
CREATE TABLE relay_search_chats (
    chat_id UUID PRIMARY KEY,
    -- Stands for the chat in the words, so that the words of a chat lie side by side.
    number BIGINT NOT NULL UNIQUE,
    indexed_seq BIGINT NOT NULL
);

-- Words only: neither texts nor where in a text a word is. What comes in is split already.
CREATE TABLE relay_search_words (
    chat_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    -- The change number of the sending: the order of what is found.
    change BIGINT NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (chat_id, seq)
);
CREATE INDEX relay_search_words_by_word ON relay_search_words USING gin (words);
