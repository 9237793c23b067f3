//! The rule book alone: no database, made-up books.
#![expect(clippy::arithmetic_side_effects, reason = "small numbers made up here")]

use proptest::prelude::*;

use super::super::{AccountKind, Limit, OperationKey};
use super::*;
use crate::clock::At;

const NOW: At = At(1_000_000);

fn eur() -> Currency {
    Currency::parse("EUR").expect("ISO 4217")
}

fn euros(minor: i64) -> Amount {
    Amount::of(minor, eur()).expect("in bounds")
}

fn id(name: &str) -> AccountId {
    AccountId(name.to_owned())
}

fn account(name: &str, posted_minor: i64, held_minor: i64) -> Account {
    Account {
        id: id(name),
        owner: Some(name.to_owned()),
        kind: AccountKind::Person,
        currency: eur(),
        posted_minor,
        held_minor,
        floor_minor: 0,
        version: 7,
        debit_ok: true,
        credit_ok: true,
        frozen_at: None,
        opened_at: At(0),
    }
}

fn hold_on(name: &str, amount_minor: i64) -> Hold {
    Hold {
        id: super::super::HoldId("h".to_owned()),
        operation: OperationKey::of(&["h"]),
        account: id(name),
        payee_hint: None,
        currency: eur(),
        amount_minor,
        captured_minor: 0,
        state: HoldState::Open,
        opened_at: At(0),
        expires_at: At(2_000_000),
        closed_at: None,
        closed_by: None,
    }
}

fn leg(debit: &str, credit: &str, minor: i64) -> Leg {
    let kind = TransferKind::Transfer;
    Leg { kind, debit: id(debit), credit: id(credit), amount: euros(minor), reverses: None }
}

fn moved(books: &Books, legs: &[Leg], limits: &Limits) -> Result<Plan, Refusal> {
    decide(books, Wish::Move { legs, limits }, NOW)
}

fn of(accounts: Vec<Account>) -> Books {
    Books { accounts, ..Books::default() }
}

#[test]
fn the_held_part_cannot_be_spent_and_the_last_cent_can() {
    let books = of(vec![account("ada", 100, 40), account("ben", 0, 0)]);
    let plan = moved(&books, &[leg("ada", "ben", 60)], &Limits::NONE).expect("enough");
    assert_eq!(plan.legs[0].debit_after_minor, 40);
    assert_eq!((plan.legs[0].debit_version, plan.legs[0].credit_version), (8, 8));
    let short = moved(&books, &[leg("ada", "ben", 61)], &Limits::NONE);
    let money = |minor| Money::new(minor, eur());
    assert_eq!(short, Err(Refusal::ShortBy { missing: money(1), available: money(60) }));
}

#[test]
fn a_payee_cannot_rise_beyond_what_adds_up() {
    let books = of(vec![account("ada", 100, 0), account("ben", BALANCE_MAX_MINOR - 10, 0)]);
    assert!(moved(&books, &[leg("ada", "ben", 10)], &Limits::NONE).is_ok());
    let full = moved(&books, &[leg("ada", "ben", 11)], &Limits::NONE);
    assert_eq!(full, Err(Refusal::PayeeFull));
}

#[test]
fn all_legs_of_one_payer_count_as_one_payment() {
    let books = of(vec![account("ada", 100, 0), account("ben", 0, 0), account("fee", 0, 0)]);
    let limits = Limits { per_transfer: Some(Money::new(50, eur())), ..Limits::NONE };
    let legs = |fee| [leg("ada", "ben", 45), leg("ada", "fee", fee)];
    assert!(moved(&books, &legs(5), &limits).is_ok());
    let over = moved(&books, &legs(6), &limits);
    assert!(matches!(over, Err(Refusal::OverLimit { limit: Limit::PerTransfer, .. })));
}

#[test]
fn a_limit_in_another_currency_lets_nothing_pass() {
    let books = of(vec![account("ada", 100, 0), account("ben", 0, 0)]);
    let limits = Limits { day: Some(Money::new(999, Currency::USD)), ..Limits::NONE };
    let refused = moved(&books, &[leg("ada", "ben", 1)], &limits);
    assert_eq!(refused, Err(Refusal::CurrencyMismatch));
}

