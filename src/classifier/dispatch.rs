//! From a reading to a capability's job, by what policy says of each command.

use super::{
    Known,
    route::{Meant, Route},
};
use crate::{
    accounts::{Answer, ForeignYes, Gate, Unbelieved},
    context::Context,
    db::Tx,
    intent::{AskBack, Command, Ignore, Reading, Reason},
    letters::{self, LetterBounced, LetterRow},
    mail::automatic::BounceClass,
    policy::{self, Decision, Request, Sender},
    queue::Fault,
    transfers::{self, Way},
};

/// Reasons that say nothing of what was wanted: they leave an open request as it is.
const NOTHING_SAID: [Reason; 4] =
    [Reason::NoCommand, Reason::Empty, Reason::NotExplicit, Reason::OnlyInQuote];

/// Reasons that only a payment, or something like one, can have: they are named in a letter of its own.
const ABOUT_PAYING: [Reason; 7] = [
    Reason::Conditional,
    Reason::Negated,
    Reason::Past,
    Reason::DetailsOnlyInForward,
    Reason::Contradiction,
    Reason::UnsupportedSchedule,
    Reason::TextHtmlMismatch,
];

/// Hands each command to its capability; answers with what was decided, for the mail's row.
pub(super) async fn dispatch(
    cx: &Context,
    tx: &mut Tx,
    known: &Known,
) -> Result<&'static str, Fault> {
    if let Reading::Ignore(_) = &known.reading {
        return bounced(cx, tx, known).await;
    }
    let mut to = Route { cx, tx, mail: &known.mail, observing: known.observing };
    match &known.reading {
        Reading::Ignore(_) => Ok("ignore"),
        Reading::AskBack(ask) => question(&mut to, known, ask).await,
        Reading::Command(_) | Reading::Multi(_) => {
            let mut first = None;
            let listed = listed(&mut to, known).await?;
            for (step, command) in known.reading.commands().iter().enumerate() {
                if listed.is_some() && matches!(command, Command::Transfer { .. }) {
                    first.get_or_insert(listed.unwrap_or_default());
                    continue;
                }
                let decision = one(&mut to, known, (step, command)).await?;
                first.get_or_insert(decision);
            }
            Ok(first.unwrap_or("silence"))
        }
    }
}

/// A mail host's report that a letter of ours can never arrive. Its sender proves nothing; that it knows
/// the letter's Message-ID, which only its addressee's host was told, and names that address, does.
async fn bounced(cx: &Context, tx: &mut Tx, known: &Known) -> Result<&'static str, Fault> {
    let Reading::Ignore(Ignore { failed, class: Some(BounceClass::Hard), .. }) = &known.reading
    else {
        return Ok("ignore");
    };
    for id in &known.returned {
        let Some(letter) = letters::by_message_id(tx, id).await? else { continue };
        if failed.as_ref().is_some_and(|failed| *failed != letter.to_address) {
            continue;
        }
        if !known.observing {
            let LetterRow { kind, reference, .. } = letter;
            let why = "its mail host sent it back: there is no such mailbox".to_owned();
            cx.events.emit(tx, &LetterBounced { kind, reference, why }, cx.now()).await?;
        }
        return Ok("bounced");
    }
    Ok("ignore")
}

fn sender(known: &Known) -> Sender {
    Sender { assurance: known.verdict.assurance, registered: known.person.is_some() }
}

