-- Payments to people without an account: the money is held until it is claimed.

-- A request may also be held, or have gone back. Every row kept the narrower checks, which these replace.
ALTER TABLE transfer_requests
  DROP CONSTRAINT transfer_requests_state_check,
  DROP CONSTRAINT transfer_requests_check1,
  DROP CONSTRAINT transfer_requests_check2,
  ADD CONSTRAINT transfer_requests_states CHECK (state IN ('incomplete', 'waiting', 'asked', 'held',
    'done', 'refused', 'cancelled', 'returned', 'expired')) NOT VALID,
  ADD CONSTRAINT transfer_requests_whole CHECK (state NOT IN ('asked', 'held', 'done', 'returned')
    OR (recipient IS NOT NULL AND amount_minor IS NOT NULL)) NOT VALID,
  ADD CONSTRAINT transfer_requests_booked CHECK (
    CASE WHEN state IN ('held', 'done', 'returned') THEN operation IS NOT NULL
      ELSE operation IS NULL OR state = 'cancelled' END) NOT VALID;

CREATE TABLE transfer_holds (
  request TEXT COLLATE "C" PRIMARY KEY REFERENCES transfer_requests (id),
  hold TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES ledger_holds (id),
  -- Who pays.
  person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  -- Whom it waits for.
  payee TEXT COLLATE "C" NOT NULL,
  held_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  -- When the payee was last reminded.
  reminded_at BIGINT,
  -- When it was claimed or went back.
  ended_at BIGINT
);
CREATE INDEX transfer_holds_waiting ON transfer_holds (payee) WHERE ended_at IS NULL;
CREATE INDEX transfer_holds_of ON transfer_holds (person, held_at);
