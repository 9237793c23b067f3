//! Amounts as people write them: `$20`, `1.250,00 €`, `CHF 1'250.50`, `five bucks`, `3万円`.
//!
//! Not for: choosing one. Everything that may be an amount is found, with what is wrong with it.

mod marks;
mod number;
mod number_words;

use crate::intent::ask_back::Reason;
use crate::intent::context::ReaderContext;
use crate::intent::passage::Passage;
use crate::intent::tokens::{Kind, Token};
use crate::money::{Amount, Currency, Money};

use marks::Mark;
use number::Decimal;

/// Something that may be an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// First token, the currency before it included.
    pub(super) from: usize,
    /// After the last token.
    pub(super) to: usize,
    /// A currency stands beside it; without one it only counts where an amount is expected.
    pub(super) marked: bool,
    /// What it is worth.
    pub(super) value: Value,
}

/// What a found amount is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Exactly this.
    Exact(Amount),
    /// It must be asked for, with candidates in the currency's own digits.
    Unclear {
        reason: Reason,
        candidates: Vec<String>,
        currency: Option<Currency>,
        detail: Option<String>,
    },
}

impl Value {
    /// The amount, when it is certain.
    pub(super) fn exact(&self) -> Option<Amount> {
        match self {
            Self::Exact(amount) => Some(*amount),
            Self::Unclear { .. } => None,
        }
    }

    fn unclear(reason: Reason, detail: &str) -> Self {
        let detail = Some(detail.to_owned()).filter(|d| !d.is_empty());
        Self::Unclear { reason, candidates: Vec::new(), currency: None, detail }
    }
}

/// All amounts of the tokens, in their order; none overlap.
pub(super) fn find(passage: &Passage, tokens: &[Token], context: &ReaderContext) -> Vec<Found> {
    let finder = Finder { passage, tokens, context };
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0_usize;
    while at < tokens.len() {
        match finder.at(at) {
            Some(amount) => {
                at = amount.to.max(at.saturating_add(1));
                found.push(amount);
            }
            None => at = at.saturating_add(1),
        }
    }
    finder.join_ranges(&mut found);
    found
}

struct Finder<'a> {
    passage: &'a Passage,
    tokens: &'a [Token],
    context: &'a ReaderContext,
}

/// A number before its currency is known.
struct Figure {
    from: usize,
    to: usize,
    written: Written,
}

enum Written {
    /// Digits as they stand in the mail, to be read by the conventions; powers of ten beside them.
    Digits(String, u32),
    /// In words.
    Words(Decimal),
    /// A word that says number and currency: "a fiver".
    Slang(Decimal, Currency),
}

