-- People and their addresses, the mail they write, the letters they get, what waits for their yes.
-- Times are microseconds since 1970; money is minor units; a boolean is 0 or 1.

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  locale TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE addresses (
  address TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX addresses_of_person ON addresses (person);

CREATE TABLE mailboxes (
  name TEXT PRIMARY KEY,
  connected_at INTEGER NOT NULL
) STRICT;

-- Mail that lay in the mailbox before the first connection: never read, never answered.
CREATE TABLE mailbox_old (
  mailbox TEXT NOT NULL REFERENCES mailboxes (name),
  transport_key TEXT NOT NULL,
  PRIMARY KEY (mailbox, transport_key)
) STRICT;

CREATE TABLE inbox (
  id TEXT PRIMARY KEY,
  mailbox TEXT NOT NULL REFERENCES mailboxes (name),
  uidvalidity INTEGER NOT NULL,
  transport_key TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  header_only INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'done', 'duplicate', 'quarantined')),
  message_id TEXT,
  from_address TEXT,
  person TEXT REFERENCES people (id),
  class TEXT,
  assurance TEXT CHECK (assurance IN ('A0', 'A1', 'A2', 'A3')),
  evidence TEXT,
  intent TEXT,
  reading TEXT,
  words TEXT,
  decision TEXT,
  token TEXT,
  effect_key TEXT UNIQUE,
  duplicate_of TEXT REFERENCES inbox (id),
  classified_at INTEGER,
  UNIQUE (mailbox, uidvalidity, transport_key),
  CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL))
) STRICT;
CREATE INDEX inbox_waiting ON inbox (id) WHERE state = 'received';
CREATE INDEX inbox_by_message_id ON inbox (message_id);

CREATE TABLE inbox_raw (
  mail TEXT PRIMARY KEY REFERENCES inbox (id),
  bytes BLOB NOT NULL
) STRICT;

-- Message-IDs and signatures of believed mail: each is believed once (a replay is not).
CREATE TABLE believed_marks (
  mark TEXT PRIMARY KEY,
  mail TEXT NOT NULL REFERENCES inbox (id)
) STRICT;

CREATE TABLE letters (
  id TEXT PRIMARY KEY,
  cause TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('answer', 'confirmation', 'receipt', 'notice', 'unproved')),
  to_address TEXT NOT NULL,
  subject TEXT NOT NULL,
  context TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  in_reply_to TEXT,
  reference_ids TEXT NOT NULL,
  reference TEXT,
  confirmation TEXT,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  error TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) STRICT;
CREATE INDEX letters_to ON letters (to_address, created_at);
CREATE INDEX letters_of_reference ON letters (reference) WHERE reference IS NOT NULL;

CREATE TABLE confirmations (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  person TEXT REFERENCES people (id),
  address TEXT NOT NULL,
  act TEXT NOT NULL,
  args TEXT NOT NULL,
  question TEXT NOT NULL,
  recipient TEXT,
  amount_minor INTEGER CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  currency TEXT,
  reply_allowed INTEGER NOT NULL,
  link_hash TEXT NOT NULL UNIQUE,
  reply_hash TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('live', 'used', 'revoked', 'expired')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  seen_at INTEGER,
  selected_at INTEGER,
  selected_how TEXT CHECK (selected_how IN ('page', 'mailto', 'reply')),
  outcome TEXT,
  UNIQUE (reference, revision),
  CHECK ((amount_minor IS NULL) = (currency IS NULL)),
  CHECK ((amount_minor IS NULL) = (recipient IS NULL)),
  CHECK ((state = 'used') = (selected_at IS NOT NULL)),
  CHECK ((state = 'used') = (selected_how IS NOT NULL)),
  CHECK (state = 'used' OR outcome IS NULL)
) STRICT;
CREATE UNIQUE INDEX confirmations_one_live ON confirmations (reference) WHERE state = 'live';

CREATE TABLE reference_numbers (
  next_number INTEGER NOT NULL
) STRICT;
INSERT INTO reference_numbers VALUES (101);

CREATE TABLE transfer_requests (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL
    CHECK (state IN ('incomplete', 'waiting', 'asked', 'done', 'refused', 'cancelled', 'expired')),
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
  CHECK (state NOT IN ('asked', 'done') OR (recipient IS NOT NULL AND amount_minor IS NOT NULL)),
  CHECK ((state = 'done') = (operation IS NOT NULL))
) STRICT;
CREATE INDEX transfer_requests_of ON transfer_requests (sender_address, id);
CREATE INDEX transfer_requests_of_person ON transfer_requests (person, id)
  WHERE state IN ('incomplete', 'waiting', 'asked');

-- What each revision said and which mail said it; append-only.
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
