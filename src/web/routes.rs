//! The sitemap: every page and every answer for machines.

use axum::{
    Router, middleware,
    routing::{get, post},
};

use super::{Site, confirm, guard, health, pages, send};
use crate::health::Kind;

/// Largest form that is read, in octets; ours hold one token.
const FORM_MAX: usize = 16 * 1024;

/// All pages; `more` are those of whoever embeds the web process, guarded like the others. `/livez`, `/readyz`,
/// `/healthz` and `/metrics` stand beside the pages. A proxy on this machine brings everybody's requests, so that
/// nobody is trusted for where they come from.
pub(super) fn routes(site: Site, more: Router) -> Router {
    let monitor = health::Monitor::new(site.cx.clone(), Kind::Web, false);
    Router::new()
        .route("/", get(pages::front))
        .route("/style.css", get(pages::style))
        .route("/c/{token}", get(confirm::show).head(confirm::head))
        .route("/c/{token}", post(confirm::select))
        .merge(health::routes(monitor))
        .route("/send", get(send::show).post(send::write))
        .route("/send.js", get(send::script))
        .route("/send.webmanifest", get(send::manifest))
        .route("/icon.svg", get(send::icon))
        .route("/icon.png", get(send::picture))
        .fallback(pages::missing)
        .method_not_allowed_fallback(pages::wrong_method)
        .with_state(site)
        .merge(more)
        .layer(axum::extract::DefaultBodyLimit::max(FORM_MAX))
        .layer(middleware::from_fn(guard::headers))
}
