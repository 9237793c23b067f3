//! The sitemap: every page and every answer for machines.

use axum::{
    Router, middleware,
    routing::{get, post},
};

use super::{Site, confirm, guard, health, pages, send};

/// Largest form that is read, in octets; ours hold one token.
const FORM_MAX: usize = 16 * 1024;

/// All pages; `more` are those of whoever embeds the web process, guarded like the others.
pub(super) fn routes(site: Site, more: Router) -> Router {
    Router::new()
        .route("/", get(pages::front))
        .route("/style.css", get(pages::style))
        .route("/c/{token}", get(confirm::show).head(confirm::head))
        .route("/c/{token}", post(confirm::select))
        .route("/send", get(send::show).post(send::write))
        .route("/send.js", get(send::script))
        .route("/send.webmanifest", get(send::manifest))
        .route("/icon.svg", get(send::icon))
        .route("/icon.png", get(send::picture))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(pages::missing)
        .method_not_allowed_fallback(pages::wrong_method)
        .with_state(site)
        .merge(more)
        .layer(axum::extract::DefaultBodyLimit::max(FORM_MAX))
        .layer(middleware::from_fn(guard::headers))
}
