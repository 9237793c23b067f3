-- Payments to people without an account: the money is held until it is claimed.

-- A request may also be held, or have gone back. A CHECK is changed by building its table anew: the
-- table that refers to it steps aside first, so that no row ever refers to nothing.
CREATE TABLE revisions_before AS SELECT * FROM transfer_revisions;
CREATE TABLE requests_before AS SELECT * FROM transfer_requests;
DROP TABLE transfer_revisions;
DROP TABLE transfer_requests;

CREATE TABLE transfer_requests (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('incomplete', 'waiting', 'asked', 'held', 'done', 'refused',
    'cancelled', 'returned', 'expired')),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  sender_address TEXT NOT NULL,
  person TEXT REFERENCES people (id),
  recipient TEXT,
  amount_minor INTEGER CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  currency TEXT,
  note TEXT,
  mail TEXT NOT NULL REFERENCES inbox (id),
  step INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  seen_at INTEGER,
  selected_at INTEGER,
  selected_how TEXT,
  operation TEXT UNIQUE,
  UNIQUE (mail, step),
  CHECK ((amount_minor IS NULL) = (currency IS NULL)),
  CHECK (state NOT IN ('asked', 'held', 'done', 'returned')
    OR (recipient IS NOT NULL AND amount_minor IS NOT NULL)),
  CHECK (CASE WHEN state IN ('held', 'done', 'returned') THEN operation IS NOT NULL
    ELSE operation IS NULL OR state = 'cancelled' END)
) STRICT;
CREATE INDEX transfer_requests_of ON transfer_requests (sender_address, id);
CREATE INDEX transfer_requests_of_person ON transfer_requests (person, id)
  WHERE state IN ('incomplete', 'waiting', 'asked');
INSERT INTO transfer_requests (id, reference, state, revision, sender_address, person, recipient,
    amount_minor, currency, note, mail, step, created_at, updated_at, expires_at, seen_at, selected_at,
    selected_how, operation)
  SELECT id, reference, state, revision, sender_address, person, recipient, amount_minor, currency, note,
    mail, step, created_at, updated_at, expires_at, seen_at, selected_at, selected_how, operation
  FROM requests_before;

CREATE TABLE transfer_revisions (
  request TEXT NOT NULL REFERENCES transfer_requests (id),
  revision INTEGER NOT NULL,
  mail TEXT NOT NULL REFERENCES inbox (id),
  recipient TEXT,
  amount_minor INTEGER,
  currency TEXT,
  problems TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (request, revision)
) STRICT;
INSERT INTO transfer_revisions (request, revision, mail, recipient, amount_minor, currency, problems,
    created_at)
  SELECT request, revision, mail, recipient, amount_minor, currency, problems, created_at
  FROM revisions_before;
CREATE INDEX transfer_revisions_of_mail ON transfer_revisions (mail);
DROP TABLE revisions_before;
DROP TABLE requests_before;

CREATE TABLE transfer_holds (
  request TEXT PRIMARY KEY REFERENCES transfer_requests (id),
  hold TEXT NOT NULL UNIQUE REFERENCES ledger_holds (id),
  -- Who pays.
  person TEXT NOT NULL REFERENCES people (id),
  -- Whom it waits for.
  payee TEXT NOT NULL,
  held_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- When the payee was last reminded.
  reminded_at INTEGER,
  -- When it was claimed or went back.
  ended_at INTEGER
) STRICT;
CREATE INDEX transfer_holds_waiting ON transfer_holds (payee) WHERE ended_at IS NULL;
CREATE INDEX transfer_holds_of ON transfer_holds (person, held_at);
