//! The letter that asks for several payments at once: each of them, their number and their total.

use serde::Serialize;

use super::{
    Asking, Problem, RequestRow, Written,
    payment::{reference_fact, sample_address, sample_amount},
    words,
};
use crate::{
    address::Address,
    clock::At,
    context::Context,
    db::Tx,
    language::Language,
    letters::{
        self, Action, Body, CONFIRM_CANCEL, CONFIRM_LINK, CONFIRM_YES, Class, Confirmable, Fact,
        Letter, Note, sample,
    },
    mail::mailto::MailtoError,
    money::{Amount, Money},
};

/// One payment of a list.
#[derive(Debug, Clone, Serialize)]
struct Payment {
    reference: String,
    amount: Amount,
    to: Address,
    note: Option<String>,
}

/// Asks the sender to confirm several payments.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmAll {
    reference: String,
    from: Address,
    payments: Vec<Payment>,
    totals: Vec<Money>,
    hindrance: Option<Problem>,
    expires: At,
    reply_allowed: bool,
    again: bool,
}

/// The sums in one line: `$21.00 + €5.00`.
pub(super) fn sums(language: Language, totals: &[Money]) -> String {
    let sums: Vec<String> = totals.iter().map(|total| language.money(*total)).collect();
    sums.join(" + ")
}

/// What the page of a list asks, in one line.
pub(in crate::transfers) fn question_of_all(
    language: Language,
    count: usize,
    totals: &[Money],
) -> String {
    say!(language, "transfer_confirm_all.question", count = count, total = sums(language, totals))
}

pub(in crate::transfers) async fn confirm_all(
    cx: &Context,
    tx: &mut Tx,
    (rows, totals, hindrance): (&[RequestRow], &[Money], Option<Problem>),
    asking: Asking,
) -> Written {
    let letter = ConfirmAll::new((rows, totals), hindrance, &asking.confirmable);
    write(cx, tx, (asking, &letter)).await
}

/// Once more; only the link confirms then.
pub(in crate::transfers) async fn confirm_all_again(
    cx: &Context,
    tx: &mut Tx,
    (rows, totals): (&[RequestRow], &[Money]),
    asking: Asking,
) -> Written {
    let mut letter = ConfirmAll::new((rows, totals), None, &asking.confirmable);
    (letter.again, letter.reply_allowed) = (true, false);
    write(cx, tx, (asking, &letter)).await
}

async fn write(cx: &Context, tx: &mut Tx, (asking, letter): (Asking, &ConfirmAll)) -> Written {
    let note = Note {
        cause: asking.cause,
        to: &letter.from,
        reference: Some(&letter.reference),
        thread: asking.thread,
        language: asking.language,
    };
    letters::write(&cx.settings, tx, note, (letter, Some(&asking.confirmable)), cx.now()).await?;
    Ok(())
}

impl ConfirmAll {
    fn new(
        (rows, totals): (&[RequestRow], &[Money]),
        hindrance: Option<Problem>,
        asked: &Confirmable,
    ) -> Self {
        let payment = |row: &RequestRow| {
            Some(Payment {
                reference: row.reference.clone(),
                amount: row.amount()?,
                to: row.recipient.clone()?,
                note: row.note.clone(),
            })
        };
        Self {
            reference: asked.claims.reference.clone(),
            from: asked.claims.from.clone(),
            payments: rows.iter().filter_map(payment).collect(),
            totals: totals.to_vec(),
            hindrance,
            expires: asked.claims.expires,
            reply_allowed: asked.reply_allowed,
            again: false,
        }
    }

    pub(super) fn sample_again() -> Self {
        Self { again: true, reply_allowed: false, ..Self::sample() }
    }

    fn list(&self, language: Language) -> Vec<String> {
        let line = |payment: &Payment| {
            let (amount, to) = (language.money(payment.amount), &payment.to);
            let reference = &payment.reference;
            match &payment.note {
                Some(note) => say!(
                    language,
                    "transfer_confirm_all.line_with_note",
                    amount = amount,
                    to = to,
                    note = note,
                    reference = reference
                ),
                None => say!(
                    language,
                    "transfer_confirm_all.line",
                    amount = amount,
                    to = to,
                    reference = reference
                ),
            }
        };
        self.payments.iter().map(line).collect()
    }

    fn others(&self, language: Language) -> (Vec<Action>, String) {
        let (yes, cancel) = (say!(language, "command.yes"), say!(language, "command.cancel"));
        let one = self.payments.first().map_or("", |payment| payment.reference.as_str());
        let mut others = Vec::new();
        let stop = Action::new(say!(language, "transfer_confirm_all.cancel"), CONFIRM_CANCEL);
        if !self.reply_allowed {
            others.push(stop);
            let words =
                say!(language, "transfer_confirm_all.or_cancel", cancel = cancel, one = one);
            return (others, words);
        }
        let label = say!(language, "transfer_confirm_all.yes", yes = yes);
        others.extend([Action::new(label, CONFIRM_YES), stop]);
        let words =
            say!(language, "transfer_confirm_all.in_words", yes = yes, cancel = cancel, one = one);
        (others, words)
    }
}

impl Letter for ConfirmAll {
    const KIND: &'static str = "transfer_confirm_all";

    fn class(&self) -> Class {
        // As for one payment: nobody fills a mailbox in somebody else's name.
        if self.reply_allowed { Class::Confirmation } else { Class::Unproved }
    }

    fn subject(&self, language: Language) -> String {
        say!(
            language,
            "transfer_confirm_all.subject",
            count = self.payments.len(),
            total = sums(language, &self.totals),
            reference = self.reference
        )
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let (count, total) = (self.payments.len(), sums(language, &self.totals));
        let mut paragraphs =
            vec![say!(language, "transfer_confirm_all.first", count = count, total = total)];
        if self.again {
            paragraphs.push(say!(language, "transfer_confirm.again"));
        }
        if let Some(problem) = &self.hindrance {
            let why = words::sentence(language, problem);
            paragraphs.push(say!(language, "transfer_confirm_all.hindrance", why = why));
        }
        let (others, in_words) = self.others(language);
        let button = say!(language, "transfer_confirm_all.button", count = count, total = total);
        Ok(Body {
            title: say!(language, "transfer_confirm_all.title", count = count, total = total),
            paragraphs,
            list: self.list(language),
            facts: vec![
                Fact::new(&say!(language, "fact.total"), total),
                Fact::new(&say!(language, "fact.from"), self.from.as_str()),
                reference_fact(language, &self.reference),
                Fact::new(&say!(language, "fact.confirm_by"), language.time(self.expires)),
            ],
            primary: Some(Action::new(button, CONFIRM_LINK)),
            others,
            in_words: Some(in_words),
            why: say!(language, "transfer_confirm.why"),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let payment = |reference: &str, minor, to, note: Option<&str>| Payment {
            reference: reference.to_owned(),
            amount: sample_amount(minor),
            to: sample_address(to),
            note: note.map(str::to_owned),
        };
        Self {
            reference: "T-771".to_owned(),
            from: sample_address(sample::PERSON),
            payments: vec![
                payment("T-769", 500, sample::OTHER, Some("lunch")),
                payment("T-770", 700, "carl@quay.example", None),
            ],
            totals: vec![sample_amount(1_200).money()],
            hindrance: None,
            expires: At::from_unix_seconds(1_749_205_800),
            reply_allowed: true,
            again: false,
        }
    }
}
