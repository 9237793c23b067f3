//! Lines that say "from here on somebody else speaks", in the languages of mail programs.
//!
//! Data and plain matching; not for deciding what is cut (`quotes` does).

use crate::intent::form::NOTE;
use crate::intent::passage::key;

/// "Wrote" as mail programs write it, as keys (lower case, no accents), before the final colon.
const WROTE: [&str; 30] = [
    "wrote",
    "writes",
    "schrieb",
    "geschrieben",
    "a ecrit",
    "ecrivait",
    "escribio",
    "schreef",
    "ha scritto",
    "escreveu",
    "skrev",
    "skrev folgende",
    "napisal",
    "napisal(a)",
    "napisala",
    "kirjoitti",
    "pise",
    "napsal",
    "yazdi",
    "sunu yazdi",
    "irta",
    "a scris",
    "skrifadi",
    "έγραψε",
    "написал",
    "написала",
    "пишет",
    "写道",
    "のメール",
    "님이 작성",
];

/// Rules above an original or forwarded mail, as keys, without the dashes.
const ORIGINAL: [&str; 22] = [
    "original message",
    "original email",
    "original-nachricht",
    "ursprungliche nachricht",
    "originalnachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "oorspronkelijk bericht",
    "messaggio originale",
    "mensagem original",
    "ursprungligt meddelande",
    "originalmeddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "wiadomosc oryginalna",
    "oryginalna wiadomosc",
    "alkuperainen viesti",
    "puvodni zprava",
    "исходное сообщение",
    "元のメッセージ",
    "原始邮件",
];

/// The same for forwards.
const FORWARDED: [&str; 25] = [
    "forwarded message",
    "begin forwarded message",
    "forwarded by",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten",
    "weitergeleitete mail",
    "message transfere",
    "debut du message transfere",
    "message reexpedie",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "vidarebefordrat meddelande",
    "vidarebefordrat brev",
    "videresendt meddelelse",
    "videresendt melding",
    "przekazana wiadomosc",
    "wiadomosc przekazana",
    "転送メッセージ",
    "転送された",
];

/// Labels of the header block that Outlook and others put above what they quote, as keys.
const FROM: [&str; 14] = [
    "from",
    "von",
    "de",
    "van",
    "da",
    "fra",
    "fran",
    "od",
    "lahettaja",
    "от",
    "差出人",
    "kimden",
    "发件人",
    "보낸 사람",
];
const OTHERS: [&str; 42] = [
    "sent",
    "date",
    "to",
    "cc",
    "subject",
    "gesendet",
    "datum",
    "an",
    "betreff",
    "envoye",
    "a",
    "objet",
    "enviado",
    "fecha",
    "para",
    "asunto",
    "verzonden",
    "aan",
    "onderwerp",
    "inviato",
    "data",
    "oggetto",
    "assunto",
    "skickat",
    "till",
    "amne",
    "sendt",
    "til",
    "emne",
    "wyslano",
    "do",
    "temat",
    "送信日時",
    "日付",
    "宛先",
    "件名",
    "кому",
    "тема",
    "дата",
    "lahetetty",
    "aihe",
    "gonderilen",
];

/// Whether a line (or two or three joined by a blank) introduces a quote: "On …, Al <al@…> wrote:".
pub(super) fn is_attribution(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['>', ' ']).trim_end();
    // A note that cites somebody is still the sender's own line.
    if line.chars().count() > 300 || label(line).is_some_and(|label| NOTE.contains(&&*label)) {
        return false;
    }
    let Some(stem) = line.strip_suffix([':', '：']) else { return false };
    let stem = key(stem.trim_end());
    let names_somebody = stem.contains('@') || stem.chars().any(|c| c.is_ascii_digit());
    let verb_last = WROTE.iter().any(|verb| stem.ends_with(verb));
    // German and Dutch put the verb before the name, Japanese programs after the address.
    let verb_inside = ["schrieb ", "schreef ", "skrev ", "escribio ", "a ecrit ", "wrote "]
        .iter()
        .any(|verb| stem.contains(verb));
    names_somebody && (verb_last || verb_inside)
}

