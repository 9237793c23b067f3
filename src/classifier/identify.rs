//! Which of our threads a mail belongs to: by its tagged address, else by our Message-IDs.
//!
//! Both carry a signature of ours. Machine lines and references in subjects identify too, but prove
//! nothing; the reader finds those.

use crate::{
    address::Address,
    confirmations::{self, ConfirmationRow},
    context::Context,
    db::Tx,
    letters,
    mail::{message_id, scan::Header},
    tokens,
    transfers::{self, RequestId},
};

/// Most Message-IDs of a mail that are looked up.
const IDS_MAX: usize = 20;

/// Most of our tagged addresses of a mail that are looked up.
const TAGS_MAX: usize = 4;

/// What a mail's addresses and ids name.
#[derive(Debug, Clone, Default)]
pub struct Thread {
    /// The request: `T-771`.
    pub reference: Option<String>,
    /// The token the mail carries, live or not.
    pub token: Option<Token>,
    /// Whether the token came as a tagged address of a new mail: the prefilled YES.
    pub prefilled: bool,
    /// Whether its sender speaks from our side of the thread: with a live token as a tagged address, which
    /// only its letter holds, or in answer to a letter that was sent to this very address.
    pub is_theirs: bool,
    /// Those of our letters it answers, as Message-IDs.
    pub letters: Vec<String>,
}

/// A confirmation's token, as far as a mail can carry it.
#[derive(Debug, Clone)]
pub struct Token {
    /// Whose it is.
    pub confirmation: String,
    /// The request it was made for.
    pub reference: String,
    /// Who was asked.
    pub person: Option<String>,
    /// Whether it can still be used.
    pub live: bool,
    /// The requests that it confirms together, when it is that of a list.
    pub covers: Vec<RequestId>,
    /// Whether it asks the payee of a held payment; else its sender.
    pub claim: bool,
}

impl From<ConfirmationRow> for Token {
    fn from(row: ConfirmationRow) -> Self {
        Self {
            covers: transfers::listed(&row.act, &row.args),
            reference: row.request().to_owned(),
            claim: transfers::is_claim(&row.reference),
            confirmation: row.id.0,
            person: row.person,
            live: row.state == "live",
        }
    }
}

/// The Message-IDs a mail says it answers, newest first.
pub(super) fn answered(header: &Header) -> Vec<String> {
    let direct = header.all("In-Reply-To").flat_map(message_id::read_all);
    let mut ids: Vec<String> = direct.collect();
    let thread: Vec<String> = header.all("References").flat_map(message_id::read_all).collect();
    ids.extend(thread.into_iter().rev());
    ids.truncate(IDS_MAX);
    ids
}

/// Finds the thread.
pub(super) async fn thread(
    cx: &Context,
    tx: &mut Tx,
    (from, recipients): (Option<&Address>, &[Address]),
    answers: &[String],
) -> Result<Thread, sqlx::Error> {
    let mut thread = Thread::default();
    let keys = &cx.settings.keys;
    let tags = recipients.iter().filter_map(|to| to.tag_of(&cx.settings.service_address));
    for tag in tags.take(TAGS_MAX) {
        if let Some(hash) = tokens::reply_hash(tag)
            && let Some(row) = confirmations::find(tx, &hash).await?
        {
            thread.reference = Some(row.request().to_owned());
            thread.token = Some(row.into());
            thread.prefilled = answers.is_empty();
            thread.is_theirs |= thread.token.as_ref().is_some_and(|token| token.live);
        } else if let Some(reference) = tokens::thread_reference(keys, tag) {
            thread.reference.get_or_insert(reference);
        }
    }
    let domain = cx.settings.service_address.domain();
    for id in answers {
        let ours = keys.accepted("message-id");
        if !ours.iter().any(|key| message_id::verify(key, id, domain).is_some()) {
            continue;
        }
        let Some(letter) = letters::by_message_id(tx, id).await? else { continue };
        thread.letters.push(id.clone());
        thread.is_theirs |= letter.state == "sent" && from == Some(&letter.to_address);
        if thread.reference.is_none() {
            thread.reference = letter.reference;
            if let Some(asked) = letter.confirmation {
                thread.token = confirmations::find(tx, &asked).await?.map(Token::from);
            }
        }
    }
    Ok(thread)
}
