//! Takes off what stands under a mail: signature blocks, device footers, greetings with a name.

use super::Line;
use crate::intent::passage::key;
use crate::mail::message::Message;

/// Lines of mail programs and telephones, as the keys they begin with.
const FOOTERS: [&str; 34] = [
    "sent from my ",
    "sent from yahoo",
    "sent from outlook",
    "sent from mail for",
    "sent from samsung",
    "sent from proton",
    "sent via ",
    "sent with ",
    "get outlook for",
    "get bluemail",
    "gesendet von ",
    "gesendet mit ",
    "von meinem ",
    "diese nachricht wurde von meinem",
    "envoye de mon",
    "envoye depuis",
    "envoye a partir",
    "telecharger outlook",
    "enviado desde",
    "enviado de mi",
    "enviado do ",
    "enviado a partir",
    "verzonden vanaf",
    "verstuurd vanaf",
    "inviato da ",
    "skickat fran min",
    "skickat fran outlook",
    "sendt fra min",
    "sendt fra outlook",
    "wyslane z ",
    "wyslano z ",
    "iphoneから送信",
    "ipadから送信",
    "yahoo mail: ",
];

/// Farewells that stand alone on their line, as keys.
const FAREWELLS: [&str; 74] = [
    "best",
    "best regards",
    "kind regards",
    "regards",
    "warm regards",
    "many thanks",
    "thanks",
    "thank you",
    "thx",
    "ta",
    "cheers",
    "sincerely",
    "yours",
    "yours sincerely",
    "all the best",
    "love",
    "take care",
    "best wishes",
    "thanks a lot",
    "thanks in advance",
    "viele grusse",
    "liebe grusse",
    "beste grusse",
    "mit freundlichen grussen",
    "mit freundlichem gruss",
    "freundliche grusse",
    "schone grusse",
    "viele gruesse",
    "liebe gruesse",
    "gruss",
    "grusse",
    "lg",
    "mfg",
    "vg",
    "danke",
    "vielen dank",
    "merci",
    "merci d'avance",
    "cordialement",
    "bien a vous",
    "bien cordialement",
    "amicalement",
    "bises",
    "a bientot",
    "salutations",
    "saludos",
    "un saludo",
    "gracias",
    "muchas gracias",
    "atentamente",
    "groet",
    "groeten",
    "groetjes",
    "met vriendelijke groet",
    "mvg",
    "bedankt",
    "dank",
    "saluti",
    "cordiali saluti",
    "un saluto",
    "grazie",
    "cumprimentos",
    "abracos",
    "obrigado",
    "obrigada",
    "atenciosamente",
    "mvh",
    "med vanliga halsningar",
    "vanliga halsningar",
    "halsningar",
    "med venlig hilsen",
    "hilsen",
    "pozdrawiam",
    "敬具",
];

/// Most lines below a farewell that still are a signature.
const BLOCK_MAX: usize = 12;

/// The lines without signature, footers and the sender's own name at the end.
pub(super) fn strip(lines: &[Line], message: &Message) -> Vec<Line> {
    let mut kept: Vec<Line> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if is_delimiter(&line.text) || is_footer(&line.text) {
            break;
        }
        let below = lines.get(at.saturating_add(1)..).unwrap_or_default();
        if has_text(&kept) && is_farewell(&line.text, message) && is_block(below) {
            kept.extend(postscript(below));
            break;
        }
        kept.push(line.clone());
    }
    while kept.last().is_some_and(Line::is_blank) {
        kept.pop();
    }
    drop_name(&mut kept, message);
    kept
}

/// The lines without a delimited signature and footers; farewell and name stay.
pub(super) fn without_block(lines: &[Line]) -> Vec<Line> {
    let own = lines.iter().take_while(|line| !is_delimiter(&line.text) && !is_footer(&line.text));
    own.cloned().collect()
}

fn has_text(lines: &[Line]) -> bool {
    lines.iter().any(|line| !line.is_blank())
}

/// RFC 3676 section 4.3, with or without its blank, and the rules people draw.
fn is_delimiter(line: &str) -> bool {
    let trimmed = line.trim();
    trimmed == "--" || (trimmed.len() >= 5 && trimmed.chars().all(|c| c == '_'))
}

fn is_footer(line: &str) -> bool {
    let line = key(line.trim().trim_start_matches(['*', '_', '-', ' ']));
    FOOTERS.iter().any(|footer| line.starts_with(footer))
}

/// "Viele Grüße", "Thanks, Mara": a farewell, and nothing after it but the sender's name.
fn is_farewell(line: &str, message: &Message) -> bool {
    let line = key(line.trim());
    let line = line.trim_end_matches([',', '.', '!', ' ', ':', ')']);
    if FAREWELLS.contains(&line) {
        return true;
    }
    let Some((farewell, name)) = line.split_once(',') else { return false };
    FAREWELLS.contains(&farewell.trim()) && is_name(name, message)
}

fn is_block(below: &[Line]) -> bool {
    below.iter().filter(|line| !line.is_blank()).count() <= BLOCK_MAX
}

/// A postscript is the sender's own again.
fn postscript(below: &[Line]) -> Vec<Line> {
    let starts = |line: &&Line| {
        let line = key(line.text.trim());
        ["ps:", "p.s.", "ps.", "ps "].iter().any(|ps| line.starts_with(ps))
    };
    match below.iter().position(|line| starts(&line)) {
        Some(at) => below.iter().skip(at).cloned().collect(),
        None => Vec::new(),
    }
}

/// The last line, when it is only the sender's name.
fn drop_name(lines: &mut Vec<Line>, message: &Message) {
    let others = lines.len().checked_sub(1).and_then(|n| lines.get(..n)).is_some_and(has_text);
    if others && lines.last().is_some_and(|line| is_name(&line.text, message)) {
        lines.pop();
    }
}

fn is_name(line: &str, message: &Message) -> bool {
    let Some(from) = message.from.first() else { return false };
    let name = from.name.as_deref().unwrap_or_default();
    let local = from.written.split('@').next().unwrap_or_default();
    let known: Vec<String> = [name, local]
        .iter()
        .flat_map(|text| text.split([' ', '.', '_', '-', ',', '+']))
        .map(key)
        .filter(|word| !word.is_empty())
        .collect();
    let line = key(line);
    let mut words =
        line.split([' ', '.', ',', '!', '-']).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| known.iter().any(|k| k == word) || word == "x")
}
