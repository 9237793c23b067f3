//! The letters of a payment that waits for its payee's account, and whom each goes to.

mod claim;
mod payee;
mod payer;

use super::{Payment, Received, Written, first_mail, registered, thread_of, to_sender};
use crate::{
    accounts::{self, Opened},
    clock::At,
    confirmations::{self, ConfirmationRow},
    context::Context,
    db::Tx,
    inbox::{MailId, MailRow},
    language::Language,
    letters::{self, Confirmable, Letter, Note, Sample, Thread},
    money::{Amount, Money},
    transfers::{
        RequestRow, State,
        held::{Held, Why},
    },
};

pub use claim::ClaimLetter;
pub(in crate::transfers) use payee::over;
pub use payee::{ClaimOver, ClaimPaid, DeclinedLetter};
pub use payer::{ClaimedLetter, HeldLetter, Reminded, WentBack};

/// Every letter about a held payment, as the templates are tried with it.
pub(super) fn samples(language: Language) -> Vec<Sample> {
    let back = |what, why| Sample::variant(what, &WentBack::sample_of(why), language);
    let over = |what, state| Sample::variant(what, &ClaimOver::sample_in(state), language);
    vec![
        Sample::of::<HeldLetter>(language),
        Sample::of::<ClaimLetter>(language),
        Sample::variant("reminder", &ClaimLetter::sample_reminder(), language),
        Sample::variant("link", &ClaimLetter::sample_link(), language),
        Sample::of::<ClaimedLetter>(language),
        Sample::of::<ClaimPaid>(language),
        Sample::of::<DeclinedLetter>(language),
        Sample::of::<WentBack>(language),
        back("declined", Why::Declined),
        back("taken_back", Why::TakenBack),
        back("bounced", Why::Bounced("550 5.1.1 no such user".to_owned())),
        back("not_payable", Why::NotPayable),
        Sample::of::<Reminded>(language),
        Sample::variant("too_soon", &Reminded::sample_too_soon(), language),
        Sample::of::<ClaimOver>(language),
        over("cancelled", State::Cancelled),
        over("returned", State::Returned),
    ]
}

/// A held payment: its request, how much, and what is set aside.
pub(in crate::transfers) type About<'a> = (&'a RequestRow, Amount, &'a Held);

/// The sender's receipt.
pub(in crate::transfers) async fn held(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, held): About<'_>,
    (left, language): (Money, Language),
) -> Written {
    let reply_to = super::thread_address(cx, row)?;
    let letter = HeldLetter::new((row, amount, held), left, reply_to);
    let thread = thread_of(tx, row).await?;
    to_sender(cx, tx, row, (format!("{}/held", row.reference), thread, language), &letter).await
}

/// Tells the payee, and asks whether they want it.
pub(in crate::transfers) async fn ask_to_claim(
    cx: &Context,
    tx: &mut Tx,
    about: About<'_>,
    (asked, language): (Confirmable, Language),
) -> Written {
    let letter = ClaimLetter::new(about, &cx.settings);
    // A friend who was copied on the first mail finds the letter beneath it.
    let thread = first_mail(tx, about.0).await?;
    let cause = format!("{}/claim", about.0.reference);
    to_payee(cx, tx, about, (cause, thread, language), (&letter, Some(&asked))).await
}

pub(in crate::transfers) async fn remind_to_claim(
    cx: &Context,
    tx: &mut Tx,
    about: About<'_>,
    (live, cause): (&ConfirmationRow, &str),
) -> Written {
    let letter = ClaimLetter::reminder(about, &cx.settings);
    let thread = payees_thread(tx, about).await?;
    let cause = format!("{}/claim/{cause}", about.0.reference);
    let asked = confirmations::again(live);
    to_payee(cx, tx, about, (cause, thread, live.language), (&letter, Some(&asked))).await
}

/// The letter with the link once more, for a mail that was not believed enough to claim.
pub(in crate::transfers) async fn claim_by_link(
    cx: &Context,
    tx: &mut Tx,
    about: About<'_>,
    (live, mail): (&ConfirmationRow, &MailId),
) -> Written {
    let letter = ClaimLetter::by_link(about, &cx.settings);
    let thread = payees_thread(tx, about).await?;
    let cause = format!("{}/claim/{mail}/link", about.0.reference);
    let asked = Confirmable { reply_allowed: false, ..confirmations::again(live) };
    to_payee(cx, tx, about, (cause, thread, live.language), (&letter, Some(&asked))).await
}

/// The sender hears that the money has been claimed.
pub(in crate::transfers) async fn claimed(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, held): About<'_>,
    balance: Money,
) -> Written {
    let letter = ClaimedLetter::new((row, amount, held), balance);
    unasked(cx, tx, row, "claimed", &letter).await
}

/// The payee's receipt; of somebody new it is the welcome as well.
pub(in crate::transfers) async fn claim_paid(
    cx: &Context,
    tx: &mut Tx,
    about: About<'_>,
    (balance, opened): (Money, Opened),
) -> Written {
    let (row, amount, _) = about;
    let thread = payees_thread(tx, about).await?;
    let to = (format!("{}/received", row.reference), thread, opened.person.language());
    if opened.new {
        let letter = ClaimPaid::new(about, balance, &cx.settings);
        to_payee(cx, tx, about, to, (&letter, None)).await
    } else {
        to_payee(cx, tx, about, to, (&Received::new(row, amount, balance), None)).await
    }
}

