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
    confirmations::{self, ConfirmationRow, How, Selected},
    context::Released,
    db,
    language::Language,
    money::Amount,
    tokens,
};

/// Attempts at a transaction that another one got in the way of.
const ATTEMPTS: usize = 5;

/// The page's form.
#[derive(Deserialize)]
pub(super) struct Posted {
    csrf: String,
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
    let payment =
        row.amount().and_then(|amount| Amount::new(amount).ok()).zip(row.recipient.as_ref());
    let (mut words, mut button) = (None, say!(language, "account_gate.button"));
    if let Some((amount, to)) = payment {
        lines.push((say!(language, "fact.amount"), language.money_with_code(amount)));
        lines.push((say!(language, "fact.to"), to.to_string()));
        words = Some(language.money_in_words(amount));
        button = say!(language, "page_confirm.send", amount = language.money(amount));
    }
    if let Some(several) = several {
        lines.extend(several.lines());
        button = several.button(language);
    }
    lines.push((say!(language, "fact.from"), row.address.to_string()));
    if payment.is_some() || several.is_some() {
        lines.push((say!(language, "fact.reference"), row.reference.clone()));
    }
    lines.push((say!(language, "fact.confirm_by"), language.time(row.expires_at)));
    context! {
        question => &*row.question,
        check => say!(language, "page_confirm.check"),
        lines,
        words,
        button,
        choices => several.map(|several| several.choices(language)).unwrap_or_default(),
        change => payment.map(|_| say!(language, "page_confirm.change")),
        not_yours => say!(language, "page_confirm.not_yours"),
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
    let language = match asked_in(&site, &hash).await {
        Ok(language) => language.unwrap_or(guessed),
        Err(error) => return site.fault(guessed, &error),
    };
    if form.as_ref().is_err_and(|refused| refused.status() == StatusCode::PAYLOAD_TOO_LARGE) {
        let title = say!(language, "page_confirm.too_large");
        return not_ours(&site, language, (StatusCode::PAYLOAD_TOO_LARGE, title));
    }
    let fits = form.is_ok_and(|Form(posted)| tokens::csrf_fits(keys, &hash, &posted.csrf));
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
    match spend(&site, &hash).await {
        Ok(Selected::Released(released)) => outcome(&site, language, released),
        Ok(Selected::Already(before)) => already(&site, language, &before),
        Ok(Selected::Revoked(row) | Selected::Expired(row)) => closed(&site, &row).await,
        Ok(Selected::Unknown) => unknown(&site, language),
        Err(error) => site.fault(language, &error),
    }
}

/// What a confirmation asks in.
async fn asked_in(site: &Site, hash: &str) -> anyhow::Result<Option<Language>> {
    let mut tx = site.cx.db.read().await?;
    let row = confirmations::find(&mut tx, hash).await?;
    Ok(row.map(|row| row.language))
}

/// A form that is none of ours.
fn not_ours(site: &Site, language: Language, (status, title): (StatusCode, String)) -> Response {
    let text = say!(language, "page_confirm.not_ours");
    site.message(language, Message { status, tone: "warn", title, text })
}

/// One transaction; tried again when it only met another one.
async fn spend(site: &Site, hash: &str) -> anyhow::Result<Selected> {
    let mut attempt = 1;
    loop {
        match spend_once(site, hash).await {
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

async fn spend_once(site: &Site, hash: &str) -> anyhow::Result<Selected> {
    let mut tx = site.cx.db.begin().await?;
    let now = site.cx.now();
    let selected = confirmations::select(&site.cx, &mut tx, hash, How::Page, now).await?;
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

async fn newer(site: &Site, reference: &str) -> anyhow::Result<Option<ConfirmationRow>> {
    let mut tx = site.cx.db.snapshot().await?;
    let live = confirmations::live_of(&mut tx, reference).await?;
    tx.rollback().await?;
    Ok(live.filter(|row| row.expires_at > site.cx.now()))
}
