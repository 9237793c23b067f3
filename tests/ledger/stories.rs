//! What people see: money moves once, refusals say why, holds close once, refunds have an end.

use std::time::Duration;

use pennypost::{
    db::Tx,
    ledger::{
        self, AccountId, AccountKind, CaptureOrder, Fee, HoldId, HoldOrder, HoldState, Leg, Limit,
        Limits, OperationKey, Outcome, PostOrder, RefundOrder, RefundPart, Refusal, TransferId,
        TransferKind,
    },
    money::{Amount, Money},
};

use super::people::{Bank, NOON, eur, euros, key, later, receipt, refusal};

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn held(tx: &mut Tx, key: &OperationKey, account: &AccountId, amount: Amount) -> Outcome {
    let limits = &Limits::NONE;
    let (payee_hint, reference, lasting) = (Some("ben@example.org"), None, DAY);
    let order = HoldOrder { key, account, payee_hint, amount, lasting, limits, reference };
    ledger::hold(tx, order, NOON).await.expect("no fault")
}

fn captured<'a>(
    key: &'a OperationKey,
    hold: &'a HoldId,
    to: &'a AccountId,
    amount: Amount,
) -> CaptureOrder<'a> {
    let kind = TransferKind::Claim;
    CaptureOrder { key, hold, kind, to, amount, fee: None, reference: None }
}

