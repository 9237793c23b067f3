-- The ledger: accounts, operations, holds, transfers, refunds, and what the database itself
-- refuses whoever writes to it. Same tables and columns as the PostgreSQL twin.
-- Amounts are minor units, times microseconds since 1970. Ids sort by bytes on both databases.
-- PostgreSQL reads the CHECKs of a table anew for every statement that writes to it, so those on the
-- hot tables guard money and nothing else; words and bounds of other columns are types of the program.

CREATE TABLE ledger_accounts (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT,
    kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    posted_minor INTEGER NOT NULL DEFAULT 0,
    held_minor INTEGER NOT NULL DEFAULT 0 CHECK (held_minor >= 0),
    floor_minor INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    debit_ok INTEGER NOT NULL DEFAULT TRUE,
    credit_ok INTEGER NOT NULL DEFAULT TRUE,
    frozen_at INTEGER,
    opened_at INTEGER NOT NULL,
    -- Target of the composite keys that hold both legs of a transfer to one currency.
    UNIQUE (id, currency),
    CONSTRAINT available_not_below_floor CHECK (posted_minor - held_minor >= floor_minor)
) STRICT;
CREATE UNIQUE INDEX ledger_accounts_owned ON ledger_accounts (owner, currency, kind);

-- Every attempt that reached a decision, refusals included: a retry gets the first answer.
-- An operation is done unless `refusal` says why not.
CREATE TABLE ledger_operations (
    key TEXT NOT NULL PRIMARY KEY,
    request_hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT,
    refusal TEXT,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_holds (
    id TEXT NOT NULL PRIMARY KEY,
    operation TEXT NOT NULL UNIQUE REFERENCES ledger_operations (key),
    account TEXT NOT NULL,
    payee_hint TEXT,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    captured_minor INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'captured', 'voided', 'expired')),
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    closed_at INTEGER,
    closed_by TEXT UNIQUE REFERENCES ledger_operations (key),
    CHECK (captured_minor BETWEEN 0 AND amount_minor),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'open') = (closed_by IS NULL)),
    CHECK ((captured_minor > 0) = (state = 'captured')),
    FOREIGN KEY (account, currency) REFERENCES ledger_accounts (id, currency)
) STRICT;
CREATE INDEX ledger_holds_due ON ledger_holds (expires_at) WHERE state = 'open';
CREATE INDEX ledger_holds_open ON ledger_holds (account, opened_at) WHERE state = 'open';

CREATE TABLE ledger_transfers (
    id TEXT NOT NULL PRIMARY KEY,
    operation TEXT NOT NULL REFERENCES ledger_operations (key),
    leg INTEGER NOT NULL,
    kind TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    debit_after_minor INTEGER NOT NULL,
    credit_after_minor INTEGER NOT NULL,
    debit_version INTEGER NOT NULL,
    credit_version INTEGER NOT NULL,
    hold TEXT REFERENCES ledger_holds (id),
    reverses TEXT REFERENCES ledger_transfers (id),
    at INTEGER NOT NULL,
    UNIQUE (operation, leg),
    UNIQUE (debit, debit_version),
    UNIQUE (credit, credit_version),
    CHECK (debit <> credit),
    FOREIGN KEY (debit, currency) REFERENCES ledger_accounts (id, currency),
    FOREIGN KEY (credit, currency) REFERENCES ledger_accounts (id, currency)
) STRICT;
-- Limits add up what left an account in a rolling window.
CREATE INDEX ledger_transfers_spent ON ledger_transfers (debit, at);
CREATE INDEX ledger_transfers_hold ON ledger_transfers (hold) WHERE hold IS NOT NULL;
CREATE INDEX ledger_transfers_reverses ON ledger_transfers (reverses) WHERE reverses IS NOT NULL;

-- How much of a transfer has been given back; kept by the trigger below.
CREATE TABLE ledger_refunds (
    transfer TEXT NOT NULL PRIMARY KEY REFERENCES ledger_transfers (id),
    amount_minor INTEGER NOT NULL,
    refunded_minor INTEGER NOT NULL,
    CONSTRAINT refunds_within_original CHECK (refunded_minor BETWEEN 1 AND amount_minor)
) STRICT;

