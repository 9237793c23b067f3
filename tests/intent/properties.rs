//! What holds for any mail: the reader never panics, and never acts on words that are not new.

use pennypost::intent::{ReaderContext, explain};
use proptest::prelude::*;
use proptest::sample::Index;

use super::rows::{self, Row};

const SHARED: &str = include_str!("../corpus/shared.jsonl");
const OWN: &str = include_str!("../corpus/own.jsonl");

fn all_rows() -> Vec<Row> {
    let mut rows = rows::rows(SHARED);
    rows.extend(rows::rows(OWN));
    rows
}

/// A context with something of everything.
fn context() -> ReaderContext {
    let rows = rows::rows(SHARED);
    let find = |id: &str| rows.iter().find(|row| row.id == id).expect("a shared row");
    let mut context = find("u35").reader_context();
    context.catalogue = find("u42").reader_context().catalogue;
    context.customers = find("u42").reader_context().customers;
    context
}

fn executes(raw: &[u8], context: &ReaderContext) -> bool {
    rows::commands(&rows::reading(raw, context)).iter().any(rows::is_execution)
}

/// Rows whose own words, in the body alone, make something happen.
fn acting() -> Vec<Row> {
    let plain = |row: &Row| row.html.is_empty() && row.raw_body.is_empty() && !row.body.is_empty();
    let rows = all_rows().into_iter().filter(plain);
    rows.filter(|row| executes(&row.mail(), &row.reader_context())).collect()
}

fn silent(wrap: impl Fn(&Row) -> Row) {
    let rows = acting();
    assert!(rows.len() > 80, "{}", rows.len());
    for row in rows {
        let mut wrapped = wrap(&row);
        // A subject of its own would be new words.
        wrapped.subject = String::new();
        let got = rows::reading(&wrapped.mail(), &wrapped.reader_context());
        let acts: Vec<_> = rows::commands(&got).into_iter().filter(rows::is_execution).collect();
        // What reaches an invoice's thread is chat whatever it says.
        let chat = acts.iter().all(|command| command["intent"] == "chat_message");
        assert!(acts.is_empty() || chat, "{}: {acts:?}", row.id);
    }
}

#[test]
fn nothing_acts_from_a_quote() {
    silent(|row| {
        let quoted: Vec<String> = row.body.lines().map(|line| format!("> {line}")).collect();
        let on = "On Mon, Jun 2, 2025 at 12:01 PM Al <al@rude.example> wrote:";
        Row { body: format!("look at that\n\n{on}\n{}\n", quoted.join("\n")), ..row.clone() }
    });
}

#[test]
fn nothing_acts_from_a_forward() {
    silent(|row| Row {
        body: format!(
            "look at that\n\n---------- Forwarded message ---------\nFrom: Al <al@rude.example>\nDate: Mon\nSubject: x\nTo: <mara@lakeside.example>\n\n{}",
            row.body
        ),
        ..row.clone()
    });
}

#[test]
fn nothing_acts_from_a_signature() {
    silent(|row| {
        let joined = row.body.lines().filter(|line| !line.trim().is_empty());
        let block: Vec<&str> = joined.filter(|line| !line.starts_with('>')).collect();
        Row { body: format!("look at that\n-- \n{}", block.join("\n")), ..row.clone() }
    });
}

#[test]
fn nothing_acts_from_hidden_html() {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>");
    for style in ["display:none", "font-size:0", "visibility:hidden", "color:#fff"] {
        silent(|row| Row {
            html: format!("<p>look at that</p><div style=\"{style}\">{}</div>", escape(&row.body)),
            body: String::new(),
            ..row.clone()
        });
    }
}

#[test]
fn nothing_acts_from_an_attachment() {
    silent(|row| Row {
        raw_body: format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nlook at that\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment\r\n\r\n{}\r\n--b--\r\n",
            row.body
        ),
        ..row.clone()
    });
}

