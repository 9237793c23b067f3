//! Not to be asked by somebody any more, or again.

use super::{
    BlockAsker,
    end::decline,
    store::{self, Side},
};
use crate::{
    accounts,
    address::Address,
    context::Context,
    db::Tx,
    intent::Command,
    queue::Fault,
    transfers::{letters, request::read},
};

/// Runs [`BlockAsker`].
///
/// # Errors
/// A fault; the job is tried again.
pub async fn block_asker(cx: &Context, work: BlockAsker, tx: &mut Tx) -> Result<(), Fault> {
    let now = cx.now();
    let read = read(tx, &work.mail).await?;
    let (sender, block) = match read.reading.commands().get(work.step) {
        Some(Command::BlockSender { sender }) => (sender, true),
        Some(Command::AllowSender { sender }) => (sender, false),
        _ => return Ok(()),
    };
    let from = read.mail.from_address.as_deref().unwrap_or_default();
    let from: Address = from.parse().map_err(Fault::dead)?;
    let own = accounts::by_address(tx, &from).await?;
    let Ok(sender) = sender.parse::<Address>() else { return Ok(()) };
    // Strangers are heard on who asked them, and on nothing else.
    if own.is_none() && store::times_asked(tx, &from).await? == 0 {
        return Ok(());
    }
    let asker = accounts::by_address(tx, &sender).await?;
    let payer = Side { address: &from, person: own.as_ref().map(|person| &person.id) };
    let other = Side { address: &sender, person: asker.as_ref().map(|person| &person.id) };
    if block {
        store::block(tx, payer, other, now).await?;
        if let Some(asker) = &asker {
            for reference in store::open_between(tx, &asker.id, &from).await? {
                decline(cx, tx, &reference, now).await?;
            }
        }
    } else {
        store::unblock(tx, payer, other).await?;
    }
    letters::blocked(cx, tx, (&read.mail, &from, read.thread()), (&sender, block)).await?;
    Ok(())
}