/// Whether a line stands above a copy of another mail; true for a forward.
pub(super) fn rule(line: &str) -> Option<bool> {
    let trimmed = line.trim().trim_start_matches(['>', ' ']);
    let inner = trimmed.trim_matches(['-', '_', '=', '*', ' ', ':', '：']);
    if inner.is_empty() || inner.chars().count() > 60 {
        return None;
    }
    let dashed =
        trimmed.starts_with("--") || trimmed.starts_with("__") || trimmed.starts_with("==");
    let inner = key(inner);
    let starts = |list: &[&str]| list.iter().any(|rule| inner.starts_with(rule));
    let bare = trimmed.ends_with([':', '：']);
    if starts(&FORWARDED) && (dashed || bare) {
        Some(true)
    } else if starts(&ORIGINAL) && (dashed || bare) {
        Some(false)
    } else {
        None
    }
}

/// Whether `lines` begin with the header block of another mail: "From: … Sent: … To: …".
pub(super) fn is_header_block<'l>(mut lines: impl Iterator<Item = &'l str>) -> bool {
    let Some(first) = lines.next().and_then(label) else { return false };
    if !FROM.contains(&first.as_str()) {
        return false;
    }
    let others = lines.filter(|line| !line.trim().is_empty()).take(6).filter_map(label);
    others.filter(|other| OTHERS.contains(&other.as_str())).count() >= 2
}

/// The key before the colon of `*Von:* K. Vogel`.
fn label(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches(['>', ' ', '*']);
    let (label, _) = line.split_once([':', '：'])?;
    (label.chars().count() <= 20).then(|| key(label.trim_matches(['*', ' '])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributions_of_many_programs_are_known() {
        for line in [
            "On Mon, Jun 2, 2025 at 12:01 PM Al <al@rude.example> wrote:",
            "> On 3 Jun 2025, at 10:02, Till <till@post.example> wrote:",
            "Am 02.06.2025 um 12:01 schrieb Al <al@rude.example>:",
            "Am Mo., 2. Juni 2025 um 12:01 Uhr schrieb Al <al@rude.example>:",
            "Le lun. 2 juin 2025 à 12:01, Al <al@rude.example> a écrit :",
            "El lun, 2 jun 2025 a las 12:01, Al (<al@rude.example>) escribió:",
            "Op ma 2 jun 2025 om 12:01 schreef Al <al@rude.example>:",
            "Il giorno lun 2 giu 2025 alle ore 12:01 Al <al@rude.example> ha scritto:",
            "Em seg., 2 de jun. de 2025 às 12:01, Al <al@rude.example> escreveu:",
            "Den mån 2 juni 2025 kl 12:01 skrev Al <al@rude.example>:",
            "man. 2. jun. 2025 kl. 12:01 skrev Al <al@rude.example>:",
            "pon., 2 cze 2025 o 12:01 Al <al@rude.example> napisał(a):",
            "2025年6月2日(月) 12:01 Al <al@rude.example>のメール:",
            "ma 2. kesäk. 2025 klo 12.01 Al (al@rude.example) kirjoitti:",
            "po 2. 6. 2025 v 12:01 odesílatel Al <al@rude.example> napsal:",
            "пн, 2 июн. 2025 г. в 12:01, Al <al@rude.example> написал:",
            "Al <al@rude.example>, 2 Haz 2025 Pzt, 12:01 tarihinde şunu yazdı:",
            "Al <al@rude.example> ezt írta (időpont: 2025. jún. 2., H, 12:01) irta:",
        ] {
            assert!(is_attribution(line), "{line}");
        }
        assert!(!is_attribution("What he wrote: nonsense"));
        assert!(!is_attribution("Notiz: Am 02.06.2025 um 12:01 schrieb Al <al@rude.example>:"));
        assert!(!is_attribution("pay ben@ferry.example $20"));
    }

    #[test]
    fn rules_and_blocks_are_known() {
        assert_eq!(rule("---------- Forwarded message ---------"), Some(true));
        assert_eq!(rule("-----Ursprüngliche Nachricht-----"), Some(false));
        assert_eq!(rule("Begin forwarded message:"), Some(true));
        assert_eq!(rule("---"), None);
        let block = ["Von: Al <al@rude.example>", "Gesendet: Montag", "An: Mara", "Betreff: x"];
        assert!(is_header_block(block.into_iter()));
        assert!(!is_header_block(["To: ben@ferry.example", "amount: 20"].into_iter()));
    }
}
