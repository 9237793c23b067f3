-- Who asked for the money, where a transfer's request was begun by its payee. The payer owns the request.
-- Its own state is what the asker is told; `muted` is one that the payer never hears of.
CREATE TABLE money_requests (
  request TEXT PRIMARY KEY REFERENCES transfer_requests (id),
  asker TEXT NOT NULL REFERENCES people (id),
  payer TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'declined', 'withdrawn', 'expired')),
  muted INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  reminded_at INTEGER
) STRICT;
CREATE INDEX money_requests_of_asker ON money_requests (asker, asked_at);
CREATE INDEX money_requests_to_payer ON money_requests (payer, asker);

-- Who does not want to be asked by whom: each a person's id, or an address without an account.
CREATE TABLE money_request_blocks (
  payer TEXT NOT NULL,
  asker TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (payer, asker)
) STRICT;

-- Several payments of one mail that are asked for in one letter: the requests of its steps.
CREATE TABLE payment_lists (
  reference TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id),
  mail TEXT NOT NULL REFERENCES inbox (id),
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (mail, first_step)
) STRICT;
