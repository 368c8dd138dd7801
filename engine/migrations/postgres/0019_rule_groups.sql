-- The lowest role that writes messages, adds people and pins messages in a group, as in
-- relay_members: 0 a member, 1 an admin, 2 the owner. Read with the chat, so that sending asks
-- nothing more.
ALTER TABLE relay_chats ADD COLUMN send_role SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE relay_chats ADD COLUMN add_role SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE relay_chats ADD COLUMN pin_role SMALLINT NOT NULL DEFAULT 1;
