-- Who asked for the money, where a transfer's request was begun by its payee. The payer owns the request.
-- Its own state is what the asker is told; `muted` is one that the payer never hears of.
CREATE TABLE money_requests (
  request TEXT COLLATE "C" PRIMARY KEY REFERENCES transfer_requests (id),
  asker TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  payer TEXT COLLATE "C" NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'declined', 'withdrawn', 'expired')),
  muted BOOLEAN NOT NULL,
  asked_at BIGINT NOT NULL,
  reminded_at BIGINT
);
CREATE INDEX money_requests_of_asker ON money_requests (asker, asked_at);
CREATE INDEX money_requests_to_payer ON money_requests (payer, asker);

-- Who does not want to be asked by whom: each a person's id, or an address without an account.
CREATE TABLE money_request_blocks (
  payer TEXT COLLATE "C" NOT NULL,
  asker TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (payer, asker)
);

-- Several payments of one mail that are asked for in one letter: the requests of its steps.
CREATE TABLE payment_lists (
  reference TEXT COLLATE "C" PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  mail TEXT COLLATE "C" NOT NULL REFERENCES inbox (id),
  first_step BIGINT NOT NULL,
  last_step BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (mail, first_step)
);
