//! Cuts the body into words above a quote, the quote, and words below it.

use super::Line;
use super::attribution::{is_attribution, is_header_block, rule};

/// The body in three.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Before the first quote.
    pub(super) above: Vec<Line>,
    /// Unquoted, after it (bottom posting).
    pub(super) below: Vec<Line>,
    /// Quoted or forwarded.
    pub(super) quoted: Vec<Line>,
    /// A forwarded mail stands in it.
    pub(super) forwarded: bool,
}

/// How far an attribution is looked for over line breaks.
const WRAP_MAX: usize = 3;

/// Splits the lines; each stands in exactly one part.
pub(super) fn split(lines: &[Line]) -> Parts {
    let mut parts = Parts::default();
    let mut in_quote = false;
    let mut seen_quote = false;
    let mut skip = 0_usize;
    for (at, line) in lines.iter().enumerate() {
        if skip > 0 {
            skip = skip.saturating_sub(1);
            parts.quoted.push(line.clone());
            continue;
        }
        if line.quote_depth() > 0 {
            if let Some(true) = rule(&line.text) {
                parts.forwarded = true;
            }
            (in_quote, seen_quote) = (true, true);
            parts.quoted.push(line.clone());
            continue;
        }
        match start(lines, at) {
            // Below an unmarked copy of another mail nothing is certain: the rest goes with it.
            Some(Start::Copy { forwarded }) => {
                parts.forwarded |= forwarded;
                parts.quoted.extend(lines.iter().skip(at).cloned());
                break;
            }
            Some(Start::Marked { wrapped }) => {
                skip = wrapped.saturating_sub(1);
                seen_quote = true;
                parts.quoted.push(line.clone());
            }
            None if !seen_quote => parts.above.push(line.clone()),
            None if line.is_blank() && in_quote => in_quote = false,
            None => parts.below.push(line.clone()),
        }
    }
    parts
}

/// What begins at a line.
enum Start {
    /// An attribution over so many lines, with `>` lines below.
    Marked { wrapped: usize },
    /// A copy without marks.
    Copy { forwarded: bool },
}

fn start(lines: &[Line], at: usize) -> Option<Start> {
    let line = lines.get(at)?;
    if line.is_blank() {
        return None;
    }
    if let Some(forwarded) = rule(&line.text) {
        return Some(Start::Copy { forwarded });
    }
    let rest = lines.get(at..).unwrap_or_default();
    if is_header_block(rest.iter().take(8).map(|line| line.text.as_str())) {
        return Some(Start::Copy { forwarded: false });
    }
    let wrapped = attribution_length(rest)?;
    let below = rest.iter().skip(wrapped).find(|line| !line.is_blank());
    Some(match below {
        Some(line) if line.quote_depth() > 0 => Start::Marked { wrapped },
        _ => Start::Copy { forwarded: false },
    })
}

/// How many lines an attribution takes: long ones are wrapped before the verb.
fn attribution_length(rest: &[Line]) -> Option<usize> {
    let mut joined = String::new();
    for (count, line) in rest.iter().take(WRAP_MAX).enumerate() {
        if line.is_blank() || line.quote_depth() > 0 {
            return None;
        }
        if count > 0 {
            joined.push(' ');
        }
        joined.push_str(line.text.trim());
        // A wrapped attribution is one sentence; whatever ends before is the sender's own.
        let own_sentence = joined.ends_with(['.', '!', '?']);
        if is_attribution(&joined) {
            return Some(count.saturating_add(1));
        }
        if own_sentence || !opens_attribution(&joined) {
            return None;
        }
    }
    None
}

/// The first words of attributions that programs wrap.
fn opens_attribution(line: &str) -> bool {
    const OPENINGS: [&str; 16] = [
        "On ",
        "Am ",
        "Le ",
        "El ",
        "Op ",
        "Il ",
        "Em ",
        "Den ",
        "Dne ",
        "W dniu",
        "Dnia ",
        "Den",
        "In data",
        "Il giorno",
        "Pada ",
        "20",
    ];
    OPENINGS.iter().any(|opening| line.starts_with(opening)) || line.contains('<')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, String, bool) {
        let lines: Vec<Line> =
            text.lines().map(|l| Line { text: l.to_owned(), pieces: Vec::new() }).collect();
        let join =
            |lines: &[Line]| lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("|");
        let parts = split(&lines);
        (join(&parts.above), join(&parts.below), join(&parts.quoted), parts.forwarded)
    }

    #[test]
    fn a_wrapped_attribution_goes_with_its_quote() {
        let mail = "ok\nOn Mon, Jun 2, 2025 at 12:01 PM Alexander the Longnamed\n<al@rude.example>\nwrote:\n> pay me";
        let (above, below, quoted, _) = parts(mail);
        assert_eq!(above, "ok");
        assert_eq!(below, "");
        assert!(quoted.contains("pay me") && quoted.contains("wrote:"));
    }

    #[test]
    fn an_unmarked_copy_takes_the_rest() {
        let mail =
            "see below\n\nFrom: Al <al@rude.example>\nSent: Monday\nTo: Mara\nSubject: x\n\npay me";
        let (above, below, quoted, _) = parts(mail);
        assert_eq!((above.as_str(), below.as_str()), ("see below|", ""));
        assert!(quoted.contains("pay me"));
    }

    #[test]
    fn words_below_a_marked_quote_are_kept_apart() {
        let (above, below, _, _) = parts("> old\n> older\n\nYes, confirmed.");
        assert_eq!((above.as_str(), below.as_str()), ("", "Yes, confirmed."));
    }

    #[test]
    fn a_forward_is_known_as_one() {
        let (above, _, quoted, forwarded) =
            parts("pls pay\n---------- Forwarded message ---------\nFrom: A <a@b.example>\n\n$5");
        assert_eq!(above, "pls pay");
        assert!(quoted.contains("$5") && forwarded);
    }
}
