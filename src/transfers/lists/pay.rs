//! A YES to a list: each payment with an operation and an outcome of its own, one refused stops no other.

use anyhow::Context as _;
use futures_util::future::BoxFuture;

use super::{Item, store};
use crate::{
    accounts,
    address::Address,
    confirmations::{self, ConfirmationId},
    context::{Context, Release, Released},
    db::Tx,
    ledger::{OperationKey, Outcome},
    money::{Amount, Money},
    transfers::{
        Problem, RequestRow, State,
        execute::{move_money, problem, sent},
        held,
        letters::{self, Line, What},
        store as requests,
    },
};

/// The act's name in confirmations; a wire format.
pub const PAY_ALL: &str = "transfers.pay_all";

/// The confirmation of a list as the context holds it.
pub fn pay_all_act<'a>(
    cx: &'a Context,
    tx: &'a mut Tx,
    release: Release,
) -> BoxFuture<'a, anyhow::Result<Released>> {
    Box::pin(pay_all(cx, tx, release))
}

async fn pay_all(cx: &Context, tx: &mut Tx, release: Release) -> anyhow::Result<Released> {
    let items: Vec<Item> = serde_json::from_str(&release.args)?;
    // All are taken before any money moves: whoever pays one of them alone holds its rows, not ours.
    let mut taken = Vec::new();
    for item in &items {
        let found = store::member(tx, &item.request).await?.context("The request is gone")?;
        let key = (&*found.reference, item.revision);
        let spent = confirmations::spend_of(tx, key, release.how, release.at).await?;
        let row = requests::lock_by_id(tx, &item.request).await?.context("The request is gone")?;
        taken.push((row, spent));
    }
    let (mut lines, mut balances) = (Vec::new(), Vec::new());
    for (row, spent) in &taken {
        lines.push(one(cx, tx, &release, (row, spent.as_ref()), &mut balances).await?);
    }
    let Some((row, _)) = taken.first() else { anyhow::bail!("A list holds payments") };
    let list = store::with(tx, &row.id).await?.context("The list is gone")?;
    let told = (What::Settled, release.language, "settled");
    letters::tell_list(cx, tx, (&list.reference, row), (lines.clone(), balances), told).await?;
    let done = lines.iter().filter(|line| line.is_sent()).count();
    let title = letters::title_of_all(release.language, (done, lines.len()));
    let text: Vec<String> = lines.iter().map(|line| line.said(release.language)).collect();
    Ok(Released { done: done == lines.len(), title, text: text.join(" · ") })
}

/// One payment of the list. Without its confirmation it was paid, taken back or changed meanwhile.
async fn one(
    cx: &Context,
    tx: &mut Tx,
    release: &Release,
    (row, spent): (&RequestRow, Option<&ConfirmationId>),
    balances: &mut Vec<Money>,
) -> anyhow::Result<Line> {
    let (Some(amount), Some(to)) = (row.amount(), &row.recipient) else {
        return Ok(Line::before(row));
    };
    let Some(spent) = spent.filter(|_| row.state == State::Asked) else {
        return Ok(Line::before(row));
    };
    let key = OperationKey::of(&["transfer", row.id.as_str(), &row.revision.to_string()]);
    let Some(payee) = accounts::by_address(tx, to).await? else {
        let released = held::set_aside(cx, tx, (row, amount, to), release).await?;
        confirmations::keep_outcome(tx, spent, &serde_json::to_string(&released)?).await?;
        let now = requests::lock_by_id(tx, &row.id).await?.context("The request is gone")?;
        return Ok(if released.done { Line::held(&now) } else { Line::before(&now) });
    };
    let (line, released) = match move_money(cx, tx, (row, amount, &payee), &key, release.at).await?
    {
        Outcome::Done(receipt) => {
            requests::settle(tx, &row.id, (State::Done, Some(key.as_str())), release).await?;
            letters::received(cx, tx, (row, amount, to), &receipt).await?;
            let after = receipt.legs.first().map(|leg| leg.debit_after);
            balances.retain(|balance| after.is_none_or(|after| after.currency != balance.currency));
            balances.extend(after);
            (Line::sent(row), sent(release.language, (amount, to), &receipt))
        }
        Outcome::Refused(refusal) => {
            requests::settle(tx, &row.id, (State::Refused, None), release).await?;
            let problem = problem(tx, (row, amount), refusal, release.at).await?;
            (Line::refused(row, &problem), not_sent(release, (amount, to), &problem))
        }
    };
    confirmations::keep_outcome(tx, spent, &serde_json::to_string(&released)?).await?;
    Ok(line)
}

fn not_sent(release: &Release, (amount, to): (Amount, &Address), problem: &Problem) -> Released {
    let language = release.language;
    let amount = language.money(amount);
    let title = say!(language, "transfer_refused.title", amount = amount, to = to);
    Released { done: false, title, text: letters::why(language, problem) }
}
