//! What people ask for beside payments: balance, statement, help, an account, a refund, a coupon …
//!
//! One sentence at a time; a sentence that speaks of a payment is not read here.

use crate::intent::ask_back::{AskBackFields, Reason};
use crate::intent::guards;
use crate::intent::mail::{Draft, Mail};
use crate::intent::periods;
use crate::intent::reading::{Answer, Command, Reading, UnsubscribeScope};
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::tokens::Kind;
use crate::intent::words::Meaning;

/// Reads the services that all sentences ask for, each once.
pub(super) fn read(mail: &Mail<'_>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for sheet in mail.sheets() {
        for sentence in &sheet.sentences {
            let draft = sentence_of(mail, sheet, sentence);
            drafts.extend(draft.filter(|new| drafts.iter().all(|d| d.reading != new.reading)));
        }
    }
    drafts
}

fn sentence_of(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence) -> Option<Draft> {
    let range = &sentence.range;
    let has = |meaning| sheet.has(range, meaning);
    let denied = has(Meaning::Not) && !has(Meaning::Wh) && !has(Meaning::Unsubscribe);
    if denied || has(Meaning::Hold) || has(Meaning::Reported) {
        return None;
    }
    if let Some(code) = coupon_code(mail, sheet, sentence) {
        let reference = single_reference(mail);
        return Some(Draft::plain(Command::ApplyCoupon { code, reference }));
    }
    let told = has(Meaning::Past);
    let pays = has(Meaning::Pay) && !sheet.addresses_in(range).is_empty();
    let informing = [
        (Meaning::Unfreeze, Command::Unfreeze {}),
        (Meaning::Export, Command::Export {}),
        (Meaning::Erase, Command::Erase {}),
        (Meaning::Freeze, Command::Freeze {}),
        (Meaning::Balance, Command::Balance {}),
        (Meaning::Coupons, Command::Coupons {}),
        (Meaning::Inbox, Command::Inbox {}),
        (Meaning::Catalogue, Command::Catalogue {}),
    ];
    let dangerous = |meaning| matches!(meaning, Meaning::Export | Meaning::Erase);
    if let Some((_, command)) = informing.into_iter().find(|(meaning, _)| {
        has(*meaning)
            && !(dangerous(*meaning) && (guards::is_question(sheet, sentence) || has(Meaning::If)))
    }) {
        return Some(Draft::plain(command));
    }
    if has(Meaning::Statement) && !pays {
        return Some(Draft::plain(Command::Statement {
            period: periods::read(mail, sheet, range),
        }));
    }
    if has(Meaning::SignUp)
        && !told
        && !guards::is_question(sheet, sentence)
        && leads_short(sheet, sentence)
    {
        let name = mail.message.from.first().and_then(|from| from.name.clone());
        return Some(Draft::plain(Command::SignUp { name }));
    }
    if has(Meaning::Refund) {
        return refund(mail, sheet, sentence);
    }
    if has(Meaning::Unsubscribe) {
        return Some(Draft::plain(Command::Unsubscribe { scope: unsubscribe_scope(sheet) }));
    }
    if let Some(draft) = on_reference(mail, sheet, sentence) {
        return Some(draft);
    }
    if (has(Meaning::TopUp) || has(Meaning::Withdraw)) && !pays {
        return funding(mail, sheet, sentence);
    }
    if has(Meaning::Status) && !pays {
        let reference = single_reference(mail);
        return Some(Draft::plain(Command::Status { reference, note: None }));
    }
    help(sheet, sentence)
}

/// "Sign up" alone or nearly so; not in a story.
fn leads_short(sheet: &Sheet, sentence: &Sentence) -> bool {
    let unknown = sheet.content(&sentence.range).filter(|(at, _)| !sheet.is_known(*at)).count();
    unknown <= 4
}

fn help(sheet: &Sheet, sentence: &Sentence) -> Option<Draft> {
    let range = &sentence.range;
    let has = |meaning| sheet.has(range, meaning);
    let asks = guards::is_question(sheet, sentence) || sentence.question;
    let about_us =
        has(Meaning::Pay) || has(Meaning::Fees) || has(Meaning::Order) || has(Meaning::Refund);
    let topic = match (has(Meaning::Pay), has(Meaning::Fees)) {
        (true, true) => "transfer_fees",
        (true, false) => "transfer",
        (false, true) => "fees",
        (false, false) => "general",
    };
    let no_matter = sheet.addresses_in(range).is_empty();
    let wants = has(Meaning::Help) && !has(Meaning::Pay);
    (wants || (asks && about_us && no_matter))
        .then(|| Draft::plain(Command::Help { topic: Some(topic.to_owned()) }))
}

