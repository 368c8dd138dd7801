-- Lines that tell of a change of a group: what of, as JSON. A message that somebody wrote has none.

ALTER TABLE relay_messages ADD COLUMN event TEXT;