impl Finder<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    fn before(&self, at: usize) -> Option<&Token> {
        at.checked_sub(1).and_then(|at| self.tokens.get(at))
    }

    fn at(&self, at: usize) -> Option<Found> {
        let ahead = marks::before(self.tokens, at, self.context);
        let number_at = ahead.as_ref().map_or(at, |(_, to)| *to);
        let negative = self.is_minus(at, number_at);
        let number_at = if negative && ahead.is_some() && self.is_sign(number_at, '-') {
            number_at.saturating_add(1)
        } else {
            number_at
        };
        let figure = self.figure(number_at)?;
        if self.is_no_amount(&figure, ahead.is_some()) {
            return None;
        }
        let behind = marks::behind(self.tokens, figure.to, self.context);
        let to = behind.as_ref().map_or(figure.to, |(_, to)| *to);
        let mark = marks::combine(ahead.map(|(mark, _)| mark), behind.map(|(mark, _)| mark));
        let marked = mark.is_some() || matches!(figure.written, Written::Slang(..));
        let value = self.value(&figure, mark, negative);
        let mut found = Found { from: at, to, marked, value };
        self.take_cents(&mut found);
        Some(found)
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.token(at).is_some_and(|token| token.is_sign(sign))
    }

    /// A minus directly before the figure or its currency, and not a dash between words.
    fn is_minus(&self, at: usize, number_at: usize) -> bool {
        let directly = self.before(at).is_some_and(|token| token.is_sign('-') && token.spaced)
            && self.token(at).is_some_and(|token| !token.spaced);
        directly || (number_at > at && self.is_sign(number_at, '-'))
    }

    fn figure(&self, at: usize) -> Option<Figure> {
        let token = self.token(at)?;
        if token.kind == Kind::Number {
            let written = self.passage.slice(token.start, token.end).to_owned();
            let (power, to) = self.multiplier(at.saturating_add(1));
            return Some(Figure { from: at, to, written: Written::Digits(written, power) });
        }
        if let Some((value, currency)) = number_words::slang(&token.key, self.context) {
            let to = at.saturating_add(1);
            return Some(Figure { from: at, to, written: Written::Slang(value, currency) });
        }
        let (value, to) = number_words::read(self.tokens, at)?;
        Some(Figure { from: at, to, written: Written::Words(value) })
    }

    /// `2k`, `3万`, `2 thousand`: a power of ten and where it ends.
    fn multiplier(&self, at: usize) -> (u32, usize) {
        let Some(token) = self.token(at) else { return (0, at) };
        let after = at.saturating_add(1);
        let unspaced = !token.spaced;
        match token.key.as_str() {
            "k" if unspaced => (3, after),
            "千" => (3, after),
            "万" => (4, after),
            "thousand" | "grand" | "tausend" | "mille" | "mil" | "duizend" | "tusen" | "tusind" => {
                (3, after)
            }
            "hundred" => (2, after),
            "million" | "mio" => (6, after),
            _ => (0, at),
        }
    }

    /// Times, dates, ordinals, percentages, telephone and other numbers.
    fn is_no_amount(&self, figure: &Figure, marked: bool) -> bool {
        let next = self.token(figure.to);
        let glued = next.filter(|token| !token.spaced && !token.is_break());
        let before = self.before(figure.from);
        let number_follows =
            self.token(figure.to.saturating_add(1)).is_some_and(|t| t.kind == Kind::Number);
        let part_of_date = glued
            .is_some_and(|t| matches!(t.kind, Kind::Sign('/' | ':')) && number_follows)
            || before.is_some_and(|t| {
                matches!(t.kind, Kind::Sign('/' | ':' | '#' | '+'))
                    && self.token(figure.from).is_some_and(|own| !own.spaced)
                    && !t.spaced | t.is_sign('#') | t.is_sign('+')
            });
        let percent = next.is_some_and(|t| {
            t.is_sign('%') || matches!(t.key.as_str(), "percent" | "prozent" | "pct")
        });
        if marked {
            return percent;
        }
        let suffix = glued
            .filter(|t| t.kind == Kind::Word)
            .is_some_and(|t| t.key.is_ascii() && marks::word(&t.key, self.context).is_none());
        let glued_before = before.is_some_and(|t| {
            t.kind == Kind::Word
                && self.token(figure.from).is_some_and(|own| !own.spaced)
                && t.key.is_ascii()
        });
        let oclock = next.is_some_and(|t| {
            matches!(t.key.as_str(), "am" | "pm" | "o'clock" | "uhr" | "h" | "kl" | "heures")
        });
        let words_without_currency = matches!(figure.written, Written::Words(_))
            && marks::behind(self.tokens, figure.to, self.context).is_none();
        part_of_date || percent || suffix || glued_before || oclock || words_without_currency
    }

    fn value(&self, figure: &Figure, mark: Option<Mark>, negative: bool) -> Value {
        if let Written::Slang(value, currency) = &figure.written {
            return bounded(*value, *currency, negative);
        }
        let (currency, minor) = match mark {
            Some(Mark::Unknown(word)) => return Value::unclear(Reason::UnknownCurrency, &word),
            Some(Mark::Currency(currency)) => (currency, false),
            Some(Mark::Minor(currency)) => (currency, true),
            None => match self.context.account_currency {
                Some(currency) => (currency, false),
                None => return Value::unclear(Reason::UnknownCurrency, ""),
            },
        };
        let shift = if minor { u32::from(currency.exponent()) } else { 0 };
        match &figure.written {
            Written::Digits(digits, power) => {
                let numeric = number::read(digits, currency, self.context.locale.as_deref());
                numeric.scaled(*power, shift).value(currency, negative)
            }
            Written::Words(value) | Written::Slang(value, _) => match value.divided(shift) {
                Some(value) => bounded(value, currency, negative),
                None => Value::unclear(Reason::InvalidAmount, ""),
            },
        }
    }

    /// "5 euros 50", "5€50": the cents stand behind the currency. Never dropped, so it is asked.
    fn take_cents(&self, found: &mut Found) {
        let Value::Exact(amount) = found.value else { return };
        let Some(token) = self.token(found.to).filter(|t| t.kind == Kind::Number && found.marked)
        else {
            return;
        };
        let written = self.passage.slice(token.start, token.end);
        let behind_number = self.before(found.to).is_some_and(|t| t.kind != Kind::Number);
        if written.len() != 2 || !behind_number || amount.currency().exponent() != 2 {
            return;
        }
        let whole = amount.money();
        let with = written.parse::<i64>().ok().and_then(|cents| whole.minor.checked_add(cents));
        let candidates = [Some(whole.minor), with].into_iter().flatten();
        let shown = candidates.map(|minor| Money::new(minor, whole.currency).decimal()).collect();
        found.to = found.to.saturating_add(1);
        found.value = Value::Unclear {
            reason: Reason::AmbiguousAmount,
            candidates: shown,
            currency: Some(whole.currency),
            detail: None,
        };
    }

    /// "20-30", "20 or 30", "20 to 30 dollars": approximate, both of them.
    fn join_ranges(&self, found: &mut Vec<Found>) {
        let mut joined: Vec<Found> = Vec::new();
        for next in found.drain(..) {
            let between = joined.last().map(|last| (last.to, next.from));
            let range = between.is_some_and(|(from, to)| {
                to.saturating_sub(from) == 1
                    && self.token(from).is_some_and(|token| {
                        token.is_sign('-') || token.is_sign('~') || is_or(&token.key)
                    })
            });
            match joined.last_mut().filter(|_| range) {
                Some(last) => {
                    let candidates: Vec<String> = [&last.value, &next.value]
                        .into_iter()
                        .filter_map(|value| value.exact().map(|amount| amount.money().decimal()))
                        .collect();
                    let currency = next.value.exact().map(Amount::currency);
                    last.marked |= next.marked;
                    last.to = next.to;
                    let reason = Reason::ApproximateAmount;
                    last.value = Value::Unclear { reason, candidates, currency, detail: None };
                }
                None => joined.push(next),
            }
        }
        *found = joined;
    }
}

fn is_or(key: &str) -> bool {
    matches!(key, "or" | "oder" | "ou" | "of" | "eller" | "lub" | "albo")
}

/// An exact figure within the bounds of a movement.
fn bounded(value: Decimal, currency: Currency, negative: bool) -> Value {
    number::Numeric::Exact(value).value(currency, negative)
}
