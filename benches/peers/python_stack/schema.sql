-- Money in its plainest form: a balance for each address, a row for each transfer.
CREATE TABLE accounts (
    address TEXT PRIMARY KEY,
    balance_minor BIGINT NOT NULL CHECK (balance_minor >= 0)
);
CREATE TABLE transfers (
    message_id TEXT PRIMARY KEY,
    sender TEXT NOT NULL REFERENCES accounts (address),
    recipient TEXT NOT NULL REFERENCES accounts (address),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    at TIMESTAMPTZ NOT NULL DEFAULT now()
);
