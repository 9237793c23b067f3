//! From a token to the stored act it releases: once, for one revision, until it expires.
//!
//! Knows no capability: the act is looked up by name in the context, and runs in the transaction
//! that spends the token, so the page and the letter show the final outcome, and a fault leaves the
//! link as it was.

mod letters;
mod reply;
mod select;
mod store;
mod store_trace;

use crate::{
    address::Address,
    clock::At,
    config::Settings,
    db::Tx,
    language::Language,
    letters::Confirmable,
    money::{Amount, Money},
    tokens,
};

pub use letters::samples;
pub use reply::{Reply, reply};
pub use select::{How, Key, Said, Selected, select};
pub use store::{
    ConfirmationRow, expire, find, keep_outcome, live_of, looked_at, request_of, revoke, spend_of,
};
pub use store_trace::{ConfirmationTrace, traced, traced_between};

crate::id_type! {
    /// A confirmation's id; its tokens are derived from it.
    ConfirmationId
}

/// What is to be confirmed, by whom, until when.
#[derive(Debug)]
pub struct Question<'a> {
    /// The request: `T-771`; when somebody else than its sender is asked, with what behind a slash.
    pub reference: &'a str,
    /// Which revision of it.
    pub revision: i64,
    /// Who may confirm, when they have an account.
    pub person: Option<&'a str>,
    /// The address asked; a YES counts from its owner alone.
    pub from: &'a Address,
    /// What is asked, in one line: `Send $50.00 to bob@ferry.example?`
    pub question: String,
    /// What that is written in; page and outcome are too.
    pub language: Language,
    /// Who is paid how much, when money is to move.
    pub payment: Option<(&'a Address, Amount)>,
    /// The act's name in the context.
    pub act: &'static str,
    /// Its arguments (JSON).
    pub args: String,
    /// Whether a YES by mail acts; else the link alone does.
    pub reply_allowed: bool,
    /// Until when.
    pub expires: At,
}

/// Makes a question live. An earlier one of the same request must have been revoked: the database
/// holds one live confirmation per request.
///
/// # Errors
/// The database's.
pub async fn ask(
    settings: &Settings,
    tx: &mut Tx,
    question: Question<'_>,
    now: At,
) -> Result<Confirmable, sqlx::Error> {
    let id = ConfirmationId::fresh(now);
    let hashes = tokens::hashes(&settings.keys, id.as_str());
    store::insert(tx, &id, &question, &hashes, now).await?;
    let claims = tokens::Claims {
        confirmation: id.0,
        reference: question.reference.to_owned(),
        revision: question.revision,
        from: question.from.clone(),
        to: question.payment.map(|(to, _)| to.clone()),
        amount: question.payment.map(|(_, amount)| Money::from(amount)),
        expires: question.expires,
    };
    Ok(Confirmable { claims, hashes, reply_allowed: question.reply_allowed })
}

/// What a live confirmation's letter needs to be written once more.
pub fn again(row: &ConfirmationRow) -> Confirmable {
    Confirmable {
        claims: tokens::Claims {
            confirmation: row.id.0.clone(),
            reference: row.reference.clone(),
            revision: row.revision,
            from: row.address.clone(),
            to: row.recipient.clone(),
            amount: row.amount(),
            expires: row.expires_at,
        },
        hashes: tokens::Hashes { link: row.link_hash.clone(), reply: row.reply_hash.clone() },
        reply_allowed: row.reply_allowed,
    }
}
