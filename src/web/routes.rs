//! The sitemap: every page and every answer for machines.

use axum::{
    Router, middleware,
    routing::{get, post},
};

use super::{Site, confirm, guard, health, pages};

/// Largest form that is read, in octets; ours hold one token.
const FORM_MAX: usize = 16 * 1024;

pub(super) fn routes(site: Site) -> Router {
    Router::new()
        .route("/", get(pages::front))
        .route("/style.css", get(pages::style))
        .route("/c/{token}", get(confirm::show).head(confirm::head))
        .route("/c/{token}", post(confirm::select))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(pages::missing)
        .method_not_allowed_fallback(pages::wrong_method)
        .layer(axum::extract::DefaultBodyLimit::max(FORM_MAX))
        .layer(middleware::from_fn(guard::headers))
        .with_state(site)
}
