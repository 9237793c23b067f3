//! Pages and answers for machines, as a browser or a monitor gets them.

mod browser;
mod driver;
mod health;
mod layout;
mod play;
mod routes;
mod send;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use pennypost::web;
use tower::ServiceExt;

use crate::support::{TestApp, app::PUBLIC_URL};

/// An answer, whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

/// What a monitor of the tests shows, where one is configured.
const TOKEN: &str = "a token of monitors";

/// Asks the routes directly; a body is a form.
async fn ask(app: &TestApp, method: Method, url: &str, form: Option<String>) -> Answer {
    answered(web::service(app.process.cx.clone()), method, url, form).await
}

/// Asks these routes.
async fn answered(
    service: axum::Router,
    method: Method,
    url: &str,
    form: Option<String>,
) -> Answer {
    let path = url.strip_prefix(PUBLIC_URL).unwrap_or(url);
    let mut request = Request::builder().method(method).uri(path).header("purpose", "prefetch");
    if url.starts_with('/') {
        request = request.header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
    }
    if form.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let request = request.body(Body::from(form.unwrap_or_default())).expect("a request");
    let response = service.oneshot(request).await.expect("pages do not fail");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a body");
    let body = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    Answer { status: parts.status, headers: parts.headers, body }
}
