//! The demo's page: everybody's mailbox side by side, a program to write mails with, and what happens.
//!
//! Served by the demo alone, on the loopback address. A mail written there goes the way of every mail:
//! through the host into the mailbox, and from there to the reader. The page itself decides nothing, and
//! what it shows is read from Maildirs and from rows.

mod books;
mod boxes;
mod flow;
mod letter;
mod written;

use std::sync::Arc;

use axum::{
    Form, Router,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;
use tokio::sync::Mutex;

use super::host::Host;
use crate::{context::Context, web};
use written::Written;

/// Our own script and style sheet, letters in frames, and nothing from elsewhere.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
                   frame-ancestors 'none'";

/// What the page's handlers may use.
#[derive(Clone)]
pub(super) struct Play {
    cx: Context,
    host: Host,
    boxes: Arc<std::sync::Mutex<boxes::Read>>,
    places: Arc<Mutex<Places>>,
}

/// From where on rows are read: a long story is not read from its beginning each second.
#[derive(Default)]
struct Places {
    flow: flow::Place,
    books: books::Place,
}

/// Everything the page shows that changes.
#[derive(Serialize)]
struct Shown {
    boxes: Vec<boxes::Person>,
    flow: Vec<flow::Way>,
    books: books::Books,
}

/// The pages of the demo.
pub(super) fn routes(cx: Context, host: Host) -> Router {
    let play = Play { cx, host, boxes: Arc::default(), places: Arc::default() };
    Router::new()
        .route("/play", get(page))
        .route("/play.css", get(style))
        .route("/play.js", get(script))
        .route("/play/state", get(state))
        .route("/play/letter/{whose}/{name}", get(letter::show))
        .route("/play/mail", post(write))
        .with_state(play)
}

async fn page() -> impl IntoResponse {
    let page = include_str!("../../../templates/play/play.html");
    let policy = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    ];
    (policy, page)
}

async fn style() -> impl IntoResponse {
    typed("text/css; charset=utf-8", include_str!("../../../templates/play/play.css"))
}

async fn script() -> impl IntoResponse {
    typed("text/javascript; charset=utf-8", include_str!("../../../templates/play/play.js"))
}

fn typed(
    kind: &'static str,
    text: &'static str,
) -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// GET /play/state: mailboxes, what became of the latest mails, the ledger.
async fn state(State(play): State<Play>) -> Response {
    match play.shown().await {
        Ok(shown) => match serde_json::to_string(&shown) {
            Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
            Err(error) => fault(&error.into()),
        },
        Err(error) => fault(&error),
    }
}

fn fault(error: &anyhow::Error) -> Response {
    tracing::error!(error = %format!("{error:#}"), "the play page failed");
    (StatusCode::SERVICE_UNAVAILABLE, "That did not work just now.").into_response()
}

impl Play {
    async fn shown(&self) -> anyhow::Result<Shown> {
        let mut places = self.places.lock().await;
        let mut tx = self.cx.db.snapshot().await?;
        let flow = places.flow.look(&mut tx).await?;
        let books = places.books.look(&mut tx).await?;
        let names = self.addresses();
        let mut boxes = self.boxes_of(&names)?;
        for one in &mut boxes {
            one.balance = books::balance(&mut tx, &one.address).await?;
        }
        tx.rollback().await?;
        Ok(Shown { boxes, flow, books })
    }
}

/// POST /play/mail: hands a mail to the host, as its sender's program does.
async fn write(
    State(play): State<Play>,
    headers: HeaderMap,
    form: Result<Form<Written>, FormRejection>,
) -> Response {
    if !web::own_origin(&headers, &play.cx.settings.public_url) {
        return (StatusCode::FORBIDDEN, "Nothing was sent: this did not come from our own page.")
            .into_response();
    }
    let Ok(Form(written)) = form else {
        return (StatusCode::BAD_REQUEST, "Nothing was sent: the mail is too long.")
            .into_response();
    };
    let mail = match written.compose(play.cx.now()) {
        Ok(mail) => mail,
        Err(problem) => {
            return (StatusCode::UNPROCESSABLE_ENTITY, problem).into_response();
        }
    };
    match play.host.deliver(&mail, written.proof()).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => fault(&error),
    }
}
