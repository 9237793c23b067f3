//! What the page of several payments shows: each of them, with a page of its own for whoever wants to send
//! that one alone.

use minijinja::{context, value::Value};

use super::Site;
use crate::{
    confirmations::{self, ConfirmationRow},
    language::Language,
    money::Money,
    tokens,
    transfers::{self, RequestRow},
};

/// The payments that a page asks for, and the links to each one's own page; nothing where it asks for one.
pub(super) struct Several {
    rows: Vec<RequestRow>,
    links: Vec<Option<String>>,
}

impl Several {
    pub(super) async fn of(site: &Site, row: &ConfirmationRow) -> anyhow::Result<Option<Self>> {
        if row.act != transfers::PAY_ALL {
            return Ok(None);
        }
        let mut tx = site.cx.db.snapshot().await?;
        let rows = transfers::members_asked(&mut tx, &row.args).await?;
        let mut links = Vec::new();
        for member in &rows {
            let live = confirmations::live_of(&mut tx, &member.reference).await?;
            links.push(live.and_then(|live| {
                let asked = confirmations::again(&live);
                let keys = &site.cx.settings.keys;
                let token = tokens::seal_link(keys, &asked.claims, &asked.hashes)?;
                Some(format!("{}/c/{token}", site.cx.settings.public_url))
            }));
        }
        tx.rollback().await?;
        Ok(Some(Self { rows, links }))
    }

    /// A line for each payment.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let line = |row: &RequestRow| {
            let amount = row.amount()?.money().with_code();
            let to = row.recipient.as_ref()?;
            Some((row.reference.clone(), format!("{amount} · {to}")))
        };
        self.rows.iter().filter_map(line).collect()
    }

    pub(super) fn button(&self, language: Language) -> String {
        let mut totals: Vec<Money> = Vec::new();
        for money in self.rows.iter().filter_map(|row| Some(row.amount()?.money())) {
            match totals.iter_mut().find(|total| total.currency == money.currency) {
                Some(total) => total.minor = total.minor.saturating_add(money.minor),
                None => totals.push(money),
            }
        }
        let total: Vec<String> = totals.into_iter().map(|total| language.money(total)).collect();
        say!(language, "page_list.all", count = self.rows.len(), total = total.join(" + "))
    }

    /// A link to each payment's own page.
    pub(super) fn choices(&self, language: Language) -> Vec<Value> {
        let choice = |(row, link): (&RequestRow, &Option<String>)| {
            let (amount, to) = (row.amount()?, row.recipient.as_ref()?);
            let label = say!(language, "page_list.only", amount = language.money(amount), to = to);
            Some(context! { label, href => link.as_ref()? })
        };
        self.rows.iter().zip(&self.links).filter_map(choice).collect()
    }
}
