//! The sitemap: every page and every answer for machines.

use axum::{
    Router, middleware,
    routing::{get, post},
};

use super::{Site, confirm, guard, health, pages};
use crate::health::Kind;

/// Largest form that is read, in octets; ours hold one token.
const FORM_MAX: usize = 16 * 1024;

/// `/livez`, `/readyz`, `/healthz` and `/metrics` stand beside the pages. A proxy on this machine brings
/// everybody's requests, so that nobody is trusted for where they come from.
pub(super) fn routes(site: Site) -> Router {
    let monitor = health::Monitor::new(site.cx.clone(), Kind::Web, false);
    Router::new()
        .route("/", get(pages::front))
        .route("/style.css", get(pages::style))
        .route("/c/{token}", get(confirm::show).head(confirm::head))
        .route("/c/{token}", post(confirm::select))
        .merge(health::routes(monitor))
        .fallback(pages::missing)
        .method_not_allowed_fallback(pages::wrong_method)
        .layer(axum::extract::DefaultBodyLimit::max(FORM_MAX))
        .layer(middleware::from_fn(guard::headers))
        .with_state(site)
}
