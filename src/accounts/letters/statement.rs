//! The letter with a statement: its table, and its file for a spreadsheet.

use serde::Serialize;

use super::{sample_address, sample_money};
use crate::{
    address::Address,
    clock::At,
    language::Language,
    ledger::TransferKind,
    letters::{Attachment, Body, Class, Letter, Row, Table, sample},
    mail::mailto::MailtoError,
    money::{Currency, Money},
};

/// Most movements that the letter itself shows; of several currencies each has its share, and one at
/// least.
const SHOWN_MAX: usize = 40;
/// Longest text of a cell in the file, in characters.
const CELL_MAX: usize = 300;

/// What moved in an account in a period.
#[derive(Debug, Clone, Serialize)]
pub struct Statement {
    from: At,
    /// The last instant of it.
    to: At,
    #[serde(skip)]
    parts: Vec<Part>,
}

/// What moved in one currency.
#[derive(Debug, Clone)]
pub struct Part {
    /// What was there before the period.
    pub opening: Money,
    /// How many movements there were.
    pub total: u64,
    /// The newest of them, oldest first.
    pub movements: Vec<Movement>,
}

/// Money that came in or went out.
#[derive(Debug, Clone)]
pub struct Movement {
    /// When.
    pub at: At,
    /// What it was.
    pub kind: TransferKind,
    /// Who paid or was paid, as the request named them.
    pub party: Option<Address>,
    /// What people call it.
    pub reference: Option<String>,
    /// Negative when it went out.
    pub amount: Money,
    /// The balance after it.
    pub after: Money,
}

impl Statement {
    pub(in crate::accounts) fn new((from, to): (At, At), parts: Vec<Part>) -> Self {
        Self { from, to, parts }
    }

    fn total(&self) -> u64 {
        self.parts.iter().map(|part| part.total).sum()
    }

    /// How many movements the file holds.
    fn kept(&self) -> usize {
        self.parts.iter().map(|part| part.movements.len()).sum()
    }

    /// How many of one currency the letter shows.
    fn share(&self) -> usize {
        (SHOWN_MAX / self.parts.len().max(1)).max(1)
    }

    fn title(&self, language: Language) -> String {
        let (from, to) = (language.date(self.from), language.date(self.to));
        say!(language, "account_statement.title", from = from, to = to)
    }

    fn paragraphs(&self, language: Language) -> Vec<String> {
        let (from, to) = (language.date(self.from), language.date(self.to));
        let total = self.total();
        if total == 0 {
            return vec![say!(language, "account_statement.quiet", from = from, to = to)];
        }
        let first = say!(language, "account_statement.first", from = from, to = to, count = total);
        let mut said = vec![first, say!(language, "account_statement.file")];
        let part = |part: &Part| part.movements.len().min(self.share());
        let shown: usize = self.parts.iter().map(part).sum();
        let kept = self.kept();
        if u64::try_from(kept).is_ok_and(|kept| kept < total) {
            let words = say!(language, "words.statement");
            said.push(say!(
                language,
                "account_statement.too_many",
                shown = shown,
                kept = kept,
                words = words
            ));
        } else if shown < kept {
            said.push(say!(language, "account_statement.newest", shown = shown));
        }
        said
    }

    fn table(&self, language: Language, part: &Part) -> Table {
        let skipped = part.movements.len().saturating_sub(self.share());
        let shown = part.movements.iter().skip(skipped);
        let opening = Row {
            what: say!(language, "account_statement.opening"),
            about: language.date(self.from),
            amount: String::new(),
            balance: language.money(part.opening),
        };
        let closing = Row {
            what: say!(language, "account_statement.closing"),
            about: language.date(self.to),
            amount: String::new(),
            balance: language.money(part.closing()),
        };
        // What is not shown stands in one line, so that each balance follows from the one above it.
        let older = shown.clone().next().map_or(part.opening, Movement::before);
        let sum = Money::new(older.minor.saturating_sub(part.opening.minor), older.currency);
        let hidden = part.total > u64::try_from(shown.len()).unwrap_or(u64::MAX);
        let older = hidden.then(|| Row {
            what: say!(language, "account_statement.older"),
            about: String::new(),
            amount: language.money(sum),
            balance: language.money(older),
        });
        let rows = std::iter::once(opening).chain(older);
        let rows = rows.chain(shown.map(|movement| movement.row(language)));
        Table {
            caption: part.opening.currency.code().to_owned(),
            head: Row {
                what: say!(language, "account_statement.what"),
                about: String::new(),
                amount: say!(language, "fact.amount"),
                balance: say!(language, "account_statement.balance"),
            },
            rows: rows.chain([closing]).collect(),
        }
    }

