//! The words of the page and of the mail it writes, in each language it speaks.

use serde::Serialize;

/// Everything the page says. `{}` stands for what is filled in.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Words {
    /// BCP 47.
    pub(super) code: &'static str,
    /// What the language calls itself.
    pub(super) name: &'static str,
    /// Between units and cents.
    pub(super) point: &'static str,
    title: &'static str,
    lead: &'static str,
    amount: &'static str,
    currency: &'static str,
    to: &'static str,
    note: &'static str,
    optional: &'static str,
    prepare: &'static str,
    ready: &'static str,
    ready_lead: &'static str,
    open: &'static str,
    copy: &'static str,
    copy_to: &'static str,
    copy_subject: &'static str,
    copy_text: &'static str,
    change: &'static str,
    wrong: &'static str,
    languages: &'static str,
    pub(super) amount_missing: &'static str,
    pub(super) amount_wrong: &'static str,
    pub(super) amount_unclear: &'static str,
    pub(super) currency_unknown: &'static str,
    pub(super) currency_differs: &'static str,
    pub(super) to_missing: &'static str,
    pub(super) to_wrong: &'static str,
    pub(super) to_ourselves: &'static str,
    pub(super) note_too_long: &'static str,
    pub(super) not_understood: &'static str,
    /// The mail: its subject, its first line and the labels of the others, which the reader knows.
    pub(super) subject: &'static str,
    pub(super) pay: &'static str,
    pub(super) label_amount: &'static str,
    pub(super) label_to: &'static str,
    pub(super) label_note: &'static str,
}

/// Every language, the one for everybody else first.
pub(super) const ALL: [&Words; 4] = [&EN, &DE, &FR, &ES];

const EN: Words = Words {
    code: "en",
    name: "English",
    point: ".",
    title: "Send money by mail",
    lead: "Say how much and to whom. Your own mail program then opens with the finished mail. This page sends \
           nothing and keeps nothing.",
    amount: "Amount",
    currency: "Currency",
    to: "To, a mail address",
    note: "What it is for",
    optional: "optional",
    prepare: "Write the mail",
    ready: "Your mail is ready",
    ready_lead: "Send it as it is. You will get a letter that asks you to confirm, and only then money moves.",
    open: "Open it in your mail program",
    copy: "Or copy it into a new mail",
    copy_to: "To",
    copy_subject: "Subject",
    copy_text: "Text",
    change: "Change it",
    wrong: "Something is missing. What you typed is still here.",
    languages: "Languages",
    amount_missing: "Please write how much.",
    amount_wrong: "Please write one number, such as {}.",
    amount_unclear: "This can be read as {} or as {}. Please write it as one of them.",
    currency_unknown: "Please choose a currency.",
    currency_differs: "The amount says {}. Please choose the same currency here and there.",
    to_missing: "Please write the mail address of the person you pay.",
    to_wrong: "Please write one mail address, such as ben@example.org.",
    to_ourselves: "This is our own address. Please write that of the person you pay.",
    note_too_long: "This is too long for a link to a mail. Please shorten it.",
    not_understood: "We would not be sure to understand this. Please write it in another way.",
    subject: "Payment",
    pay: "pay",
    label_amount: "amount",
    label_to: "to",
    label_note: "note",
};

const DE: Words = Words {
    code: "de",
    name: "Deutsch",
    point: ",",
    title: "Geld per Mail senden",
    lead: "Wie viel, und an wen? Ihr eigenes Mailprogramm öffnet sich dann mit der fertigen Mail. Diese Seite \
           sendet nichts und merkt sich nichts.",
    amount: "Betrag",
    currency: "Währung",
    to: "An, eine Mailadresse",
    note: "Wofür",
    optional: "freiwillig",
    prepare: "Mail schreiben",
    ready: "Ihre Mail ist fertig",
    ready_lead: "Senden Sie sie, wie sie ist. Sie bekommen dann eine Mail, die um Ihre Bestätigung bittet, und \
                 erst danach wird Geld bewegt.",
    open: "Im Mailprogramm öffnen",
    copy: "Oder in eine neue Mail kopieren",
    copy_to: "An",
    copy_subject: "Betreff",
    copy_text: "Text",
    change: "Ändern",
    wrong: "Es fehlt noch etwas. Was Sie geschrieben haben, steht noch da.",
    languages: "Sprachen",
    amount_missing: "Bitte schreiben Sie, wie viel.",
    amount_wrong: "Bitte schreiben Sie eine Zahl, etwa {}.",
    amount_unclear: "Das kann {} oder {} heißen. Bitte schreiben Sie eines davon.",
    currency_unknown: "Bitte wählen Sie eine Währung.",
    currency_differs: "Beim Betrag steht {}. Bitte wählen Sie hier und dort dieselbe Währung.",
    to_missing: "Bitte schreiben Sie die Mailadresse der Person, die das Geld bekommt.",
    to_wrong: "Bitte schreiben Sie eine Mailadresse, etwa ben@example.org.",
    to_ourselves: "Das ist unsere eigene Adresse. Bitte schreiben Sie die der Person, die das Geld bekommt.",
    note_too_long: "Das ist zu lang für einen Link zu einer Mail. Bitte kürzen Sie es.",
    not_understood: "Das würden wir nicht sicher verstehen. Bitte schreiben Sie es anders.",
    subject: "Zahlung",
    pay: "zahlen",
    label_amount: "Betrag",
    label_to: "An",
    label_note: "Notiz",
};

