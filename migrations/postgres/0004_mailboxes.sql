-- Mailboxes at mail hosts: how far each was read, what waits for the operator, who polls it, how it fares.

ALTER TABLE mailboxes
  -- The junk folder of another mailbox.
  ADD COLUMN part_of TEXT COLLATE "C" REFERENCES mailboxes (name),
  -- The host's UIDVALIDITY; 0 where it has none. Null: a folder of this machine, or never opened.
  ADD COLUMN uidvalidity BIGINT,
  -- Rises whenever UIDs begin to mean other messages, so that no two messages share a key.
  ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0,
  -- The largest UID stored, or the last that was there before us. It never passes an unstored one.
  ADD COLUMN watermark BIGINT,
  -- UIDNEXT as last seen.
  ADD COLUMN uid_next BIGINT,
  -- What the host received before this is old: never read, never answered.
  ADD COLUMN counts_from BIGINT,
  -- Messages below this UID are looked at one by one: which are old, which known, which new.
  ADD COLUMN examine_below BIGINT,
  -- The operator wants them all.
  ADD COLUMN examine_all BOOLEAN NOT NULL DEFAULT FALSE,
  -- So many of them seem new that they wait for the operator's word.
  ADD COLUMN held BIGINT,
  ADD COLUMN polled_at BIGINT,
  ADD COLUMN failure TEXT,
  ADD COLUMN failing_since BIGINT,
  -- The lease: who polls, until when by the database's clock, and how often it changed hands.
  ADD COLUMN holder TEXT,
  ADD COLUMN fence BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN lease_until BIGINT;

-- SHA-256 of the bytes, in hexadecimal; null for mail stored before this was kept.
ALTER TABLE inbox ADD COLUMN digest TEXT COLLATE "C";

-- Messages that are safe here and still to be flagged, moved or deleted at their host.
CREATE TABLE mailbox_tidying (
  mailbox TEXT COLLATE "C" NOT NULL REFERENCES mailboxes (name),
  epoch BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  PRIMARY KEY (mailbox, epoch, uid)
);
