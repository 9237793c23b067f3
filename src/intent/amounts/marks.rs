//! Currencies as people name them: signs, codes, words and slang.

use crate::intent::context::ReaderContext;
use crate::intent::tokens::{Kind, Token};
use crate::money::Currency;

/// What stands beside a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A currency.
    Currency(Currency),
    /// A hundredth of one: cents, pence.
    Minor(Currency),
    /// Something that is no currency of ours, or that could be several.
    Unknown(String),
}

/// Dollars and crowns are several; a bare sign or word means the account's, if it has one of them.
const DOLLARS: [&str; 10] = ["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "JMD", "BBD", "NAD"];
const CROWNS: [&str; 5] = ["SEK", "NOK", "DKK", "ISK", "CZK"];
const PESOS: [&str; 7] = ["MXN", "ARS", "CLP", "COP", "PHP", "UYU", "DOP"];
/// Codes that are read in lower case too; others, such as "all" and "try", are words.
const LOWER: [&str; 22] = [
    "usd", "eur", "gbp", "chf", "jpy", "inr", "sek", "nok", "dkk", "pln", "cad", "aud", "nzd",
    "czk", "huf", "brl", "mxn", "sgd", "hkd", "cny", "krw", "kwd",
];

/// The mark that begins at `at` and stands before a number: `$`, `US$`, `CHF`, `Rs.`; and where it
/// ends.
pub(super) fn before(
    tokens: &[Token],
    at: usize,
    context: &ReaderContext,
) -> Option<(Mark, usize)> {
    let first = tokens.get(at)?;
    let after = at.saturating_add(1);
    let next = tokens.get(after);
    let figure_at = |at: usize| {
        let minus = usize::from(tokens.get(at).is_some_and(|t| t.is_sign('-') && !t.spaced));
        tokens.get(at.saturating_add(minus)).is_some_and(|t| t.kind == Kind::Number)
    };
    if let Kind::Sign(sign) = first.kind {
        return sign_mark(sign, context).filter(|_| figure_at(after)).map(|mark| (mark, after));
    }
    if first.kind != Kind::Word {
        return None;
    }
    if let Some(mark) = next.filter(|t| !t.spaced).and_then(|t| prefixed(&first.key, t)) {
        let to = after.saturating_add(1);
        return figure_at(to).then_some((mark, to));
    }
    let dotted = next.is_some_and(|t| t.is_sign('.') && !t.spaced);
    let to = if dotted { after.saturating_add(1) } else { after };
    let mark = code(first).or_else(|| match first.key.as_str() {
        "kr" | "fr" | "sfr" | "rs" | "eur" | "euro" | "euros" => word(&first.key, context),
        _ => None,
    })?;
    figure_at(to).then_some((mark, to))
}

/// The mark that stands behind a number, from `at` on.
pub(super) fn behind(
    tokens: &[Token],
    at: usize,
    context: &ReaderContext,
) -> Option<(Mark, usize)> {
    let first = tokens.get(at)?;
    let after = at.saturating_add(1);
    match first.kind {
        Kind::Sign(sign) => {
            // "20 $30": the sign belongs to what follows.
            let belongs_on = first.spaced
                && tokens.get(after).is_some_and(|t| t.kind == Kind::Number && !t.spaced);
            sign_mark(sign, context).filter(|_| !belongs_on).map(|mark| (mark, after))
        }
        Kind::Word => {
            if let Some(mark) =
                tokens.get(after).filter(|t| !t.spaced).and_then(|t| prefixed(&first.key, t))
            {
                return Some((mark, after.saturating_add(1)));
            }
            let national =
                matches!(first.key.as_str(), "us" | "canadian" | "australian" | "american");
            if national && let Some(next) = tokens.get(after).filter(|t| is_dollar(&t.key)) {
                let of = match first.key.as_str() {
                    "canadian" => "CAD",
                    "australian" => "AUD",
                    _ => "USD",
                };
                let _: &Token = next;
                return known(of).map(|mark| (mark, after.saturating_add(1)));
            }
            code(first).or_else(|| word(&first.key, context)).map(|mark| (mark, after))
        }
        _ => None,
    }
}

/// Signs on both sides must mean the same: `$20 CAD` is Canadian, `€20 USD` is nothing.
pub(super) fn combine(ahead: Option<Mark>, behind: Option<Mark>) -> Option<Mark> {
    match (ahead, behind) {
        (Some(Mark::Currency(a)), Some(Mark::Currency(b))) if a != b => {
            let both_dollars = DOLLARS.contains(&a.code()) && DOLLARS.contains(&b.code());
            Some(if both_dollars { Mark::Currency(b) } else { Mark::Unknown(format!("{a} {b}")) })
        }
        (Some(a), Some(Mark::Minor(_))) => Some(a),
        (Some(mark), _) | (None, Some(mark)) => Some(mark),
        (None, None) => None,
    }
}

fn known(code: &str) -> Option<Mark> {
    Currency::parse(code).ok().map(Mark::Currency)
}

/// The account's own one of several, else the first of them if `fallback`, else nothing certain.
fn one_of(
    codes: &[&str],
    context: &ReaderContext,
    fallback: Option<&str>,
    said: &str,
) -> Option<Mark> {
    match context.account_currency.filter(|own| codes.contains(&own.code())) {
        Some(own) => Some(Mark::Currency(own)),
        None => fallback.and_then(known).or_else(|| Some(Mark::Unknown(said.to_owned()))),
    }
}

fn sign_mark(sign: char, context: &ReaderContext) -> Option<Mark> {
    match sign {
        '$' => one_of(&DOLLARS, context, Some("USD"), "$")
            .map(|mark| peso_sign(context).unwrap_or(mark)),
        '€' => known("EUR"),
        '£' => known("GBP"),
        '¥' => one_of(&["JPY", "CNY"], context, Some("JPY"), "¥"),
        '₹' => known("INR"),
        '₩' => known("KRW"),
        '₽' => known("RUB"),
        '₺' => known("TRY"),
        '₴' => known("UAH"),
        '₪' => known("ILS"),
        '฿' => known("THB"),
        '₫' => known("VND"),
        '₱' => known("PHP"),
        '₦' => known("NGN"),
        '₿' | 'Ξ' => Some(Mark::Unknown(sign.to_string())),
        _ => None,
    }
}

/// Where the peso is at home, `$` is the peso.
fn peso_sign(context: &ReaderContext) -> Option<Mark> {
    context.account_currency.filter(|own| PESOS.contains(&own.code())).map(Mark::Currency)
}

/// `US$`, `A$`, `R$`.
fn prefixed(word: &str, sign: &Token) -> Option<Mark> {
    if !sign.is_sign('$') {
        return None;
    }
    match word {
        "us" => known("USD"),
        "a" | "au" => known("AUD"),
        "c" | "ca" => known("CAD"),
        "nz" => known("NZD"),
        "s" => known("SGD"),
        "hk" => known("HKD"),
        "mx" => known("MXN"),
        "r" => known("BRL"),
        _ => None,
    }
}

/// An ISO code in capitals, or a usual one in lower case.
fn code(token: &Token) -> Option<Mark> {
    let capitals = token.capitals && token.key.len() == 3;
    (capitals || LOWER.contains(&token.key.as_str())).then(|| known(&token.key)).flatten()
}

fn is_dollar(key: &str) -> bool {
    matches!(key, "dollar" | "dollars" | "bucks" | "buck")
}

/// A currency by a word.
pub(super) fn word(key: &str, context: &ReaderContext) -> Option<Mark> {
    let own = context.account_currency;
    match key {
        "dollar" | "dollars" | "dolar" | "dolares" | "dollari" | "dollaro" | "bucks" | "buck"
        | "dolarow" | "dolary" => one_of(&DOLLARS, context, Some("USD"), key),
        "euro" | "euros" | "eur" | "euroa" | "balles" | "pavos" | "ユーロ" => known("EUR"),
        "pound" | "pounds" | "quid" | "sterling" | "pfund" | "livres" | "libras" | "sterline"
        | "pond" | "funtow" => known("GBP"),
        "franken" | "francs" | "franc" | "franchi" | "sfr" | "fr" | "stutz" | "rappen" => {
            known("CHF")
        }
        "yen" | "円" | "jpy" => known("JPY"),
        "rupee" | "rupees" | "rs" | "rupien" | "lakh" => known("INR"),
        "kr" | "krona" | "kronor" | "kroner" | "kronen" | "krone" | "spann" | "crowns"
        | "couronnes" => one_of(&CROWNS, context, None, key),
        "zl" | "zloty" | "zlotych" | "zlote" | "zlotys" => known("PLN"),
        "peso" | "pesos" => one_of(&PESOS, context, None, key),
        "real" | "reais" => known("BRL"),
        "yuan" | "rmb" | "元" => known("CNY"),
        "won" => known("KRW"),
        "rand" => known("ZAR"),
        "forint" => known("HUF"),
        "baht" => known("THB"),
        "shekel" | "shekels" => known("ILS"),
        "rubles" | "rubel" | "roubles" => known("RUB"),
        "lira" | "lire" => known("TRY"),
        "cent" | "cents" | "ct" | "cts" | "centimes" | "centimos" | "centesimi" | "centavos"
        | "ore" | "groszy" | "grosze" => Some(
            own.filter(|own| own.exponent() == 2)
                .map_or_else(|| Mark::Unknown(key.to_owned()), Mark::Minor),
        ),
        "p" | "pence" | "penny" => own.filter(|own| own.code() == "GBP").map(Mark::Minor),
        "bitcoin" | "bitcoins" | "btc" | "eth" | "ether" | "ethereum" | "doge" | "dogecoin"
        | "usdt" | "usdc" | "sats" | "satoshi" | "satoshis" | "points" | "credits" | "tokens"
        | "doubloons" | "galleons" | "xrp" | "ltc" | "litecoin" | "punkte" | "gold" | "miles" => {
            Some(Mark::Unknown(key.to_owned()))
        }
        _ => None,
    }
}
