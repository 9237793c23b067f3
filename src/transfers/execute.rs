//! Carrying a confirmed request out: the ledger moves the money, both are told, in one transaction.

use anyhow::{Context as _, anyhow, ensure};
use futures_util::future::BoxFuture;

use super::{Problem, RequestId, RequestRow, State, examine::limits, held, letters, store};
use crate::{
    accounts::{self, Person},
    address::Address,
    clock::At,
    context::{Context, Release, Released},
    db::Tx,
    language::Language,
    ledger::{
        self, AccountKind, OperationKey, Outcome, Receipt, Refusal, TransferKind, TransferOrder,
    },
    money::Amount,
};

/// The act's name in confirmations; a wire format.
pub const EXECUTE: &str = "transfers.execute";

/// [`execute`] as the context holds it.
pub fn execute_act<'a>(
    cx: &'a Context,
    tx: &'a mut Tx,
    release: Release,
) -> BoxFuture<'a, anyhow::Result<Released>> {
    Box::pin(execute(cx, tx, release))
}

async fn execute(cx: &Context, tx: &mut Tx, release: Release) -> anyhow::Result<Released> {
    ensure!(!release.declined, "A payment is confirmed or left alone");
    let id: RequestId = serde_json::from_str(&release.args)?;
    let row = store::lock_by_id(tx, &id).await?.ok_or_else(|| anyhow!("The request is gone"))?;
    ensure!(row.state == State::Asked, "{} is not asked", row.reference);
    let (Some(amount), Some(to)) = (row.amount(), &row.recipient) else {
        return Err(anyhow!("{} has no amount or payee", row.reference));
    };
    let Some(payee) = accounts::by_address(tx, to).await? else {
        return held::set_aside(cx, tx, (&row, amount, to), &release).await;
    };
    let key = OperationKey::of(&["transfer", row.id.as_str(), &row.revision.to_string()]);
    let outcome = move_money(cx, tx, (&row, amount, &payee), &key, release.at).await?;
    match outcome {
        Outcome::Done(receipt) => {
            store::settle(tx, &row.id, (State::Done, Some(key.as_str())), &release).await?;
            let told = (&receipt, release.language);
            letters::sent_and_received(cx, tx, (&row, amount, to), told).await?;
            Ok(sent(release.language, (amount, to), &receipt))
        }
        Outcome::Refused(refusal) => {
            store::settle(tx, &row.id, (State::Refused, None), &release).await?;
            let problem = problem(tx, (&row, amount), refusal, release.at).await?;
            let told = (&problem, release.language);
            let why = letters::refused(cx, tx, (&row, amount, to), told).await?;
            let title = say!(release.language, "transfer_refused.page");
            Ok(Released { done: false, title, text: why })
        }
    }
}

/// Why the ledger refused, with the time from which it would not.
pub(super) async fn problem(
    tx: &mut Tx,
    (row, amount): (&RequestRow, Amount),
    refusal: Refusal,
    at: At,
) -> anyhow::Result<Problem> {
    let person = row.person.as_ref().context("An asked request has a person")?;
    let account = ledger::find(tx, person.as_str(), amount.currency()).await?;
    let again = match account {
        Some(account) => ledger::eases_at(tx, &account.id, amount, &refusal, at).await?,
        None => None,
    };
    Ok(Problem::refused(refusal, again))
}

/// What the page says of a payment that was made.
pub(super) fn sent(
    language: Language,
    (amount, to): (Amount, &Address),
    receipt: &Receipt,
) -> Released {
    let balance = receipt.legs.first().map(|leg| language.money(leg.debit_after));
    let text = balance.map(|balance| say!(language, "transfer_sent.page", balance = balance));
    let amount = language.money(amount);
    let title = say!(language, "transfer_sent.title", amount = amount, to = to);
    Released { done: true, title, text: text.unwrap_or_default() }
}

/// Has the ledger move what a request says.
pub(super) async fn move_money(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, payee): (&RequestRow, Amount, &Person),
    key: &OperationKey,
    at: At,
) -> anyhow::Result<Outcome> {
    let currency = amount.currency();
    let person = row.person.as_ref().context("An asked request has a person")?;
    let Some(from) = ledger::find(tx, person.as_str(), currency).await? else {
        return Ok(Outcome::Refused(Refusal::UnknownAccount));
    };
    // Receiving another currency opens its account.
    let to = ledger::open(tx, payee.id.as_str(), AccountKind::Person, currency, at).await?;
    let order = TransferOrder {
        key,
        kind: TransferKind::Transfer,
        debit: &from.id,
        credit: &to.id,
        amount,
        limits: &limits(&cx.settings.transfers, currency),
        reference: Some(&row.reference),
    };
    Ok(ledger::transfer(tx, order, at).await?)
}