both! {
    async fn a_transfer_moves_money_once_and_a_retry_gets_the_first_receipt(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 2_000).await, bank.person("ben", 0).await);
        let first = bank.sends(&key("a"), &ada, &ben, euros(500)).await;
        let again = bank
            .sends_within(&Limits::NONE, (&key("a"), later(60)), (&ada, &ben), euros(500))
            .await;
        assert_eq!(first, again);
        let receipt = receipt(first);
        assert_eq!(receipt.at, NOON);
        assert_eq!(receipt.legs[0].debit_after, Money::new(1_500, eur()));
        assert_eq!(receipt.legs[0].credit_after, Money::new(500, eur()));
        assert_eq!((bank.balance(&ada).await, bank.balance(&ben).await), ((1_500, 0), (500, 0)));
        bank.assert_clean().await;
    }

    async fn a_key_that_asks_for_something_else_is_refused_and_the_first_answer_stands(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 2_000).await, bank.person("ben", 0).await);
        let first = bank.sends(&key("a"), &ada, &ben, euros(500)).await;
        let other = bank.sends(&key("a"), &ada, &ben, euros(501)).await;
        assert_eq!(refusal(other), Refusal::KeyReused);
        assert_eq!(bank.sends(&key("a"), &ada, &ben, euros(500)).await, first);
        assert_eq!(bank.balance(&ada).await, (1_500, 0));
    }

    async fn a_refusal_is_kept_even_when_the_money_has_come_since(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 100).await, bank.person("ben", 900).await);
        let short = Refusal::ShortBy {
            missing: Money::new(200, eur()),
            available: Money::new(100, eur()),
        };
        assert_eq!(refusal(bank.sends(&key("a"), &ada, &ben, euros(300)).await), short);
        receipt(bank.sends(&key("b"), &ben, &ada, euros(900)).await);
        assert_eq!(refusal(bank.sends(&key("a"), &ada, &ben, euros(300)).await), short);
        receipt(bank.sends(&key("c"), &ada, &ben, euros(300)).await);
        bank.assert_clean().await;
    }

    async fn every_reason_to_refuse_is_named(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 2_000).await, bank.person("ben", 50).await);
        let nobody = AccountId("nobody".to_owned());
        let dollars = Amount::of(5, pennypost::money::Currency::USD).expect("in bounds");
        let send = async |debit: &AccountId, credit: &AccountId, amount: Amount| {
            let cause = format!("{debit}{credit}{}", amount.money().with_code());
            refusal(bank.sends(&key(&cause), debit, credit, amount).await)
        };
        assert_eq!(send(&ada, &ada, euros(1)).await, Refusal::SameAccount);
        assert_eq!(send(&ada, &nobody, euros(1)).await, Refusal::UnknownAccount);
        assert_eq!(send(&nobody, &ada, euros(1)).await, Refusal::UnknownAccount);
        assert_eq!(send(&ada, &ben, dollars).await, Refusal::CurrencyMismatch);
        let mut tx = db.begin().await.expect("begins");
        assert!(ledger::freeze(&mut tx, &ada, false, true, NOON).await.expect("freezes"));
        assert!(ledger::freeze(&mut tx, &ben, true, false, NOON).await.expect("freezes"));
        assert!(!ledger::freeze(&mut tx, &nobody, true, false, NOON).await.expect("asks"));
        tx.commit().await.expect("commits");
        assert_eq!(send(&ada, &ben, euros(2)).await, Refusal::PayerFrozen);
        let mut tx = db.begin().await.expect("begins");
        assert!(ledger::freeze(&mut tx, &ada, true, true, NOON).await.expect("thaws"));
        tx.commit().await.expect("commits");
        assert_eq!(send(&ada, &ben, euros(3)).await, Refusal::PayeeFrozen);
        assert_eq!((bank.balance(&ada).await, bank.balance(&ben).await), ((2_000, 0), (50, 0)));
        bank.assert_clean().await;
    }

    async fn limits_count_what_has_left_in_rolling_windows(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 100_000).await, bank.person("ben", 0).await);
        let cap = |minor| Some(Money::new(minor, eur()));
        let limits = Limits {
            per_transfer: cap(1_000),
            hourly_count: Some(3),
            day: cap(1_500),
            ..Limits::NONE
        };
        let send = async |cause: &str, seconds: u64, minor: i64| {
            let at = (&key(cause), later(seconds));
            bank.sends_within(&limits, at, (&ada, &ben), euros(minor)).await
        };
        let over = |limit, allowed, left| Refusal::OverLimit {
            limit,
            allowed: Money::new(allowed, eur()),
            left: Money::new(left, eur()),
        };
        assert_eq!(refusal(send("a", 0, 1_001).await), over(Limit::PerTransfer, 1_000, 1_000));
        receipt(send("b", 0, 900).await);
        assert_eq!(refusal(send("c", 1, 601).await), over(Limit::Day, 1_500, 600));
        receipt(send("d", 2, 1).await);
        receipt(send("e", 3, 1).await);
        assert_eq!(refusal(send("f", 4, 1).await), Refusal::TooOften { allowed: 3 });
        receipt(send("g", 3_604, 1).await);
        // A day after the 900 they are forgotten; not a second before.
        assert_eq!(refusal(send("h", 86_399, 598).await), over(Limit::Day, 1_500, 597));
        receipt(send("i", 86_400, 598).await);
    }

    async fn an_open_hold_counts_against_balance_and_limits_and_is_captured_once(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 1_000).await, bank.person("ben", 0).await);
        let fees = bank.house(AccountKind::Fees, "ada").await;
        let mut tx = db.begin().await.expect("begins");
        let opened = held(&mut tx, &key("h"), &ada, euros(700)).await;
        assert_eq!(held(&mut tx, &key("h"), &ada, euros(700)).await, opened);
        let hold = receipt(opened).hold.expect("a hold");
        assert_eq!(ledger::open_holds(&mut tx, &ada).await.expect("reads").len(), 1);
        tx.commit().await.expect("commits");
        assert_eq!(bank.balance(&ada).await, (1_000, 700));
        let short = refusal(bank.sends(&key("s"), &ada, &ben, euros(301)).await);
        assert!(matches!(short, Refusal::ShortBy { missing, .. } if missing.minor == 1));
        let day = Limits { day: Some(Money::new(800, eur())), ..Limits::NONE };
        let over = bank.sends_within(&day, (&key("d"), NOON), (&ada, &ben), euros(101)).await;
        assert!(matches!(refusal(over), Refusal::OverLimit { left, .. } if left.minor == 100));

        let (once, twice, more) = (key("c"), key("c2"), key("c3"));
        let mut order = captured(&once, &hold, &ben, euros(400));
        order.fee = Some(Fee { to: &fees, amount: euros(25) });
        let mut tx = db.begin().await.expect("begins");
        let too_much = captured(&more, &hold, &ben, euros(701));
        let too_much = ledger::capture(&mut tx, too_much, NOON).await.expect("no fault");
        assert_eq!(refusal(too_much), Refusal::OverHold { held: Money::new(700, eur()) });
        let first = ledger::capture(&mut tx, order, later(5)).await.expect("no fault");
        assert_eq!(ledger::capture(&mut tx, order, later(9)).await.expect("no fault"), first);
        let second = captured(&twice, &hold, &ben, euros(1));
        let second = ledger::capture(&mut tx, second, NOON).await.expect("no fault");
        assert_eq!(refusal(second), Refusal::HoldClosed { state: HoldState::Captured });
        tx.commit().await.expect("commits");
        let first = receipt(first);
        assert_eq!((first.legs.len(), first.hold.as_ref()), (2, Some(&hold)));
        assert_eq!(bank.balance(&ada).await, (575, 0));
        assert_eq!((bank.balance(&ben).await, bank.balance(&fees).await), ((400, 0), (25, 0)));
        bank.assert_clean().await;
    }

    async fn a_hold_that_ran_out_only_expires_and_not_before_its_time(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 1_000).await, bank.person("ben", 0).await);
        let mut tx = db.begin().await.expect("begins");
        let hold = receipt(held(&mut tx, &key("h"), &ada, euros(700)).await).hold.expect("a hold");
        let due = NOON.plus(DAY);
        let early = due.minus(Duration::from_micros(1));
        assert_eq!(ledger::expire(&mut tx, &hold, early).await.expect("no fault"), None);
        assert!(ledger::due_holds(&mut tx, early, 10).await.expect("reads").is_empty());
        assert_eq!(ledger::due_holds(&mut tx, due, 10).await.expect("reads").len(), 1);
        let late = key("c");
        let late = captured(&late, &hold, &ben, euros(1));
        let late = ledger::capture(&mut tx, late, due).await.expect("no fault");
        assert_eq!(refusal(late), Refusal::HoldExpired);
        // "Not yet" was not kept: the same cause succeeds when it is time.
        let first = ledger::expire(&mut tx, &hold, due).await.expect("no fault");
        assert!(matches!(first, Some(Outcome::Done(_))));
        assert_eq!(ledger::expire(&mut tx, &hold, due).await.expect("no fault"), first);
        let void = ledger::void(&mut tx, &key("v"), &hold, due).await.expect("no fault");
        assert_eq!(refusal(void), Refusal::HoldClosed { state: HoldState::Expired });
        tx.commit().await.expect("commits");
        assert_eq!(bank.balance(&ada).await, (1_000, 0));
        bank.assert_clean().await;
    }

    async fn a_frozen_payers_hold_is_not_captured_but_can_be_voided(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 1_000).await, bank.person("ben", 0).await);
        let mut tx = db.begin().await.expect("begins");
        let hold = receipt(held(&mut tx, &key("h"), &ada, euros(700)).await).hold.expect("a hold");
        ledger::freeze(&mut tx, &ada, false, true, NOON).await.expect("freezes");
        let claim = key("c");
        let claim = captured(&claim, &hold, &ben, euros(700));
        let claim = ledger::capture(&mut tx, claim, NOON).await.expect("no fault");
        assert_eq!(refusal(claim), Refusal::PayerFrozen);
        receipt(ledger::void(&mut tx, &key("v"), &hold, NOON).await.expect("no fault"));
        tx.commit().await.expect("commits");
        assert_eq!(bank.balance(&ada).await, (1_000, 0));
        bank.assert_clean().await;
    }

    async fn an_order_goes_through_escrow_and_a_refund_brings_all_of_it_back(db: TestDb) {
        let bank = Bank(&db);
        let buyer = bank.person("ada", 1_000).await;
        let vendor = bank.account("mugs", AccountKind::Vendor, 0).await;
        let escrow = bank.house(AccountKind::Escrow, "A-1042").await;
        let fees = bank.house(AccountKind::Fees, "A-1042").await;
        receipt(bank.sends(&key("paid"), &buyer, &escrow, euros(1_000)).await);
        let leg = |kind, to: &AccountId, minor| Leg {
            kind,
            debit: escrow.clone(),
            credit: to.clone(),
            amount: euros(minor),
            reverses: None,
        };
        let legs = [leg(TransferKind::Settlement, &vendor, 950), leg(TransferKind::Fee, &fees, 50)];
        let (accept, limits) = (key("accept"), Limits::NONE);
        let post = PostOrder { key: &accept, legs: &legs, limits: &limits, reference: None };
        let mut tx = db.begin().await.expect("begins");
        let accepted = receipt(ledger::post(&mut tx, post, NOON).await.expect("no fault"));
        assert_eq!(accepted.legs.len(), 2);

        let refund = async |tx: &mut Tx, cause: &str, vendor_part, fee_part| {
            let (key, to) = (key(cause), Some(&buyer));
            let part = |transfer, minor| RefundPart { transfer, amount: euros(minor), to };
            let parts = [
                part(&accepted.legs[0].transfer, vendor_part),
                part(&accepted.legs[1].transfer, fee_part),
            ];
            let order = RefundOrder { key: &key, parts: &parts, reference: None };
            ledger::refund(tx, order, NOON).await.expect("no fault")
        };
        receipt(refund(&mut tx, "r1", 475, 25).await);
        let over = refund(&mut tx, "r2", 475, 26).await;
        assert_eq!(refusal(over), Refusal::OverRefund { left: Money::new(25, eur()) });
        let last = refund(&mut tx, "r3", 475, 25).await;
        assert_eq!(refund(&mut tx, "r3", 475, 25).await, last);
        let none_left = refund(&mut tx, "r4", 1, 1).await;
        assert_eq!(refusal(none_left), Refusal::OverRefund { left: Money::new(0, eur()) });
        tx.commit().await.expect("commits");
        assert_eq!(bank.balance(&buyer).await, (1_000, 0));
        assert_eq!((bank.balance(&vendor).await, bank.balance(&fees).await), ((0, 0), (0, 0)));
        bank.assert_clean().await;
    }

    async fn a_vendor_who_is_short_refunds_nothing_not_even_the_fee(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 1_000).await, bank.person("ben", 0).await);
        let paid = receipt(bank.sends(&key("a"), &ada, &ben, euros(600)).await);
        receipt(bank.sends(&key("b"), &ben, &ada, euros(500)).await);
        let key = key("r");
        let amount = euros(600);
        let part = RefundPart { transfer: &paid.legs[0].transfer, amount, to: None };
        let unknown = TransferId("none".to_owned());
        let order = RefundOrder { key: &key, parts: &[part], reference: None };
        let mut tx = db.begin().await.expect("begins");
        let short = ledger::refund(&mut tx, order, NOON).await.expect("no fault");
        assert!(matches!(refusal(short), Refusal::ShortBy { missing, .. } if missing.minor == 500));
        let other = OperationKey::of(&["other"]);
        let part = RefundPart { transfer: &unknown, amount, to: None };
        let order = RefundOrder { key: &other, parts: &[part], reference: None };
        let outcome = ledger::refund(&mut tx, order, NOON).await.expect("no fault");
        assert_eq!(refusal(outcome), Refusal::UnknownTransfer);
        tx.commit().await.expect("commits");
        bank.assert_clean().await;
    }

    async fn legs_happen_together_or_not_at_all(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 1_000).await, bank.person("ben", 0).await);
        let leg = |debit: &AccountId, credit: &AccountId, minor| Leg {
            kind: TransferKind::Transfer,
            debit: debit.clone(),
            credit: credit.clone(),
            amount: euros(minor),
            reverses: None,
        };
        // There and back: both accounts are touched twice by one operation.
        let legs = [leg(&ada, &ben, 1_000), leg(&ben, &ada, 300), leg(&ben, &ada, 700)];
        let (round, torn, limits) = (key("round"), key("torn"), Limits::NONE);
        let order = PostOrder { key: &round, legs: &legs, limits: &limits, reference: None };
        let mut tx = db.begin().await.expect("begins");
        let done = receipt(ledger::post(&mut tx, order, NOON).await.expect("no fault"));
        assert_eq!(done.legs[1].credit_after, Money::new(300, eur()));
        let legs = [leg(&ada, &ben, 1_000), leg(&ben, &ada, 1_001)];
        let order = PostOrder { key: &torn, legs: &legs, limits: &limits, reference: None };
        let short = ledger::post(&mut tx, order, NOON).await.expect("no fault");
        assert!(matches!(refusal(short), Refusal::ShortBy { .. }));
        tx.commit().await.expect("commits");
        assert_eq!((bank.balance(&ada).await, bank.balance(&ben).await), ((1_000, 0), (0, 0)));
        bank.assert_clean().await;
    }

    async fn a_statement_shows_the_newest_entries_with_their_running_balance(db: TestDb) {
        let bank = Bank(&db);
        let (ada, ben) = (bank.person("ada", 1_000).await, bank.person("ben", 0).await);
        for (n, minor) in [(1, 100), (2, 200), (3, 300)] {
            let at = (&key(&n.to_string()), later(n));
            receipt(bank.sends_within(&Limits::NONE, at, (&ada, &ben), euros(minor)).await);
        }
        let mut tx = db.snapshot().await.expect("begins");
        let read = ledger::statement(&mut tx, &ada, later(1), later(4), 2).await.expect("reads");
        let shown: Vec<_> = read.iter().map(|e| (e.amount_minor, e.after_minor)).collect();
        assert_eq!(shown, [(-200, 700), (-300, 400)]);
        assert_eq!((&read[0].other, read[0].reference.as_deref()), (&ben, Some("T-1")));
        let before = ledger::statement(&mut tx, &ada, NOON, later(1), 10).await.expect("reads");
        assert_eq!(before.len(), 1);

        let first = ledger::transfers(&mut tx, None, 3).await.expect("reads");
        let rest = ledger::transfers(&mut tx, first.last().map(|t| &t.id), 9).await.expect("reads");
        assert_eq!((first.len(), rest.len()), (3, 1));
        assert_eq!((rest[0].amount_minor, &rest[0].operation), (300, &key("3")));
    }

    async fn accounts_are_opened_once_and_found_again(db: TestDb) {
        let bank = Bank(&db);
        let ada = bank.person("ada", 0).await;
        assert_eq!(bank.person("ada", 0).await, ada);
        let shop = bank.account("ada", AccountKind::Vendor, 0).await;
        let mut tx = db.snapshot().await.expect("begins");
        let found = ledger::find(&mut tx, "ada", eur()).await.expect("reads").expect("is there");
        assert_eq!(found.id, ada);
        assert_eq!(ledger::find(&mut tx, "eve", eur()).await.expect("reads"), None);
        let all = ledger::of_owner(&mut tx, "ada").await.expect("reads");
        assert_eq!(all.iter().map(|a| &a.id).collect::<Vec<_>>(), [&ada, &shop]);
        // The clearing account their money would have come from is on the list too.
        assert_eq!(ledger::list(&mut tx).await.expect("reads").len(), 3);
    }
}
