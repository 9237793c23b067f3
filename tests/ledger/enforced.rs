//! What the database refuses by itself, whoever writes to it and whatever the program believes.

use pennypost::{
    db::Db,
    ledger::{self, AccountKind, HoldOrder, Limits, RefundOrder, RefundPart},
    on_db,
};

use super::people::{Bank, NOON, euros, key, receipt};

/// Runs one statement in a transaction of its own and gives the database's objection.
async fn objection(db: &Db, sql: &'static str) -> String {
    let done = on_db!(*db, |pool| sqlx::query(sql).execute(pool).await.map(|_| ()));
    done.expect_err(sql).to_string()
}

/// Ada paid Ben 5.00, of which 1.00 came back, and has a closed and an open hold.
async fn history(db: &Db) {
    let bank = Bank(db);
    let (ada, ben) = (bank.person("ada", 2_000).await, bank.person("ben", 0).await);
    let paid = receipt(bank.sends(&key("paid"), &ada, &ben, euros(500)).await);
    let mut tx = db.begin().await.expect("begins");
    let dollars = pennypost::money::Currency::USD;
    ledger::open(&mut tx, "ada", AccountKind::Person, dollars, NOON).await.expect("opens");
    let part = RefundPart { transfer: &paid.legs[0].transfer, amount: euros(100), to: None };
    let back = RefundOrder { key: &key("back"), parts: &[part], reference: None };
    receipt(ledger::refund(&mut tx, back, NOON).await.expect("no fault"));
    for cause in ["closed", "open"] {
        let order = HoldOrder {
            key: &key(cause),
            account: &ada,
            payee_hint: None,
            amount: euros(300),
            lasting: std::time::Duration::from_secs(60),
            limits: &Limits::NONE,
            reference: None,
        };
        let held = receipt(ledger::hold(&mut tx, order, NOON).await.expect("no fault"));
        if cause == "closed" {
            let hold = held.hold.expect("a hold");
            receipt(ledger::void(&mut tx, &key("void"), &hold, NOON).await.expect("no fault"));
        }
    }
    tx.commit().await.expect("commits");
    let short = bank.sends(&key("short"), &ben, &ada, euros(9_999)).await;
    assert!(short.done().is_none());
}

/// A copy of the first payment between Ada and Ben with other columns.
macro_rules! forged {
    ($debit:literal, $credit:literal, $currency:literal, $amount:literal, $reverses:literal) => {
        concat!(
            "INSERT INTO ledger_transfers (id, operation, leg, kind, debit, credit, currency,
                 amount_minor, debit_after_minor, credit_after_minor, debit_version,
                 credit_version, reverses, at)
             SELECT 'forged', t.operation, 9, t.kind, ",
            $debit,
            ", ",
            $credit,
            ", ",
            $currency,
            ", ",
            $amount,
            ", 0, 0, 901, 902, ",
            $reverses,
            ", t.at FROM ledger_transfers t WHERE t.operation = 'test/paid'"
        )
    };
}

