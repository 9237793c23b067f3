//! Somebody with a mail program and a browser.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use pennypost::{address::Address, mail::mailto::Mailto, money::Currency, web};
use tower::ServiceExt;

use super::{
    app::{PUBLIC_URL, SERVICE, TestApp},
    letter::Letter,
};

/// A page as the browser shows it.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Person {
    app: Arc<TestApp>,
    address: String,
}

impl Person {
    pub(crate) fn new(app: Arc<TestApp>, address: String) -> Self {
        Self { app, address }
    }

    pub(crate) fn address(&self) -> Address {
        self.address.parse().expect("a plain address")
    }

    fn domain(&self) -> &str {
        self.address.split_once('@').expect("an address").1
    }

    pub(crate) async fn with_balance(self, amount: &str) -> Self {
        self.app.credit(&self.address(), amount).await;
        self.app.settle().await;
        self.reads();
        self
    }

    /// A mail's header and body, without what its host adds at delivery.
    pub(crate) fn mail(&self, to: &str, subject: &str, body: &str, more: &str) -> String {
        let id = self.app.next_mail();
        format!(
            "From: {me}\nTo: {to}\nSubject: {subject}\nMessage-ID: <m{id}@{domain}>\n{more}\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n",
            me = self.address,
            domain = self.domain(),
        )
    }

    /// Writes to the service; answers with the letters that came back.
    pub(crate) async fn writes(&self, body: &str) -> Vec<Letter> {
        self.sends(&self.mail(SERVICE, "", body, "")).await
    }

    pub(crate) async fn writes_with_subject(&self, subject: &str, body: &str) -> Vec<Letter> {
        self.sends(&self.mail(SERVICE, subject, body, "")).await
    }

    /// Sends a mail as it is, vouched for by the sender's host.
    pub(crate) async fn sends(&self, mail: &str) -> Vec<Letter> {
        self.app.deliver(&self.app.stamp().genuine(self.domain(), mail));
        self.app.settle().await;
        self.reads()
    }

    /// Answers a letter above its quote, as mail programs do.
    pub(crate) async fn replies(&self, to: &Letter, words: &str) -> Vec<Letter> {
        self.sends(&self.reply(to, words)).await
    }

    pub(crate) fn reply(&self, to: &Letter, words: &str) -> String {
        let quoted: Vec<String> = to.text.lines().map(|line| format!("> {line}")).collect();
        let body = format!(
            "{words}\n\nOn Tue, 3 Jun 2025, Till <{SERVICE}> wrote:\n{}",
            quoted.join("\n")
        );
        let more = format!("In-Reply-To: <{id}>\nReferences: <{id}>\n", id = to.message_id);
        let address = to.reply_to.as_deref().unwrap_or(SERVICE);
        self.mail(address, &format!("Re: {}", to.subject), &body, &more)
    }

    /// Presses a prefilled mail's button and sends it unchanged.
    pub(crate) async fn presses(&self, mail: &Mailto) -> Vec<Letter> {
        self.sends(&self.mail(mail.to.as_str(), &mail.subject, &mail.body, "")).await
    }

    /// The letters that came since the last look.
    pub(crate) fn reads(&self) -> Vec<Letter> {
        self.app.letters(&self.address())
    }

    pub(crate) async fn balance(&self) -> String {
        let balance = self.app.balance(&self.address(), Currency::USD).await;
        balance.map_or_else(|| "no account".to_owned(), |money| money.with_code())
    }

    /// Opens a link.
    pub(crate) async fn opens(&self, link: &str) -> Page {
        self.requests(Method::GET, link, &[], "").await
    }

    /// Opens a link and presses the page's button, as a browser does it.
    pub(crate) async fn clicks(&self, link: &str) -> Page {
        let page = self.opens(link).await;
        let Some(csrf) = page.csrf() else { return page };
        self.posts(link, &csrf).await
    }

    pub(crate) async fn posts(&self, link: &str, csrf: &str) -> Page {
        let headers = [("origin", PUBLIC_URL), ("sec-fetch-site", "same-origin")];
        let page = self.requests(Method::POST, link, &headers, &format!("csrf={csrf}")).await;
        self.app.settle().await;
        page
    }

    pub(crate) async fn requests(
        &self,
        method: Method,
        link: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Page {
        let path = link.strip_prefix(PUBLIC_URL).unwrap_or(link);
        let mut request = Request::builder().method(method).uri(path);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let service = web::service(self.app.process.cx.clone());
        let response = service.oneshot(request).await.expect("pages do not fail");
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        Page { status, body: String::from_utf8(bytes.to_vec()).expect("UTF-8") }
    }
}

impl Page {
    /// The form's own token.
    pub(crate) fn csrf(&self) -> Option<String> {
        let (_, rest) = self.body.split_once("name=\"csrf\" value=\"")?;
        rest.split_once('"').map(|(token, _)| token.to_owned())
    }
}
