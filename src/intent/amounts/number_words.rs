//! Numbers in words. Only beside a currency do they count as an amount.

use super::number::Decimal;
use crate::intent::context::ReaderContext;
use crate::intent::tokens::{Kind, Token};
use crate::money::Currency;

/// English number words that add up or multiply.
const ENGLISH: [(&str, i64); 31] = [
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
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("thousand", 1_000),
    ("grand", 1_000),
];

/// Single words of the other languages. Compounds that are not listed are not guessed.
const OTHERS: &[(&str, i64)] = &[
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("funf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwolf", 12),
    ("funfzehn", 15),
    ("zwanzig", 20),
    ("funfundzwanzig", 25),
    ("dreissig", 30),
    ("vierzig", 40),
    ("funfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
    ("hundert", 100),
    ("einhundert", 100),
    ("zweihundert", 200),
    ("tausend", 1_000),
    ("eintausend", 1_000),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("sept", 7),
    ("huit", 8),
    ("neuf", 9),
    ("dix", 10),
    ("onze", 11),
    ("douze", 12),
    ("quinze", 15),
    ("vingt", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("soixante", 60),
    ("cent", 100),
    ("mille", 1_000),
    ("dos", 2),
    ("tres", 3),
    ("cuatro", 4),
    ("cinco", 5),
    ("seis", 6),
    ("siete", 7),
    ("ocho", 8),
    ("nueve", 9),
    ("diez", 10),
    ("doce", 12),
    ("quince", 15),
    ("veinte", 20),
    ("veinticinco", 25),
    ("treinta", 30),
    ("cuarenta", 40),
    ("cincuenta", 50),
    ("cien", 100),
    ("mil", 1_000),
    ("vijf", 5),
    ("tien", 10),
    ("vijftien", 15),
    ("twintig", 20),
    ("vijfentwintig", 25),
    ("dertig", 30),
    ("veertig", 40),
    ("vijftig", 50),
    ("honderd", 100),
    ("cinque", 5),
    ("dieci", 10),
    ("quindici", 15),
    ("venti", 20),
    ("venticinque", 25),
    ("trenta", 30),
    ("quaranta", 40),
    ("cinquanta", 50),
    ("cento", 100),
    ("dez", 10),
    ("vinte", 20),
    ("trinta", 30),
    ("quarenta", 40),
    ("cinquenta", 50),
    ("cem", 100),
    ("fem", 5),
    ("tio", 10),
    ("femton", 15),
    ("tjugo", 20),
    ("trettio", 30),
    ("fyrtio", 40),
    ("femtio", 50),
    ("hundra", 100),
    ("tyve", 20),
    ("tjue", 20),
    ("tredive", 30),
    ("tretti", 30),
    ("femti", 50),
    ("hundrede", 100),
    ("hundre", 100),
    ("piec", 5),
    ("dziesiec", 10),
    ("dwadziescia", 20),
    ("trzydziesci", 30),
    ("czterdziesci", 40),
    ("piecdziesiat", 50),
    ("sto", 100),
];

fn english(key: &str) -> Option<i64> {
    ENGLISH.iter().find(|(word, _)| *word == key).map(|(_, value)| *value)
}

fn other(key: &str) -> Option<i64> {
    OTHERS.iter().find(|(word, _)| *word == key).map(|(_, value)| *value)
}

/// The number in words at `at`, and where it ends.
pub(super) fn read(tokens: &[Token], at: usize) -> Option<(Decimal, usize)> {
    let first = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    if let Some(value) = other(&first.key) {
        let after = at.saturating_add(1);
        // Two number words in a row are a number that is not known here: better none than a wrong.
        let more = tokens.get(after).is_some_and(|t| other(&t.key).is_some());
        let behind = at.checked_sub(1).and_then(|at| tokens.get(at));
        let part = behind.is_some_and(|t| other(&t.key).is_some() || t.is_sign('-') && !t.spaced);
        return (!more && !part).then_some((Decimal::whole(value), after));
    }
    // The second half of "twenty thirty" is no number either.
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    if before.is_some_and(|token| english(&token.key).is_some()) {
        return None;
    }
    let mut sum = 0_i64;
    let mut part = 0_i64;
    let mut to = at;
    while let Some(token) = tokens.get(to) {
        let joins = to > at && (token.key == "and" || token.is_sign('-'));
        let next = tokens.get(to.saturating_add(1)).and_then(|token| english(&token.key));
        if joins && next.is_some() {
            to = to.saturating_add(1);
            continue;
        }
        let article =
            to == at && matches!(token.key.as_str(), "a" | "one") && next.is_some_and(|n| n >= 100);
        let Some(value) = english(&token.key).or(article.then_some(1)) else { break };
        match value {
            1_000 => {
                sum = sum.checked_add(part.max(1).checked_mul(1_000)?)?;
                part = 0;
            }
            100 => part = part.max(1).checked_mul(100)?,
            // "twenty thirty" is no number.
            _ if part % 10 != 0 || (part % 100 != 0 && value >= 10) => return None,
            _ => part = part.checked_add(value)?,
        }
        to = to.saturating_add(1);
    }
    (to > at).then_some((Decimal::whole(sum.checked_add(part)?), to))
}

/// Words that say number and currency at once.
pub(super) fn slang(key: &str, context: &ReaderContext) -> Option<(Decimal, Currency)> {
    let own = context.account_currency?;
    let (value, code) = match key {
        "fiver" => (5, own.code()),
        "tenner" => (10, own.code()),
        "tientje" | "zehner" => (10, "EUR"),
        "zwanni" | "zwanziger" => (20, "EUR"),
        "fuffi" | "fuffziger" => (50, "EUR"),
        _ => return None,
    };
    let fits = matches!(own.code(), "GBP" | "USD" | "EUR" | "AUD" | "CAD" | "NZD");
    Currency::parse(code).ok().filter(|_| fits).map(|currency| (Decimal::whole(value), currency))
}
