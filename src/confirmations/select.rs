//! Selecting: a POST of the page, or a YES. The one place where a token is spent.

use anyhow::{Context as _, anyhow};

use super::{
    ConfirmationId,
    store::{self, ConfirmationRow},
};
use crate::{
    clock::At,
    context::{Context, Release, Released},
    db::Tx,
};

/// By which way somebody confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The page's button.
    Page,
    /// The prefilled mail, which goes to the tagged address.
    Mailto,
    /// A reply in the thread.
    Reply,
}

impl How {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Mailto => "mailto",
            Self::Reply => "reply",
        }
    }
}

/// What somebody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// What was asked for.
    Yes,
    /// The other answer, where the act has two.
    No,
}

/// What a confirmation is found by: its id, its link's hash or its reply token's hash.
pub type Key<'a> = &'a str;

/// What came of selecting.
#[derive(Debug)]
pub enum Selected {
    /// The act ran now.
    Released(Released),
    /// It had run before; the same answer again.
    Already(Released),
    /// A newer revision took its place, or it was cancelled.
    Revoked(ConfirmationRow),
    /// Too late.
    Expired(ConfirmationRow),
    /// No such token.
    Unknown,
}

/// Spends the token and runs its act, in the caller's transaction.
///
/// # Errors
/// A fault of ours; the caller rolls back, and the token is as live as before.
pub async fn select(
    cx: &Context,
    tx: &mut Tx,
    key: Key<'_>,
    (how, said): (How, Said),
    now: At,
) -> anyhow::Result<Selected> {
    let Some(found) = store::find(tx, key).await? else { return Ok(Selected::Unknown) };
    select_found(cx, tx, &found.id, (how, said), now).await
}

/// As [`select`], of a confirmation that the caller has found.
///
/// # Errors
/// As [`select`].
pub(super) async fn select_found(
    cx: &Context,
    tx: &mut Tx,
    id: &ConfirmationId,
    (how, said): (How, Said),
    now: At,
) -> anyhow::Result<Selected> {
    match store::spend(tx, id, how.as_str(), now).await? {
        Some(row) => release(cx, tx, row, (how, said), now).await.map(Selected::Released),
        None => closed(tx, id).await,
    }
}

async fn release(
    cx: &Context,
    tx: &mut Tx,
    row: ConfirmationRow,
    (how, said): (How, Said),
    at: At,
) -> anyhow::Result<Released> {
    let act = cx.acts.get(&*row.act).ok_or_else(|| anyhow!("No act is called {}", row.act))?;
    let release = Release {
        args: row.args,
        at,
        how: how.as_str(),
        seen_at: row.seen_at,
        language: row.language,
        declined: said == Said::No,
    };
    let released =
        act(cx, tx, release).await.with_context(|| format!("Release {}", row.reference))?;
    store::keep_outcome(tx, &row.id, &serde_json::to_string(&released)?).await?;
    Ok(released)
}

/// Why a token did nothing: read again, because it may have changed while we waited for its row.
async fn closed(tx: &mut Tx, id: &ConfirmationId) -> anyhow::Result<Selected> {
    let Some(row) = store::find(tx, id.as_str()).await? else { return Ok(Selected::Unknown) };
    Ok(match (&*row.state, &row.outcome) {
        ("used", Some(outcome)) => Selected::Already(serde_json::from_str(outcome)?),
        ("revoked", _) => Selected::Revoked(row),
        _ => Selected::Expired(row),
    })
}
