//! Telling the operator of letters that failed: refused by the relay for good, or given up with their job.
//!
//! One letter tells of all that failed since the one before, and there is at most one in each
//! stretch of time: a relay that refuses everything fills no mailbox. A letter of this kind that
//! fails is told of in the log alone.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Body, Class, Letter, LetterBounced, LetterId, LetterRow, Note, Thread, budget,
    store::{self, Untold},
    store_relay,
    write::put,
};
use crate::{
    clock::At,
    context::Context,
    db::Tx,
    language::Language,
    mail::{mailto::MailtoError, relay::Lane},
    queue::{self, Fault, Work},
};

/// One telling at most in each stretch of this length: six a day.
const STRETCH: Duration = Duration::from_secs(4 * 3_600);
/// Letters named in one telling at most; of the others the number is said.
const NAMED_MAX: i64 = 20;

/// Tells what was left untold when a stretch ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tell {}

impl Work for Tell {
    const KIND: &'static str = "letters.tell";
    const QUEUE: &'static str = "letters";
}

/// What the operator reads.
#[derive(Debug, Clone, Serialize)]
pub struct Undelivered {
    count: i64,
    letters: Vec<Untold>,
}

impl Letter for Undelivered {
    const KIND: &'static str = "letters_undelivered";

    fn class(&self) -> Class {
        Class::Notice
    }

    fn subject(&self, _: Language) -> String {
        let (count, s) = (self.count, if self.count == 1 { "" } else { "s" });
        format!("{count} letter{s} could not be delivered")
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        let line = |one: &Untold| {
            let reference = one.reference.as_ref().map(|r| format!(", {r}")).unwrap_or_default();
            format!("{} ({}{reference}): {}", one.id, one.kind, one.error)
        };
        let mut list: Vec<String> = self.letters.iter().map(line).collect();
        let named = i64::try_from(list.len()).unwrap_or(i64::MAX);
        if self.count > named {
            list.push(format!("{} more", self.count - named));
        }
        let (what, they) = if self.count == 1 {
            ("1 letter".to_owned(), "The person it was for does")
        } else {
            (format!("{} letters", self.count), "The people they were for do")
        };
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec![format!(
                "{what} could not be sent, for the reason that stands beside each. {they} not know what \
                 was said. Every payment stands as it was decided. Once the reason is gone, `pennypost \
                 letters resend` sends what is still worth sending."
            )],
            list,
            why: "You get this because you run this service.".to_owned(),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        let letter = Untold {
            id: LetterId("01jwtvn5zr0000000000000001".to_owned()),
            kind: "transfer_sent".to_owned(),
            reference: Some("T-771".to_owned()),
            error: "550 5.1.1 … no such user to RCPT".to_owned(),
        };
        Self { count: 3, letters: vec![letter] }
    }
}

/// After a letter was marked as failed, in the same transaction: tells of it now, or when the stretch
/// ends that has had its telling.
pub(super) async fn told_or_later(cx: &Context, tx: &mut Tx) -> anyhow::Result<()> {
    if cx.settings.operator_address.is_none() {
        return Ok(());
    }
    // One at a time: what is untold stays so until the commit.
    store_relay::lock(tx, Lane::Service.as_str(), cx.now(), budget::SKEW_MAX).await?;
    let untold = store::count_untold(tx, Undelivered::KIND).await?;
    // The first untold one brings the others along.
    if untold > 0 && !tell_now(cx, tx, untold).await? && untold == 1 {
        tell_later(cx, tx).await?;
    }
    Ok(())
}

/// Tells whoever wrote the letter that it cannot arrive.
///
/// # Errors
/// The database's.
pub(super) async fn bounced(
    cx: &Context,
    tx: &mut Tx,
    id: &LetterId,
    why: String,
) -> anyhow::Result<()> {
    let Some(LetterRow { kind, reference, .. }) = store::find(tx, id).await? else {
        return Ok(());
    };
    cx.events.emit(tx, &LetterBounced { kind, reference, why }, cx.now()).await?;
    Ok(())
}

async fn tell_later(cx: &Context, tx: &mut Tx) -> anyhow::Result<()> {
    queue::enqueue(tx, &Tell {}, None, stretch_end(cx.now()), cx.now()).await?;
    Ok(())
}

/// The job: tells of all that is untold.
///
/// # Errors
/// The database's.
pub async fn tell(cx: &Context, _: Tell, tx: &mut Tx) -> Result<(), Fault> {
    store_relay::lock(tx, Lane::Service.as_str(), cx.now(), budget::SKEW_MAX).await?;
    let untold = store::count_untold(tx, Undelivered::KIND).await?;
    if untold > 0 && !tell_now(cx, tx, untold).await? {
        tell_later(cx, tx).await?;
    }
    Ok(())
}

/// Whether it was told now; not, when this stretch has had its telling.
async fn tell_now(cx: &Context, tx: &mut Tx, count: i64) -> anyhow::Result<bool> {
    let Some(operator) = &cx.settings.operator_address else { return Ok(true) };
    let letters = store::untold(tx, Undelivered::KIND, NAMED_MAX).await?;
    let now = cx.now();
    let note = Note {
        cause: format!("{}:{}", Undelivered::KIND, stretch(now)),
        to: operator,
        reference: None,
        thread: Thread::default(),
        language: Language::En,
    };
    let letter = Undelivered { count, letters };
    let written = put(&cx.settings, tx, note, (&letter, None), now).await?.is_some();
    if written {
        store::mark_told(tx).await?;
    }
    Ok(written)
}

fn stretch(now: At) -> i64 {
    now.unix_seconds().div_euclid(STRETCH.as_secs().cast_signed())
}

fn stretch_end(now: At) -> At {
    At::from_unix_seconds((stretch(now) + 1).saturating_mul(STRETCH.as_secs().cast_signed()))
}
