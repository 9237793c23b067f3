//! The letters about a request for money, and whom each goes to.

use super::{
    Asking, Problem, RequestRow, Written,
    ask_payer::{AskPayer, Opening},
    ask_stranger::AskStranger,
    ask_told::{AskTold, Blocked, Told},
    not_asked::NotAsked,
    thread_address,
};
use crate::{
    accounts::{self, PersonId},
    address::Address,
    clock::At,
    context::Context,
    db::Tx,
    inbox::MailRow,
    language::Language,
    letters::{self, Note, Thread},
    money::Amount,
    transfers::AskProblem,
};

/// Asks the payer, who has an account.
pub(in crate::transfers) async fn ask_payer(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, asker): (&RequestRow, Amount, &Address),
    (opening, hindrance): (Opening, Option<Problem>),
    asking: Asking,
) -> Written {
    let Asking { cause, mut thread, confirmable, language, days: _ } = asking;
    if thread == Thread::default()
        && let Some(before) = letters::newest_of(tx, &row.reference, &row.sender_address).await?
    {
        thread = Thread::answering(Some(&before));
    }
    let letter = AskPayer::new(row, (amount, asker), (opening, hindrance), &confirmable);
    let reference = Some(&*row.reference);
    let note = Note { cause, to: &row.sender_address, reference, thread, language };
    letters::write(&cx.settings, tx, note, (&letter, Some(&confirmable)), cx.now()).await?;
    Ok(())
}

/// Asks somebody who has no account: first, or as a reminder.
pub(in crate::transfers) async fn invite(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (language, reminded): (Language, Option<At>),
) -> Written {
    let (Some(amount), Some(asker)) = (row.amount(), &row.recipient) else { return Ok(()) };
    let reply_to = thread_address(cx, row)?;
    let letter =
        AskStranger::new(row, (amount, asker), (reply_to, reminded.is_some()), &cx.settings);
    let cause = match reminded {
        Some(at) => format!("{}/invite/{}", row.reference, at.0),
        None => format!("{}/invite", row.reference),
    };
    let thread = match letters::newest_of(tx, &row.reference, &row.sender_address).await? {
        Some(before) => Thread::answering(Some(&before)),
        None => Thread::default(),
    };
    let reference = Some(&*row.reference);
    let note = Note { cause, to: &row.sender_address, reference, thread, language };
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

/// Tells the asker something of a request of theirs.
pub(in crate::transfers) async fn tell_asker(
    cx: &Context,
    tx: &mut Tx,
    (row, asker): (&RequestRow, &PersonId),
    (what, language): (Told, Language),
    (thread, cause): (Thread, &str),
) -> Written {
    let own = accounts::addresses_of(tx, asker).await?;
    let asked = row.recipient.as_ref().filter(|address| own.contains(address));
    let Some(to) = asked.or(own.first()) else { return Ok(()) };
    tell(cx, tx, (row, to, &row.sender_address), (what, language), (thread, cause)).await
}

/// Tells the payer how a request to them ended.
pub(in crate::transfers) async fn tell_payer(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (what, language): (Told, Language),
    (thread, cause): (Thread, &str),
) -> Written {
    let Some(asker) = &row.recipient else { return Ok(()) };
    let to = &row.sender_address;
    tell(cx, tx, (row, to, asker), (what, language), (thread, cause)).await
}

async fn tell(
    cx: &Context,
    tx: &mut Tx,
    (row, to, other): (&RequestRow, &Address, &Address),
    (what, language): (Told, Language),
    (thread, cause): (Thread, &str),
) -> Written {
    let Some(amount) = row.amount() else { return Ok(()) };
    let letter = AskTold::new(row, (amount, other), what);
    let cause = format!("{}/ask/{}/{cause}", row.reference, what.as_str());
    let note = Note { cause, to, reference: Some(&row.reference), thread, language };
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

/// Says why nobody was asked.
pub(in crate::transfers) async fn not_asked(
    cx: &Context,
    tx: &mut Tx,
    (mail, to, thread): (&MailRow, &Address, Thread),
    (step, problems): (usize, Vec<AskProblem>),
) -> Written {
    let letter = NotAsked::new(problems, mail.words.as_deref(), &cx.settings);
    let cause = format!("{}/not_asked/{step}", mail.id);
    let note = Note { cause, to, reference: None, thread, language: mail.language };
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

/// Says that somebody asks no more, or may again.
pub(in crate::transfers) async fn blocked(
    cx: &Context,
    tx: &mut Tx,
    (mail, to, thread): (&MailRow, &Address, Thread),
    (sender, block): (&Address, bool),
) -> Written {
    let letter = Blocked::new(sender, block);
    let cause = format!("{}/blocked", mail.id);
    let note = Note { cause, to, reference: None, thread, language: mail.language };
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

/// What the payer is written to in: their own, else that of the mail that asked.
pub(in crate::transfers) async fn language_of_payer(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
) -> anyhow::Result<Language> {
    if row.person.is_some() {
        return Ok(accounts::language_of(cx, tx, &row.sender_address).await?);
    }
    let mail = crate::inbox::mail(tx, &row.mail).await?;
    Ok(mail.map_or(cx.settings.accounts.language(), |mail| mail.language))
}
