//! Orders: by the line of our advert, or in the customer's own words over the catalogue.

use crate::intent::ask_back::{AskBackFields, CANDIDATES_MAX, Candidate, Reason};
use crate::intent::form;
use crate::intent::guards;
use crate::intent::machine_line::{self, Line, MachineLine};
use crate::intent::mail::{Draft, Mail};
use crate::intent::passage::{Passage, key};
use crate::intent::reading::{Command, Item, Reading};
use crate::intent::services;
use crate::intent::sheet::{Sentence, Sheet};
use crate::intent::spans::Source;
use crate::intent::tokens::{Kind, Tokens};
use crate::intent::words::{Language, Meaning, languages};

/// Most of one product in one mail.
const QTY_MAX: u32 = 10_000;

/// Reads an order made with the line of an advert.
pub(super) fn by_line(mail: &Mail<'_>) -> Option<Draft> {
    let text = mail.body.passage.text();
    let noted = |at: usize| form::is_in_note(mail, at);
    match machine_line::find(text) {
        Line::Whole(MachineLine { start, .. }) | Line::Damaged { start } if noted(start) => None,
        Line::Whole(line) => Some(whole(mail, text, &line)),
        Line::Damaged { start } => Some(damaged(mail, text, start)),
        Line::None => None,
    }
}

fn whole(mail: &Mail<'_>, text: &str, line: &MachineLine) -> Draft {
    let words = plain_words(mail, text, line.start, line.end);
    let sender = mail.message.sender().map(ToString::to_string);
    let customer =
        mail.context.customers.iter().find(|c| c.id.eq_ignore_ascii_case(&line.customer));
    if let Some(customer) = customer {
        let own = mail.message.sender().is_some_and(|sender| customer.addresses.contains(sender));
        if !own {
            let token_customer = Some(line.customer.clone());
            let fields = AskBackFields { token_customer, sender, ..AskBackFields::default() };
            return Draft::plain(Reading::ask(Reason::CustomerMismatch, fields));
        }
    }
    if let Some(reason) = doubt(mail, &words) {
        let topic = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
        let about = Some(line.product.clone());
        return Draft::plain(Reading::ask(
            reason,
            AskBackFields { topic, about, ..AskBackFields::default() },
        ));
    }
    // The address names a product too; where both do, they must agree.
    let tagged = mail.tag().and_then(|tag| tag.split('.').next()).map(str::to_ascii_uppercase);
    let is_product =
        |tag: &String| mail.context.catalogue.iter().any(|p| p.sku.eq_ignore_ascii_case(tag));
    if tagged.as_ref().is_some_and(|tag| is_product(tag) && *tag != line.product) {
        let candidates = [Some(line.product.clone()), tagged].into_iter().flatten();
        let candidates = candidates.map(Candidate::Value).collect();
        return Draft::plain(Reading::ask(
            Reason::AmbiguousProduct,
            AskBackFields { candidates, ..AskBackFields::default() },
        ));
    }
    match quantity(text) {
        Some(qty) if (1..=QTY_MAX).contains(&qty) => {
            let items = vec![Item { sku: line.product.clone(), qty }];
            let (customer, signature) = (Some(line.customer.clone()), Some(line.signature.clone()));
            Draft::plain(Command::Order { items, customer, signature, coupon: None })
        }
        _ => {
            let about = Some(line.product.clone());
            let fields = AskBackFields { about, ..AskBackFields::default() };
            Draft::plain(Reading::ask(Reason::DamagedToken, fields))
        }
    }
}

fn damaged(mail: &Mail<'_>, text: &str, start: usize) -> Draft {
    let above = text.get(..start).unwrap_or_default().to_lowercase();
    let subject = mail.message.subject.to_lowercase();
    let named = mail.context.catalogue.iter().filter(|product| {
        let name = product.name.to_lowercase();
        above.contains(&name) || subject.contains(&name)
    });
    let qty = quantity(text).unwrap_or(1);
    let guess = named.take(CANDIDATES_MAX).map(|p| Item { sku: p.sku.clone(), qty }).collect();
    Draft::plain(Reading::ask(
        Reason::DamagedToken,
        AskBackFields { guess, ..AskBackFields::default() },
    ))
}

/// The number behind "Quantity:"; one when the line is gone, nothing when it is no number.
fn quantity(text: &str) -> Option<u32> {
    const LABELS: [&str; 12] = [
        "quantity",
        "menge",
        "anzahl",
        "quantite",
        "cantidad",
        "aantal",
        "quantita",
        "quantidade",
        "antal",
        "antall",
        "ilosc",
        "数量",
    ];
    let folded = key(text);
    let found = LABELS.iter().find_map(|label| {
        let at = folded.find(&format!("{label}:"))?;
        folded.get(at.saturating_add(label.len()).saturating_add(1)..)
    });
    let Some(rest) = found else { return Some(1) };
    let rest = rest.trim_start_matches([' ', '+', '\n']);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let tail = rest.get(end..).unwrap_or_default();
    let fraction =
        tail.starts_with(['.', ',']) && tail.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    rest.get(..end)?.parse().ok().filter(|_| !fraction)
}

