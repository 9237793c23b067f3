-- What leaves by which lane, how much of the relay's budget is used, and how the relay does.
-- Times are microseconds since 1970.

ALTER TABLE letters ADD COLUMN lane TEXT NOT NULL DEFAULT 'service'
  CHECK (lane IN ('service', 'campaign'));
-- Whether the operator was told that the relay refused it.
ALTER TABLE letters ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX letters_untold ON letters (id) WHERE state = 'failed' AND NOT told;

CREATE TABLE relays (
  name TEXT PRIMARY KEY CHECK (name IN ('service', 'campaign')),
  -- Since when it has refused to work, and its last words; no addresses, no secrets.
  refusing_since BIGINT,
  last_error TEXT CHECK (length(last_error) <= 500),
  last_error_at BIGINT,
  last_accepted_at BIGINT,
  -- Locked by whoever counts letters against the budget.
  counted_at BIGINT,
  CHECK ((last_error IS NULL) = (last_error_at IS NULL))
);
INSERT INTO relays (name) VALUES ('service'), ('campaign');

-- Letters handed over, in slots of time: the sums of those within a minute and within a day are bounded.
CREATE TABLE relay_slots (
  relay TEXT NOT NULL REFERENCES relays (name),
  span TEXT NOT NULL CHECK (span IN ('minute', 'day')),
  slot BIGINT NOT NULL,
  lane TEXT NOT NULL CHECK (lane IN ('service', 'campaign')),
  letters BIGINT NOT NULL CHECK (letters >= 0),
  PRIMARY KEY (relay, span, slot, lane)
);
