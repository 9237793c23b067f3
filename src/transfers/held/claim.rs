//! Paying what is held: to the account of the address it was sent to, and to no other.

use anyhow::{Context as _, anyhow};
use futures_util::future::BoxFuture;

use super::{
    Held, claim_of,
    give_back::{self, Why},
    key, revoke, store,
};
use crate::{
    accounts::{self, AccountOpened},
    clock::At,
    confirmations,
    context::{Context, Release, Released},
    db::Tx,
    language::Language,
    ledger::{self, CaptureOrder, Outcome, Receipt, TransferKind},
    letters::Thread,
    money::Amount,
    transfers::{RequestId, RequestRow, State, letters, store as requests},
};

/// The act's name in confirmations; a wire format.
pub const CLAIM: &str = "transfers.claim";

/// The claim's answer as the context holds it: takes the money, or sends it back.
pub fn claim_act<'a>(
    cx: &'a Context,
    tx: &'a mut Tx,
    release: Release,
) -> BoxFuture<'a, anyhow::Result<Released>> {
    Box::pin(answered(cx, tx, release))
}

async fn answered(cx: &Context, tx: &mut Tx, release: Release) -> anyhow::Result<Released> {
    let id: RequestId = serde_json::from_str(&release.args)?;
    let row = requests::lock_by_id(tx, &id).await?.ok_or_else(|| anyhow!("The request is gone"))?;
    anyhow::ensure!(row.state == State::Held, "{} is not held", row.reference);
    let (amount, held) = what(tx, &row).await?;
    let (at, language) = (release.at, release.language);
    let figures = language.money(amount);
    let from = &row.sender_address;
    if release.declined {
        give_back::release(cx, tx, (&row, amount, &held), (Why::Declined, at)).await?;
        letters::declined(cx, tx, (&row, amount, &held), language).await?;
        return Ok(Released {
            done: true,
            title: say!(language, "transfer_declined.title", amount = figures, from = from),
            text: say!(language, "transfer_declined.page"),
        });
    }
    let paid = pay(cx, tx, (&row, amount, &held), (Some(language), at)).await?;
    Ok(if paid {
        Released {
            done: true,
            title: say!(language, "transfer_received.title", amount = figures, from = from),
            text: say!(language, "transfer_claim.page", address = held.payee),
        }
    } else {
        Released {
            done: false,
            title: say!(language, "transfer_claim.not_paid"),
            text: say!(language, "transfer_claim.not_paid_text", from = from),
        }
    })
}

/// How much a held request carries, and its hold.
pub(super) async fn what(tx: &mut Tx, row: &RequestRow) -> anyhow::Result<(Amount, Held)> {
    let held = store::of_request(tx, &row.id).await?.context("A held request has a hold")?;
    Ok((row.amount().context("A held request has an amount")?, held))
}

/// Pays; opens the payee's account when there is none. When the ledger refuses, for a freeze on either
/// side, the money goes back and both are told; false then.
async fn pay(
    cx: &Context,
    tx: &mut Tx,
    about: (&RequestRow, Amount, &Held),
    (language, at): (Option<Language>, At),
) -> anyhow::Result<bool> {
    let (row, amount, held) = about;
    let currency = amount.currency();
    let opened = accounts::open_untold(cx, tx, &held.payee, currency, language).await?;
    let key = key(row, "claim");
    let order = CaptureOrder {
        key: &key,
        hold: &held.hold,
        kind: TransferKind::Claim,
        to: &opened.account.id,
        amount,
        fee: None,
        reference: Some(&row.reference),
    };
    match ledger::capture(tx, order, at).await? {
        Outcome::Done(receipt) => {
            store::end(tx, &row.id, (State::Done, key.as_str()), at).await?;
            told(cx, tx, about, (&receipt, opened)).await?;
            Ok(true)
        }
        Outcome::Refused(refusal) => {
            tracing::info!(reference = %row.reference, ?refusal, "a claim was refused");
            give_back::release(cx, tx, about, (Why::NotPayable, at)).await?;
            if opened.new {
                accounts::welcome(cx, tx, (&held.payee, &opened), Thread::default()).await?;
            }
            letters::not_paid(cx, tx, about, opened.person.language()).await?;
            Ok(false)
        }
    }
}

async fn told(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, held): (&RequestRow, Amount, &Held),
    (receipt, opened): (&Receipt, accounts::Opened),
) -> anyhow::Result<()> {
    let Some(leg) = receipt.legs.first() else { return Ok(()) };
    letters::claimed(cx, tx, (row, amount, held), leg.debit_after).await?;
    letters::claim_paid(cx, tx, (row, amount, held), (leg.credit_after, opened)).await
}

/// An account was opened: pays what waited for its address.
pub(super) async fn pay_held(
    cx: &Context,
    tx: &mut Tx,
    opened: &AccountOpened,
    now: At,
) -> anyhow::Result<()> {
    for reference in store::waiting_for(tx, &opened.address).await? {
        revoke(tx, &reference).await?;
        let Some(row) = requests::lock(tx, &reference).await? else { continue };
        let (amount, held) = match row.state {
            State::Held => what(tx, &row).await?,
            _ => continue,
        };
        // What is over is given back by its own job.
        if held.expires_at > now {
            pay(cx, tx, (&row, amount, &held), (None, now)).await?;
        }
    }
    Ok(())
}

/// The live claim of a request, when it waits for this address.
pub(super) async fn live_for(
    tx: &mut Tx,
    reference: &str,
    from: Option<&str>,
) -> Result<Option<confirmations::ConfirmationRow>, sqlx::Error> {
    let live = confirmations::live_of(tx, &claim_of(reference)).await?;
    Ok(live.filter(|row| Some(row.address.as_str()) == from))
}
