//! `/send`: a page that writes the mail for a payment, to be sent from one's own mail program.
//!
//! Not for: paying. It answers with a `mailto:` link and keeps nothing of what was typed: no row, no
//! cookie, no word in the log. A POST here changes nothing, so anybody may make one.

mod finished;
mod typed;
mod words;

use axum::{
    Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, value::Serde};
use serde::Serialize;

use super::Site;
use crate::{language::Language, money::Currency};
use finished::{Asked, Finished};
use typed::{Problems, Typed};
use words::Words;

/// As everywhere, and our own script, which asks this page alone.
const CSP: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                   img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
                   frame-ancestors 'none'";
/// How long browsers may keep script, icon and manifest.
const KEPT: &str = "max-age=3600";

/// The currencies offered; any other is taken too, by its code in the address of the page.
const OFFERED: [&str; 24] = [
    "USD", "EUR", "GBP", "CHF", "JPY", "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "HKD", "HUF",
    "ILS", "INR", "KRW", "KWD", "MXN", "NOK", "NZD", "PLN", "SEK", "SGD", "ZAR",
];

/// What the page is made of.
#[derive(Serialize)]
struct Shown<'a> {
    words: &'static Words,
    typed: &'a Typed,
    currencies: Vec<&'static str>,
    currency: &'static str,
    languages: [&'static Words; 4],
    finished: Option<Finished>,
    wrong: bool,
    problems: Problems,
}

/// GET /send: the form, filled with what the address of the page says.
pub(super) async fn show(
    State(site): State<Site>,
    headers: HeaderMap,
    typed: Result<Query<Typed>, QueryRejection>,
) -> Response {
    let typed = typed.map(|Query(typed)| typed).unwrap_or_default();
    page(&site, &headers, &typed, Outcome::of(StatusCode::OK))
}

/// POST /send: the finished mail, or what is missing.
pub(super) async fn write(
    State(site): State<Site>,
    headers: HeaderMap,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = match form {
        Ok(Form(typed)) => typed,
        Err(refused) => {
            let outcome = Outcome::of(refused.status());
            return page(&site, &headers, &Typed::default(), outcome);
        }
    };
    let asked = Asked {
        service: &site.cx.settings.service_address,
        words: words::of(&typed.lang, accepted(&headers)),
        locale: locale(&typed, &headers),
    };
    let outcome = match finished::write(&typed, &asked) {
        Ok(mail) => Outcome { finished: Some(mail), ..Outcome::of(StatusCode::OK) },
        Err(problems) => Outcome { problems, ..Outcome::of(StatusCode::UNPROCESSABLE_ENTITY) },
    };
    page(&site, &headers, &typed, outcome)
}

/// What came of what was typed.
struct Outcome {
    status: StatusCode,
    finished: Option<Finished>,
    problems: Problems,
}

impl Outcome {
    fn of(status: StatusCode) -> Self {
        Self { status, finished: None, problems: Problems::default() }
    }
}

fn page(site: &Site, headers: &HeaderMap, typed: &Typed, outcome: Outcome) -> Response {
    let Outcome { status, finished, problems } = outcome;
    let words = words::of(&typed.lang, accepted(headers));
    let own = site.cx.settings.accounts.currency;
    let chosen = Currency::parse(&typed.currency).unwrap_or(own);
    let mut currencies = vec![own.code()];
    currencies.extend(OFFERED.into_iter().filter(|code| *code != own.code()));
    if !currencies.contains(&chosen.code()) {
        currencies.push(chosen.code());
    }
    let wrong = !status.is_success();
    let currency = chosen.code();
    let languages = words::ALL;
    let shown = Shown { words, typed, currencies, currency, languages, finished, wrong, problems };
    let language = Language::of_locale(words.code).unwrap_or(Language::En);
    with_script(site.page((status, language), "send.html", Value::from(Serde(&shown))))
}

fn with_script(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

fn accepted(headers: &HeaderMap) -> &str {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    accepted.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// How the writer groups digits: by the region of their browser where it speaks the page's language.
fn locale(typed: &Typed, headers: &HeaderMap) -> String {
    let code = words::of(&typed.lang, accepted(headers)).code;
    let mut tags = accepted(headers).split([',', ';']).map(str::trim);
    let region =
        tags.find(|tag| tag.split('-').next().is_some_and(|l| l.eq_ignore_ascii_case(code)));
    region.unwrap_or(code).to_owned()
}

/// GET /send.js
pub(super) async fn script() -> impl IntoResponse {
    kept("text/javascript; charset=utf-8", include_str!("../../../templates/pages/send.js"))
}

/// GET /icon.svg
pub(super) async fn icon() -> impl IntoResponse {
    kept("image/svg+xml", include_str!("../../../templates/pages/icon.svg"))
}

/// GET /icon.png: for home screens that take no SVG.
pub(super) async fn picture() -> impl IntoResponse {
    kept("image/png", include_bytes!("../../../templates/pages/icon.png").as_slice())
}

fn kept<B: IntoResponse>(kind: &'static str, body: B) -> ([(HeaderName, &'static str); 2], B) {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)], body)
}

/// GET /send.webmanifest: what a telephone needs to put the page on its home screen.
pub(super) async fn manifest(State(site): State<Site>) -> impl IntoResponse {
    let name = &site.cx.settings.service_name;
    let icon = |src: &str, sizes: &str, kind: &str| serde_json::json!({ "src": src, "sizes": sizes, "type": kind, "purpose": "any maskable" });
    let manifest = serde_json::json!({
        "name": name,
        "short_name": name,
        "id": "/send",
        "start_url": "/send",
        "scope": "/send",
        "display": "standalone",
        "background_color": "#f3f4f1",
        "theme_color": "#0b6149",
        "icons": [icon("/icon.svg", "any", "image/svg+xml"), icon("/icon.png", "512x512", "image/png")],
    });
    kept("application/manifest+json", manifest.to_string())
}