    /// RFC 4180, in UTF-8.
    fn csv(&self, language: Language) -> String {
        let head = [
            say!(language, "account_statement.date"),
            say!(language, "account_statement.what"),
            say!(language, "account_statement.party"),
            say!(language, "fact.reference"),
            say!(language, "fact.amount"),
            say!(language, "fact.currency"),
            say!(language, "account_statement.balance"),
        ];
        let mut csv = String::new();
        line(&mut csv, &head.map(|name| cell(&name)));
        for part in &self.parts {
            // A file that does not hold everything opens with what was there before its first line.
            let opening = part.movements.first().map_or(part.opening, Movement::before);
            let opened =
                part.movements.first().filter(|_| part.is_cut()).map_or(self.from, |m| m.at);
            let sum = |what: String, at: At, balance: Money| {
                let currency = balance.currency.code().to_owned();
                let none = String::new;
                [at.to_string(), cell(&what), none(), none(), none(), currency, balance.decimal()]
            };
            let opening = sum(say!(language, "account_statement.opening"), opened, opening);
            line(&mut csv, &opening);
            for movement in &part.movements {
                line(&mut csv, &movement.cells(language));
            }
            let closing = say!(language, "account_statement.closing");
            line(&mut csv, &sum(closing, self.to, part.closing()));
        }
        csv
    }

    fn file_name(&self) -> String {
        format!("statement-{}-{}.csv", self.from.date(), self.to.date())
    }

    /// With more movements than are shown and kept.
    pub(super) fn long() -> Self {
        let mut statement = Self::sample();
        let part = statement.parts.first_mut().expect("a currency");
        let day = std::time::Duration::from_secs(3_600);
        for number in 1..=45_i64 {
            let last = part.movements.last().expect("a movement");
            let after = sample_money(last.after.minor - 100);
            let (at, amount) = (last.at.plus(day), sample_money(-100));
            let reference = Some(format!("T-{}", 110 + number));
            let party = Some(sample_address(sample::OTHER));
            let kind = TransferKind::Transfer;
            part.movements.push(Movement { at, kind, party, reference, amount, after });
        }
        part.total = 2_400;
        statement
    }

    /// In which nothing moved.
    pub(super) fn quiet() -> Self {
        let part = Part { opening: sample_money(8_000), total: 0, movements: Vec::new() };
        Self { parts: vec![part], ..Self::sample() }
    }
}

impl Part {
    fn closing(&self) -> Money {
        self.movements.last().map_or(self.opening, |last| last.after)
    }

    fn is_cut(&self) -> bool {
        u64::try_from(self.movements.len()).is_ok_and(|kept| kept < self.total)
    }
}

impl Movement {
    fn before(&self) -> Money {
        Money::new(self.after.minor.saturating_sub(self.amount.minor), self.after.currency)
    }

    /// What it was, in a word or two.
    fn what(&self, language: Language) -> String {
        match (self.kind, self.amount.minor < 0) {
            (TransferKind::Transfer | TransferKind::Claim, true) => say!(language, "movement.sent"),
            (TransferKind::Transfer | TransferKind::Claim, false) => {
                say!(language, "movement.received")
            }
            (TransferKind::Credit, _) => say!(language, "movement.credit"),
            (TransferKind::Debit, _) => say!(language, "movement.debit"),
            (TransferKind::Order, _) => say!(language, "movement.order"),
            (TransferKind::Settlement, _) => say!(language, "movement.settlement"),
            (TransferKind::Return, _) => say!(language, "movement.return"),
            (TransferKind::Refund, _) => say!(language, "movement.refund"),
            (TransferKind::Fee, _) => say!(language, "movement.fee"),
            (TransferKind::Message, _) => say!(language, "movement.message"),
            (TransferKind::Invoice, _) => say!(language, "movement.invoice"),
            (TransferKind::Promotion, _) => say!(language, "movement.promotion"),
            (TransferKind::Payout, _) => say!(language, "movement.payout"),
            (TransferKind::Dispute, _) => say!(language, "movement.dispute"),
            (TransferKind::Correction, _) => say!(language, "movement.correction"),
        }
    }

