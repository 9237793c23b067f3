//! The confirmation page: shows who pays whom how much; its button's POST is the selection.

use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use minijinja::{context, value::Value};
use serde::Deserialize;

use super::{Site, confirm_list::Several, guard, pages::Message};
use crate::{
    config::Mode,
    confirmations::{self, ConfirmationRow, How, Said, Selected},
    context::Released,
    db,
    language::Language,
    money::Amount,
    tokens, transfers,
};

/// Attempts at a transaction that another one got in the way of.
const ATTEMPTS: usize = 5;

/// The page's form.
#[derive(Deserialize)]
pub(super) struct Posted {
    csrf: String,
    /// The other button, where there are two.
    no: Option<String>,
}

/// HEAD /c/{token}: mail scanners; nothing is even noted.
pub(super) async fn head() -> StatusCode {
    StatusCode::OK
}

/// GET /c/{token}: what would happen. The first look is noted, nothing more.
pub(super) async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let guessed = site.language(&headers);
    let Some((claims, hash)) = tokens::open_link(&site.cx.settings.keys, &token) else {
        return unknown(&site, guessed);
    };
    let row = match look(&site, &hash).await {
        Ok(Some(row)) if row.reference == claims.reference => row,
        Ok(_) => return unknown(&site, guessed),
        Err(error) => return site.fault(guessed, &error),
    };
    if row.state != "live" || row.expires_at <= site.cx.now() {
        return closed(&site, &row).await;
    }
    let several = match Several::of(&site, &row).await {
        Ok(several) => several,
        Err(error) => return site.fault(guessed, &error),
    };
    let values = context! {
        csrf => tokens::csrf(&site.cx.settings.keys, &hash),
        ..asked(&row, several.as_ref())
    };
    site.page((StatusCode::OK, row.language), "confirm.html", values)
}

/// Who pays whom how much, in the words of the page.
fn asked(row: &ConfirmationRow, several: Option<&Several>) -> Value {
    let language = row.language;
    let mut lines = Vec::new();
    let claim = row.act == transfers::CLAIM;
    let payment =
        row.amount().and_then(|amount| Amount::new(amount).ok()).zip(row.recipient.as_ref());
    let (mut words, mut button) = (None, say!(language, "account_gate.button"));
    if let Some((amount, to)) = payment {
        lines.push((say!(language, "fact.amount"), language.money_with_code(amount)));
        lines.push((say!(language, "fact.to"), to.to_string()));
        words = Some(language.money_in_words(amount));
        let amount = language.money(amount);
        button = if claim {
            say!(language, "transfer_claim.button", amount = amount)
        } else {
            say!(language, "page_confirm.send", amount = amount)
        };
    }
    if !claim {
        lines.push((say!(language, "fact.from"), row.address.to_string()));
    }
    if let Some(several) = several {
        lines.extend(several.lines());
        button = several.button(language);
    }
    if payment.is_some() || several.is_some() {
        lines.push((say!(language, "fact.reference"), row.request().to_owned()));
    }
    let until =
        if claim { say!(language, "fact.claim_by") } else { say!(language, "fact.confirm_by") };
    lines.push((until, language.time(row.expires_at)));
    let (check, not_yours) = if claim {
        (say!(language, "page_claim.check"), say!(language, "page_claim.not_yours"))
    } else {
        (say!(language, "page_confirm.check"), say!(language, "page_confirm.not_yours"))
    };
    context! {
        question => &*row.question,
        check,
        lines,
        words,
        button,
        choices => several.map(|several| several.choices(language)).unwrap_or_default(),
        no => claim.then(|| say!(language, "transfer_claim.give_back")),
        change => payment.filter(|_| !claim).map(|_| say!(language, "page_confirm.change")),
        not_yours,
    }
}

async fn look(site: &Site, hash: &str) -> anyhow::Result<Option<ConfirmationRow>> {
    let mut tx = site.cx.db.snapshot().await?;
    let row = confirmations::find(&mut tx, hash).await?;
    tx.rollback().await?;
    // Scanners open a link a hundred times; only the first look is worth a write.
    if let Some(row) = row.as_ref().filter(|row| row.state == "live" && row.seen_at.is_none()) {
        let mut tx = site.cx.db.begin().await?;
        confirmations::looked_at(&mut tx, &row.id, site.cx.now()).await?;
        tx.commit().await?;
    }
    Ok(row)
}

