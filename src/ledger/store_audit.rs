//! The invariants as queries: each counts the rows that break it, so zero is good.

use crate::{db::Tx, fetch};

/// One thing that must be true.
pub(super) struct Invariant {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    sql: &'static str,
}

pub(super) async fn count(tx: &mut Tx, invariant: &Invariant) -> Result<i64, sqlx::Error> {
    fetch!(fetch_one, tx, (i64,), invariant.sql).map(|(breaches,)| breaches)
}

pub(super) const INVARIANTS: [Invariant; 12] = [
    Invariant {
        id: "I1",
        name: "all accounts of a currency add up to zero",
        sql: "SELECT COUNT(*) FROM (SELECT currency FROM ledger_accounts
              GROUP BY currency HAVING SUM(posted_minor) <> 0) AS broken",
    },
    Invariant {
        id: "I2",
        name: "a balance is the sum of its entries",
        sql: "SELECT COUNT(*) FROM ledger_accounts a LEFT JOIN
                  (SELECT account, SUM(amount_minor) AS total FROM ledger_entries GROUP BY account)
                  AS e ON e.account = a.id
              WHERE a.posted_minor <> COALESCE(e.total, 0)",
    },
    Invariant {
        id: "I3",
        name: "what is held is the sum of the open holds",
        sql: "SELECT COUNT(*) FROM ledger_accounts a LEFT JOIN
                  (SELECT account, SUM(amount_minor) AS total FROM ledger_holds
                   WHERE state = 'open' GROUP BY account) AS h ON h.account = a.id
              WHERE a.held_minor <> COALESCE(h.total, 0)",
    },
    Invariant {
        id: "I4",
        name: "no account has less than its floor to spend",
        sql: "SELECT COUNT(*) FROM ledger_accounts WHERE posted_minor - held_minor < floor_minor",
    },
    Invariant {
        id: "I5",
        name: "an account's version is the number of its entries",
        sql: "SELECT COUNT(*) FROM ledger_accounts a LEFT JOIN
                  (SELECT account, COUNT(*) AS entries FROM ledger_entries GROUP BY account)
                  AS e ON e.account = a.id
              WHERE a.version <> COALESCE(e.entries, 0)",
    },
    Invariant {
        id: "I6",
        name: "each running balance follows from the one before",
        sql: "SELECT COUNT(*) FROM (
                  SELECT after_minor - amount_minor AS before_minor, version,
                      LAG(after_minor, 1, CAST(0 AS BIGINT)) OVER chain AS last_minor,
                      LAG(version, 1, CAST(0 AS BIGINT)) OVER chain AS last_version
                  FROM ledger_entries WINDOW chain AS (PARTITION BY account ORDER BY version))
                  AS link
              WHERE before_minor <> last_minor OR version <> last_version + 1",
    },
    Invariant {
        id: "I7",
        name: "a payment that is done has its transfer",
        sql: "SELECT COUNT(*) FROM ledger_operations o
              WHERE refusal IS NULL AND kind IN ('post', 'refund', 'capture')
                  AND NOT EXISTS (SELECT 1 FROM ledger_transfers t WHERE t.operation = o.key)",
    },
    Invariant {
        id: "I8",
        name: "a refused operation moved nothing",
        sql: "SELECT COUNT(*) FROM ledger_operations o WHERE refusal IS NOT NULL AND (
                  EXISTS (SELECT 1 FROM ledger_transfers t WHERE t.operation = o.key)
                  OR EXISTS (SELECT 1 FROM ledger_holds h WHERE h.operation = o.key)
                  OR EXISTS (SELECT 1 FROM ledger_holds h WHERE h.closed_by = o.key))",
    },
    Invariant {
        id: "I9",
        name: "what was captured is the sum of the hold's transfers",
        sql: "SELECT COUNT(*) FROM ledger_holds h LEFT JOIN
                  (SELECT hold, SUM(amount_minor) AS total FROM ledger_transfers
                   WHERE hold IS NOT NULL GROUP BY hold) AS t ON t.hold = h.id
              WHERE h.captured_minor <> COALESCE(t.total, 0)",
    },
    Invariant {
        id: "I10",
        name: "refunds stay within the original and are counted",
        sql: "SELECT COUNT(*) FROM ledger_transfers o
              LEFT JOIN (SELECT reverses, SUM(amount_minor) AS total FROM ledger_transfers
                  WHERE reverses IS NOT NULL GROUP BY reverses) AS t ON t.reverses = o.id
              LEFT JOIN ledger_refunds r ON r.transfer = o.id
              WHERE COALESCE(t.total, 0) > o.amount_minor
                  OR COALESCE(t.total, 0) <> COALESCE(r.refunded_minor, 0)
                  OR r.amount_minor <> o.amount_minor",
    },
    Invariant {
        id: "I11",
        name: "a hold that was opened or closed has its operation, and the other way round",
        sql: "SELECT COUNT(*) FROM (
                  SELECT o.key FROM ledger_operations o
                  WHERE o.refusal IS NULL AND o.kind = 'hold'
                      AND NOT EXISTS (SELECT 1 FROM ledger_holds h WHERE h.operation = o.key)
                  UNION ALL
                  SELECT o.key FROM ledger_operations o
                  WHERE o.refusal IS NULL AND o.kind IN ('capture', 'void', 'expire')
                      AND NOT EXISTS (SELECT 1 FROM ledger_holds h WHERE h.closed_by = o.key)
                  UNION ALL
                  SELECT h.id FROM ledger_holds h
                  LEFT JOIN ledger_operations o ON o.key = h.operation
                  WHERE o.key IS NULL OR o.refusal IS NOT NULL OR o.kind <> 'hold'
                  UNION ALL
                  SELECT h.id FROM ledger_holds h
                  LEFT JOIN ledger_operations o ON o.key = h.closed_by
                  WHERE h.state <> 'open' AND (o.key IS NULL OR o.refusal IS NOT NULL
                      OR o.kind <> CASE h.state WHEN 'captured' THEN 'capture'
                          WHEN 'voided' THEN 'void' ELSE 'expire' END)) AS broken",
    },
    Invariant {
        id: "I12",
        name: "a transfer is in the currency of both its accounts",
        sql: "SELECT COUNT(*) FROM ledger_transfers t
              LEFT JOIN ledger_accounts d ON d.id = t.debit
              LEFT JOIN ledger_accounts c ON c.id = t.credit
              WHERE t.currency <> COALESCE(d.currency, '')
                  OR t.currency <> COALESCE(c.currency, '')",
    },
];
