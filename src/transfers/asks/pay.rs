//! The payer's YES: the ledger moves the money, or says why not and the request stays as it was.

use anyhow::{Context as _, anyhow};
use futures_util::future::BoxFuture;

use super::{AskState, begin::renew, store};
use crate::{
    accounts,
    context::{Context, Release, Released},
    db::Tx,
    ledger::{OperationKey, Outcome},
    transfers::{
        RequestId, State,
        execute::{move_money, problem, sent},
        letters::{self, Opening},
        store as requests,
    },
};

/// The act's name in confirmations; a wire format.
pub const PAY: &str = "transfers.pay_asked";

/// The payer's confirmation as the context holds it.
pub fn pay_act<'a>(
    cx: &'a Context,
    tx: &'a mut Tx,
    release: Release,
) -> BoxFuture<'a, anyhow::Result<Released>> {
    Box::pin(pay(cx, tx, release))
}

async fn pay(cx: &Context, tx: &mut Tx, release: Release) -> anyhow::Result<Released> {
    let id: RequestId = serde_json::from_str(&release.args)?;
    let row = requests::lock_by_id(tx, &id).await?.ok_or_else(|| anyhow!("The request is gone"))?;
    anyhow::ensure!(row.state == State::Asked, "{} is not asked", row.reference);
    let (Some(amount), Some(to)) = (row.amount(), &row.recipient) else {
        return Err(anyhow!("{} has no amount or payee", row.reference));
    };
    let key = OperationKey::of(&["transfer", row.id.as_str(), &row.revision.to_string()]);
    let asker = accounts::by_address(tx, to).await?.context("An asker keeps their address")?;
    match move_money(cx, tx, (&row, amount, &asker), &key, release.at).await? {
        Outcome::Done(receipt) => {
            requests::settle(tx, &row.id, (State::Done, Some(key.as_str())), &release).await?;
            store::close(tx, &row.id, AskState::Paid).await?;
            let told = (&receipt, release.language);
            letters::sent_and_received(cx, tx, (&row, amount, to), told).await?;
            Ok(sent(release.language, (amount, to), &receipt))
        }
        // The asker hears nothing of it: what the payer has is the payer's affair.
        Outcome::Refused(refusal) => {
            let problem = problem(tx, (&row, amount), refusal, release.at).await?;
            let text = letters::why(release.language, &problem);
            let person = row.person.as_ref().context("An asked request has a person")?;
            let payer = accounts::by_id(tx, person).await?.context("A person stays")?;
            let mut next = row.clone();
            next.revision += 1;
            renew(cx, tx, (&next, &payer), Opening::Refused(problem), release.at).await?;
            let title = say!(release.language, "transfer_refused.page");
            Ok(Released { done: false, title, text })
        }
    }
}
