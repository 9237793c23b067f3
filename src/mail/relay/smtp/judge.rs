//! What trouble means: for the letter, and for the relay as a whole.

use std::time::Duration;

use super::talk::{Reply, Stage, Trouble};
use crate::mail::relay::SendError;

/// Replies of 4yz that speak of the relay as a whole: shutting down, too many letters or connections, no
/// space. 4.2.1 is Gmail's word for too many letters, 4.3.2 Exchange's, 4.7 is anybody's rate limit.
const THROTTLES: [&str; 5] = ["4.2.1", "4.3.1", "4.3.2", "4.5.3", "4.7."];
/// 5yz, and yet about the sender's day and not the letter: Gmail's limit.
const LIMIT_OF_THE_DAY: &str = "5.4.5";
/// What servers say in a refusal of the recipient when it is the sender who is not trusted.
const NOT_FOR_US: [&str; 3] = ["relay", "authenticat", "not logged in"];

/// What came of a letter on an open connection.
pub(super) fn judged(trouble: Trouble) -> SendError {
    match trouble {
        Trouble::Said(stage, reply) => answered(stage, reply),
        Trouble::Lost(Stage::Letter, _)
        | Trouble::Silent(Stage::Letter, _)
        | Trouble::Garbled(Stage::Letter) => SendError::Unknown(trouble.words()),
        other => unwell(other),
    }
}

/// The relay's fault, or that of the way to it: whatever prevents a connection from being opened. A
/// login that is refused is the operator's to mend, and no letter's.
pub(super) fn unwell(trouble: Trouble) -> SendError {
    SendError::Unwell { why: trouble.words(), pause: Duration::ZERO }
}

fn answered(stage: Stage, reply: Reply) -> SendError {
    let status = reply.status().unwrap_or_default().to_owned();
    let temporary = (400..500).contains(&reply.code);
    let throttled = match reply.code {
        421 => true,
        452 => status.is_empty() || is_one_of(&status, &THROTTLES),
        _ => is_one_of(&status, &THROTTLES),
    };
    let of_relay = is_of_relay(stage, &reply, &status);
    let trouble = Trouble::Said(stage, reply);
    match stage {
        // After the last dot even 421 is an answer: the letter was not taken.
        Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Letter if temporary => {
            SendError::Deferred { why: trouble.words(), throttled }
        }
        Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Letter if !of_relay => {
            SendError::Permanent(trouble.words())
        }
        _ => unwell(trouble),
    }
}

fn is_one_of(status: &str, known: &[&str]) -> bool {
    known
        .iter()
        .any(|one| if one.ends_with('.') { status.starts_with(one) } else { status == *one })
}

/// Whether a refusal of 5yz would meet every letter: it is the operator's to mend.
fn is_of_relay(stage: Stage, reply: &Reply, status: &str) -> bool {
    if status == LIMIT_OF_THE_DAY || [530, 534, 535, 538].contains(&reply.code) {
        return true;
    }
    match stage {
        // The sender is always the service: only the letter's size is its own.
        Stage::Mail => reply.code != 552 && status != "5.3.4",
        Stage::Rcpt => {
            let said = reply.lines.join(" ").to_ascii_lowercase();
            NOT_FOR_US.iter().any(|words| said.contains(words))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(stage: Stage, text: &str) -> SendError {
        let (code, rest) = text.split_once(' ').expect("a code and words");
        let reply = Reply { code: code.parse().expect("a code"), lines: vec![rest.to_owned()] };
        judged(Trouble::Said(stage, reply))
    }

    #[test]
    fn a_refusal_is_the_letters_or_the_relays() {
        for (stage, text) in [
            (Stage::Rcpt, "550 5.1.1 no such user"),
            (Stage::Rcpt, "553 no"),
            (Stage::Letter, "554 5.7.1 looks like spam"),
            (Stage::Mail, "552 5.3.4 too large"),
            (Stage::Data, "554 no valid recipients"),
        ] {
            assert!(matches!(said(stage, text), SendError::Permanent(_)), "{stage} {text}");
        }
        for (stage, text) in [
            (Stage::Mail, "530 5.7.0 Authentication required"),
            (Stage::Mail, "553 5.7.1 sender not owned by user"),
            (Stage::Mail, "550 5.4.5 Daily user sending limit exceeded"),
            (Stage::Letter, "550 5.4.5 Daily user sending limit exceeded"),
            (Stage::Rcpt, "554 5.7.1 Relay access denied"),
        ] {
            assert!(matches!(said(stage, text), SendError::Unwell { .. }), "{stage} {text}");
        }
    }

    #[test]
    fn patience_is_asked_for_one_letter_or_for_all() {
        for (text, of_all) in [
            ("421 4.3.2 shutting down", true),
            ("432 4.3.2 concurrent connections limit", true),
            ("450 4.2.1 receiving mail too quickly", true),
            ("451 4.7.500 server busy", true),
            ("452 4.3.1 no space", true),
            ("452 too many", true),
            ("452 4.2.2 mailbox full", false),
            ("450 4.2.0 greylisted", false),
            ("451 try again", false),
        ] {
            let SendError::Deferred { throttled, .. } = said(Stage::Rcpt, text) else {
                panic!("{text} is put off");
            };
            assert_eq!(throttled, of_all, "{text}");
        }
    }

    #[test]
    fn a_connection_lost_after_the_letter_leaves_it_open() {
        let end = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let open = judged(Trouble::Lost(Stage::Letter, end()));
        assert!(matches!(open, SendError::Unknown(_)), "{open:?}");
        let sure = judged(Trouble::Lost(Stage::Data, end()));
        assert!(matches!(sure, SendError::Unwell { .. }), "{sure:?}");
    }
}
