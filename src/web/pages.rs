//! HTML pages from their templates, and the pages without a subject: front, errors.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, value::Value};

use super::Site;
use crate::mail::render;

const TEMPLATES: [(&str, &str); 5] = [
    ("base.html", include_str!("../../templates/pages/base.html")),
    ("front.html", include_str!("../../templates/pages/front.html")),
    ("confirm.html", include_str!("../../templates/pages/confirm.html")),
    ("send.html", include_str!("../../templates/pages/send.html")),
    ("message.html", include_str!("../../templates/pages/message.html")),
];
const STYLE: &str = include_str!("../../templates/pages/style.css");

/// The pages' templates, compiled in.
#[derive(Debug)]
pub(crate) struct Pages {
    environment: Environment<'static>,
}

impl Pages {
    pub(super) fn load() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.add_filter("breakable", render::breakable);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).expect("the compiled-in pages are templates");
        }
        Self { environment }
    }
}

/// What a page says when it says one thing.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) status: StatusCode,
    /// `done`, `warn` or `plain`: the colour of its mark.
    pub(super) tone: &'a str,
    pub(super) title: &'a str,
    pub(super) text: &'a str,
}

impl Site {
    /// A page from its template.
    pub(super) fn page(&self, status: StatusCode, name: &str, values: Value) -> Response {
        let service = &self.cx.settings.service_name;
        let address = self.cx.settings.service_address.as_str();
        let frame = context! { service, address, ..values };
        let page = self.pages.environment.get_template(name).and_then(|page| page.render(frame));
        match page {
            Ok(html) => (status, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(page = name, %error, "a page cannot be shown");
                (StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown just now.")
                    .into_response()
            }
        }
    }

    /// A page that says one thing.
    pub(super) fn message(&self, message: &Message<'_>) -> Response {
        let Message { status, tone, title, text } = *message;
        self.page(status, "message.html", context! { tone, title, text })
    }

    /// A fault of ours: nothing was refused, and trying again is right.
    pub(super) fn fault(&self, error: &anyhow::Error) -> Response {
        tracing::error!(error = %format!("{error:#}"), "a page failed");
        self.message(&Message {
            status: StatusCode::SERVICE_UNAVAILABLE,
            tone: "warn",
            title: "That did not work just now",
            text: "This is a fault of ours, and nothing was changed by it. Please try again in a minute; your \
                   link still works.",
        })
    }
}

/// GET /
pub(super) async fn front(State(site): State<Site>) -> Response {
    let base = &site.cx.settings.service_address;
    let sign_up = crate::letters::prefilled("", base, "Sign up", "sign up\n");
    let sign_up = sign_up.map_or_else(|_| String::new(), |action| action.href);
    site.page(StatusCode::OK, "front.html", context! { sign_up })
}

/// GET /style.css
pub(super) async fn style() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "max-age=3600"),
        ],
        STYLE,
    )
}

/// Whatever is not on the sitemap.
pub(super) async fn missing(State(site): State<Site>) -> Response {
    site.message(&Message {
        status: StatusCode::NOT_FOUND,
        tone: "plain",
        title: "There is nothing here",
        text: "This address leads nowhere. If a letter of ours brought you here, please open its link once more.",
    })
}

/// A method that a page does not take.
pub(super) async fn wrong_method(State(site): State<Site>) -> Response {
    site.message(&Message {
        status: StatusCode::METHOD_NOT_ALLOWED,
        tone: "plain",
        title: "That cannot be done here",
        text: "Please open the link from your letter in a browser.",
    })
}