/// POST /c/{token}: the selection.
pub(super) async fn select(
    State(site): State<Site>,
    Path(token): Path<String>,
    headers: HeaderMap,
    form: Result<Form<Posted>, FormRejection>,
) -> Response {
    let keys = &site.cx.settings.keys;
    let guessed = site.language(&headers);
    let Some((_, hash)) = tokens::open_link(keys, &token) else { return unknown(&site, guessed) };
    let (language, act) = match asked_in(&site, &hash).await {
        Ok(Some(row)) => (row.language, row.act),
        Ok(None) => (guessed, String::new()),
        Err(error) => return site.fault(guessed, &error),
    };
    if form.as_ref().is_err_and(|refused| refused.status() == StatusCode::PAYLOAD_TOO_LARGE) {
        let title = say!(language, "page_confirm.too_large");
        return not_ours(&site, language, (StatusCode::PAYLOAD_TOO_LARGE, title));
    }
    let posted = form.ok().filter(|Form(posted)| tokens::csrf_fits(keys, &hash, &posted.csrf));
    let said = match &posted {
        Some(Form(Posted { no: Some(_), .. })) => Said::No,
        _ => Said::Yes,
    };
    // Only a claim has two answers.
    let fits = posted.is_some() && (said == Said::Yes || act == transfers::CLAIM);
    if !fits || !guard::own_origin(&headers, &site.cx.settings.public_url) {
        let title = say!(language, "page_confirm.own_page");
        return not_ours(&site, language, (StatusCode::FORBIDDEN, title));
    }
    if site.cx.settings.mode == Mode::Observe {
        let message = Message {
            status: StatusCode::SERVICE_UNAVAILABLE,
            tone: "warn",
            title: say!(language, "page_confirm.observing"),
            text: say!(language, "page_confirm.observing_text"),
        };
        return site.message(language, message);
    }
    match spend(&site, &hash, said).await {
        Ok(Selected::Released(released)) => outcome(&site, language, released),
        Ok(Selected::Already(before)) => already(&site, language, &before),
        Ok(Selected::Revoked(row) | Selected::Expired(row)) => closed(&site, &row).await,
        Ok(Selected::Unknown) => unknown(&site, language),
        Err(error) => site.fault(language, &error),
    }
}

/// What a confirmation asks, and in which language.
async fn asked_in(site: &Site, hash: &str) -> anyhow::Result<Option<ConfirmationRow>> {
    let mut tx = site.cx.db.read().await?;
    Ok(confirmations::find(&mut tx, hash).await?)
}

/// A form that is none of ours.
fn not_ours(site: &Site, language: Language, (status, title): (StatusCode, String)) -> Response {
    let text = say!(language, "page_confirm.not_ours");
    site.message(language, Message { status, tone: "warn", title, text })
}

/// One transaction; tried again when it only met another one.
async fn spend(site: &Site, hash: &str, said: Said) -> anyhow::Result<Selected> {
    let mut attempt = 1;
    loop {
        match spend_once(site, hash, said).await {
            Err(error)
                if attempt < ATTEMPTS
                    && error
                        .chain()
                        .any(|cause| cause.downcast_ref().is_some_and(db::is_transient)) =>
            {
                attempt += 1;
            }
            result => return result,
        }
    }
}

async fn spend_once(site: &Site, hash: &str, said: Said) -> anyhow::Result<Selected> {
    let mut tx = site.cx.db.begin().await?;
    let now = site.cx.now();
    let selected = confirmations::select(&site.cx, &mut tx, hash, (How::Page, said), now).await?;
    tx.commit().await?;
    Ok(selected)
}

fn outcome(site: &Site, language: Language, released: Released) -> Response {
    let Released { done, title, text } = released;
    let tone = if done { "done" } else { "warn" };
    site.message(language, Message { status: StatusCode::OK, tone, title, text })
}

fn already(site: &Site, language: Language, before: &Released) -> Response {
    let message = Message {
        status: StatusCode::OK,
        tone: "plain",
        title: say!(language, "page_confirm.already"),
        text: say!(language, "page_confirm.already_text", outcome = before.title),
    };
    site.message(language, message)
}

fn unknown(site: &Site, language: Language) -> Response {
    let message = Message {
        status: StatusCode::NOT_FOUND,
        tone: "plain",
        title: say!(language, "page_confirm.unknown"),
        text: say!(language, "page_confirm.unknown_text"),
    };
    site.message(language, message)
}

/// Why a link does nothing any more.
async fn closed(site: &Site, row: &ConfirmationRow) -> Response {
    let language = row.language;
    if let Some(outcome) = row.outcome.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
        return already(site, language, &outcome);
    }
    if row.act == transfers::CLAIM {
        return claim_closed(site, row).await;
    }
    let newer = match newer(site, &row.reference).await {
        Ok(newer) => newer,
        Err(error) => return site.fault(language, &error),
    };
    let reference = &row.reference;
    let (title, text) = match (&*row.state, newer) {
        (_, Some(newer)) => (
            say!(language, "page_confirm.newer"),
            say!(
                language,
                "page_confirm.newer_text",
                reference = reference,
                question = newer.question
            ),
        ),
        ("revoked", None) => (
            say!(language, "page_confirm.revoked"),
            say!(language, "page_confirm.revoked_text", reference = reference),
        ),
        _ => (say!(language, "page_confirm.expired"), say!(language, "page_confirm.expired_text")),
    };
    site.message(language, Message { status: StatusCode::GONE, tone: "plain", title, text })
}

/// Why the link of a claim does nothing any more.
async fn claim_closed(site: &Site, row: &ConfirmationRow) -> Response {
    let language = row.language;
    let told = async {
        let mut tx = site.cx.db.snapshot().await?;
        let told = transfers::claim_over(&mut tx, row.request(), language).await?;
        tx.rollback().await?;
        Ok::<_, anyhow::Error>(told)
    };
    let (title, text) = match told.await {
        Ok(Some(told)) => told,
        Ok(None) => return unknown(site, language),
        Err(error) => return site.fault(language, &error),
    };
    site.message(language, Message { status: StatusCode::GONE, tone: "plain", title, text })
}

async fn newer(site: &Site, reference: &str) -> anyhow::Result<Option<ConfirmationRow>> {
    let mut tx = site.cx.db.snapshot().await?;
    let live = confirmations::live_of(&mut tx, reference).await?;
    tx.rollback().await?;
    Ok(live.filter(|row| row.expires_at > site.cx.now()))
}