both! {
    async fn transfers_are_never_changed_or_removed(db: TestDb) {
        history(&db).await;
        let only = "append-only";
        let said = objection(&db, "UPDATE ledger_transfers SET amount_minor = 1").await;
        assert!(said.contains(only), "{said}");
        let said = objection(&db, "DELETE FROM ledger_transfers").await;
        assert!(said.contains(only), "{said}");
        if db.is_postgres() {
            let said = objection(&db, "TRUNCATE ledger_transfers CASCADE").await;
            assert!(said.contains(only), "{said}");
        } else {
            let replace = "REPLACE INTO ledger_transfers SELECT * FROM ledger_transfers";
            let said = objection(&db, replace).await;
            assert!(said.contains(only), "{said}");
        }
        for sql in [
            "DELETE FROM ledger_operations",
            "DELETE FROM ledger_holds",
            "DELETE FROM ledger_refunds",
        ] {
            let said = objection(&db, sql).await;
            assert!(said.contains(only), "{said}");
        }
        Bank(&db).assert_clean().await;
    }

    async fn nobody_falls_below_the_floor(db: TestDb) {
        history(&db).await;
        // Ada has 16.00, of which 3.00 are held: 13.01 cannot go, held or not.
        for sql in [
            "UPDATE ledger_accounts SET posted_minor = posted_minor - 1301 WHERE owner = 'ada'",
            "UPDATE ledger_accounts SET held_minor = held_minor + 1301 WHERE owner = 'ada'",
        ] {
            let said = objection(&db, sql).await;
            assert!(said.contains("available_not_below_floor"), "{said}");
        }
    }

    async fn a_transfer_is_in_the_currency_of_both_accounts(db: TestDb) {
        history(&db).await;
        for sql in [
            forged!("t.debit", "t.credit", "'USD'", "1", "NULL"),
            forged!("t.debit", "(SELECT id FROM ledger_accounts WHERE currency = 'USD')",
                "t.currency", "1", "NULL"),
            forged!("'nobody'", "t.credit", "t.currency", "1", "NULL"),
        ] {
            let said = objection(&db, sql).await.to_lowercase();
            assert!(said.contains("foreign key"), "{said}");
        }
    }

    async fn amounts_have_bounds_and_two_sides(db: TestDb) {
        history(&db).await;
        for sql in [
            forged!("t.debit", "t.credit", "t.currency", "0", "NULL"),
            forged!("t.debit", "t.credit", "t.currency", "-5", "NULL"),
            forged!("t.debit", "t.credit", "t.currency", "1000000000000001", "NULL"),
            forged!("t.debit", "t.debit", "t.currency", "5", "NULL"),
        ] {
            let said = objection(&db, sql).await.to_lowercase();
            assert!(said.contains("check constraint"), "{said}");
        }
    }

    async fn no_leg_and_no_version_is_used_twice(db: TestDb) {
        history(&db).await;
        for sql in [
            "INSERT INTO ledger_transfers SELECT 'forged', operation, leg, kind, debit, credit,
                 currency, amount_minor, 0, 0, 901, 902, NULL, NULL, at FROM ledger_transfers
             WHERE operation = 'test/paid'",
            "INSERT INTO ledger_transfers SELECT 'forged', operation, 9, kind, debit, credit,
                 currency, amount_minor, 0, 0, debit_version, 902, NULL, NULL, at
             FROM ledger_transfers WHERE operation = 'test/paid'",
            "INSERT INTO ledger_transfers SELECT 'forged', operation, 9, kind, debit, credit,
                 currency, amount_minor, 0, 0, 901, credit_version, NULL, NULL, at
             FROM ledger_transfers WHERE operation = 'test/paid'",
        ] {
            let said = objection(&db, sql).await.to_lowercase();
            assert!(said.contains("unique") || said.contains("append-only"), "{said}");
        }
    }

    async fn a_hold_leaves_open_once(db: TestDb) {
        history(&db).await;
        let once = "closed once and never changed";
        for sql in [
            "UPDATE ledger_holds SET state = 'open', closed_at = NULL, closed_by = NULL
             WHERE state = 'voided'",
            "UPDATE ledger_holds SET state = 'captured', captured_minor = 1
             WHERE state = 'voided'",
            "UPDATE ledger_holds SET amount_minor = 1 WHERE state = 'open'",
            "UPDATE ledger_holds SET expires_at = 1 WHERE state = 'open'",
        ] {
            let said = objection(&db, sql).await;
            assert!(said.contains(once), "{said}");
        }
        let captured = "UPDATE ledger_holds SET state = 'captured', captured_minor = 301,
            closed_at = 1, closed_by = 'test/short' WHERE state = 'open'";
        let said = objection(&db, captured).await.to_lowercase();
        assert!(said.contains("check constraint"), "{said}");
    }

    async fn refunds_never_exceed_the_original(db: TestDb) {
        history(&db).await;
        // Ben was paid 5.00 and gave back 1.00.
        let original = forged!("t.credit", "t.debit", "t.currency", "401", "t.id");
        let said = objection(&db, original).await;
        assert!(said.contains("refunds_within_original"), "{said}");
        let wrong_way = forged!("t.debit", "t.credit", "t.currency", "1", "t.id");
        let said = objection(&db, wrong_way).await;
        assert!(said.contains("whoever was paid"), "{said}");
        for sql in [
            "UPDATE ledger_refunds SET refunded_minor = 1",
            "UPDATE ledger_refunds SET amount_minor = 9999, refunded_minor = refunded_minor + 1",
        ] {
            let said = objection(&db, sql).await;
            assert!(said.contains("only rises"), "{said}");
        }
    }

    async fn an_outcome_is_final(db: TestDb) {
        history(&db).await;
        for sql in [
            "UPDATE ledger_operations SET refusal = NULL WHERE key = 'test/short'",
            "UPDATE ledger_operations SET refusal = 'other' WHERE key = 'test/short'",
            "UPDATE ledger_operations SET refusal = 'late' WHERE key = 'test/paid'",
            "UPDATE ledger_operations SET refusal = 'late' WHERE key = 'test/open'",
            "UPDATE ledger_operations SET at = 0, refusal = 'x' WHERE key = 'test/paid'",
        ] {
            let said = objection(&db, sql).await;
            assert!(said.contains("final"), "{said}");
        }
    }
}
