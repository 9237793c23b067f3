//! Which job a command becomes, and in which lane.

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::Token;
use crate::{
    accounts::{Answer, SignUp},
    config::Mode,
    confirmations::Reply,
    context::{Context, Release, Released},
    db::Tx,
    inbox::{self, MailId, MailRow},
    intent::{Command, Reading},
    queue::{self, Fault, Work},
    transfers::{self, Way},
};

/// What a command speaks of.
#[derive(Debug, Clone, Default)]
pub(super) struct Meant {
    /// The request.
    pub(super) reference: Option<String>,
    /// The token for it that the mail carries.
    pub(super) token: Option<Token>,
    /// Whether the mail carries the sender's own token of a list that the request is on.
    pub(super) listed: bool,
    /// Whether that is the prefilled YES.
    pub(super) prefilled: bool,
    /// Whether the request is the sender's and still open.
    pub(super) open: bool,
}

/// Puts a mail's jobs into the transaction that decided on it.
pub(super) struct Route<'a> {
    pub(super) cx: &'a Context,
    pub(super) tx: &'a mut Tx,
    pub(super) mail: &'a MailRow,
    /// Whether nothing may come of it.
    pub(super) observing: bool,
}

impl Route<'_> {
    /// One job, in the sender's lane: what one person writes is done in the order they wrote it.
    /// Of a mail that is only observed there is none: the one place where that is decided.
    pub(super) async fn job<W: Work>(&mut self, work: &W) -> Result<(), Fault> {
        if self.observing {
            return Ok(());
        }
        let from = self.mail.from_address.as_deref().unwrap_or_default();
        let now = self.cx.now();
        queue::enqueue(self.tx, work, Some(&format!("person:{from}")), now, now).await?;
        Ok(())
    }

    /// The job of a command that may be done.
    pub(super) async fn command(
        &mut self,
        (step, command): (usize, &Command),
        way: Way,
        meant: Meant,
    ) -> Result<(), Fault> {
        let mail = self.mail.id.clone();
        let answer = Answer { mail: mail.clone(), step: Some(step), once_a_day: false };
        let prefilled = meant.prefilled;
        let claim = meant.token.as_ref().is_some_and(|token| token.claim);
        match (command, meant.reference) {
            (Command::SignUp { .. }, _) => self.job(&SignUp { mail }).await,
            (Command::Transfer { .. } | Command::Correction { .. }, Some(reference))
                if meant.open =>
            {
                self.job(&transfers::Correct { mail, step, way, reference }).await
            }
            (Command::Transfer { .. }, _) => {
                self.job(&transfers::Request { mail, step, way }).await
            }
            (Command::Correction { .. } | Command::Status { .. }, Some(reference)) => {
                self.job(&transfers::Status { mail, reference }).await
            }
            (Command::RequestMoney { .. }, _) => self.job(&transfers::Ask { mail, step }).await,
            (Command::BlockSender { sender } | Command::AllowSender { sender }, _)
                if !sender.starts_with('*') =>
            {
                self.job(&transfers::BlockAsker { mail, step }).await
            }
            (Command::Claim(_), Some(reference)) => {
                self.job(&transfers::Claim { mail, reference, prefilled }).await
            }
            (Command::Confirm(_) | Command::Accept(_), Some(reference)) if claim => {
                self.job(&transfers::Claim { mail, reference, prefilled }).await
            }
            (Command::Cancel(_), Some(reference)) if claim => {
                self.job(&transfers::Decline { mail, reference, prefilled }).await
            }
            (Command::ReturnPayment(_) | Command::Decline(_), Some(reference))
                if reference.starts_with("T-") =>
            {
                self.job(&transfers::Decline { mail, reference, prefilled }).await
            }
            (Command::Remind(_), Some(reference)) if reference.starts_with("T-") => {
                self.job(&transfers::RemindPayer { mail, reference }).await
            }
            (Command::Cancel(_) | Command::Decline(_), Some(reference)) => {
                self.job(&transfers::Cancel { mail, reference }).await
            }
            (Command::Confirm(_), Some(reference)) => {
                let token = meant.token.map(|token| token.confirmation);
                self.job(&Reply { mail, reference, token, prefilled }).await
            }
            _ => self.job(&answer).await,
        }
    }
}

/// What is released: a mail's command, as if its sender had been believed.
#[derive(Debug, Serialize, Deserialize)]
struct Held {
    mail: MailId,
    step: usize,
}

/// Does what a mail asked for, once its sender has pressed the link.
pub fn release_act<'a>(
    cx: &'a Context,
    tx: &'a mut Tx,
    release: Release,
) -> BoxFuture<'a, anyhow::Result<Released>> {
    Box::pin(async move {
        anyhow::ensure!(!release.declined, "Only a yes does what a mail asked for");
        let held: Held = serde_json::from_str(&release.args)?;
        let mail = inbox::mail(tx, &held.mail).await?;
        let mail = mail.ok_or_else(|| anyhow::anyhow!("The mail is gone"))?;
        let reading: Reading = serde_json::from_str(mail.reading.as_deref().unwrap_or_default())?;
        if let Some(command) = reading.commands().get(held.step) {
            let meant =
                Meant { reference: command.reference().map(str::to_owned), ..Meant::default() };
            let observing = cx.settings.mode == Mode::Observe;
            let mut route = Route { cx, tx, mail: &mail, observing };
            route
                .command((held.step, command), Way::Link, meant)
                .await
                .map_err(|fault| anyhow::anyhow!(fault.text()))?;
        }
        Ok(Released {
            done: true,
            title: say!(release.language, "account_gate.thanks"),
            text: say!(release.language, "account_gate.under_way"),
        })
    })
}
