//! A letter as its addressee's mail program sees it.

use mail_parser::{MessageParser, MimeHeaders};
use pennypost::mail::mailto::Mailto;

use super::app::PUBLIC_URL;

#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) message_id: String,
    pub(crate) in_reply_to: Option<String>,
    pub(crate) reply_to: Option<String>,
    /// The attached file's name and text.
    pub(crate) file: Option<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Letter {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mail = MessageParser::default().parse(bytes).expect("a letter is a mail");
        let file = mail.attachments().next();
        let kind = if file.is_some() { "mixed" } else { "alternative" };
        assert!(mail.content_type().is_some_and(|t| t.subtype() == Some(kind)));
        Self {
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            html: mail.body_html(0).unwrap_or_default().into_owned(),
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            in_reply_to: mail.in_reply_to().as_text().map(str::to_owned),
            reply_to: mail
                .reply_to()
                .and_then(|to| to.first())
                .and_then(|to| to.address())
                .map(str::to_owned),
            file: file.map(|file| {
                let name = file.attachment_name().unwrap_or_default().to_owned();
                (name, String::from_utf8(file.contents().to_vec()).expect("UTF-8"))
            }),
            headers: mail
                .headers_raw()
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
        }
    }

    /// Whether the text part says this, however its lines are wrapped.
    pub(crate) fn says(&self, words: &str) -> bool {
        let text: Vec<&str> = self.text.split_whitespace().collect();
        text.join(" ").contains(words)
    }

    /// The confirmation link; it stands in the text part in full.
    pub(crate) fn link(&self) -> String {
        self.maybe_link().unwrap_or_else(|| panic!("no link in {}", self.text))
    }

    pub(crate) fn maybe_link(&self) -> Option<String> {
        let start = format!("{PUBLIC_URL}/c/");
        self.text.split_whitespace().find(|word| word.starts_with(&start)).map(str::to_owned)
    }

    /// The prefilled mails of the text part, as a mail program would open them.
    pub(crate) fn mailtos(&self) -> Vec<Mailto> {
        let words = self.text.split_whitespace().filter(|word| word.starts_with("mailto:"));
        words.map(|href| Mailto::parse(href).expect("our own link")).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(of, _)| of.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}
