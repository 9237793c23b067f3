//! The catalogue of messages: every message that the source names stands in every language, with the
//! values it is given, and nothing stands there that nobody says. What we tell people to write is
//! understood.

use std::collections::{BTreeMap, BTreeSet};

use pennypost::{
    intent::{self, Command, Pending, ReaderContext, Reading},
    jobs,
    language::Language,
    letters,
    mail::{mailto::Mailto, message::Message},
    money::Currency,
};

use super::source::{Source, sources};

/// A message's values, by its name.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// What the source says, and where.
fn said(sources: &[Source]) -> Vec<(String, BTreeSet<String>, String)> {
    let mut said = Vec::new();
    for source in sources {
        for (at, head) in source.code.match_indices("say!(") {
            let begins = at + head.len();
            let inside = inside(&source.code[begins..]);
            let literal = source.literals.iter().find(|literal| literal.at >= begins);
            let place = format!("{}:{}", source.path, source.line(at));
            let Some(literal) = literal.filter(|l| l.at < begins + inside.len()) else { continue };
            said.push((literal.value.clone(), values(inside), place));
        }
    }
    said
}

/// Up to the parenthesis that closes.
fn inside(code: &str) -> &str {
    let mut depth = 1;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &code[..at];
        }
    }
    code
}

/// The names before `=` at the call's own level, behind the language and the message's name.
fn values(inside: &str) -> BTreeSet<String> {
    let (mut depth, mut parts, mut begins) = (0, Vec::new(), 0);
    for (at, c) in inside.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[begins..at]);
                begins = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[begins..]);
    let named = parts.iter().skip(2).filter_map(|part| part.split_once('='));
    named.map(|(name, _)| name.trim().to_owned()).collect()
}

/// What a language's file holds. Both forms of a message that counts must name the same, save the
/// count in that for one.
fn written(file: &str) -> Messages {
    let file: toml::Table = file.parse().expect("TOML");
    let sections = file["say"].as_table().expect("a table");
    let mut messages = Messages::new();
    for (section, named) in sections {
        for (name, message) in named.as_table().expect("a table") {
            let name = format!("{section}.{name}");
            let values = match message {
                toml::Value::String(text) => braces(text),
                counted => {
                    let form = |of: &str| braces(counted[of].as_str().expect("a text"));
                    let (mut one, other) = (form("one"), form("other"));
                    assert!(other.contains("count"), "{name} counts nothing");
                    one.insert("count".to_owned());
                    assert_eq!(one, other, "{name}");
                    other
                }
            };
            messages.insert(name, values);
        }
    }
    messages
}

fn braces(text: &str) -> BTreeSet<String> {
    let names = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    names.map(str::to_owned).collect()
}

#[test]
fn every_message_stands_in_every_language_with_its_values() {
    let sources = sources(&["src"]);
    let mut used = Messages::new();
    for (name, values, place) in said(&sources).into_iter().filter(|(.., p)| !is_doc(p)) {
        let before = used.entry(name.clone()).or_insert_with(|| values.clone());
        assert_eq!(*before, values, "{name} at {place}");
    }
    assert!(used.len() > 100, "the calls were found: {}", used.len());
    for language in Language::ALL {
        let written = written(language.file());
        for (name, values) in &used {
            assert_eq!(written.get(name), Some(values), "{name} in {language}");
        }
        let idle: Vec<_> = written.keys().filter(|name| !used.contains_key(*name)).collect();
        assert!(idle.is_empty(), "nobody says {idle:?} of {language}");
    }
}

/// The macro's own file.
fn is_doc(place: &str) -> bool {
    place.starts_with("src/language/mod.rs")
}

#[test]
fn a_call_is_taken_apart_as_the_compiler_does() {
    let text = "x(say!(l, \"a.b\", to = f(c, d = 1), say = y)); say!(l, \"c.d\")";
    let source = Source::of("src/x.rs".to_owned(), text.to_owned());
    let found = said(&[source]);
    let named: Vec<_> = found.iter().map(|(name, values, _)| (&**name, values.len())).collect();
    assert_eq!(named, [("a.b", 2), ("c.d", 0)]);
}

/// What a reader knows of somebody whose payment T-771 waits.
fn context(locale: &str) -> ReaderContext {
    ReaderContext {
        account_currency: Some(Currency::USD),
        locale: Some(locale.to_owned()),
        service_address: Some("till@post.example".parse().expect("plain")),
        service_name: Some("Till".to_owned()),
        pending: vec![Pending {
            reference: "T-771".to_owned(),
            kind: "transfer".to_owned(),
            amount: Some("20.00".to_owned()),
            currency: Some(Currency::USD),
            recipient: Some("ben@ferry.example".parse().expect("plain")),
            owner: Some("ada@home.example".parse().expect("plain")),
            missing: Vec::new(),
            items: Vec::new(),
        }],
        ..ReaderContext::default()
    }
}

