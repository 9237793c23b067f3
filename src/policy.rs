//! What a mail may do, by what it asks for and how far its sender is believed: SECURITY's table as
//! data, passed in one place.
//!
//! Not for: judging a sender (`mail::sender`) or carrying anything out.

use crate::{intent::Command, mail::sender::Assurance};

/// What a mail asks for, as far as trust is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Help, where a request stands, and what is not offered.
    Help,
    /// A new account.
    SignUp,
    /// What is in the account.
    Balance,
    /// Another language for our letters, or hearing again of somebody.
    Language,
    /// A name in one's own address book, or what stands there.
    Contacts,
    /// A further address of one's account, or one less.
    Address,
    /// Taking one's own request back.
    Cancel,
    /// Declining what somebody else asked for, or hearing no more of them: it lets nothing move.
    Decline,
    /// Stopping all money from leaving.
    Freeze,
    /// Asking somebody else for money: nothing of the sender's moves.
    AskForMoney,
    /// Letting it leave again: never by mail alone.
    Unfreeze,
    /// A transfer or the correction of one.
    Transfer,
    /// A YES that carries a live token: the tagged address, or our Message-ID.
    YesWithToken,
    /// A YES that names a request and nothing more.
    YesWithoutToken,
    /// Taking money that is held for the sender.
    Claim,
    /// Sending it back; taking one's own payment back while it is held.
    GiveBack,
    /// Reminding somebody of money that is held for them.
    Remind,
    /// A mail of which nothing was understood.
    NotUnderstood,
}

/// What is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is done, and answered.
    Do,
    /// It is asked to be confirmed: by the link, or by a YES.
    Confirm,
    /// It is asked to be confirmed by the link alone, sent to the registered address.
    Link,
    /// It is answered, once a day at most.
    OnceADay,
    /// Once a day the registered address hears that somebody wrote in its name.
    Notice,
    /// Nothing; the stored verdict is the answer.
    Silence,
}

impl Decision {
    /// As stored with the mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Do => "do",
            Self::Confirm => "confirm",
            Self::Link => "link",
            Self::OnceADay => "once_a_day",
            Self::Notice => "notice",
            Self::Silence => "silence",
        }
    }
}

/// What a stored decision would have come to, had the service not only observed.
pub fn would_be(decision: &str) -> &'static str {
    match decision {
        "do" => "would be done and answered",
        "confirm" => "would be asked to confirm",
        "link" => "would be asked to confirm by a link",
        "once_a_day" => "would be answered, once a day",
        "notice" | "foreign_token" => "the registered address would be told",
        _ => "would be left alone",
    }
}

use Decision::{Confirm, Do, Link, Notice, OnceADay, Silence};

/// One row per request: at A3, A2, A1, and at A0 from a registered address. From an address without an
/// account A0 is silence, save that a claim's link is sent once more.
pub const TABLE: &[(Request, [Decision; 4])] = &[
    (Request::Help, [Do, Do, OnceADay, OnceADay]),
    (Request::SignUp, [Do, Do, Link, Silence]),
    (Request::Balance, [Do, Do, Link, Silence]),
    (Request::Language, [Do, Do, Link, Silence]),
    (Request::Contacts, [Do, Do, Link, Silence]),
    // Whoever can write in somebody's name for a moment must not be able to stay.
    (Request::Address, [Link, Link, Silence, Silence]),
    // Its letter, to the registered address, is the notice that A1 asks for.
    (Request::Cancel, [Do, Do, Do, Link]),
    (Request::Decline, [Do, Do, Do, Silence]),
    (Request::Freeze, [Do, Do, Do, Link]),
    (Request::AskForMoney, [Do, Do, Link, Notice]),
    (Request::Unfreeze, [Link, Link, Silence, Silence]),
    (Request::Transfer, [Confirm, Confirm, Link, Notice]),
    (Request::YesWithToken, [Do, Do, Link, Silence]),
    (Request::YesWithoutToken, [Do, Link, Link, Silence]),
    // Its link leads to the address that was asked, and pays nobody else.
    (Request::Claim, [Do, Do, Link, Link]),
    (Request::GiveBack, [Do, Do, Link, Silence]),
    (Request::Remind, [Do, Do, Link, Silence]),
    (Request::NotUnderstood, [OnceADay, OnceADay, Silence, Silence]),
];

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    /// How far the mail is believed to be theirs.
    pub assurance: Assurance,
    /// Whether the address has an account.
    pub registered: bool,
}

/// The one place every request passes.
pub fn decide(request: Request, sender: Sender) -> Decision {
    let column = match sender.assurance {
        Assurance::A3 => 0,
        Assurance::A2 => 1,
        Assurance::A1 => 2,
        Assurance::A0 if sender.registered || request == Request::Claim => 3,
        Assurance::A0 => return Silence,
    };
    let row = TABLE.iter().find(|(of, _)| *of == request);
    let decision = row.map_or(Silence, |(_, decisions)| decisions[column]);
    match (decision, request) {
        // It is an ordinary mailbox: a stranger who asks for nothing clear is left alone.
        (_, Request::NotUnderstood) if !sender.registered => Silence,
        // Without an account there is nothing to take back, freeze or confirm; a clear wish to pay
        // is answered only when the mail is believed.
        (
            Do | Link,
            Request::Cancel | Request::Freeze | Request::YesWithToken | Request::Remind,
        )
        | (Do | Link, Request::YesWithoutToken)
        | (Link, Request::Transfer | Request::AskForMoney)
        | (Link, Request::Balance | Request::Language | Request::GiveBack)
        | (Do | Link, Request::Contacts | Request::Address | Request::Unfreeze)
            if !sender.registered =>
        {
            Silence
        }
        (decision, _) => decision,
    }
}

