//! Every letter: written from its sample, shown in a snapshot, and held to the rules of all letters.
//!
//! A snapshot is read as product text. `INSTA_UPDATE=always` writes new ones.

use std::collections::BTreeSet;

use pennypost::{
    jobs,
    language::Language,
    letters::{Sample, templates},
    mail::render::{Rendered, Templates},
};

use super::{html::Html, snapshot, source::sources};

/// Most octets of an HTML part: above 100 kB mail programs cut it.
const HTML_MAX: usize = 60_000;

/// Every letter in every language.
fn samples() -> Vec<Sample> {
    Language::ALL.into_iter().flat_map(jobs::samples).collect()
}

fn rendered() -> Vec<(Sample, Rendered)> {
    let templates = Templates::load(templates(), None).expect("sound templates");
    let samples = samples().into_iter();
    let both = samples.map(|sample| {
        let rendered =
            sample.rendered(&templates).unwrap_or_else(|e| panic!("{}: {e}", sample.name));
        (sample, rendered)
    });
    both.collect()
}

#[test]
fn every_letter_has_a_sample() {
    let mut written = BTreeSet::new();
    for source in sources(&["src"]) {
        for (at, _) in source.code.match_indices("\nimpl Letter for ") {
            let kind = source.literals.iter().find(|literal| literal.at > at);
            written.insert(kind.expect("a kind of letter names itself").value.clone());
        }
    }
    let samples = jobs::samples(Language::En);
    let kinds: BTreeSet<_> = samples.iter().map(|sample| sample.kind.to_owned()).collect();
    assert_eq!(written, kinds);
    let names: BTreeSet<_> = samples.iter().map(|sample| &sample.name).collect();
    assert_eq!(names.len(), samples.len(), "two samples bear one name");
}

#[test]
fn letters_read_as_their_snapshots() {
    for (sample, Rendered { text, html }) in rendered() {
        let name = sample.name.replace('.', "-");
        let shown = format!("Subject: {}\n\n{text}", sample.subject);
        // Of the others the text is enough: the template is the same.
        if sample.language != Language::En {
            snapshot(&format!("{}-{name}.txt", sample.language), &shown);
            continue;
        }
        snapshot(&format!("{name}.txt"), &shown);
        snapshot(&format!("{name}.html"), &html);
    }
}

#[test]
fn subjects_are_one_calm_line() {
    for sample in samples() {
        let subject = &sample.subject;
        assert!(!subject.contains(['\n', '\r', '!']), "{subject}");
        assert!((8..=110).contains(&subject.chars().count()), "{subject}");
        assert!(!subject.contains("T-771") || subject.ends_with("[T-771]"), "{subject}");
    }
}

#[test]
fn both_parts_say_the_same() {
    for (sample, Rendered { text, html }) in rendered() {
        let (body, html) = (&sample.body, Html(&html).text());
        let mut said: Vec<&str> = vec![&body.title, &body.why];
        said.extend(body.paragraphs.iter().chain(&body.list).chain(&body.in_words).map(|s| &**s));
        said.extend(body.quote.iter().flat_map(|quote| quote.lines()));
        for row in body.tables.iter().flat_map(|t| std::iter::once(&t.head).chain(&t.rows)) {
            said.extend([&*row.what, &row.about, &row.amount, &row.balance]);
        }
        said.extend(body.facts.iter().flat_map(|fact| [&*fact.label, &*fact.value]));
        said.extend(body.primary.iter().chain(&body.others).map(|action| &*action.label));
        let (text, html) = (words(&text), words(&html));
        for words in said.into_iter().map(words) {
            assert!(text.contains(&words), "{}: no “{words}” in its text", sample.name);
            assert!(html.contains(&words), "{}: no “{words}” in its HTML", sample.name);
        }
    }
}

/// Words with one blank between them, whatever lines they stand in.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn letters_are_small_and_say_their_language() {
    for (sample, Rendered { html, .. }) in rendered() {
        assert!(html.len() < HTML_MAX, "{}: {} octets", sample.name, html.len());
        assert!(html.contains(&format!(" lang=\"{}\"", sample.language)), "{}", sample.name);
        assert!(html.contains("prefers-color-scheme: dark"), "{}", sample.name);
        assert!(!html.contains("<img") && !html.contains("<script"), "{}", sample.name);
        let headings = html.matches("<th ").count();
        let scopes = ["scope=\"row\"", "scope=\"col\""].map(|scope| html.matches(scope).count());
        assert_eq!(headings, scopes.iter().sum::<usize>(), "{}", sample.name);
    }
}

#[test]
fn letters_are_calm_and_can_be_answered() {
    for (sample, Rendered { text, html }) in rendered() {
        for part in [&text, &Html(&html).text()] {
            assert!(!part.contains('!'), "{}: {part}", sample.name);
            let small = part.to_lowercase();
            for rude in [
                "do not reply",
                "don't reply",
                "no-reply",
                "noreply",
                "unfortunately",
                "leider",
                "nicht antworten",
                "malheureusement",
                "ne pas répondre",
                "lamentablemente",
                "no responda",
            ] {
                assert!(!small.contains(rude), "{} says {rude}", sample.name);
            }
        }
    }
}

/// A letter that reports trouble with money first says that none has moved.
#[test]
fn an_error_first_says_what_did_not_happen() {
    let opening = |language| match language {
        Language::En => ["No money has moved", "Nothing was done", "Nothing happened"],
        Language::De => ["Es wurde kein Geld", "Es wurde n", "Es geschah kein zweites Mal"],
        Language::Fr => ["Aucun argent n’a", "Rien n’a", "Rien ne s’est produit"],
        Language::Es => ["No se ha movido dinero", "No se hizo nada", "No pasó nada"],
    };
    for sample in samples() {
        let trouble =
            ["problem", "refused", "cancelled", "expired", "closed", "unbelieved", "foreign"];
        if trouble.iter().any(|word| sample.kind.contains(word)) {
            let first = sample.body.paragraphs.first().expect("a letter says something");
            let open = opening(sample.language).iter().any(|o| first.starts_with(o));
            // What is not done yet, and may still be.
            assert!(open || first.starts_with("Todavía no"), "{}: {first}", sample.name);
        }
    }
}

#[test]
fn there_is_one_thing_to_do_and_every_link_is_of_a_known_kind() {
    for (sample, Rendered { text, html }) in rendered() {
        let page = Html(&html);
        let buttons = html.matches("class=\"button-link\"").count();
        assert_eq!(buttons, usize::from(sample.body.primary.is_some()), "{}", sample.name);
        let hrefs = page.hrefs();
        for href in &hrefs {
            let known = ["https://", "http://", "mailto:"].iter().any(|s| href.starts_with(s));
            assert!(known, "{}: {href}", sample.name);
            assert!(href.len() <= 1_800, "{}: {} octets", sample.name, href.len());
            assert!(text.contains(&**href), "{}: no {href} in its text", sample.name);
        }
        let actions = sample.body.primary.iter().chain(&sample.body.others).count();
        assert_eq!(hrefs.len(), actions, "{}: {hrefs:?}", sample.name);
    }
}
