//! What trouble means: for the letter, and for the relay as a whole.

use std::time::Duration;

use super::{
    quoted::Quoted,
    talk::{Reply, Stage, Trouble},
};
use crate::mail::relay::SendError;

/// Replies of 4yz that speak of the relay as a whole: shutting down, too many letters, no space. 4.3.0
/// is "something else" (RFC 3463), which servers also say of one recipient.
const THROTTLES: [&str; 6] = ["4.3.1", "4.3.2", "4.3.3", "4.3.4", "4.3.5", "4.5.3"];
/// Anybody's rate limit. At RCPT it is greylisting, which is about one sender and one recipient.
const RATE_LIMIT: &str = "4.7.";
/// 5yz, and yet about the sender's day and not the letter: Gmail's limit.
const LIMIT_OF_THE_DAY: &str = "5.4.5";
/// A refusal of this recipient's address, whatever is said beside it.
const OF_THE_ADDRESS: &str = "5.1.";
/// But for these two of that class: they refuse the sender's address, which is always ours.
const OF_OUR_ADDRESS: [&str; 2] = ["5.1.7", "5.1.8"];
/// A refusal by policy (RFC 3463 section 3.8). Once the recipient was agreed to, what is not trusted is
/// who sends: its reputation, its signatures, its account. Said of one letter it is tried in vain for a
/// few days; said of all of them, none is lost meanwhile.
const OF_POLICY: &str = "5.7.";
/// What servers say in a refusal of the recipient when it is the sender who is not trusted. Whole
/// phrases: "relay" and "authenticated" also stand in refusals of one recipient.
const NOT_FOR_US: [&str; 7] = [
    "relay access denied",
    "relaying denied",
    "relay not permitted",
    "relaying not allowed",
    "unable to relay",
    "authentication required",
    "not logged in",
];

/// What came of a letter on an open connection.
pub(super) fn judged(trouble: Trouble, quoted: &Quoted) -> SendError {
    match trouble {
        Trouble::Said(stage, reply) => answered(stage, reply, quoted),
        Trouble::Lost(Stage::Letter, _)
        | Trouble::Silent(Stage::Letter, _)
        | Trouble::OutOfStep(Stage::Letter, _)
        | Trouble::Garbled(Stage::Letter) => SendError::Unknown(trouble.words()),
        other => unwell(other, quoted),
    }
}

/// The relay's fault, or that of the way to it: whatever prevents a connection from being opened. A
/// login that is refused is the operator's to mend, and no letter's.
pub(super) fn unwell(trouble: Trouble, quoted: &Quoted) -> SendError {
    SendError::Unwell { why: quoted.left_out(trouble).words(), pause: Duration::ZERO }
}

fn answered(stage: Stage, reply: Reply, quoted: &Quoted) -> SendError {
    let status = reply.status().unwrap_or_default().to_owned();
    let temporary = (400..500).contains(&reply.code);
    let throttled = reply.code == 421
        || THROTTLES.contains(&&*status)
        || (stage != Stage::Rcpt && status.starts_with(RATE_LIMIT));
    let of_relay = is_of_relay(stage, &reply, &status);
    let distrusted = matches!(stage, Stage::Data | Stage::Letter) && status.starts_with(OF_POLICY);
    // Judged by all of its words; kept without those of the login.
    let trouble = quoted.left_out(Trouble::Said(stage, reply));
    match stage {
        // After the last dot even 421 is an answer: the letter was not taken.
        Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Letter if temporary => {
            SendError::Deferred { why: trouble.words(), throttled }
        }
        Stage::Data | Stage::Letter if distrusted && !of_relay => {
            SendError::Deferred { why: trouble.words(), throttled: true }
        }
        Stage::Mail | Stage::Rcpt | Stage::Data | Stage::Letter if !of_relay => {
            SendError::Permanent(trouble.words())
        }
        _ => unwell(trouble, quoted),
    }
}

/// Whether a refusal of 5yz would meet every letter: it is the operator's to mend.
fn is_of_relay(stage: Stage, reply: &Reply, status: &str) -> bool {
    if OF_OUR_ADDRESS.contains(&status) {
        return true;
    }
    if stage == Stage::Rcpt && status.starts_with(OF_THE_ADDRESS) {
        return false;
    }
    if status == LIMIT_OF_THE_DAY || [530, 534, 535, 538].contains(&reply.code) {
        return true;
    }
    match stage {
        // The sender is always the service: only the letter's size is its own.
        Stage::Mail => reply.code != 552 && status != "5.3.4",
        Stage::Rcpt => {
            let said = without_echo(&reply.lines);
            NOT_FOR_US.iter().any(|words| said.contains(words))
        }
        _ => false,
    }
}

