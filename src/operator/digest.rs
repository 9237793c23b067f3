//! The digest: yesterday's mails, what would have been done about them, one letter a day.

use super::letters::{DigestLetter, Line};
use crate::{
    address::Address,
    clock::At,
    config::Mode,
    context::Context,
    db::Tx,
    inbox::{self, OBSERVED},
    language::Language,
    letters::{self, Note, Thread},
    policy,
};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Mails that are listed one by one; the counts name all.
const LINES_MAX: i64 = 25;

/// Writes yesterday's digest (UTC) unless it is written; says whether it was written now. Its cause is
/// the date, so however many processes look, there is one letter. Nobody to write to, or nothing that
/// was observed and a service that is live: no letter.
///
/// # Errors
/// The database's.
pub async fn digest(cx: &Context) -> anyhow::Result<bool> {
    let settings = &cx.settings;
    let Some(to) = &settings.operator_address else { return Ok(false) };
    let now = cx.now();
    let today = At(now.0 - now.0.rem_euclid(DAY));
    let yesterday = At(today.0 - DAY);
    let mut tx = cx.db.begin().await?;
    let observed_all_day = settings.mode == Mode::Observe
        && inbox::connected_since(&mut tx).await?.is_some_and(|since| since < today);
    let letter = written(&mut tx, yesterday, today).await?;
    if !observed_all_day && letter.is_empty() {
        tx.rollback().await?;
        return Ok(false);
    }
    let wrote = write(cx, &mut tx, (to, yesterday), &letter).await?;
    tx.commit().await?;
    Ok(wrote)
}

async fn write(
    cx: &Context,
    tx: &mut Tx,
    (to, day): (&Address, At),
    letter: &DigestLetter,
) -> anyhow::Result<bool> {
    let cause = format!("digest/{}", day.date());
    let note =
        Note { cause, to, reference: None, thread: Thread::default(), language: Language::En };
    Ok(letters::write(&cx.settings, tx, note, (letter, None), cx.now()).await?.is_some())
}

async fn written(tx: &mut Tx, from: At, to: At) -> Result<DigestLetter, sqlx::Error> {
    let counts = inbox::observed_by_decision(tx, from, to).await?;
    let rows = inbox::observed(tx, (from, to), LINES_MAX).await?;
    let plain = |decision: &str| decision.strip_prefix(OBSERVED).unwrap_or(decision).to_owned();
    let lines = rows.into_iter().map(|row| Line {
        time: row.received_at.time_of_day(),
        from: row.from_address.unwrap_or_else(|| "nobody named".to_owned()),
        intent: row.intent.unwrap_or_else(|| "nothing".to_owned()),
        decision: policy::would_be(&plain(&row.decision)).to_owned(),
    });
    Ok(DigestLetter {
        day: Language::En.date(from),
        counts: counts.iter().map(|(decision, mails)| (plain(decision), *mails)).collect(),
        lines: lines.collect(),
    })
}