#[test]
fn large_mails_end_soon() {
    let context = context();
    let limit = std::time::Duration::from_secs(10);
    let head = "From: mara@lakeside.example\r\nTo: till@post.example\r\n";
    let bodies = [
        format!("\r\n{}", "pay bob@x.example $20 and ".repeat(30_000)),
        format!("\r\n{}", "1,".repeat(400_000)),
        format!("\r\n{}", ">".repeat(900_000)),
        format!("\r\n{}", "On x <\n".repeat(120_000)),
        format!("\r\n{}", "[C:".repeat(300_000)),
        format!("Content-Type: text/html\r\n\r\n{}", "<div><b>x".repeat(90_000)),
        format!("Content-Type: text/html\r\n\r\n{}", "<table><td>".repeat(80_000)),
        format!("\r\n{}", "-".repeat(900_000)),
        format!("\r\n{}", "a@".repeat(400_000)),
        format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
            "--b\r\n\r\nx\r\n".repeat(900)
        ),
        format!("\r\n{}", "Content-Type: message/rfc822\r\n\r\n".repeat(20_000)),
    ];
    for body in bodies {
        let begun = std::time::Instant::now();
        let answer = explain::explain(format!("{head}{body}").as_bytes(), &context);
        assert!(begun.elapsed() < limit, "{:?}: {:?}", body.get(..40), begun.elapsed());
        drop(answer);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..2_000)) {
        drop(explain::explain(&raw, &context()));
    }

    #[test]
    fn any_text_is_read(subject in "\\PC{0,60}", body in "(\\PC|\n){0,400}", html in any::<bool>()) {
        let kind = if html { "html" } else { "plain" };
        let raw = format!(
            "From: mara@lakeside.example\r\nTo: till@post.example\r\nSubject: {subject}\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{body}"
        );
        drop(explain::explain(raw.as_bytes(), &context()));
    }

    #[test]
    fn mutated_mails_are_read(
        which in any::<Index>(),
        cuts in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..4), 1..12),
    ) {
        let rows = all_rows();
        let row = which.get(&rows);
        let mut raw = row.mail();
        for (place, byte, kind) in cuts {
            if raw.is_empty() {
                break;
            }
            let at = place.index(raw.len());
            match kind {
                0 => raw[at] = byte,
                1 => raw.insert(at, byte),
                2 => drop(raw.remove(at)),
                _ => raw.truncate(at),
            }
        }
        drop(explain::explain(&raw, &row.reader_context()));
    }

    #[test]
    fn shuffled_words_never_pay_a_stranger(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "pay", "send", "$20", "20", "bob@x.example", "to", "not", "don't", "if", "please", "€20",
                "tomorrow", "and", "ned@y.example", "each", "yes", "cancel", "\n", ".", "?", ",", "for", "me",
                "überweise", "an", "nicht", "bitte", "1.250", "half", "about",
            ]),
            0..14,
        ),
    ) {
        let body = words.join(" ");
        let raw = format!("From: mara@lakeside.example\r\nTo: till@post.example\r\n\r\n{body}");
        let mut context = context();
        context.pending.clear();
        for command in rows::commands(&rows::reading(raw.as_bytes(), &context)) {
            // Whatever is paid stands there in so many words.
            for field in ["recipient", "payer"] {
                let person = command["fields"][field].as_str();
                prop_assert!(person.is_none_or(|person| body.contains(person)), "{body}: {command}");
            }
            if rows::is_execution(&command) {
                for guard in ["don't", "nicht", "if", "half"] {
                    prop_assert!(!words.contains(&guard), "{body}: {command}");
                }
                // Behind "for", or in a sentence of their own, they tell something else.
                let apart = ["for", ".", "?", "\n"].iter().any(|word| words.contains(word));
                for guard in ["tomorrow", "about"].into_iter().filter(|_| !apart) {
                    prop_assert!(!words.contains(&guard), "{body}: {command}");
                }
            }
        }
    }
}
