-- Mails whose bytes their host did not give, which mailbox a row stands for, what is asked of it.

-- Every quarantined mail has its row here until its bytes are here too.
CREATE TABLE quarantine (
  mail TEXT COLLATE "C" PRIMARY KEY REFERENCES inbox (id),
  mailbox TEXT COLLATE "C" NOT NULL REFERENCES mailboxes (name),
  -- Where it lies: a UID of this numbering.
  epoch BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  -- What its host said of it, or what failed; no words of the mail.
  why TEXT NOT NULL,
  -- It came while the service only observed.
  observed BOOLEAN NOT NULL,
  -- Looks since it was put here, or since the operator last asked for one.
  looks BIGINT NOT NULL DEFAULT 0,
  -- The next look; null: none until the operator asks for one.
  due_at BIGINT
);
CREATE INDEX quarantine_due ON quarantine (mailbox, due_at) WHERE due_at IS NOT NULL;
INSERT INTO quarantine (mail, mailbox, epoch, uid, why, observed)
  SELECT i.id, i.mailbox, CAST(COALESCE(NULLIF(split_part(i.transport_key, '/', 2), ''), '0') AS BIGINT),
    CAST(split_part(i.transport_key, '/', 1) AS BIGINT), 'its host gave nothing of it', FALSE
  FROM inbox i WHERE i.state = 'quarantined' AND i.transport_key ~ '^[0-9]{1,10}(/[0-9]{1,10})?$';

ALTER TABLE mailboxes
  -- The account, host and folder, or the folder of this machine, that the rest of the row is true of.
  ADD COLUMN place TEXT,
  -- The operator asked for what the host received since then, within `examine_below`.
  ADD COLUMN examine_from BIGINT;

-- We have copied it into its folder, so that only removing it is left.
ALTER TABLE mailbox_tidying ADD COLUMN copied BOOLEAN NOT NULL DEFAULT FALSE;