fn read(context: &ReaderContext, subject: &str, body: &str) -> Reading {
    let mail = format!(
        "From: ada@home.example\r\nTo: till@post.example\r\nSubject: {subject}\r\n\
         Date: Tue, 3 Jun 2025 10:30:00 +0000\r\nMessage-ID: <m@home.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
    );
    intent::read(&Message::parse(mail.as_bytes()).expect("a mail"), context)
}

/// How people of a language may have told us to read their numbers: as the house does, or as they do.
fn locales(language: Language) -> [&'static str; 2] {
    let own = match language {
        Language::En => "en-GB",
        Language::De => "de-DE",
        Language::Fr => "fr-FR",
        Language::Es => "es-ES",
    };
    ["en-US", own]
}

#[test]
fn every_prefilled_mail_is_understood_without_a_question() {
    for language in Language::ALL {
        let mut seen = 0;
        for sample in jobs::samples(language) {
            let body = sample.filled_in();
            let actions = body.primary.iter().chain(&body.others);
            for action in actions.filter(|action| action.href.starts_with("mailto:")) {
                let mail = Mailto::parse(&action.href).expect("our own link");
                // Who fills in the blanks writes an amount and an address there.
                let (amount, to) = ("12,50 USD", "zoe@harbour.example");
                let amount = if language == Language::En { "12.50 USD" } else { amount };
                let filled = mail.body.replacen("____", amount, 1).replacen("____", to, 1);
                for locale in locales(language) {
                    let reading = read(&context(locale), &mail.subject, &filled);
                    let what = format!("{} in {language}, {locale}: {mail:?}", sample.name);
                    understood(&reading, &sample.subject, &mail, &what);
                    seen += 1;
                }
            }
        }
        assert!(seen > 20, "{seen} mails in {language}");
    }
}

fn understood(reading: &Reading, subject: &str, mail: &Mailto, what: &str) {
    let [command] = reading.commands() else { panic!("{what}: {reading:?}") };
    let first = mail.body.lines().next().unwrap_or_default();
    let corrects = mail.subject.contains("T-771") && mail.body.contains(':');
    let fits = match command {
        Command::Correction { reference, amount: Some(_), recipient: Some(_), .. } => {
            corrects && reference == "T-771"
        }
        Command::Transfer { .. } => !corrects && mail.body.contains(':'),
        Command::SignUp { .. } => !mail.body.contains(':'),
        Command::Confirm(answer) => {
            answer.reference == "T-771" && ["YES", "JA", "OUI", "SÍ"].contains(&first)
        }
        Command::Cancel(answer) => answer.reference == "T-771" && first.len() > 4,
        // In German one word is both.
        Command::Claim(answer)
        | Command::Accept(answer)
        | Command::ReturnPayment(answer)
        | Command::Remind(answer) => answer.reference == "T-771" && !mail.body.contains(':'),
        _ => false,
    };
    assert!(fits, "{what} of “{subject}”: {command:?}");
}

#[test]
fn what_letters_tell_people_to_write_is_understood() {
    for language in Language::ALL {
        let word = |name: &str| language.say(name, &[]);
        for locale in locales(language) {
            let context = context(locale);
            let new = |name: &str| {
                let reading = read(&context, "", &format!("{}\r\n", word(name)));
                let commands = reading.commands().to_vec();
                assert_eq!(commands.len(), 1, "{language}, {locale}, {}: {reading:?}", word(name));
                commands.into_iter().next().expect("one")
            };
            let is = |name: &str, fits: fn(&Command) -> bool| {
                let command = new(name);
                assert!(fits(&command), "{language}, {locale}, {name}: {command:?}");
            };
            is("words.pay", |c| {
                matches!(c, Command::Transfer { amount, recipient, note } if
                amount.minor() == 2_000 && recipient.as_str() == "ben@example.org" && note.is_some())
            });
            is("words.ask", |c| {
                matches!(c, Command::RequestMoney { amount, payer, note } if
                amount.minor() == 1_850 && payer.as_str() == "tom@example.org" && note.is_some())
            });
            is("words.balance", |c| matches!(c, Command::Balance {}));
            is(
                "words.statement",
                |c| matches!(c, Command::Statement { period: Some(month) } if month.ends_with("-10")),
            );
            is("words.contact", |c| {
                matches!(c, Command::ContactAdd { name, address } if
                name == "Ben" && address.as_str() == "ben@example.org")
            });
            is(
                "words.alias",
                |c| matches!(c, Command::Alias { address } if address.as_str() == "me@work.example"),
            );
            is("words.contacts", |c| matches!(c, Command::Contacts {}));
            is("words.cancel", |c| matches!(c, Command::Cancel(a) if a.reference == "T-771"));
            is("words.freeze", |c| matches!(c, Command::Freeze {}));
            is("words.unfreeze", |c| matches!(c, Command::Unfreeze {}));
            is("words.help", |c| matches!(c, Command::Help { .. }));
            is("words.sign_up", |c| matches!(c, Command::SignUp { .. }));
            let asked = new("words.language");
            let named = asked.language().and_then(Language::named);
            assert_eq!(named, Some(language), "{language}: {asked:?}");
        }
    }
}

