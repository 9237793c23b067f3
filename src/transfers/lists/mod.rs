//! Several payments of one mail: each a request of its own, asked for in one letter.
//!
//! A YES to the list pays each as it was asked, with an outcome of its own. What was corrected or taken
//! back meanwhile is no longer on it.

mod begin;
mod end;
mod pay;
mod store;

use serde::{Deserialize, Serialize};

use super::{RequestId, RequestRow, Way};
use crate::{accounts::PersonId, clock::At, db::Tx, inbox::MailId, queue::Work};

pub use begin::request_all;
pub(super) use end::{again, cancel, expire};
pub use pay::{PAY_ALL, pay_all_act};

/// Most payments of one list; a longer mail makes several.
const LIST_MAX: usize = 20;

/// A list as it is stored.
#[derive(Debug, Clone, sqlx_macros::FromRow)]
struct ListRow {
    /// For people: `T-771`.
    reference: String,
    /// Who pays.
    person: PersonId,
    /// The mail that asks for all of them.
    mail: MailId,
    /// The first of its commands on this list.
    first_step: i64,
    /// The last one.
    last_step: i64,
    /// Until when it can be confirmed.
    expires_at: At,
}

/// A payment as the list asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    request: RequestId,
    revision: i64,
}

/// Begins the requests of a mail that names several payments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestAll {
    /// The mail.
    pub mail: MailId,
    /// Which of its commands.
    pub steps: Vec<usize>,
    /// How they may be confirmed.
    pub way: Way,
}

impl Work for RequestAll {
    const KIND: &'static str = "transfers.request_all";
    const QUEUE: &'static str = "transfers";
}

/// The requests that a confirmation covers, when it is that of a list.
pub fn listed(act: &str, args: &str) -> Vec<RequestId> {
    if act != PAY_ALL {
        return Vec::new();
    }
    let items: Vec<Item> = serde_json::from_str(args).unwrap_or_default();
    items.into_iter().map(|item| item.request).collect()
}

/// The payments of a list's confirmation that still wait as they were asked.
///
/// # Errors
/// The database's.
pub async fn members_asked(tx: &mut Tx, args: &str) -> Result<Vec<RequestRow>, sqlx::Error> {
    let items: Vec<Item> = serde_json::from_str(args).unwrap_or_default();
    let mut rows = Vec::new();
    for item in items {
        let row = store::member(tx, &item.request).await?;
        rows.extend(
            row.filter(|row| row.revision == item.revision && row.state == super::State::Asked),
        );
    }
    Ok(rows)
}