#[test]
fn a_used_up_limit_leaves_nothing_and_never_less() {
    let mut books = of(vec![account("ada", 100, 0), account("ben", 0, 0)]);
    books.spent.week_minor = 90;
    let limits = Limits { week: Some(Money::new(50, eur())), ..Limits::NONE };
    let Err(Refusal::OverLimit { limit, left, .. }) =
        moved(&books, &[leg("ada", "ben", 1)], &limits)
    else {
        panic!("the week is used up")
    };
    assert_eq!((limit, left.minor), (Limit::Week, 0));
}

#[test]
fn a_refund_comes_from_whoever_was_paid_and_two_legs_share_what_is_left() {
    let mut books = of(vec![account("ada", 100, 0), account("ben", 100, 0)]);
    let original = TransferId("t".to_owned());
    books.originals.push(Original {
        id: original.clone(),
        debit: id("ada"),
        credit: id("ben"),
        currency: eur(),
        amount_minor: 50,
        refunded_minor: 20,
    });
    let back = |debit, credit, minor| {
        let reverses = Some(original.clone());
        Leg { reverses, ..leg(debit, credit, minor) }
    };
    let halves = [back("ben", "ada", 15), back("ben", "ada", 15)];
    assert!(moved(&books, &halves, &Limits::NONE).is_ok());
    let more = [back("ben", "ada", 15), back("ben", "ada", 16)];
    let left = Money::new(15, eur());
    assert_eq!(moved(&books, &more, &Limits::NONE), Err(Refusal::OverRefund { left }));
    let wrong_way = [back("ada", "ben", 1)];
    assert_eq!(moved(&books, &wrong_way, &Limits::NONE), Err(Refusal::UnknownTransfer));
}

#[test]
fn a_capture_pays_from_the_hold_and_releases_the_rest() {
    let mut books = of(vec![account("ada", 100, 100), account("ben", 0, 0)]);
    books.hold = Some(hold_on("ada", 60));
    let shares = [(TransferKind::Claim, id("ben"), euros(45))];
    let plan = decide(&books, Wish::Capture { shares: &shares }, NOW).expect("covered");
    assert_eq!((plan.accounts[0].posted_minor, plan.accounts[0].held_minor), (55, 40));
    let closed = HoldChange::Close { into: HoldState::Captured, captured_minor: 45 };
    assert_eq!(plan.hold, Some(closed));
    let late = decide(&books, Wish::Capture { shares: &shares }, At(2_000_000));
    assert_eq!(late, Err(Refusal::HoldExpired));
    books.hold = None;
    let none = decide(&books, Wish::Capture { shares: &shares }, NOW);
    assert_eq!(none, Err(Refusal::UnknownHold));
}

proptest! {
    #[test]
    fn no_plan_makes_loses_or_overdraws(
        balances in prop::collection::vec((0_i64..1_000, 0_i64..1_000), 4),
        moves in prop::collection::vec((0_usize..4, 0_usize..4, 1_i64..500), 1..8),
    ) {
        let names = ["a", "b", "c", "d"];
        let accounts = names.iter().zip(&balances);
        let books = of(accounts.map(|(n, (free, held))| account(n, free + held, *held)).collect());
        let legs: Vec<_> = moves.iter().map(|(d, c, m)| leg(names[*d], names[*c], *m)).collect();
        // Said again, in the plainest way: one pot each, paid from one by one.
        let mut pots: Vec<i64> = balances.iter().map(|(free, _)| *free).collect();
        let possible = moves.iter().all(|(d, c, m)| {
            let ok = d != c && pots[*d] >= *m;
            if ok {
                pots[*d] -= m;
                pots[*c] += m;
            }
            ok
        });
        match moved(&books, &legs, &Limits::NONE) {
            Ok(plan) => {
                prop_assert!(possible);
                for after in &plan.accounts {
                    let place = names.iter().position(|n| *n == after.id.as_str()).expect("named");
                    prop_assert_eq!(after.available().minor, pots[place]);
                    let entries = moves.iter().filter(|(d, c, _)| *d == place || *c == place);
                    let entries = i64::try_from(entries.count()).expect("few");
                    prop_assert_eq!(after.version, 7 + entries);
                }
            }
            Err(_) => prop_assert!(!possible),
        }
    }
}