/// The sender's words beside those that our link prefilled.
fn plain_words(mail: &Mail<'_>, text: &str, start: usize, end: usize) -> String {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let mut words = format!("{before}\n{after}").replace('+', " ");
    for template in [
        "Just press Send. Please leave the first line as it is.",
        "Just press Send. Please leave the next line as it is.",
        "I'd like to order:",
    ] {
        words = words.replace(template, " ");
    }
    for product in &mail.context.catalogue {
        words = words.replace(&format!("Order {}", product.name), " ");
        words = words.replace(&product.name, " ");
    }
    words
}

/// A question, a condition or a negation above the line.
fn doubt(mail: &Mail<'_>, words: &str) -> Option<Reason> {
    let passage = Passage::of(words);
    let tokens = Tokens::of(&passage);
    let active: Vec<Language> = languages(&tokens, mail.context.locale.as_deref());
    let sheet = Sheet::new(Source::Text, passage, tokens, &active, mail.context);
    let all = sheet.all();
    let has = |meaning| sheet.has(&all, meaning);
    let question = sheet.sentences.iter().any(|s| s.question || guards::is_question(&sheet, s));
    if question {
        return Some(Reason::QuestionBeforeOrder);
    }
    let guards = [
        (Meaning::If, Reason::Conditional),
        (Meaning::Not, Reason::Negated),
        (Meaning::Cancel, Reason::Negated),
        (Meaning::Hold, Reason::Negated),
        (Meaning::Schedule, Reason::UnsupportedSchedule),
        (Meaning::Maybe, Reason::NotExplicit),
    ];
    guards.into_iter().find(|(meaning, _)| has(*meaning)).map(|(_, reason)| reason)
}

/// Reads an order in the customer's own words; `None` when no product and no order is spoken of.
pub(super) fn in_words(mail: &Mail<'_>) -> Option<Draft> {
    if mail.context.catalogue.is_empty() {
        return None;
    }
    let sheet = &mail.body;
    let all = sheet.all();
    let wanted = |sheet: &Sheet| sheet.has(&sheet.all(), Meaning::Order);
    let ordering = wanted(&mail.subject) || wanted(sheet);
    let sheet = if sheet.passage.is_blank() { &mail.subject } else { sheet };
    if sheet.has(&sheet.all(), Meaning::Reorder) {
        return Some(Draft::plain(Reading::ask(Reason::ReorderConfirm, AskBackFields::default())));
    }
    let mentions = mentions(mail, sheet);
    if mentions.is_empty() {
        let unknown = ordering && wanted(sheet) && sheet.content(&all).count() <= 20;
        let fields = AskBackFields { act: Some("order".to_owned()), ..AskBackFields::default() };
        let question = sheet.sentences.iter().any(|s| guards::is_question(sheet, s));
        return (unknown && !question && sheet.references_in(&all).is_empty())
            .then(|| Draft::plain(Reading::ask(Reason::UnknownProduct, fields)));
    }
    let counted = mentions.iter().any(|mention| mention.qty.is_some());
    if !ordering && !counted {
        return None;
    }
    if let Some(reason) = words_doubt(sheet) {
        return Some(Draft::plain(Reading::ask(reason, AskBackFields::default())));
    }
    if let Some(unclear) = mentions.iter().find(|mention| mention.skus.len() > 1) {
        let skus = unclear.skus.iter().take(CANDIDATES_MAX).cloned();
        let candidates = skus.map(Candidate::Value).collect();
        let qty = unclear.qty;
        let fields = AskBackFields { candidates, qty, ..AskBackFields::default() };
        return Some(Draft::plain(Reading::ask(Reason::AmbiguousProduct, fields)));
    }
    let mut items: Vec<Item> = Vec::new();
    for mention in &mentions {
        let sku = mention.skus.first()?.clone();
        let qty = mention.qty.unwrap_or(1);
        if !(1..=QTY_MAX).contains(&qty) || items.iter().any(|item| item.sku == sku) {
            let fields = AskBackFields { about: Some(sku), ..AskBackFields::default() };
            return Some(Draft::plain(Reading::ask(Reason::NotExplicit, fields)));
        }
        items.push(Item { sku, qty });
    }
    let codes = services::codes(sheet, &sheet.all());
    let coupon = match codes.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    Some(Draft::plain(Command::Order { items, customer: None, signature: None, coupon }))
}

