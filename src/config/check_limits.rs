//! Checking how much one person may send, currency by currency.

use super::{
    check::Checker,
    settings::{CurrencyLimits, SendingMax},
};
use crate::money::Currency;

/// The most that any of them may be, in whole units.
const MOST: i64 = 1_000_000_000;
/// The list of currencies with limits of their own.
const LIST: &str = "transfers.limits";

impl Checker<'_> {
    /// What holds for every currency that is not on the list.
    pub(super) fn usual_limits(&mut self) -> SendingMax {
        SendingMax {
            per_transfer: self.number("transfers.per_transfer_max", 1..=MOST),
            day: self.number("transfers.day_max", 1..=MOST),
            week: self.number("transfers.week_max", 1..=MOST),
            month: self.number("transfers.month_max", 1..=MOST),
        }
    }

    /// `JPY 500000 1000000 2000000 5000000`, each currency once.
    pub(super) fn limits_of_currencies(&mut self) -> Vec<CurrencyLimits> {
        let lines = self.raw.figment.extract_inner::<Vec<String>>(LIST).unwrap_or_else(|_| {
            self.problem(LIST, "a list of texts is expected");
            Vec::new()
        });
        let mut limits: Vec<CurrencyLimits> = Vec::new();
        for line in lines {
            match read(&line) {
                Some(one) if limits.iter().all(|other| other.currency != one.currency) => {
                    limits.push(one);
                }
                _ => self.problem(
                    LIST,
                    "each currency once is expected, with the most of one transfer, a day, a week and a \
                     month in whole units: JPY 500000 1000000 2000000 5000000",
                ),
            }
        }
        limits
    }
}

fn read(line: &str) -> Option<CurrencyLimits> {
    let mut words = line.split_whitespace();
    let currency = Currency::parse(words.next()?).ok()?;
    let mut number = || words.next()?.parse().ok().filter(|number| (1..=MOST).contains(number));
    let max =
        SendingMax { per_transfer: number()?, day: number()?, week: number()?, month: number()? };
    words.next().is_none().then_some(CurrencyLimits { currency, max })
}
