//! The audit finds what somebody with a database console did, under the number of the broken rule.

use std::time::Duration;

use pennypost::{
    db::{Conn, Db},
    ledger::{self, CaptureOrder, HoldOrder, Limits, RefundOrder, RefundPart, TransferKind},
};
use sqlx::Executor;

use super::people::{Bank, NOON, euros, key, receipt};

/// A payment, a refund of part of it, a captured hold, an open hold, a refusal.
async fn history(db: &Db) {
    let bank = Bank(db);
    let (ada, ben) = (bank.person("ada", 2_000).await, bank.person("ben", 0).await);
    let paid = receipt(bank.sends(&key("paid"), &ada, &ben, euros(500)).await);
    let mut tx = db.begin().await.expect("begins");
    let part = RefundPart { transfer: &paid.legs[0].transfer, amount: euros(100), to: None };
    let back = RefundOrder { key: &key("back"), parts: &[part], reference: None };
    receipt(ledger::refund(&mut tx, back, NOON).await.expect("no fault"));
    for cause in ["open", "closed"] {
        let (limits, lasting) = (&Limits::NONE, Duration::from_secs(60));
        let (key, amount) = (&key(cause), euros(300));
        let order = HoldOrder {
            key,
            account: &ada,
            payee_hint: None,
            amount,
            lasting,
            limits,
            reference: None,
        };
        let held = receipt(ledger::hold(&mut tx, order, NOON).await.expect("no fault"));
        let hold = held.hold.expect("a hold");
        let order = CaptureOrder {
            key: &super::people::key("captured"),
            hold: &hold,
            kind: TransferKind::Claim,
            to: &ben,
            amount,
            fee: None,
            reference: None,
        };
        if cause == "closed" {
            receipt(ledger::capture(&mut tx, order, NOON).await.expect("no fault"));
        }
    }
    tx.commit().await.expect("commits");
    assert!(bank.sends(&key("short"), &ben, &ada, euros(9_999)).await.done().is_none());
    bank.assert_clean().await;
}

/// Switches off what protects the tables, does the deed, and audits: which rules are broken now.
async fn broken_by(db: &Db, deed: &'static str) -> Vec<&'static str> {
    let mut tx = db.begin().await.expect("begins");
    match &mut tx.conn {
        Conn::Postgres(t) => {
            for sql in [
                "SET LOCAL session_replication_role = replica",
                "ALTER TABLE ledger_accounts DROP CONSTRAINT available_not_below_floor",
            ] {
                t.execute(sql).await.expect("unprotects");
            }
            t.execute(deed).await.expect("tampers");
        }
        Conn::Sqlite(t) => {
            for sql in [
                "DROP TRIGGER ledger_transfers_fixed",
                "DROP TRIGGER ledger_transfers_kept",
                "DROP TRIGGER ledger_operations_kept",
                "DROP TRIGGER ledger_operations_final",
                "DROP TRIGGER ledger_holds_kept",
                "DROP TRIGGER ledger_holds_closed_once",
                "DROP TRIGGER ledger_refunds_kept",
                "DROP TRIGGER ledger_refunds_rise",
                "PRAGMA ignore_check_constraints = ON",
                "COMMIT",
                "PRAGMA foreign_keys = OFF",
                "BEGIN IMMEDIATE",
            ] {
                t.execute(sql).await.expect("unprotects");
            }
            t.execute(deed).await.expect("tampers");
        }
    }
    tx.commit().await.expect("commits");
    let report = ledger::audit(db, |_, _, _| {}).await.expect("audits");
    let broken = report.findings.iter().filter(|finding| finding.breaches > 0);
    broken.map(|finding| finding.id).collect()
}

macro_rules! tampering {
    ($($name:ident: $deed:literal breaks $($rule:literal),+;)+) => {
        both! {$(
            async fn $name(db: TestDb) {
                history(&db).await;
                assert_eq!(broken_by(&db, $deed).await, [$($rule),+]);
            }
        )+}
    };
}

tampering! {
    money_out_of_nothing:
        "UPDATE ledger_accounts SET posted_minor = posted_minor + 1 WHERE owner = 'ben'"
        breaks "I1", "I2";
    a_held_sum_let_go:
        "UPDATE ledger_accounts SET held_minor = 0 WHERE owner = 'ada'" breaks "I3";
    an_overdraft:
        "UPDATE ledger_accounts SET held_minor = 1000000 WHERE owner = 'ada'" breaks "I3", "I4";
    a_version_skipped:
        "UPDATE ledger_accounts SET version = version + 1 WHERE owner = 'ben'" breaks "I5";
    a_running_balance_rewritten:
        "UPDATE ledger_transfers SET debit_after_minor = 7 WHERE operation = 'test/paid'"
        breaks "I6";
    a_payment_that_vanished:
        "DELETE FROM ledger_transfers WHERE operation = 'test/captured'"
        breaks "I2", "I5", "I7", "I9";
    a_refusal_written_over_a_payment:
        "UPDATE ledger_operations SET refusal = '\"payer_frozen\"' WHERE key = 'test/paid'"
        breaks "I8";
    a_capture_made_larger:
        "UPDATE ledger_holds SET captured_minor = 299 WHERE state = 'captured'" breaks "I9";
    a_refund_counter_set_back:
        "UPDATE ledger_refunds SET refunded_minor = 1" breaks "I10";
    a_hold_that_vanished:
        "DELETE FROM ledger_holds WHERE state = 'open'" breaks "I3", "I11";
    a_closer_that_vanished:
        "DELETE FROM ledger_operations WHERE key = 'test/captured'" breaks "I11";
    a_currency_exchanged:
        "UPDATE ledger_transfers SET currency = 'USD' WHERE operation = 'test/paid'"
        breaks "I12";
}

both! {
    async fn progress_is_told_and_every_rule_has_a_name(db: TestDb) {
        let mut told = Vec::new();
        let report = ledger::audit(&db, |name, done, all| told.push((name.to_owned(), done, all)));
        let report = report.await.expect("audits");
        assert_eq!(report.findings.len(), 12);
        assert_eq!(told.len(), 13);
        assert_eq!(told[0], (report.findings[0].name.to_owned(), 0, 12));
        assert_eq!((told[12].1, told[12].2), (12, 12));
    }
}