/// The words that a letter tells people to answer with.
#[test]
fn what_letters_tell_people_to_answer_is_understood() {
    for language in Language::ALL {
        let word = |name: &str| language.say(name, &[]);
        for locale in locales(language) {
            let mut answering = context(locale);
            answering.thread = Some("T-771".to_owned());
            let answer = |words: String| {
                let reading = read(&answering, "Re: T-771", &format!("{words}\r\n"));
                let commands = reading.commands().to_vec();
                assert_eq!(commands.len(), 1, "{language}, {locale}, “{words}”: {reading:?}");
                commands.into_iter().next().expect("one")
            };
            for yes in [word("command.yes"), word("command.yes").to_lowercase()] {
                let command = answer(yes);
                assert!(matches!(command, Command::Confirm(_)), "{language}: {command:?}");
            }
            let command = answer(word("command.cancel"));
            assert!(matches!(command, Command::Cancel(_)), "{language}: {command:?}");
            let command = answer(word("command.no"));
            assert!(matches!(command, Command::Cancel(_)), "{language}: {command:?}");
            let command = answer(word("command.remind"));
            assert!(matches!(command, Command::Remind(_)), "{language}: {command:?}");
            let ben = [("address", "ben@ferry.example".to_owned())];
            let command = answer(language.say("command.block", &ben));
            assert!(matches!(command, Command::BlockSender { .. }), "{language}: {command:?}");
            let command = answer(language.say("command.allow", &ben));
            assert!(matches!(command, Command::AllowSender { .. }), "{language}: {command:?}");
            let command = answer(word("command.claim"));
            let claims = matches!(command, Command::Claim(_) | Command::Accept(_));
            assert!(claims, "{language}: {command:?}");
            let command = answer(word("command.give_back"));
            assert!(matches!(command, Command::ReturnPayment(_)), "{language}: {command:?}");
            let thirty = |command: &Command| {
                matches!(command, Command::Correction { amount: Some(amount), recipient: None, .. }
                    if amount.minor() == 3_000)
            };
            assert!(thirty(&answer(word("words.amount"))), "{language}");
            let command = answer(word("words.recipient"));
            let other = matches!(&command, Command::Correction { recipient: Some(to), .. }
                if to.as_str() == "ben@example.org");
            assert!(other, "{language}: {command:?}");
        }
    }
}

/// People type SI without its accent, on the keyboards they have.
#[test]
fn a_spanish_yes_needs_no_accent() {
    let mut context = context("en-US");
    context.thread = Some("T-771".to_owned());
    for yes in ["SI", "si", "Sí.", "Si, gracias"] {
        let reading = read(&context, "Re: T-771", &format!("{yes}\r\n"));
        let confirms = matches!(reading.commands(), [Command::Confirm(_)]);
        assert!(confirms, "{yes}: {reading:?}");
    }
    let condition = read(&context, "Re: T-771", "si llega el paquete\r\n");
    assert!(condition.commands().is_empty(), "{condition:?}");
}

/// Amounts of thousands, and without decimals, come back as they were written.
#[test]
fn every_amount_that_we_prefill_is_read_as_it_was_meant() {
    let to = "ben@ferry.example".parse().expect("plain");
    for (minor, code) in [(125_000, "EUR"), (123_456_789, "USD"), (5, "GBP"), (3_000, "JPY")] {
        let currency = Currency::parse(code).expect("ISO 4217");
        let money = pennypost::money::Money::new(minor, currency);
        for language in Language::ALL {
            for locale in locales(language) {
                let context = ReaderContext { account_currency: Some(currency), ..context(locale) };
                let lines = letters::payment_lines(language, Some(money), Some(&to), None);
                let reading = read(&context, "", &lines);
                let exact = matches!(reading.commands(), [Command::Transfer { amount, .. }]
                    if amount.money() == money);
                assert!(exact, "{language}, {locale}: {lines} is {reading:?}");
            }
        }
    }
}