/// A mail that asks back: part of a transfer, a correction, or nothing that we know.
async fn question(to: &mut Route<'_>, known: &Known, ask: &AskBack) -> Result<&'static str, Fault> {
    let sender = sender(known);
    if !sender.registered {
        return Ok(Decision::Silence.as_str());
    }
    let named = known.thread.reference.as_ref().or(ask.fields.reference.as_ref());
    let open = named.filter(|reference| known.is_open(reference)).cloned();
    let paying = ask.fields.act.as_deref() == Some("transfer");
    let says_nothing = NOTHING_SAID.contains(&ask.reason()) && !paying;
    let about_transfer =
        paying || ask.reason() < Reason::NoCommand || ABOUT_PAYING.contains(&ask.reason());
    let transfer = !says_nothing && (about_transfer || open.is_some());
    let request = if transfer { Request::Transfer } else { Request::NotUnderstood };
    let asks = ask.fields.act.as_deref() == Some("request_money") && open.is_none();
    let request = if asks { Request::AskForMoney } else { request };
    let decision = policy::decide(request, sender);
    let way = if decision == Decision::Link { Way::Link } else { Way::Any };
    let mail = known.mail.id.clone();
    match (decision, open) {
        (Decision::Link, _) if asks => {}
        (Decision::Confirm | Decision::Link, Some(reference)) => {
            to.job(&transfers::Correct { mail, step: 0, way, reference }).await?;
        }
        (Decision::Confirm | Decision::Link, None) => {
            to.job(&transfers::Request { mail, step: 0, way }).await?;
        }
        (Decision::Do, _) if asks => to.job(&transfers::Ask { mail, step: 0 }).await?,
        (Decision::Notice, _) => to.job(&Unbelieved { mail }).await?,
        (Decision::OnceADay, _) => to.job(&Answer { mail, step: None, once_a_day: true }).await?,
        (Decision::Do | Decision::Silence, _) => {}
    }
    Ok(decision.as_str())
}

/// Several payments of one mail become one job, where they may be asked for. What was decided, then.
async fn listed(to: &mut Route<'_>, known: &Known) -> Result<Option<&'static str>, Fault> {
    let commands = known.reading.commands().iter().enumerate();
    let payments = commands.filter(|(_, command)| matches!(command, Command::Transfer { .. }));
    let steps: Vec<usize> = payments.map(|(step, _)| step).collect();
    let open = known.thread.reference.as_ref().is_some_and(|reference| known.is_open(reference));
    let decision = policy::decide(Request::Transfer, sender(known));
    let way = match decision {
        Decision::Confirm => Way::Any,
        Decision::Link => Way::Link,
        _ => return Ok(None),
    };
    if steps.len() < 2 || open || known.person.is_none() {
        return Ok(None);
    }
    let mail = known.mail.id.clone();
    to.job(&transfers::RequestAll { mail, steps, way }).await?;
    Ok(Some(decision.as_str()))
}

async fn one(
    to: &mut Route<'_>,
    known: &Known,
    (step, command): (usize, &Command),
) -> Result<&'static str, Fault> {
    let meant = known.meant(command);
    let mail = known.mail.id.clone();
    let request = match (command, &meant.token) {
        // The payee of a held payment answers by whatever means yes or no.
        (Command::Confirm(_) | Command::Accept(_), Some(token)) if token.claim => Request::Claim,
        (Command::Cancel(_), Some(token)) if token.claim => Request::GiveBack,
        // Whoever was asked for money may decline without an account.
        (Command::Cancel(_), _) if meant.open && known.person.is_none() => Request::Decline,
        (Command::Confirm(_), Some(token)) => {
            if !known.owns(token) {
                let confirmation = token.confirmation.clone();
                to.job(&ForeignYes { mail, confirmation }).await?;
                return Ok("foreign_token");
            }
            Request::YesWithToken
        }
        // The token of a list stands for each payment of it that is named.
        (Command::Confirm(_), None) if meant.listed => Request::YesWithToken,
        (command, _) => policy::request_of(command),
    };
    let decision = policy::decide(request, sender(known));
    match decision {
        Decision::Silence => {}
        Decision::Notice => to.job(&Unbelieved { mail }).await?,
        Decision::OnceADay => {
            to.job(&Answer { mail, step: Some(step), once_a_day: true }).await?;
        }
        Decision::Do | Decision::Confirm => to.command((step, command), Way::Any, meant).await?,
        Decision::Link => match (command, meant.reference.clone()) {
            (_, Some(reference)) if request == Request::Claim => {
                to.job(&transfers::ClaimLink { mail, reference }).await?;
            }
            (Command::Confirm(_), Some(reference)) => {
                to.job(&transfers::Resend { mail, reference }).await?;
            }
            _ if request == Request::Transfer => {
                to.command((step, command), Way::Link, meant).await?;
            }
            _ => to.job(&Gate { mail, step }).await?,
        },
    }
    Ok(decision.as_str())
}

impl Known {
    fn is_open(&self, reference: &str) -> bool {
        self.open.iter().any(|row| row.reference == reference)
    }

    /// Which request and token a command means. The thread's own signature goes before the words of
    /// the subject; a token counts only for the request it was made for.
    fn meant(&self, command: &Command) -> Meant {
        let named = command.reference();
        let reference = self.thread.reference.as_deref();
        let reference = match (named, reference) {
            (Some(named), Some(thread)) if named != thread => Some(named),
            (named, thread) => thread.or(named),
        };
        let token = self.thread.token.clone();
        let named_row = self.open.iter().find(|row| Some(&*row.reference) == reference);
        let listed = token.as_ref().is_some_and(|token| {
            let covers = named_row.is_some_and(|row| token.covers.contains(&row.id));
            covers && token.live && self.owns(token)
        });
        Meant {
            listed,
            token: token.filter(|token| Some(&*token.reference) == reference),
            reference: reference.map(str::to_owned),
            prefilled: self.thread.prefilled,
            open: reference.is_some_and(|reference| self.is_open(reference)),
        }
    }

    /// Whether the token was given to this sender.
    fn owns(&self, token: &super::Token) -> bool {
        match (&token.person, &self.person) {
            (Some(asked), Some(person)) => *asked == person.id.0,
            _ => false,
        }
    }
}