/// What is said, folded, without the address that many servers repeat: it may be called anything.
fn without_echo(lines: &[String]) -> String {
    let words = lines.iter().flat_map(|line| line.split_whitespace());
    let kept: Vec<_> = words.filter(|word| !word.contains('@')).collect();
    kept.join(" ").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(stage: Stage, text: &str) -> SendError {
        let (code, rest) = text.split_once(' ').expect("a code and words");
        let reply = Reply { code: code.parse().expect("a code"), lines: vec![rest.to_owned()] };
        judged(Trouble::Said(stage, reply), &Quoted::default())
    }

    #[test]
    fn a_refusal_is_the_letters_or_the_relays() {
        for (stage, text) in [
            (Stage::Rcpt, "550 5.1.1 no such user"),
            (Stage::Rcpt, "553 no"),
            (Stage::Letter, "554 5.6.0 malformed"),
            (Stage::Letter, "554 looks like spam"),
            (Stage::Mail, "552 5.3.4 too large"),
            (Stage::Data, "554 no valid recipients"),
            // The address and the domain may be called anything.
            (Stage::Rcpt, "550 5.1.1 <x@relay.example>: User unknown in relay recipient table"),
            (Stage::Rcpt, "550 <authenticate@lake.example>: no such user"),
            (Stage::Rcpt, "550 5.1.1 no such user; relaying denied"),
            (Stage::Rcpt, "550 5.7.1 the list takes mail of authenticated members only"),
        ] {
            assert!(matches!(said(stage, text), SendError::Permanent(_)), "{stage} {text}");
        }
        for (stage, text) in [
            (Stage::Mail, "530 5.7.0 Authentication required"),
            (Stage::Mail, "553 5.7.1 sender not owned by user"),
            (Stage::Mail, "550 5.4.5 Daily user sending limit exceeded"),
            (Stage::Letter, "550 5.4.5 Daily user sending limit exceeded"),
            (Stage::Rcpt, "554 5.7.1 <x@lake.example>: Relay access denied"),
            (Stage::Rcpt, "550 5.7.1 Unable to relay"),
            (Stage::Rcpt, "550 relaying denied"),
            (Stage::Rcpt, "550 5.7.1 Authentication Required"),
            (Stage::Rcpt, "553 5.1.8 <till@post.example>: Sender address rejected"),
            (Stage::Rcpt, "550 5.1.7 <x@lake.example>: the sender's address is no address"),
            (Stage::Letter, "550 5.1.8 sender blocked, too much unwanted mail"),
        ] {
            assert!(matches!(said(stage, text), SendError::Unwell { .. }), "{stage} {text}");
        }
    }

    #[test]
    fn distrust_after_the_letter_is_about_all_of_them() {
        for text in [
            "550 5.7.26 unauthenticated sender",
            "554 5.7.1 looks like spam",
            "550 5.7.501 access denied, spam abuse detected",
        ] {
            for stage in [Stage::Data, Stage::Letter] {
                let said = said(stage, text);
                let holds = matches!(said, SendError::Deferred { throttled: true, .. });
                assert!(holds, "{text} to {stage}");
            }
        }
    }

    #[test]
    fn patience_is_asked_for_one_letter_or_for_all() {
        let everywhere = [Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Letter];
        let elsewhere = [Stage::Mail, Stage::Data, Stage::Letter];
        for (text, of_all) in [
            ("421 4.3.2 shutting down", &everywhere[..]),
            ("421 later", &everywhere),
            ("432 4.3.2 concurrent connections limit", &everywhere),
            ("452 4.3.1 no space", &everywhere),
            ("452 4.5.3 too many", &everywhere),
            // At RCPT it is greylisting, or one host's opinion of one sender.
            ("450 4.7.1 greylisted", &elsewhere),
            ("451 4.7.500 server busy", &elsewhere),
            ("450 4.2.1 receiving mail too quickly", &[]),
            ("452 4.2.2 mailbox full", &[]),
            ("450 4.2.0 greylisted", &[]),
            ("451 4.3.0 lookup failed", &[]),
            ("451 try again", &[]),
        ] {
            for stage in everywhere {
                let SendError::Deferred { throttled, .. } = said(stage, text) else {
                    panic!("{text} is put off");
                };
                assert_eq!(throttled, of_all.contains(&stage), "{text} to {stage}");
            }
        }
    }

    #[test]
    fn a_connection_lost_after_the_letter_leaves_it_open() {
        let end = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let open = judged(Trouble::Lost(Stage::Letter, end()), &Quoted::default());
        assert!(matches!(open, SendError::Unknown(_)), "{open:?}");
        let sure = judged(Trouble::Lost(Stage::Data, end()), &Quoted::default());
        assert!(matches!(sure, SendError::Unwell { .. }), "{sure:?}");
    }
}
