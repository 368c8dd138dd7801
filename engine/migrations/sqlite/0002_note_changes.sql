-- What each commit of a node in a cluster touched, by its change number: the other nodes read here
-- what the broker did not bring them. One row for a commit, however many messages it wrote. Old
-- rows go by themselves.
CREATE TABLE relay_changes (
    change INTEGER PRIMARY KEY,
    -- Entries one after another: 0 and a chat; 1, a chat and a person; 2 and a person.
    touched BLOB NOT NULL
) STRICT;
