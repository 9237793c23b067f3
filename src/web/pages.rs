//! HTML pages from their templates, and the pages without a subject: front, errors.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, value::Value};

use super::Site;
use crate::{
    language::Language,
    letters::{self, Action},
    mail::render,
};

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
pub(super) struct Message {
    pub(super) status: StatusCode,
    /// `done`, `warn` or `plain`: the colour of its mark.
    pub(super) tone: &'static str,
    pub(super) title: String,
    pub(super) text: String,
}

impl Site {
    /// What a page is written in for somebody of whom only their browser is known.
    pub(super) fn language(&self, headers: &HeaderMap) -> Language {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let usual = || self.cx.settings.accounts.language();
        accepted.and_then(Language::accepted).unwrap_or_else(usual)
    }

    /// A page from its template.
    pub(super) fn page(
        &self,
        (status, language): (StatusCode, Language),
        name: &str,
        values: Value,
    ) -> Response {
        let service = &self.cx.settings.service_name;
        let frame = context! {
            service,
            lang => language.as_str(),
            address => self.cx.settings.service_address.as_str(),
            works_by_mail => say!(language, "page.works_by_mail", service = service),
            ..values
        };
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
    pub(super) fn message(&self, language: Language, message: Message) -> Response {
        let Message { status, tone, title, text } = message;
        let close = say!(language, "page.close");
        self.page((status, language), "message.html", context! { tone, title, text, close })
    }

    /// A fault of ours: nothing was refused, and trying again is right.
    pub(super) fn fault(&self, language: Language, error: &anyhow::Error) -> Response {
        tracing::error!(error = %format!("{error:#}"), "a page failed");
        let message = Message {
            status: StatusCode::SERVICE_UNAVAILABLE,
            tone: "warn",
            title: say!(language, "page_fault.fault"),
            text: say!(language, "page_fault.fault_text"),
        };
        self.message(language, message)
    }
}

fn button(action: Action) -> Value {
    let Action { label, href } = action;
    context! { label, href }
}

/// GET /
pub(super) async fn front(State(site): State<Site>, headers: HeaderMap) -> Response {
    let language = site.language(&headers);
    let base = &site.cx.settings.service_address;
    let lines = [
        (say!(language, "page_front.to_pay"), say!(language, "words.pay")),
        (say!(language, "page_front.to_change"), say!(language, "words.amount")),
        (say!(language, "page_front.to_stop"), say!(language, "words.cancel")),
        (say!(language, "page_front.to_look"), say!(language, "words.balance")),
        (say!(language, "page_front.to_ask"), say!(language, "words.help")),
    ];
    let values = context! {
        title => say!(language, "page_front.title"),
        before_address => say!(language, "page_front.before_address"),
        after_address => say!(language, "page_front.after_address"),
        lines => lines,
        sign_up => letters::sign_up(language, base).ok().map(button),
        pay => letters::pay_somebody(language, base).ok().map(|action| action.label),
    };
    site.page((StatusCode::OK, language), "front.html", values)
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
pub(super) async fn missing(State(site): State<Site>, headers: HeaderMap) -> Response {
    let language = site.language(&headers);
    let message = Message {
        status: StatusCode::NOT_FOUND,
        tone: "plain",
        title: say!(language, "page_fault.missing"),
        text: say!(language, "page_fault.missing_text"),
    };
    site.message(language, message)
}

/// A method that a page does not take.
pub(super) async fn wrong_method(State(site): State<Site>, headers: HeaderMap) -> Response {
    let language = site.language(&headers);
    let message = Message {
        status: StatusCode::METHOD_NOT_ALLOWED,
        tone: "plain",
        title: say!(language, "page_fault.wrong_method"),
        text: say!(language, "page_fault.wrong_method_text"),
    };
    site.message(language, message)
}