/// The payee hears that it went back to its sender, as they wished.
pub(in crate::transfers) async fn declined(
    cx: &Context,
    tx: &mut Tx,
    about: About<'_>,
    language: Language,
) -> Written {
    let letter = DeclinedLetter::new(about);
    let thread = payees_thread(tx, about).await?;
    let cause = format!("{}/declined", about.0.reference);
    to_payee(cx, tx, about, (cause, thread, language), (&letter, None)).await
}

/// The sender hears that the money is theirs again.
pub(in crate::transfers) async fn went_back(
    cx: &Context,
    tx: &mut Tx,
    (row, amount, held): About<'_>,
    (why, left): (Why, Money),
) -> Written {
    unasked(cx, tx, row, "back", &WentBack::new((row, amount, held), why, left)).await
}

/// Answers the sender's wish for a reminder; `again`: when it would be granted.
pub(in crate::transfers) async fn reminded(
    cx: &Context,
    tx: &mut Tx,
    (row, held, again): (&RequestRow, &Held, Option<At>),
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let letter = Reminded::new(row, held, again);
    let cause = format!("{}/reminded/{}", row.reference, mail.id);
    to_sender(cx, tx, row, (cause, thread, mail.language), &letter).await
}

/// Says to the payee, who writes again, what became of the payment.
pub(in crate::transfers) async fn claim_over(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    (mail, thread): (&MailRow, Thread),
) -> Written {
    let (Some(to), Some(letter)) = (&row.recipient, ClaimOver::new(row)) else { return Ok(()) };
    let cause = format!("{}/claim_over/{}", row.reference, mail.id);
    let reference = Some(&*row.reference);
    let note = Note { cause, to, reference, thread, language: mail.language };
    letters::write(&cx.settings, tx, note, (&letter, None), cx.now()).await?;
    Ok(())
}

/// The payee hears that it could not be paid when they claimed it.
pub(in crate::transfers) async fn not_paid(
    cx: &Context,
    tx: &mut Tx,
    about: About<'_>,
    language: Language,
) -> Written {
    let letter = ClaimOver::returned(about);
    let thread = payees_thread(tx, about).await?;
    let cause = format!("{}/not_paid", about.0.reference);
    to_payee(cx, tx, about, (cause, thread, language), (&letter, None)).await
}

/// To the sender, in answer to no mail of theirs.
async fn unasked<L: Letter>(
    cx: &Context,
    tx: &mut Tx,
    row: &RequestRow,
    what: &str,
    letter: &L,
) -> Written {
    let to = registered(tx, row).await?;
    let language = accounts::language_of(cx, tx, &to).await?;
    let thread = thread_of(tx, row).await?;
    to_sender(cx, tx, row, (format!("{}/{what}", row.reference), thread, language), letter).await
}

async fn to_payee<L: Letter>(
    cx: &Context,
    tx: &mut Tx,
    (row, _, held): About<'_>,
    (cause, thread, language): (String, Thread, Language),
    letter: (&L, Option<&Confirmable>),
) -> Written {
    let note = Note { cause, to: &held.payee, reference: Some(&row.reference), thread, language };
    letters::write(&cx.settings, tx, note, letter, cx.now()).await?;
    Ok(())
}

/// The payee's thread: the first mail, if they were copied, then the letter that told them.
async fn payees_thread(tx: &mut Tx, (row, _, held): About<'_>) -> anyhow::Result<Thread> {
    let mut thread = first_mail(tx, row).await?;
    if let Some(told) = letters::newest_of(tx, &row.reference, &held.payee).await? {
        thread.references.push(told.clone());
        thread.in_reply_to = Some(told);
    }
    Ok(thread)
}

/// Characters of a stranger's words that we pass on to somebody who never wrote to us.
const FOREIGN_MAX: usize = 200;

/// Words of others as we pass them on to somebody who does not know us: on one line, and nothing in them
/// that a mail program would make a link of.
fn without_links(words: &str) -> String {
    let dots = |c: char| matches!(c, '.' | '。' | '．' | '｡');
    let is_link = |word: &&str| {
        let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
        let named = inner.split(dots).skip(1).any(|part| {
            let letters = part.chars().take_while(|c| c.is_alphabetic()).count();
            letters >= 2
        });
        named || word.contains(['@', '\\']) || word.contains("//") || word.contains(":/")
    };
    let kept = words.split_whitespace().map(|word| if is_link(&word) { "…" } else { word });
    let line: String = kept.collect::<Vec<_>>().join(" ");
    let plain = line.chars().filter(|c| !c.is_control());
    plain.take(FOREIGN_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::without_links;

    #[test]
    fn a_strangers_words_are_passed_on_without_links() {
        for (words, passed) in [
            ("lunch at 12.30, thanks.", "lunch at 12.30, thanks."),
            ("see https://evil.example/x now", "see … now"),
            ("(www.evil.example)", "…"),
            ("evil.com or evil。com", "… or …"),
            ("mail me@evil.example\nor call", "mail … or call"),
            ("e.g. so", "e.g. so"),
            ("https:/evil \\\\host", "… …"),
        ] {
            assert_eq!(without_links(words), passed);
        }
        assert_eq!(without_links(&"x".repeat(500)).len(), 200);
    }
}
