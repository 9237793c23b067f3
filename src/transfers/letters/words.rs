//! Problems and refusals in words: a short name for the subject, a sentence for the list.

use crate::{
    intent::Reason,
    ledger::{Limit, Refusal},
    transfers::Problem,
};

/// What we need or what stood in the way, for `We need … — nothing sent yet`.
pub(super) fn title(problem: &Problem) -> String {
    match problem {
        Problem::Unread(reason) => unread_title(*reason).to_owned(),
        Problem::Refused(refusal) => refusal_title(refusal),
        Problem::CurrencyNotHeld(currency) => format!("You hold no account in {currency}"),
        Problem::NoAccountThere(address) => format!("{address} has no account here yet"),
        Problem::ToYourself => "That is a payment to yourself".to_owned(),
    }
}

fn unread_title(reason: Reason) -> &'static str {
    match reason {
        Reason::MissingAmount => "We need the amount",
        Reason::AmbiguousAmount | Reason::ApproximateAmount | Reason::AmountNotExplicit => {
            "Please say which amount you mean"
        }
        Reason::ExcessPrecision => "The amount has too many decimals",
        Reason::InvalidAmount => "That amount cannot be sent",
        Reason::UnknownCurrency => "We do not know that currency",
        Reason::CurrencyNotHeld => "You hold no account in that currency",
        Reason::ConflictSubjectBody => "Subject and text name different amounts",
        Reason::AmountMismatch => "The amounts do not agree",
        Reason::MissingRecipient => "We need the recipient",
        Reason::AmbiguousRecipient => "Please name one recipient",
        Reason::InvalidRecipient => "The recipient’s address is not complete",
        Reason::SuspiciousRecipient => "Please check the recipient’s address",
        Reason::SelfRecipient => "That is a payment to yourself",
        Reason::SplitOrEach => "Please say how much each person gets",
        Reason::Conditional | Reason::UnsupportedSchedule => "We can only send now",
        Reason::DetailsOnlyInForward | Reason::OnlyInQuote => "Please write the payment yourself",
        _ => "We are not sure what you mean",
    }
}

fn refusal_title(refusal: &Refusal) -> String {
    match refusal {
        Refusal::ShortBy { missing, .. } => format!("Your balance is {missing} short"),
        Refusal::PayerFrozen => "Your account is frozen".to_owned(),
        Refusal::PayeeFrozen | Refusal::PayeeFull => {
            "The recipient cannot receive money now".to_owned()
        }
        Refusal::OverLimit { .. } | Refusal::TooOften { .. } => {
            "That is over your limit".to_owned()
        }
        _ => "This payment cannot be made".to_owned(),
    }
}

/// What is wrong and what helps, in a sentence or two.
pub(super) fn sentence(problem: &Problem) -> String {
    match problem {
        Problem::Unread(reason) => unread_sentence(*reason).to_owned(),
        Problem::Refused(refusal) => refusal_sentence(refusal),
        Problem::CurrencyNotHeld(currency) => {
            format!(
                "You have no account in {currency}, and we never change one currency into another."
            )
        }
        Problem::NoAccountThere(address) => format!(
            "Nobody with the address {address} has an account here. Please check the spelling, or ask them to \
             write “sign up” to us first."
        ),
        Problem::ToYourself => {
            "Sender and recipient are the same person. Please name somebody else’s address."
                .to_owned()
        }
    }
}

fn unread_sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::MissingAmount => "The amount is missing: we found none in your own words.",
        Reason::AmbiguousAmount => {
            "The amount can be read in more than one way. Please write it with two decimals, like 1250.00."
        }
        Reason::ExcessPrecision => {
            "The amount has more decimals than the currency. We never round; please write it exactly."
        }
        Reason::InvalidAmount => "The amount is zero, negative or too large to be sent.",
        Reason::ApproximateAmount => {
            "We send exact amounts only, and yours says “about” or names a range."
        }
        Reason::AmountNotExplicit => {
            "We need a figure: words like “everything” or “half” are not enough."
        }
        Reason::UnknownCurrency => {
            "We do not know that currency. Please use its code, such as USD, EUR or GBP."
        }
        Reason::CurrencyNotHeld => {
            "You have no account in that currency, and we never change one currency into another."
        }
        Reason::ConflictSubjectBody => {
            "The subject and the text name different amounts. Please write the right one only."
        }
        Reason::AmountMismatch => {
            "Your answer names another amount than the request. Please write the right one only."
        }
        Reason::MissingRecipient => "The recipient is missing: please write their mail address.",
        Reason::AmbiguousRecipient => {
            "More than one person could be meant. Please write one mail address."
        }
        Reason::InvalidRecipient => "The recipient’s mail address is not complete or not valid.",
        Reason::SuspiciousRecipient => {
            "The address looks much like another one, or mixes letters of several alphabets. Please type it again."
        }
        Reason::SelfRecipient => {
            "Sender and recipient are the same. Please name somebody else’s address."
        }
        Reason::SplitOrEach => {
            "You named one amount and several people. Please write one line for each of them."
        }
        Reason::SplitNeedsAgreement => {
            "A sum to be split needs one line for each person with the amount they get."
        }
        Reason::Conditional => "Your mail names a condition. We send at once or not at all.",
        Reason::UnsupportedSchedule => {
            "We cannot send later or repeatedly. Please write on the day itself."
        }
        Reason::Past => "Your mail speaks of a payment that has already been made.",
        Reason::Negated => "Your mail says not to send it, so we did not.",
        Reason::DetailsOnlyInForward => {
            "Amount and recipient stand only in the mail you forwarded. Please write them in your own words."
        }
        Reason::OnlyInQuote => {
            "The payment stands only in quoted text. Please write it in your own words."
        }
        Reason::Contradiction => "Your mail asks for two things that contradict each other.",
        Reason::TextHtmlMismatch => {
            "The plain and the formatted part of your mail say different things. Please send it as plain text."
        }
        _ => "We could not be sure what you want us to do.",
    }
}

/// Why the ledger refused, in a sentence or two.
pub(super) fn refusal_sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::ShortBy { missing, available } => {
            format!(
                "Your available balance is {available}, which is {missing} less than this payment."
            )
        }
        Refusal::PayerFrozen => "Your account is frozen, so no money can leave it.".to_owned(),
        Refusal::PayeeFrozen | Refusal::PayeeFull => {
            "The recipient’s account cannot receive money at the moment.".to_owned()
        }
        Refusal::OverLimit { limit, allowed, left } => {
            let span = match limit {
                Limit::PerTransfer => return format!("One payment may carry at most {allowed}."),
                Limit::Day => "within 24 hours",
                Limit::Week => "within 7 days",
                Limit::Month => "within 30 days",
            };
            format!("You may send {allowed} {span}; {left} of it is left now.")
        }
        Refusal::TooOften { allowed } => {
            format!(
                "At most {allowed} payments can be made within an hour. Please try again later."
            )
        }
        _ => "The payment does not fit the accounts of you and the recipient.".to_owned(),
    }
}
