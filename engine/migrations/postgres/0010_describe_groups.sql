-- What the members of a group say about it, beside its name.
ALTER TABLE relay_chats ADD COLUMN description TEXT;
-- The picture of a group.
ALTER TABLE relay_chats ADD COLUMN avatar_id UUID;
