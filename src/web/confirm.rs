//! The confirmation page: shows who pays whom how much; its button's POST is the selection.

use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use minijinja::context;
use serde::Deserialize;

use super::{Site, guard, pages::Message};
use crate::{
    config::Mode,
    confirmations::{self, ConfirmationRow, How, Selected},
    context::Released,
    db, tokens,
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
pub(super) async fn show(State(site): State<Site>, Path(token): Path<String>) -> Response {
    let Some((claims, hash)) = tokens::open_link(&site.cx.settings.keys, &token) else {
        return unknown(&site);
    };
    let row = match look(&site, &hash).await {
        Ok(Some(row)) if row.reference == claims.reference => row,
        Ok(_) => return unknown(&site),
        Err(error) => return site.fault(&error),
    };
    if row.state != "live" || row.expires_at <= site.cx.now() {
        return closed(&site, &row).await;
    }
    let payment = row.amount().zip(row.recipient.as_ref());
    let values = context! {
        question => row.question,
        reference => row.reference,
        from => row.address.as_str(),
        to => payment.map(|(_, to)| to.as_str()),
        amount => payment.map(|(amount, _)| amount.with_code()),
        figures => payment.map(|(amount, _)| amount.to_string()),
        words => payment.map(|(amount, _)| amount.in_words()),
        expires => row.expires_at.in_words(),
        csrf => tokens::csrf(&site.cx.settings.keys, &hash),
        action => format!("/c/{token}"),
    };
    site.page(StatusCode::OK, "confirm.html", values)
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
    let Some((_, hash)) = tokens::open_link(keys, &token) else { return unknown(&site) };
    if form.as_ref().is_err_and(|refused| refused.status() == StatusCode::PAYLOAD_TOO_LARGE) {
        return site.message(&Message {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            tone: "warn",
            title: "That form was too large",
            text: "Nothing was done: this did not come from our page. Please open the link from your letter and press \
                   its button.",
        });
    }
    let fits = form.is_ok_and(|Form(posted)| tokens::csrf_fits(keys, &hash, &posted.csrf));
    if !fits || !guard::own_origin(&headers, &site.cx.settings.public_url) {
        return site.message(&Message {
            status: StatusCode::FORBIDDEN,
            tone: "warn",
            title: "Please use the button on our own page",
            text: "Nothing was done: this did not come from our page. Please open the link from your letter and press \
                   its button.",
        });
    }
    if site.cx.settings.mode == Mode::Observe {
        return site.message(&Message {
            status: StatusCode::SERVICE_UNAVAILABLE,
            tone: "warn",
            title: "Nothing was done",
            text: "This service only looks on at the moment, and no money moves. Your link stays as it is: \
                   please try it again later, or write to whoever runs the service.",
        });
    }
    match spend(&site, &hash).await {
        Ok(Selected::Released(released)) => outcome(&site, &released),
        Ok(Selected::Already(before)) => already(&site, &before),
        Ok(Selected::Revoked(row) | Selected::Expired(row)) => closed(&site, &row).await,
        Ok(Selected::Unknown) => unknown(&site),
        Err(error) => site.fault(&error),
    }
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

fn outcome(site: &Site, released: &Released) -> Response {
    site.message(&Message {
        status: StatusCode::OK,
        tone: if released.done { "done" } else { "warn" },
        title: &released.title,
        text: &released.text,
    })
}

fn already(site: &Site, before: &Released) -> Response {
    site.message(&Message {
        status: StatusCode::OK,
        tone: "plain",
        title: "Already done",
        text: &format!(
            "You confirmed this before, and nothing happened a second time. The outcome: {}.",
            before.title
        ),
    })
}

fn unknown(site: &Site) -> Response {
    site.message(&Message {
        status: StatusCode::NOT_FOUND,
        tone: "plain",
        title: "This link is not valid",
        text: "Nothing was done. Perhaps the link was cut when it was copied: please open it from the letter itself.",
    })
}

/// Why a link does nothing any more.
async fn closed(site: &Site, row: &ConfirmationRow) -> Response {
    if let Some(outcome) = row.outcome.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
        return already(site, &outcome);
    }
    let newer = match newer(site, &row.reference).await {
        Ok(newer) => newer,
        Err(error) => return site.fault(&error),
    };
    let (title, text) = match (&*row.state, newer) {
        (_, Some(newer)) => (
            "A newer request waits for you",
            format!(
                "No money has moved. {} was changed, and a newer request waits for your answer: {} Please open \
                 our newest letter.",
                row.reference, newer.question
            ),
        ),
        ("revoked", None) => (
            "This link no longer works",
            format!("No money has moved. {} was changed or cancelled by mail.", row.reference),
        ),
        _ => (
            "This request has expired",
            "No money has moved: it was not confirmed in time. Please ask again by mail."
                .to_owned(),
        ),
    };
    site.message(&Message { status: StatusCode::GONE, tone: "plain", title, text: &text })
}

async fn newer(site: &Site, reference: &str) -> anyhow::Result<Option<ConfirmationRow>> {
    let mut tx = site.cx.db.snapshot().await?;
    let live = confirmations::live_of(&mut tx, reference).await?;
    tx.rollback().await?;
    Ok(live.filter(|row| row.expires_at > site.cx.now()))
}