    fn row(&self, language: Language) -> Row {
        let what = self.what(language);
        let date = language.date(self.at);
        let party = self.party.as_ref();
        Row {
            what: match party {
                Some(party) => say!(language, "movement.with", what = what, party = party),
                None => what,
            },
            about: self.reference.as_ref().map_or_else(|| date.clone(), |r| format!("{date}, {r}")),
            amount: language.money(self.amount),
            balance: language.money(self.after),
        }
    }

    fn cells(&self, language: Language) -> [String; 7] {
        [
            self.at.to_string(),
            cell(&self.what(language)),
            cell(self.party.as_ref().map_or("", Address::as_str)),
            cell(self.reference.as_deref().unwrap_or_default()),
            self.amount.decimal(),
            self.amount.currency.code().to_owned(),
            self.after.decimal(),
        ]
    }
}

fn line(csv: &mut String, cells: &[String; 7]) {
    csv.push_str(&cells.join(","));
    csv.push_str("\r\n");
}

/// A text as RFC 4180 quotes it, of a bounded length. One that a spreadsheet would take for a formula
/// gets an apostrophe before it; sums are ours and stay numbers.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let mut plain = String::new();
    plain.extend(formula.then_some('\''));
    plain.extend(text.chars().take(CELL_MAX));
    if plain.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", plain.replace('"', "\"\""))
    } else {
        plain
    }
}

impl Letter for Statement {
    const KIND: &'static str = "account_statement";

    fn class(&self) -> Class {
        Class::Answer
    }

    fn subject(&self, language: Language) -> String {
        self.title(language)
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: self.title(language),
            paragraphs: self.paragraphs(language),
            tables: self.parts.iter().map(|part| self.table(language, part)).collect(),
            why: say!(language, "account_statement.why"),
            ..Body::default()
        })
    }

    fn attachment(&self, language: Language) -> Option<Attachment> {
        (self.total() > 0).then(|| Attachment {
            name: self.file_name(),
            media_type: "text/csv; charset=utf-8; header=present".to_owned(),
            text: self.csv(language),
        })
    }

    fn sample() -> Self {
        let at = |day: u8| At::of_day(2025, 5, day).expect("a day of May");
        let euro = |minor| Money::new(minor, Currency::parse("EUR").expect("ISO 4217"));
        let movement = |day, kind, (amount, after): (Money, Money)| Movement {
            at: at(day),
            kind,
            party: None,
            reference: None,
            amount,
            after,
        };
        let dollars = |amount, after| (sample_money(amount), sample_money(after));
        let paid_in = Movement {
            reference: Some("bank-2025-0042".to_owned()),
            ..movement(2, TransferKind::Credit, dollars(10_000, 18_000))
        };
        let sent = Movement {
            party: Some(sample_address(sample::OTHER)),
            reference: Some("T-104".to_owned()),
            ..movement(9, TransferKind::Transfer, dollars(-2_050, 15_950))
        };
        let received = Movement {
            party: Some(sample_address("=zoe@harbour.example")),
            reference: Some("T-110".to_owned()),
            ..movement(28, TransferKind::Transfer, (euro(1_250), euro(1_250)))
        };
        let dollars = vec![paid_in, sent];
        Self {
            from: at(1),
            to: At(at(31).0.saturating_add(86_399_999_999)),
            parts: vec![
                Part { opening: sample_money(8_000), total: 2, movements: dollars },
                Part { opening: euro(0), total: 1, movements: vec![received] },
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_no_formula() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"hi\"\r\n"), "\"say \"\"hi\"\"\r\n\"");
        for formula in ["=1+1", "+1", "-1", "@a", "\tx"] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        assert_eq!(cell("=HYPERLINK(\"a\",1)"), "\"'=HYPERLINK(\"\"a\"\",1)\"");
        assert_eq!(cell(&"é".repeat(CELL_MAX + 9)).chars().count(), CELL_MAX);
    }

    #[test]
    fn the_file_adds_up_and_holds_each_movement() {
        let csv = Statement::long().csv(Language::En);
        let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.len(), 1 + (2 + 47) + (2 + 1));
        assert!(csv.ends_with("\r\n") && lines.iter().all(|cells| cells.len() == 7));
        let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap_or(0);
        for pair in lines[1..].windows(2).filter(|pair| pair[0][5] == pair[1][5]) {
            let sum = cents(pair[0][6]) + cents(pair[1][4]);
            assert_eq!(sum, cents(pair[1][6]), "{pair:?}");
        }
        assert!(csv.contains(",Received,'=zoe@harbour.example,T-110,12.50,EUR,12.50\r\n"), "{csv}");
    }
}
