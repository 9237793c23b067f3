-- People and their addresses, the mail they write, the letters they get, what waits for their yes.
-- Ids sort by time as bytes, hence COLLATE "C"; times are microseconds since 1970; money is minor units.

CREATE TABLE people (
  id TEXT COLLATE "C" PRIMARY KEY,
  code TEXT COLLATE "C" NOT NULL UNIQUE,
  locale TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE addresses (
  address TEXT COLLATE "C" PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  created_at BIGINT NOT NULL
);
CREATE INDEX addresses_of_person ON addresses (person);

CREATE TABLE mailboxes (
  name TEXT COLLATE "C" PRIMARY KEY,
  connected_at BIGINT NOT NULL
);

-- Mail that lay in the mailbox before the first connection: never read, never answered.
CREATE TABLE mailbox_old (
  mailbox TEXT COLLATE "C" NOT NULL REFERENCES mailboxes (name),
  transport_key TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (mailbox, transport_key)
);

CREATE TABLE inbox (
  id TEXT COLLATE "C" PRIMARY KEY,
  mailbox TEXT COLLATE "C" NOT NULL REFERENCES mailboxes (name),
  uidvalidity BIGINT NOT NULL,
  transport_key TEXT COLLATE "C" NOT NULL,
  received_at BIGINT NOT NULL,
  size_bytes BIGINT NOT NULL,
  header_only BOOLEAN NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'done', 'duplicate', 'quarantined')),
  message_id TEXT,
  from_address TEXT,
  person TEXT COLLATE "C" REFERENCES people (id),
  class TEXT,
  assurance TEXT CHECK (assurance IN ('A0', 'A1', 'A2', 'A3')),
  evidence TEXT,
  intent TEXT,
  reading TEXT,
  words TEXT,
  decision TEXT,
  token TEXT COLLATE "C",
  effect_key TEXT COLLATE "C" UNIQUE,
  duplicate_of TEXT COLLATE "C" REFERENCES inbox (id),
  classified_at BIGINT,
  UNIQUE (mailbox, uidvalidity, transport_key),
  CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL))
);
CREATE INDEX inbox_waiting ON inbox (id) WHERE state = 'received';
CREATE INDEX inbox_by_message_id ON inbox (message_id);

CREATE TABLE inbox_raw (
  mail TEXT COLLATE "C" PRIMARY KEY REFERENCES inbox (id),
  bytes BYTEA NOT NULL
);

-- Message-IDs and signatures of believed mail: each is believed once (a replay is not).
CREATE TABLE believed_marks (
  mark TEXT COLLATE "C" PRIMARY KEY,
  mail TEXT COLLATE "C" NOT NULL REFERENCES inbox (id)
);

CREATE TABLE letters (
  id TEXT COLLATE "C" PRIMARY KEY,
  cause TEXT COLLATE "C" NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('answer', 'confirmation', 'receipt', 'notice', 'unproved')),
  to_address TEXT COLLATE "C" NOT NULL,
  subject TEXT NOT NULL,
  context TEXT NOT NULL,
  message_id TEXT COLLATE "C" NOT NULL UNIQUE,
  in_reply_to TEXT,
  reference_ids TEXT NOT NULL,
  reference TEXT COLLATE "C",
  confirmation TEXT COLLATE "C",
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  error TEXT,
  created_at BIGINT NOT NULL,
  sent_at BIGINT,
  CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX letters_to ON letters (to_address, created_at);
CREATE INDEX letters_of_reference ON letters (reference) WHERE reference IS NOT NULL;

CREATE TABLE confirmations (
  id TEXT COLLATE "C" PRIMARY KEY,
  reference TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL CHECK (revision >= 1),
  person TEXT COLLATE "C" REFERENCES people (id),
  address TEXT COLLATE "C" NOT NULL,
  act TEXT NOT NULL,
  args TEXT NOT NULL,
  question TEXT NOT NULL,
  recipient TEXT,
  amount_minor BIGINT CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  currency TEXT,
  reply_allowed BOOLEAN NOT NULL,
  link_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  reply_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('live', 'used', 'revoked', 'expired')),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  seen_at BIGINT,
  selected_at BIGINT,
  selected_how TEXT CHECK (selected_how IN ('page', 'mailto', 'reply')),
  outcome TEXT,
  UNIQUE (reference, revision),
  CHECK ((amount_minor IS NULL) = (currency IS NULL)),
  CHECK ((amount_minor IS NULL) = (recipient IS NULL)),
  CHECK ((state = 'used') = (selected_at IS NOT NULL)),
  CHECK ((state = 'used') = (selected_how IS NOT NULL)),
  CHECK (state = 'used' OR outcome IS NULL)
);
CREATE UNIQUE INDEX confirmations_one_live ON confirmations (reference) WHERE state = 'live';

CREATE SEQUENCE reference_numbers START 101;

CREATE TABLE transfer_requests (
  id TEXT COLLATE "C" PRIMARY KEY,
  reference TEXT COLLATE "C" NOT NULL UNIQUE,
  state TEXT NOT NULL
    CHECK (state IN ('incomplete', 'waiting', 'asked', 'done', 'refused', 'cancelled', 'expired')),
  revision BIGINT NOT NULL CHECK (revision >= 1),
  sender_address TEXT COLLATE "C" NOT NULL,
  person TEXT COLLATE "C" REFERENCES people (id),
  recipient TEXT COLLATE "C",
  amount_minor BIGINT CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  currency TEXT,
  note TEXT,
  mail TEXT COLLATE "C" NOT NULL REFERENCES inbox (id),
  step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  seen_at BIGINT,
  selected_at BIGINT,
  selected_how TEXT,
  operation TEXT COLLATE "C" UNIQUE,
  UNIQUE (mail, step),
  CHECK ((amount_minor IS NULL) = (currency IS NULL)),
  CHECK (state NOT IN ('asked', 'done') OR (recipient IS NOT NULL AND amount_minor IS NOT NULL)),
  CHECK ((state = 'done') = (operation IS NOT NULL))
);
CREATE INDEX transfer_requests_of ON transfer_requests (sender_address, id);
CREATE INDEX transfer_requests_of_person ON transfer_requests (person, id)
  WHERE state IN ('incomplete', 'waiting', 'asked');

-- What each revision said and which mail said it; append-only.
CREATE TABLE transfer_revisions (
  request TEXT COLLATE "C" NOT NULL REFERENCES transfer_requests (id),
  revision BIGINT NOT NULL,
  mail TEXT COLLATE "C" NOT NULL REFERENCES inbox (id),
  recipient TEXT,
  amount_minor BIGINT,
  currency TEXT,
  problems TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (request, revision)
);