const FR: Words = Words {
    code: "fr",
    name: "Français",
    point: ",",
    title: "Envoyer de l’argent par mail",
    lead: "Dites combien et à qui. Votre messagerie s’ouvre alors avec le mail tout prêt. Cette page n’envoie rien \
           et ne retient rien.",
    amount: "Montant",
    currency: "Monnaie",
    to: "À, une adresse mail",
    note: "Pour quoi",
    optional: "facultatif",
    prepare: "Écrire le mail",
    ready: "Votre mail est prêt",
    ready_lead: "Envoyez-le tel quel. Vous recevrez un mail qui vous demande de confirmer ; l’argent ne bouge \
                 qu’après.",
    open: "L’ouvrir dans votre messagerie",
    copy: "Ou le copier dans un nouveau mail",
    copy_to: "À",
    copy_subject: "Objet",
    copy_text: "Texte",
    change: "Modifier",
    wrong: "Il manque quelque chose. Ce que vous avez écrit est resté.",
    languages: "Langues",
    amount_missing: "Écrivez combien, s’il vous plaît.",
    amount_wrong: "Écrivez un seul nombre, par exemple {}.",
    amount_unclear: "Cela peut se lire {} ou {}. Écrivez l’un des deux.",
    currency_unknown: "Choisissez une monnaie.",
    currency_differs: "Le montant est écrit en {}. Choisissez la même monnaie aux deux endroits.",
    to_missing: "Écrivez l’adresse mail de la personne que vous payez.",
    to_wrong: "Écrivez une seule adresse mail, par exemple ben@example.org.",
    to_ourselves: "C’est notre propre adresse. Écrivez celle de la personne que vous payez.",
    note_too_long: "C’est trop long pour un lien vers un mail. Raccourcissez-le.",
    not_understood: "Nous ne serions pas sûrs de comprendre. Écrivez-le autrement.",
    subject: "Paiement",
    pay: "payer",
    label_amount: "Montant",
    label_to: "À",
    label_note: "Motif",
};

const ES: Words = Words {
    code: "es",
    name: "Español",
    point: ",",
    title: "Enviar dinero por correo",
    lead: "Diga cuánto y a quién. Su programa de correo se abre entonces con el mensaje ya escrito. Esta página no \
           envía nada y no guarda nada.",
    amount: "Importe",
    currency: "Moneda",
    to: "Para, una dirección de correo",
    note: "Concepto",
    optional: "opcional",
    prepare: "Escribir el correo",
    ready: "Su correo está listo",
    ready_lead: "Envíelo tal como está. Recibirá un correo que le pide confirmar, y solo entonces se mueve el dinero.",
    open: "Abrirlo en su programa de correo",
    copy: "O copiarlo en un correo nuevo",
    copy_to: "Para",
    copy_subject: "Asunto",
    copy_text: "Texto",
    change: "Cambiarlo",
    wrong: "Falta algo. Lo que escribió sigue aquí.",
    languages: "Idiomas",
    amount_missing: "Escriba cuánto, por favor.",
    amount_wrong: "Escriba un solo número, por ejemplo {}.",
    amount_unclear: "Esto puede leerse como {} o como {}. Escriba uno de los dos.",
    currency_unknown: "Elija una moneda.",
    currency_differs: "El importe dice {}. Elija la misma moneda en los dos sitios.",
    to_missing: "Escriba la dirección de correo de la persona a la que paga.",
    to_wrong: "Escriba una sola dirección de correo, por ejemplo ben@example.org.",
    to_ourselves: "Esta es nuestra propia dirección. Escriba la de la persona a la que paga.",
    note_too_long: "Es demasiado largo para un enlace a un correo. Acórtelo, por favor.",
    not_understood: "No estaríamos seguros de entenderlo. Escríbalo de otra manera.",
    subject: "Pago",
    pay: "pagar",
    label_amount: "Importe",
    label_to: "Para",
    label_note: "Concepto",
};

/// The language asked for, else the first that the browser accepts and the page speaks, else English.
pub(super) fn of(asked: &str, accepted: &str) -> &'static Words {
    known(asked).or_else(|| first_accepted(accepted)).unwrap_or(&EN)
}

fn known(tag: &str) -> Option<&'static Words> {
    let code = tag.split('-').next().unwrap_or_default().trim();
    ALL.into_iter().find(|words| words.code.eq_ignore_ascii_case(code))
}

/// By the weights of RFC 9110 section 12.5.4; of equal ones the earlier.
fn first_accepted(accepted: &str) -> Option<&'static Words> {
    let mut best: Option<(u32, &'static Words)> = None;
    for item in accepted.split(',') {
        let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight(parameters);
        if let Some(words) = known(tag).filter(|_| weight > best.map_or(0, |(most, _)| most)) {
            best = Some((weight, words));
        }
    }
    best.map(|(_, words)| words)
}

/// In thousandths; 1 where nothing readable is said.
fn weight(parameters: &str) -> u32 {
    let Some((_, q)) = parameters.split_once("q=") else { return 1_000 };
    let (whole, rest) = q.trim().split_once('.').unwrap_or((q.trim(), ""));
    format!("{whole}{rest:0<3.3}").parse().unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_asked_one_or_the_browsers_best() {
        for (asked, accepted, code) in [
            ("de", "fr", "de"),
            ("", "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
            ("", "en;q=0.2, es-MX;q=0.85, de;q=0.8", "es"),
            ("", "pl, de;q=0", "en"),
            ("xx", "", "en"),
            ("", "nonsense;q=,;;,", "en"),
        ] {
            assert_eq!(of(asked, accepted).code, code, "{asked} {accepted}");
        }
    }
}