/// The one reference in the sender's words, else the thread's.
fn single_reference(mail: &Mail<'_>) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for sheet in mail.sheets() {
        for (_, reference) in sheet.references_in(&sheet.all()) {
            if !found.iter().any(|known| known == reference) {
                found.push(reference.to_owned());
            }
        }
    }
    match found.as_slice() {
        [] => mail.thread.clone(),
        [one] => Some(one.clone()),
        _ => None,
    }
}

fn ask(reason: Reason, act: &str, sheet: &Sheet, sentence: &Sentence) -> Draft {
    let fields = AskBackFields {
        act: Some(act.to_owned()),
        words: Some(sheet.text(&sentence.range).trim().to_owned()),
        ..AskBackFields::default()
    };
    Draft::plain(Reading::ask(reason, fields))
}

fn doubts(sheet: &Sheet, sentence: &Sentence) -> Option<Reason> {
    let has = |meaning| sheet.has(&sentence.range, meaning);
    if has(Meaning::If) {
        Some(Reason::Conditional)
    } else if has(Meaning::Schedule) {
        Some(Reason::UnsupportedSchedule)
    } else if guards::is_question(sheet, sentence) || has(Meaning::Maybe) {
        Some(Reason::NotExplicit)
    } else {
        None
    }
}

fn refund(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence) -> Option<Draft> {
    if guards::is_question(sheet, sentence) {
        return None;
    }
    if let Some(reason) = doubts(sheet, sentence) {
        return Some(ask(reason, "refund", sheet, sentence));
    }
    let Some(reference) = single_reference(mail) else {
        // A subject such as "Remboursement essence" only names what it is about.
        let titled = sheet.source == mail.subject.source && !mail.body.passage.is_blank();
        return (!titled).then(|| ask(Reason::AmbiguousReference, "refund", sheet, sentence));
    };
    let found: Vec<_> = sheet.amounts_in(&sentence.range).filter(|found| found.marked).collect();
    let amount = match found.as_slice() {
        [] => None,
        [one] if one.value.exact().is_some() => one.value.exact(),
        _ => return Some(ask(Reason::AmbiguousAmount, "refund", sheet, sentence)),
    };
    let reason = mail.body.sentences.first().map(|s| mail.body.text(&s.range).trim().to_owned());
    let spans = found.iter().map(|found| sheet.span("amount", &(found.from..found.to))).collect();
    Some(Draft { reading: Command::Refund { reference, amount, reason }.into(), spans })
}

/// From a reference to the command on it.
type Build = fn(Answer) -> Command;

/// "Claim", "remind tom about T-771", "return T-771", "accept A-1042", "shipped A-1042, DHL 123".
fn on_reference(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence) -> Option<Draft> {
    let range = &sentence.range;
    let kinds: [(Meaning, Build); 6] = [
        (Meaning::Return, Command::ReturnPayment),
        (Meaning::Remind, Command::Remind),
        (Meaning::Decline, Command::Decline),
        (Meaning::Accept, Command::Accept),
        (Meaning::Claim, Command::Claim),
        (Meaning::Shipped, |answer| Command::Shipped {
            reference: answer.reference,
            note: answer.note,
            tracking: None,
        }),
    ];
    let first = sheet.content(range).find(|(at, _)| !sheet.is(*at, Meaning::Soft))?.0;
    let (_, build) = kinds.into_iter().find(|(meaning, _)| {
        sheet.first(range, *meaning).is_some_and(|tag| tag.from <= first.saturating_add(1))
    })?;
    let reference = single_reference(mail)?;
    if let Some(reason) = doubts(sheet, sentence) {
        return Some(ask(
            reason,
            build(Answer { reference, note: None }).intent(),
            sheet,
            sentence,
        ));
    }
    let mut command = build(Answer { reference, note: None });
    if let Command::Shipped { tracking, .. } = &mut command {
        *tracking = tracking_number(sheet, sentence);
    }
    Some(Draft::plain(command))
}