fn words_doubt(sheet: &Sheet) -> Option<Reason> {
    let all = Sentence { range: sheet.all(), question: false };
    let has = |meaning| sheet.has(&all.range, meaning);
    let question = sheet.sentences.iter().any(|s| guards::is_question(sheet, s));
    if question {
        return Some(Reason::QuestionBeforeOrder);
    }
    let guards = [
        (Meaning::If, Reason::Conditional),
        (Meaning::Not, Reason::Negated),
        (Meaning::Cancel, Reason::Negated),
        (Meaning::Hold, Reason::Negated),
        (Meaning::Schedule, Reason::UnsupportedSchedule),
        (Meaning::Past, Reason::Past),
        (Meaning::Maybe, Reason::NotExplicit),
        (Meaning::Reported, Reason::NotExplicit),
        (Meaning::Refund, Reason::NotExplicit),
    ];
    guards.into_iter().find(|(meaning, _)| has(*meaning)).map(|(_, reason)| reason)
}

/// A product that the words name, or several that they could mean.
struct Mention {
    skus: Vec<String>,
    qty: Option<u32>,
}

/// Each run of product words is one mention; a full name beats a part of one.
fn mentions(mail: &Mail<'_>, sheet: &Sheet) -> Vec<Mention> {
    let names: Vec<(String, Vec<String>)> = mail
        .context
        .catalogue
        .iter()
        .map(|p| (p.sku.clone(), p.name.split_whitespace().map(key).collect()))
        .collect();
    let mut mentions = Vec::new();
    let mut at = 0_usize;
    while at < sheet.tokens.len() {
        let Some(token) = sheet.tokens.get(at) else { break };
        let by_sku = names.iter().find(|(sku, _)| is_sku_at(sheet, at, sku));
        if let Some((sku, _)) = by_sku {
            let len = Tokens::of_phrase(sku).len();
            let qty = count_before(sheet, at);
            mentions.push(Mention { skus: vec![sku.clone()], qty });
            at = at.saturating_add(len);
            continue;
        }
        let full = names.iter().filter(|(_, name)| {
            !name.is_empty()
                && name
                    .iter()
                    .enumerate()
                    .all(|(i, word)| same_at(sheet, at.saturating_add(i), word))
        });
        if let Some((sku, name)) = full.max_by_key(|(_, name)| name.len()) {
            mentions.push(Mention {
                skus: vec![sku.clone()],
                qty: count_around(sheet, at, name.len()),
            });
            at = at.saturating_add(name.len());
            continue;
        }
        let part: Vec<String> = names
            .iter()
            .filter(|(_, name)| {
                token.kind == Kind::Word && name.last().is_some_and(|w| same(&token.key, w))
            })
            .map(|(sku, _)| sku.clone())
            .collect();
        if !part.is_empty() {
            mentions.push(Mention { skus: part, qty: count_around(sheet, at, 1) });
        }
        at = at.saturating_add(1);
    }
    mentions
}

fn is_sku_at(sheet: &Sheet, at: usize, sku: &str) -> bool {
    let words = Tokens::of_phrase(sku);
    words
        .iter()
        .enumerate()
        .all(|(i, word)| sheet.tokens.get(at.saturating_add(i)).is_some_and(|t| t.key == word.key))
}

fn same_at(sheet: &Sheet, at: usize, word: &str) -> bool {
    sheet.tokens.get(at).is_some_and(|token| same(&token.key, word))
}

/// The same word, or its plural.
fn same(written: &str, word: &str) -> bool {
    written == word
        || written.strip_suffix('s') == Some(word)
        || written.strip_suffix("es") == Some(word)
}

fn count_around(sheet: &Sheet, at: usize, len: usize) -> Option<u32> {
    let behind = at.saturating_add(len);
    let times = sheet.tokens.get(behind).filter(|t| t.key == "x" || t.is_sign('×'));
    let after = times.and_then(|_| number_at(sheet, behind.saturating_add(1)));
    count_before(sheet, at).or(after)
}

/// "2x blue mug", "2 × mug", "one mug".
fn count_before(sheet: &Sheet, at: usize) -> Option<u32> {
    let back = |n: usize| at.checked_sub(n);
    let times =
        back(1).and_then(|i| sheet.tokens.get(i)).is_some_and(|t| t.key == "x" || t.is_sign('×'));
    let place = if times { back(2)? } else { back(1)? };
    number_at(sheet, place)
}

fn number_at(sheet: &Sheet, at: usize) -> Option<u32> {
    const WORDS: [(&str, u32); 20] = [
        ("a", 1),
        ("an", 1),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("ein", 1),
        ("eine", 1),
        ("einen", 1),
        ("zwei", 2),
        ("drei", 3),
        ("un", 1),
        ("une", 1),
        ("deux", 2),
    ];
    let token = sheet.tokens.get(at)?;
    if token.kind == Kind::Number {
        return token.key.parse().ok();
    }
    WORDS.iter().find(|(word, _)| *word == token.key).map(|(_, value)| *value)
}
