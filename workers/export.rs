//! `pennypost export`: everything that can be checked from outside, as one JSON object.

use clap::Args;
use pennypost::{accounts, config::Settings, db::Tx, inbox, ledger, letters, process, transfers};
use serde_json::{Value, json};

use crate::{
    accounts::status,
    output,
    run::{Ended, Ran},
};

/// Print accounts, requests, transfers, mails and letters as one JSON object.
#[derive(Args)]
#[command(after_help = "Example: pennypost export --json | jq '.transfers | length'")]
pub(crate) struct Export {
    /// Print JSON (the only form there is).
    #[arg(long)]
    json: bool,
}

/// Rows read in one statement.
const PAGE: i64 = 1_000;

/// Reads a table page by page and maps each row.
macro_rules! pages {
    ($list:path, $tx:expr, |$row:ident| $value:expr) => {{
        let (mut rows, mut after) = (Vec::new(), String::new());
        loop {
            let page = $list($tx, &after, PAGE).await?;
            let Some(last) = page.last() else { break rows };
            after = last.id.0.clone();
            for $row in &page {
                rows.push($value);
            }
        }
    }};
}

impl Export {
    pub(crate) async fn run(self, settings: Settings) -> Ran {
        let Self { json: _ } = self;
        let db = process::open_database(&settings).await?;
        let mut tx = db.snapshot().await?;
        let value = json!({
            "accounts": accounts(&mut tx).await?,
            "requests": requests(&mut tx).await?,
            "transfers": transfers_made(&mut tx).await?,
            "inbox": mails(&mut tx).await?,
            "letters": letters_written(&mut tx).await?,
        });
        tx.rollback().await?;
        output::json(&value)?;
        Ok(Ended::Done)
    }
}

async fn accounts(tx: &mut Tx) -> anyhow::Result<Vec<Value>> {
    let mut rows = Vec::new();
    for account in ledger::list(tx).await? {
        let addresses = match &account.owner {
            Some(owner) => accounts::addresses_of(tx, &accounts::PersonId(owner.clone())).await?,
            None => Vec::new(),
        };
        rows.push(json!({
            "id": account.id,
            "kind": account.kind,
            "addresses": addresses,
            "currency": account.currency,
            "posted_minor": account.posted_minor,
            "held_minor": account.held_minor,
            "status": status(&account),
        }));
    }
    Ok(rows)
}

async fn requests(tx: &mut Tx) -> anyhow::Result<Vec<Value>> {
    let asked = transfers::asked(tx).await?;
    Ok(pages!(transfers::export, tx, |row| json!({
        "reference": row.reference,
        "kind": "transfer",
        "asked": asked.get(&row.id),
        "state": row.state,
        "revision": row.revision,
        "sender": row.sender_address,
        "recipient": row.recipient,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "seen_at": row.seen_at,
        "selected_at": row.selected_at,
        "selected_how": row.selected_how,
        "operation": row.operation,
    })))
}

async fn transfers_made(tx: &mut Tx) -> anyhow::Result<Vec<Value>> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = ledger::transfers(tx, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(rows) };
        after = Some(last.id.clone());
        for transfer in &page {
            rows.push(serde_json::to_value(transfer)?);
        }
    }
}

async fn mails(tx: &mut Tx) -> anyhow::Result<Vec<Value>> {
    Ok(pages!(inbox::list, tx, |row| json!({
        "id": row.id,
        "message_id": row.message_id,
        "from": row.from_address,
        "state": row.state,
        "class": row.class,
        "assurance": row.assurance,
        "intent": row.intent,
        "decision": row.decision,
    })))
}

async fn letters_written(tx: &mut Tx) -> anyhow::Result<Vec<Value>> {
    Ok(pages!(letters::list, tx, |row| json!({
        "message_id": row.message_id,
        "to": row.to_address,
        "subject": row.subject,
        "kind": row.kind,
        "state": row.state,
        "in_reply_to": row.in_reply_to,
        "reference": row.reference,
    })))
}