/// Whether a mail that its host took for junk may act at all (INGEST rule 9): when we ourselves verified its
/// sender, or when it carries a live token or answers a letter that was sent to it. The table then decides as of
/// any mail.
pub fn acts_from_junk(assurance: Assurance, token: bool) -> bool {
    assurance >= Assurance::A3 || token
}

/// The row a command falls under; whether a YES carries a token is known to the caller.
pub fn request_of(command: &Command) -> Request {
    match command {
        Command::SignUp { .. } => Request::SignUp,
        Command::Balance {} | Command::Statement { .. } => Request::Balance,
        Command::Cancel(_) => Request::Cancel,
        Command::BlockSender { .. } => Request::Decline,
        Command::AllowSender { .. } => Request::Language,
        Command::RequestMoney { .. } => Request::AskForMoney,
        Command::Freeze {} => Request::Freeze,
        Command::Unfreeze {} => Request::Unfreeze,
        Command::Transfer { .. } | Command::Correction { .. } => Request::Transfer,
        Command::Confirm(_) => Request::YesWithoutToken,
        Command::Claim(_) => Request::Claim,
        Command::ReturnPayment(_) | Command::Decline(_) => Request::GiveBack,
        Command::Remind(_) => Request::Remind,
        Command::Profile { .. } if command.language().is_some() => Request::Language,
        Command::ContactAdd { .. } | Command::ContactRemove { .. } | Command::Contacts {} => {
            Request::Contacts
        }
        Command::Alias { .. } | Command::AliasRemove { .. } => Request::Address,
        _ => Request::Help,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell, as SECURITY's table has it: A3, A2, A1, A0 for somebody with an account, then the
    /// same for somebody without.
    const CELLS: [(Request, [Decision; 4], [Decision; 4]); 18] = [
        (Request::Help, [Do, Do, OnceADay, OnceADay], [Do, Do, OnceADay, Silence]),
        (Request::SignUp, [Do, Do, Link, Silence], [Do, Do, Link, Silence]),
        (Request::Balance, [Do, Do, Link, Silence], [Do, Do, Silence, Silence]),
        (Request::Language, [Do, Do, Link, Silence], [Do, Do, Silence, Silence]),
        (Request::Contacts, [Do, Do, Link, Silence], [Silence; 4]),
        (Request::Address, [Link, Link, Silence, Silence], [Silence; 4]),
        (Request::Cancel, [Do, Do, Do, Link], [Silence; 4]),
        (Request::Decline, [Do, Do, Do, Silence], [Do, Do, Do, Silence]),
        (Request::Freeze, [Do, Do, Do, Link], [Silence; 4]),
        (Request::AskForMoney, [Do, Do, Link, Notice], [Do, Do, Silence, Silence]),
        (Request::Unfreeze, [Link, Link, Silence, Silence], [Silence; 4]),
        (Request::Transfer, [Confirm, Confirm, Link, Notice], [Confirm, Confirm, Silence, Silence]),
        (Request::YesWithToken, [Do, Do, Link, Silence], [Silence; 4]),
        (Request::YesWithoutToken, [Do, Link, Link, Silence], [Silence; 4]),
        (Request::Claim, [Do, Do, Link, Link], [Do, Do, Link, Link]),
        (Request::GiveBack, [Do, Do, Link, Silence], [Do, Do, Silence, Silence]),
        (Request::Remind, [Do, Do, Link, Silence], [Silence; 4]),
        (Request::NotUnderstood, [OnceADay, OnceADay, Silence, Silence], [Silence; 4]),
    ];

    #[test]
    fn every_cell_of_the_table_is_as_agreed() {
        assert_eq!(CELLS.len(), TABLE.len());
        let levels = [Assurance::A3, Assurance::A2, Assurance::A1, Assurance::A0];
        for (request, with_account, without) in CELLS {
            for (column, assurance) in levels.into_iter().enumerate() {
                let at = |registered| decide(request, Sender { assurance, registered });
                assert_eq!(at(true), with_account[column], "{request:?} at {assurance:?}");
                assert_eq!(at(false), without[column], "{request:?} at {assurance:?}, no account");
            }
        }
    }

    #[test]
    fn out_of_the_junk_only_what_is_certain_acts() {
        for assurance in Assurance::ALL {
            assert_eq!(acts_from_junk(assurance, false), assurance == Assurance::A3);
            assert!(acts_from_junk(assurance, true));
        }
    }

    #[test]
    fn less_proof_never_allows_more() {
        let strength = |decision| match decision {
            Do => 4,
            Confirm => 3,
            Link => 2,
            OnceADay | Notice => 1,
            Silence => 0,
        };
        for (request, row) in TABLE {
            let falling = row.windows(2).all(|two| strength(two[0]) >= strength(two[1]));
            assert!(falling, "{request:?}");
        }
    }
}
