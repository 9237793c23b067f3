//! A text that is nothing but an amount: the field of a form, read by the rules for mails.

use crate::intent::amounts::{self, Value};
use crate::intent::ask_back::{AskBack, AskBackFields, Candidate, Reason};
use crate::intent::context::ReaderContext;
use crate::intent::passage::Passage;
use crate::intent::tokens::Tokens;
use crate::money::Amount;

/// Reads a field that holds an amount alone. Without a currency beside it, it is one of
/// `context.account_currency`; `context.locale` says how its writer groups digits.
///
/// # Errors
/// Why it is no amount, with what it may mean.
pub fn read(text: &str, context: &ReaderContext) -> Result<Amount, Box<AskBack>> {
    let passage = Passage::of(text.trim());
    let tokens = Tokens::of(&passage);
    if tokens.is_empty() {
        return Err(ask(Reason::MissingAmount, AskBackFields::default()));
    }
    let mut found = amounts::find(&passage, &tokens, context);
    let whole = found.pop().filter(|one| one.from == 0 && one.to == tokens.len());
    match whole.filter(|_| found.is_empty()).map(|one| one.value) {
        None => Err(ask(Reason::InvalidAmount, AskBackFields::default())),
        Some(Value::Exact(amount)) => Ok(amount),
        Some(Value::Unclear { reason, candidates, currency, detail }) => {
            let candidates = candidates.into_iter().map(Candidate::Value).collect();
            Err(ask(reason, AskBackFields { candidates, currency, detail, ..Default::default() }))
        }
    }
}

fn ask(reason: Reason, fields: AskBackFields) -> Box<AskBack> {
    Box::new(AskBack::new(reason, fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn shown(text: &str, code: &str, locale: &str) -> String {
        let account_currency = Currency::parse(code).ok();
        let locale = Some(locale.to_owned());
        let context = ReaderContext { account_currency, locale, ..ReaderContext::default() };
        match read(text, &context) {
            Ok(amount) => amount.money().with_code(),
            Err(ask) => format!("{:?}", ask.reasons()),
        }
    }

    #[test]
    fn a_field_holds_one_amount_and_nothing_else() {
        for (text, code, locale, expected) in [
            ("20", "USD", "en", "20.00 USD"),
            (" $1,234.50 ", "USD", "en", "1234.50 USD"),
            ("1.234,50", "EUR", "de", "1234.50 EUR"),
            ("1 234,50 €", "USD", "fr", "1234.50 EUR"),
            ("1'234.50", "CHF", "de-CH", "1234.50 CHF"),
            ("3000", "JPY", "es", "3000 JPY"),
            ("", "USD", "en", "[MissingAmount]"),
            ("1.234", "USD", "en", "[ExcessPrecision]"),
            ("0", "USD", "en", "[InvalidAmount]"),
            ("-5", "USD", "en", "[InvalidAmount]"),
            ("20 for lunch", "USD", "en", "[InvalidAmount]"),
            ("lots", "USD", "en", "[InvalidAmount]"),
            ("20 30", "USD", "en", "[InvalidAmount]"),
        ] {
            assert_eq!(shown(text, code, locale), expected, "{text} {code} {locale}");
        }
    }
}
