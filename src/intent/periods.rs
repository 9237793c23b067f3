//! "For May", "for 2025", "2025-05": the period of a statement.

use std::ops::Range;

use crate::intent::mail::Mail;
use crate::intent::sheet::Sheet;
use crate::intent::tokens::Kind;

/// Month names as keys: English, German, French, Spanish, Italian, Dutch, Portuguese, Swedish.
const MONTHS: [&str; 12] = [
    "january januar janvier enero gennaio januari janeiro styczen stycznia",
    "february februar fevrier febrero febbraio februari fevereiro luty lutego",
    "march marz mars marzo maart marco marzec marca",
    "april avril abril aprile kwiecien kwietnia",
    "may mai mayo maggio mei maio maj maja",
    "june juni juin junio giugno junho czerwiec czerwca",
    "july juli juillet julio luglio julho lipiec lipca",
    "august aout agosto augustus augusti sierpien sierpnia",
    "september septembre septiembre settembre setembro wrzesien wrzesnia",
    "october oktober octobre octubre ottobre outubro pazdziernik pazdziernika",
    "november novembre noviembre novembro listopad listopada",
    "december dezember decembre diciembre dicembre dezembro desember grudzien grudnia",
];

/// The period named in a range: `2025-05`, `2025`. A month without a year is the last one that was
/// over or running when the mail was written.
pub(super) fn read(mail: &Mail<'_>, sheet: &Sheet, range: &Range<usize>) -> Option<String> {
    let numbers: Vec<(usize, &str)> = sheet
        .content(range)
        .filter(|(_, token)| token.kind == Kind::Number)
        .map(|(_, token)| (token.start, sheet.passage.slice(token.start, token.end)))
        .collect();
    let year = numbers.iter().map(|(_, n)| *n).find(|n| n.len() == 4 && n.starts_with("20"));
    let iso = numbers.windows(2).find_map(|pair| match pair {
        [(start, year), (next, month)]
            if year.len() == 4
                && month.len() == 2
                && sheet.passage.slice(start.saturating_add(4), *next) == "-" =>
        {
            Some(format!("{year}-{month}"))
        }
        _ => None,
    });
    if iso.is_some() {
        return iso;
    }
    let month = sheet.content(range).find_map(|(_, token)| {
        let named = |names: &&str| names.split(' ').any(|name| name == token.key);
        MONTHS.iter().position(named).map(|index| index.saturating_add(1))
    });
    match (year, month) {
        (Some(year), Some(month)) => Some(format!("{year}-{month:02}")),
        (Some(year), None) => Some(year.to_owned()),
        (None, Some(month)) => {
            let (year_now, month_now) = written(mail)?;
            let later = i64::try_from(month).ok()? > month_now;
            let year = year_now.saturating_sub(i64::from(later));
            Some(format!("{year}-{month:02}"))
        }
        (None, None) => None,
    }
}

/// Year and month of the mail's own date.
fn written(mail: &Mail<'_>) -> Option<(i64, i64)> {
    let at = jiff::Timestamp::from_second(mail.message.date?.unix_seconds()).ok()?;
    let date = at.to_zoned(jiff::tz::TimeZone::UTC);
    Some((i64::from(date.year()), i64::from(date.month())))
}
