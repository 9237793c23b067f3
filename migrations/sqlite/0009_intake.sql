-- Mails whose bytes their host did not give, which mailbox a row stands for, what is asked of it.

-- Every quarantined mail has its row here until its bytes are here too.
CREATE TABLE quarantine (
  mail TEXT PRIMARY KEY REFERENCES inbox (id),
  mailbox TEXT NOT NULL REFERENCES mailboxes (name),
  -- Where it lies: a UID of this numbering.
  epoch INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  -- What its host said of it, or what failed; no words of the mail.
  why TEXT NOT NULL,
  -- It came while the service only observed.
  observed INTEGER NOT NULL,
  -- Looks since it was put here, or since the operator last asked for one.
  looks INTEGER NOT NULL DEFAULT 0,
  -- The next look; null: none until the operator asks for one.
  due_at INTEGER
) STRICT;
CREATE INDEX quarantine_due ON quarantine (mailbox, due_at) WHERE due_at IS NOT NULL;
INSERT INTO quarantine (mail, mailbox, epoch, uid, why, observed)
  SELECT i.id, i.mailbox,
    CASE WHEN instr(i.transport_key, '/') = 0 THEN 0
      ELSE CAST(substr(i.transport_key, instr(i.transport_key, '/') + 1) AS INTEGER) END,
    CAST(i.transport_key AS INTEGER), 'its host gave nothing of it', FALSE
  FROM inbox i WHERE i.state = 'quarantined' AND i.transport_key NOT GLOB '*[^0-9/]*';

-- The account, host and folder, or the folder of this machine, that the rest of the row is true of.
ALTER TABLE mailboxes ADD COLUMN place TEXT;
-- The operator asked for what the host received since then, within `examine_below`.
ALTER TABLE mailboxes ADD COLUMN examine_from INTEGER;

-- We have copied it into its folder, so that only removing it is left.
ALTER TABLE mailbox_tidying ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;
