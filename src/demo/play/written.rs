//! A mail as it was written on the page, to a mail as its sender's program makes it.

use std::time::{Duration, SystemTime};

use lettre::message::{Mailbox, SinglePart};
use serde::Deserialize;

use super::super::host::Proof;
use crate::{address::Address, clock::At, ids};

/// Most addressees of one mail.
const ADDRESSEES_MAX: usize = 10;

/// The fields of the page's mail program.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    from: String,
    to: String,
    cc: String,
    subject: String,
    body: String,
    /// The Message-ID of the letter it answers, without brackets.
    answers: String,
    /// Not empty: somebody else writes in the sender's name.
    forged: String,
}

impl Written {
    pub(super) fn proof(&self) -> Proof {
        if self.forged.is_empty() { Proof::Genuine } else { Proof::Forged }
    }

    /// The mail with its header.
    ///
    /// # Errors
    /// What must be changed, in a sentence.
    pub(super) fn compose(&self, now: At) -> Result<String, String> {
        let from = address(&self.from)?;
        let (to, cc) = (addresses(&self.to)?, addresses(&self.cc)?);
        if to.is_empty() {
            return Err("Please write to somebody.".to_owned());
        }
        if to.len() + cc.len() > ADDRESSEES_MAX {
            return Err(format!("Please write to {ADDRESSEES_MAX} people at most."));
        }
        let seconds = u64::try_from(now.unix_seconds()).unwrap_or(0);
        let mut builder = lettre::Message::builder()
            .from(mailbox(&from)?)
            .subject(one_line(&self.subject))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{}@{}>", ids::fresh(now), from.domain())));
        for to in &to {
            builder = builder.to(mailbox(to)?);
        }
        for cc in &cc {
            builder = builder.cc(mailbox(cc)?);
        }
        if !self.answers.is_empty() {
            let id = format!("<{}>", one_line(&self.answers));
            builder = builder.in_reply_to(id.clone()).references(id);
        }
        let mail = builder.singlepart(SinglePart::plain(self.body.clone()));
        let mail = mail.map_err(|error| format!("This cannot be sent as a mail: {error}."))?;
        String::from_utf8(mail.formatted())
            .map_err(|_raw| "This cannot be sent as a mail.".to_owned())
    }
}

/// No value can add a field.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn addresses(list: &str) -> Result<Vec<Address>, String> {
    let parts = list.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(address).collect()
}

fn address(text: &str) -> Result<Address, String> {
    Address::parse(text.trim()).map_err(|_shape| format!("“{}” is no mail address.", text.trim()))
}

fn mailbox(address: &Address) -> Result<Mailbox, String> {
    let parsed = address.as_str().parse();
    let parsed = parsed.map_err(|_shape| format!("“{address}” cannot stand in a mail."))?;
    Ok(Mailbox::new(None, parsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(to: &str) -> Written {
        Written {
            from: "ada@home.example".to_owned(),
            to: to.to_owned(),
            subject: "lunch\r\nBcc: evil@x.example".to_owned(),
            body: "pay ben 20 €\nthanks".to_owned(),
            ..Written::default()
        }
    }

    #[test]
    fn a_mail_is_made_of_its_fields_and_of_nothing_else() {
        let mail = written("till@post.example, ben@ferry.example").compose(At(0)).expect("a mail");
        let mail = crate::mail::message::Message::parse(mail.as_bytes()).expect("small");
        assert_eq!(mail.to.len(), 2);
        assert_eq!(mail.subject, "lunch  Bcc: evil@x.example");
        assert_eq!(mail.text.expect("text").body.trim_end(), "pay ben 20 €\r\nthanks");
        assert!(written("nobody").compose(At(0)).is_err_and(|why| why.contains("“nobody”")));
        assert!(written(" , ").compose(At(0)).is_err());
        assert!(written(&"a@x.example,".repeat(11)).compose(At(0)).is_err());
    }
}
