-- What a member has typed and not sent, for their own devices.
ALTER TABLE relay_chat_settings ADD COLUMN draft TEXT;