/// The longest run of letters and digits with at least six digits.
fn tracking_number(sheet: &Sheet, sentence: &Sentence) -> Option<String> {
    let codes = sheet.content(&sentence.range).filter(|(_, token)| {
        token.key.chars().filter(char::is_ascii_digit).count() >= 6
            && !matches!(token.kind, Kind::Reference(_))
    });
    codes.map(|(at, _)| sheet.text(&(at..at.saturating_add(1))).to_owned()).next()
}

fn unsubscribe_scope(sheet: &Sheet) -> UnsubscribeScope {
    let all = sheet.content(&sheet.all()).any(|(_, token)| {
        matches!(
            token.key.as_str(),
            "all" | "everything" | "alles" | "tout" | "todo" | "tutto" | "anything"
        )
    });
    let offers = sheet.content(&sheet.all()).any(|(_, token)| {
        matches!(
            token.key.as_str(),
            "offers"
                | "offer"
                | "adverts"
                | "ads"
                | "newsletter"
                | "newsletters"
                | "promotions"
                | "marketing"
                | "werbung"
                | "angebote"
                | "offres"
                | "ofertas"
                | "aanbiedingen"
                | "offerte"
        )
    });
    if all && !offers { UnsubscribeScope::All } else { UnsubscribeScope::Offers }
}

fn funding(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence) -> Option<Draft> {
    let range = &sentence.range;
    let tops = sheet.first(range, Meaning::TopUp);
    let act = if tops.is_some() { "top_up" } else { "withdraw" };
    let verb = tops.or(sheet.first(range, Meaning::Withdraw))?;
    let first = sheet.content(range).find(|(at, _)| {
        !sheet.is(*at, Meaning::Soft)
            && !sheet.is(*at, Meaning::Polite)
            && !sheet.is(*at, Meaning::And)
    })?;
    if first.0 != verb.from {
        return None;
    }
    if let Some(reason) = doubts(sheet, sentence) {
        return Some(ask(reason, act, sheet, sentence));
    }
    let found: Vec<_> = sheet.amounts_in(range).collect();
    let [only] = found.as_slice() else {
        let reason = if found.is_empty() { Reason::MissingAmount } else { Reason::AmbiguousAmount };
        return Some(ask(reason, act, sheet, sentence));
    };
    let Some(amount) = only.value.exact() else {
        return Some(ask(Reason::AmbiguousAmount, act, sheet, sentence));
    };
    if sheet.has(range, Meaning::About) {
        return Some(ask(Reason::ApproximateAmount, act, sheet, sentence));
    }
    if mail.context.lacks(amount.currency()) {
        return Some(ask(Reason::CurrencyNotHeld, act, sheet, sentence));
    }
    let span = sheet.span("amount", &(only.from..only.to));
    let command =
        if tops.is_some() { Command::TopUp { amount } } else { Command::Withdraw { amount } };
    Some(Draft { reading: command.into(), spans: vec![span] })
}

/// A word of capitals and digits beside "code", "coupon" or "add".
fn coupon_code(mail: &Mail<'_>, sheet: &Sheet, sentence: &Sentence) -> Option<String> {
    let range = &sentence.range;
    let about = sheet.content(range).any(|(_, token)| {
        matches!(
            token.key.as_str(),
            "code"
                | "coupon"
                | "voucher"
                | "gutschein"
                | "gutscheincode"
                | "apply"
                | "add"
                | "put"
                | "promo"
                | "rabattcode"
                | "cupon"
                | "bon"
                | "kupon"
                | "discount"
        )
    });
    let codes = codes(sheet, range);
    let [code] = codes.as_slice() else { return None };
    let ordering = sheet.content(&sheet.all()).any(|(_, token)| {
        mail.context.catalogue.iter().any(|product| {
            product
                .name
                .split_whitespace()
                .any(|word| crate::intent::passage::key(word) == token.key)
        })
    });
    (about && !ordering).then(|| code.clone())
}

/// Words such as `SPRING10`.
pub(super) fn codes(sheet: &Sheet, range: &std::ops::Range<usize>) -> Vec<String> {
    let words = sheet.content(range).filter(|(_, token)| {
        token.kind == Kind::Word
            && token.capitals
            && (4..=24).contains(&token.key.len())
            && token.key.chars().any(|c| c.is_ascii_digit())
            && token.key.chars().any(|c| c.is_ascii_alphabetic())
    });
    words.map(|(at, _)| sheet.text(&(at..at.saturating_add(1))).to_owned()).collect()
}
