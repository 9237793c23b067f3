-- Mailboxes at mail hosts: how far each was read, what waits for the operator, who polls it, how it fares.

-- The junk folder of another mailbox.
ALTER TABLE mailboxes ADD COLUMN part_of TEXT REFERENCES mailboxes (name);
-- The host's UIDVALIDITY; 0 where it has none. Null: a folder of this machine, or never opened.
ALTER TABLE mailboxes ADD COLUMN uidvalidity INTEGER;
-- Rises whenever UIDs begin to mean other messages, so that no two messages share a key.
ALTER TABLE mailboxes ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
-- The largest UID stored, or the last that was there before us. It never passes an unstored one.
ALTER TABLE mailboxes ADD COLUMN watermark INTEGER;
-- UIDNEXT as last seen.
ALTER TABLE mailboxes ADD COLUMN uid_next INTEGER;
-- What the host received before this is old: never read, never answered.
ALTER TABLE mailboxes ADD COLUMN counts_from INTEGER;
-- Messages below this UID are looked at one by one: which are old, which known, which new.
ALTER TABLE mailboxes ADD COLUMN examine_below INTEGER;
-- The operator wants them all.
ALTER TABLE mailboxes ADD COLUMN examine_all INTEGER NOT NULL DEFAULT 0;
-- So many of them seem new that they wait for the operator's word.
ALTER TABLE mailboxes ADD COLUMN held INTEGER;
ALTER TABLE mailboxes ADD COLUMN polled_at INTEGER;
ALTER TABLE mailboxes ADD COLUMN failure TEXT;
ALTER TABLE mailboxes ADD COLUMN failing_since INTEGER;
-- The lease: who polls, until when by the database's clock, and how often it changed hands.
ALTER TABLE mailboxes ADD COLUMN holder TEXT;
ALTER TABLE mailboxes ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailboxes ADD COLUMN lease_until INTEGER;

-- SHA-256 of the bytes, in hexadecimal; null for mail stored before this was kept.
ALTER TABLE inbox ADD COLUMN digest TEXT;

-- Messages that are safe here and still to be flagged, moved or deleted at their host.
CREATE TABLE mailbox_tidying (
  mailbox TEXT NOT NULL REFERENCES mailboxes (name),
  epoch INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  PRIMARY KEY (mailbox, epoch, uid)
) STRICT;