-- Each transfer as its two accounts see it.
CREATE VIEW ledger_entries AS
    SELECT id AS transfer, operation, leg, kind, debit AS account, credit AS other, currency,
        -amount_minor AS amount_minor, debit_after_minor AS after_minor,
        debit_version AS version, at
    FROM ledger_transfers
    UNION ALL
    SELECT id, operation, leg, kind, credit, debit, currency,
        amount_minor, credit_after_minor, credit_version, at
    FROM ledger_transfers;

CREATE TRIGGER ledger_transfers_fixed BEFORE UPDATE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;
CREATE TRIGGER ledger_transfers_kept BEFORE DELETE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;
-- REPLACE deletes without firing the trigger above.
CREATE TRIGGER ledger_transfers_unreplaced BEFORE INSERT ON ledger_transfers
WHEN EXISTS (SELECT 1 FROM ledger_transfers WHERE id = NEW.id
    OR (operation = NEW.operation AND leg = NEW.leg)
    OR (debit = NEW.debit AND debit_version = NEW.debit_version)
    OR (credit = NEW.credit AND credit_version = NEW.credit_version))
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;
CREATE TRIGGER ledger_operations_kept BEFORE DELETE ON ledger_operations
BEGIN SELECT RAISE(ABORT, 'ledger_operations is append-only'); END;
CREATE TRIGGER ledger_holds_kept BEFORE DELETE ON ledger_holds
BEGIN SELECT RAISE(ABORT, 'ledger_holds is append-only'); END;
CREATE TRIGGER ledger_refunds_kept BEFORE DELETE ON ledger_refunds
BEGIN SELECT RAISE(ABORT, 'ledger_refunds is append-only'); END;

-- An operation may only turn from done to refused, once, and only while nothing hangs on it.
CREATE TRIGGER ledger_operations_final BEFORE UPDATE ON ledger_operations
WHEN OLD.refusal IS NOT NULL OR NEW.refusal IS NULL
    OR (NEW.key, NEW.request_hash, NEW.kind, NEW.reference, NEW.at)
        IS NOT (OLD.key, OLD.request_hash, OLD.kind, OLD.reference, OLD.at)
    OR EXISTS (SELECT 1 FROM ledger_transfers WHERE operation = OLD.key)
    OR EXISTS (SELECT 1 FROM ledger_holds WHERE operation = OLD.key OR closed_by = OLD.key)
BEGIN SELECT RAISE(ABORT, 'the outcome of an operation is final'); END;

-- A hold leaves `open` once, and nothing else of it ever changes.
CREATE TRIGGER ledger_holds_closed_once BEFORE UPDATE ON ledger_holds
WHEN OLD.state <> 'open'
    OR (NEW.id, NEW.operation, NEW.account, NEW.payee_hint, NEW.currency, NEW.amount_minor,
        NEW.opened_at, NEW.expires_at)
        IS NOT (OLD.id, OLD.operation, OLD.account, OLD.payee_hint, OLD.currency,
        OLD.amount_minor, OLD.opened_at, OLD.expires_at)
BEGIN SELECT RAISE(ABORT, 'a hold is closed once and never changed'); END;

-- A refund comes from whoever was paid, and all of them together stay within the original.
CREATE TRIGGER ledger_transfers_refund AFTER INSERT ON ledger_transfers
WHEN NEW.reverses IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a refund comes from whoever was paid')
    WHERE NOT EXISTS (SELECT 1 FROM ledger_transfers
        WHERE id = NEW.reverses AND credit = NEW.debit AND currency = NEW.currency);
    INSERT INTO ledger_refunds (transfer, amount_minor, refunded_minor)
    SELECT id, amount_minor, NEW.amount_minor FROM ledger_transfers WHERE id = NEW.reverses
    ON CONFLICT (transfer) DO UPDATE
        SET refunded_minor = refunded_minor + excluded.refunded_minor;
END;

-- The counter of refunds only rises.
CREATE TRIGGER ledger_refunds_rise BEFORE UPDATE ON ledger_refunds
WHEN NEW.refunded_minor <= OLD.refunded_minor
    OR (NEW.transfer, NEW.amount_minor) IS NOT (OLD.transfer, OLD.amount_minor)
BEGIN SELECT RAISE(ABORT, 'the counter of refunds only rises'); END;
