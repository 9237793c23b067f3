//! People in a person's own account: who stands in their address book, and from where they write
//! themselves.
//!
//! Not for: who is paid (`people`). Short sentences only.

use std::ops::Range;

use crate::intent::mail::Draft;
use crate::intent::reading::Command;
use crate::intent::sheet::Sheet;
use crate::intent::tokens::{Kind, Token};

/// Most words of a name.
const NAME_MAX: usize = 4;

const ALIAS: &[&str] = &["alias", "aliases"];
const MY: &[&str] = &["my", "mein", "meine", "meiner", "mon", "ma", "mi"];
const OTHER: &[&str] = &[
    "other", "second", "also", "another", "andere", "weitere", "zweite", "autre", "deuxieme",
    "otra", "otro", "segunda",
];
const ADDRESS: &[&str] =
    &["address", "email", "mail", "adresse", "mailadresse", "direccion", "correo"];
const REMOVE: &[&str] = &[
    "remove",
    "delete",
    "forget",
    "drop",
    "entferne",
    "entfernen",
    "losche",
    "loschen",
    "vergiss",
    "vergessen",
    "supprime",
    "supprimer",
    "supprimez",
    "retirez",
    "oubliez",
    "oublie",
    "elimine",
    "eliminar",
    "quite",
    "borre",
    "borrar",
    "olvide",
];
const CONTACT: &[&str] = &["contact", "contacts", "kontakt", "kontakte", "contacto", "contactos"];
const ADD: &[&str] = &[
    "add",
    "save",
    "new",
    "store",
    "neuer",
    "speichere",
    "speichern",
    "hinzufugen",
    "anlegen",
    "ajoutez",
    "ajoute",
    "ajouter",
    "enregistrez",
    "nouveau",
    "anada",
    "agregue",
    "guarde",
    "nuevo",
];
/// Between a name and its address.
const IS: &[&str] = &["is", "ist", "est", "es"];
/// Words around a name that are none of it.
const SMALL: &[&str] = &[
    "to", "my", "as", "the", "a", "is", "in", "show", "list", "zu", "als", "den", "die", "der",
    "meine", "meinen", "meinem", "zeige", "ist", "bitte", "please", "le", "la", "les", "mon",
    "mes", "a", "comme", "est", "montrez", "el", "los", "mi", "mis", "como", "es", "muestre",
    "sie", "von", "from", "de", "un", "una", "une", "einen", "ein", "s'il", "vous", "plait", "por",
    "favor", "adresse", "address",
];
/// What stands before "is" and is no name.
const NO_NAME: &[&str] = &[
    "it",
    "he",
    "she",
    "that",
    "this",
    "here",
    "there",
    "who",
    "what",
    "recipient",
    "payee",
    "name",
    "email",
    "e-mail",
    "mail",
    "correct",
    "right",
    "richtig",
    "er",
    "das",
    "dies",
    "hier",
    "empfanger",
    "c",
    "ce",
    "il",
    "elle",
    "destinataire",
    "esto",
    "ese",
    "destinatario",
    "amount",
    "note",
];

/// Reads a sentence, without greetings at its start, that speaks of people.
pub(super) fn read(
    sheet: &Sheet,
    range: &Range<usize>,
    words: &[(usize, &Token)],
) -> Option<Draft> {
    match sheet.addresses_in(range).as_slice() {
        [] => without_address(sheet, words),
        [(at, address)] => {
            let span = || sheet.span("address", &(*at..at.saturating_add(1)));
            let address = (*address).clone();
            let removes = has(words, REMOVE);
            let own = has(words, MY) && has(words, ADDRESS);
            let command = if has(words, ALIAS) || (own && (has(words, OTHER) || removes)) {
                if removes { Command::AliasRemove { address } } else { Command::Alias { address } }
            } else {
                let named = || named_by_contact(sheet, words).or_else(|| named_by_is(sheet, words));
                Command::ContactAdd { name: named().filter(|_| !removes)?, address }
            };
            Some(Draft { reading: command.into(), spans: vec![span()] })
        }
        _ => None,
    }
}

fn has(words: &[(usize, &Token)], list: &[&str]) -> bool {
    words.iter().any(|(_, token)| list.contains(&token.key.as_str()))
}

/// "My contacts", "forget contact Bob".
fn without_address(sheet: &Sheet, words: &[(usize, &Token)]) -> Option<Draft> {
    if !has(words, CONTACT) {
        return None;
    }
    let name = name(sheet, words, &[CONTACT, REMOVE, SMALL]);
    let command = match (name, has(words, REMOVE)) {
        (Some(name), true) => Command::ContactRemove { name },
        (None, false) if words.len() <= NAME_MAX => Command::Contacts {},
        _ => return None,
    };
    Some(Draft::plain(command))
}

/// "Add contact Bob bob@…".
fn named_by_contact(sheet: &Sheet, words: &[(usize, &Token)]) -> Option<String> {
    let first = words.first().map_or("", |(_, token)| token.key.as_str());
    let last = words.last().map_or("", |(_, token)| token.key.as_str());
    let adds = |word: &str| ADD.contains(&word) || CONTACT.contains(&word);
    if !(has(words, CONTACT) && (adds(first) || adds(last))) {
        return None;
    }
    name(sheet, words, &[CONTACT, ADD, SMALL])
}

/// "Bob is bob@…", and nothing else.
fn named_by_is(sheet: &Sheet, words: &[(usize, &Token)]) -> Option<String> {
    let [before @ .., (_, is), (_, address)] = words else { return None };
    let between = IS.contains(&is.key.as_str()) && matches!(address.kind, Kind::Address(_));
    let plain = |(at, token): &(usize, &Token)| {
        let key = token.key.as_str();
        let common = [NO_NAME, SMALL, ADDRESS, OTHER].iter().any(|list| list.contains(&key));
        token.kind == Kind::Word && !common && !sheet.is_known(*at)
    };
    let named = between && (1..=NAME_MAX).contains(&before.len()) && before.iter().all(plain);
    named.then(|| joined(sheet, before.iter().map(|(at, _)| *at)))
}

/// The words that are in none of the lists.
fn name(sheet: &Sheet, words: &[(usize, &Token)], without: &[&[&str]]) -> Option<String> {
    let common = |key: &str| without.iter().any(|list| list.contains(&key));
    let name = words.iter().filter(|(_, t)| t.kind == Kind::Word && !common(t.key.as_str()));
    let places: Vec<usize> = name.map(|(at, _)| *at).collect();
    (1..=NAME_MAX).contains(&places.len()).then(|| joined(sheet, places.into_iter()))
}

fn joined(sheet: &Sheet, places: impl Iterator<Item = usize>) -> String {
    let words = places.map(|at| sheet.text(&(at..at.saturating_add(1))).to_owned());
    words.collect::<Vec<_>>().join(" ")
}
