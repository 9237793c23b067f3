-- The ledger: accounts, operations, holds, transfers, refunds, and what the database itself
-- refuses whoever writes to it. Same tables and columns as the SQLite twin.
-- Amounts are minor units, times microseconds since 1970. Ids sort by bytes on both databases.
-- PostgreSQL reads the CHECKs of a table anew for every statement that writes to it, so those on the
-- hot tables guard money and nothing else; words and bounds of other columns are types of the program.

CREATE TABLE ledger_accounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    posted_minor BIGINT NOT NULL DEFAULT 0,
    held_minor BIGINT NOT NULL DEFAULT 0 CHECK (held_minor >= 0),
    floor_minor BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 0,
    debit_ok BOOLEAN NOT NULL DEFAULT TRUE,
    credit_ok BOOLEAN NOT NULL DEFAULT TRUE,
    frozen_at BIGINT,
    opened_at BIGINT NOT NULL,
    -- Target of the composite keys that hold both legs of a transfer to one currency.
    UNIQUE (id, currency),
    CONSTRAINT available_not_below_floor CHECK (posted_minor - held_minor >= floor_minor)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX ledger_accounts_owned ON ledger_accounts (owner, currency, kind);

-- Every attempt that reached a decision, refusals included: a retry gets the first answer.
-- An operation is done unless `refusal` says why not.
CREATE TABLE ledger_operations (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    request_hash BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reference TEXT,
    refusal TEXT,
    at BIGINT NOT NULL
);

CREATE TABLE ledger_holds (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    operation TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES ledger_operations (key),
    account TEXT COLLATE "C" NOT NULL,
    payee_hint TEXT,
    currency TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    captured_minor BIGINT NOT NULL DEFAULT 0,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'captured', 'voided', 'expired')),
    opened_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by TEXT COLLATE "C" UNIQUE REFERENCES ledger_operations (key),
    CHECK (captured_minor BETWEEN 0 AND amount_minor),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'open') = (closed_by IS NULL)),
    CHECK ((captured_minor > 0) = (state = 'captured')),
    FOREIGN KEY (account, currency) REFERENCES ledger_accounts (id, currency)
);
CREATE INDEX ledger_holds_due ON ledger_holds (expires_at) WHERE state = 'open';
CREATE INDEX ledger_holds_open ON ledger_holds (account, opened_at) WHERE state = 'open';

CREATE TABLE ledger_transfers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    operation TEXT COLLATE "C" NOT NULL REFERENCES ledger_operations (key),
    leg BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    debit TEXT COLLATE "C" NOT NULL,
    credit TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    debit_after_minor BIGINT NOT NULL,
    credit_after_minor BIGINT NOT NULL,
    debit_version BIGINT NOT NULL,
    credit_version BIGINT NOT NULL,
    hold TEXT COLLATE "C" REFERENCES ledger_holds (id),
    reverses TEXT COLLATE "C" REFERENCES ledger_transfers (id),
    at BIGINT NOT NULL,
    UNIQUE (operation, leg),
    UNIQUE (debit, debit_version),
    UNIQUE (credit, credit_version),
    CHECK (debit <> credit),
    FOREIGN KEY (debit, currency) REFERENCES ledger_accounts (id, currency),
    FOREIGN KEY (credit, currency) REFERENCES ledger_accounts (id, currency)
);
-- Limits add up what left an account in a rolling window.
CREATE INDEX ledger_transfers_spent ON ledger_transfers (debit, at);
CREATE INDEX ledger_transfers_hold ON ledger_transfers (hold) WHERE hold IS NOT NULL;
CREATE INDEX ledger_transfers_reverses ON ledger_transfers (reverses) WHERE reverses IS NOT NULL;

-- How much of a transfer has been given back; kept by the trigger below.
CREATE TABLE ledger_refunds (
    transfer TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES ledger_transfers (id),
    amount_minor BIGINT NOT NULL,
    refunded_minor BIGINT NOT NULL,
    CONSTRAINT refunds_within_original CHECK (refunded_minor BETWEEN 1 AND amount_minor)
);

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

CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;

CREATE TRIGGER ledger_transfers_fixed BEFORE UPDATE OR DELETE ON ledger_transfers
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_transfers_kept BEFORE TRUNCATE ON ledger_transfers
    EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_operations_undeleted BEFORE DELETE ON ledger_operations
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_operations_kept BEFORE TRUNCATE ON ledger_operations
    EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_holds_undeleted BEFORE DELETE ON ledger_holds
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_holds_kept BEFORE TRUNCATE ON ledger_holds
    EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_refunds_undeleted BEFORE DELETE ON ledger_refunds
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_refunds_kept BEFORE TRUNCATE ON ledger_refunds
    EXECUTE FUNCTION ledger_append_only();

-- An operation may only turn from done to refused, once, and only while nothing hangs on it.
CREATE FUNCTION ledger_operation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.refusal IS NOT NULL OR NEW.refusal IS NULL
        OR (NEW.key, NEW.request_hash, NEW.kind, NEW.reference, NEW.at)
            IS DISTINCT FROM (OLD.key, OLD.request_hash, OLD.kind, OLD.reference, OLD.at)
        OR EXISTS (SELECT 1 FROM ledger_transfers WHERE operation = OLD.key)
        OR EXISTS (SELECT 1 FROM ledger_holds WHERE operation = OLD.key OR closed_by = OLD.key)
    THEN
        RAISE EXCEPTION 'the outcome of an operation is final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_operations_final BEFORE UPDATE ON ledger_operations
    FOR EACH ROW EXECUTE FUNCTION ledger_operation_guard();

-- A hold leaves `open` once, and nothing else of it ever changes.
CREATE FUNCTION ledger_hold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open'
        OR (NEW.id, NEW.operation, NEW.account, NEW.payee_hint, NEW.currency, NEW.amount_minor,
            NEW.opened_at, NEW.expires_at)
            IS DISTINCT FROM (OLD.id, OLD.operation, OLD.account, OLD.payee_hint, OLD.currency,
            OLD.amount_minor, OLD.opened_at, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'a hold is closed once and never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_holds_closed_once BEFORE UPDATE ON ledger_holds
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_guard();

-- A refund comes from whoever was paid, and all of them together stay within the original.
CREATE FUNCTION ledger_count_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_refunds (transfer, amount_minor, refunded_minor)
    SELECT id, amount_minor, NEW.amount_minor FROM ledger_transfers
    WHERE id = NEW.reverses AND credit = NEW.debit AND currency = NEW.currency
    ON CONFLICT (transfer) DO UPDATE
        SET refunded_minor = ledger_refunds.refunded_minor + excluded.refunded_minor;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a refund comes from whoever was paid';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfers_refund AFTER INSERT ON ledger_transfers
    FOR EACH ROW WHEN (NEW.reverses IS NOT NULL) EXECUTE FUNCTION ledger_count_refund();

-- The counter of refunds only rises.
CREATE FUNCTION ledger_refund_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.refunded_minor <= OLD.refunded_minor
        OR (NEW.transfer, NEW.amount_minor) IS DISTINCT FROM (OLD.transfer, OLD.amount_minor)
    THEN
        RAISE EXCEPTION 'the counter of refunds only rises';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_refunds_rise BEFORE UPDATE ON ledger_refunds
    FOR EACH ROW EXECUTE FUNCTION ledger_refund_guard();
