//! Plain text in lines that every mail program and terminal shows whole.
//!
//! Not for: format=flowed (RFC 3676); most programs ignore it, and lines of this width need none.

/// Breaks a line at blanks so that none is wider than `width` characters. A list item and a quotation
/// go on beneath their first word. A line with a link stays whole, because a broken link opens
/// nothing, and so does a word that is too long.
pub(crate) fn lines(line: &str, width: usize) -> Vec<String> {
    if line.chars().count() <= width || line.split(' ').any(is_link) {
        return vec![line.to_owned()];
    }
    let (first, further, words) = prefixes(line);
    let mut lines = Vec::new();
    let mut current = first.to_owned();
    let mut begun = false;
    for word in words.split(' ') {
        let wide = current.chars().count() + 1 + word.chars().count() > width;
        if begun && wide {
            lines.push(std::mem::replace(&mut current, further.to_owned()));
            begun = false;
        }
        if begun {
            current.push(' ');
        }
        current.push_str(word);
        begun = true;
    }
    lines.push(current);
    lines
}

fn is_link(word: &str) -> bool {
    word.contains("://") || word.starts_with("mailto:")
}

/// What the first line begins with, what those after it begin with, and the words.
fn prefixes(line: &str) -> (&str, &str, &str) {
    for (first, further) in [("- ", "  "), ("> ", "> ")] {
        if let Some(words) = line.strip_prefix(first) {
            return (first, further, words);
        }
    }
    ("", "", line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_prefixes_go_on() {
        assert_eq!(lines("short enough", 12), ["short enough"]);
        assert_eq!(lines("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(lines("- one two three", 9), ["- one two", "  three"]);
        assert_eq!(lines("> one two three", 9), ["> one two", "> three"]);
        assert_eq!(
            lines("- incomprehensibilities it is", 9),
            ["- incomprehensibilities", "  it is"]
        );
        assert_eq!(lines("größer schöner", 8), ["größer", "schöner"], "characters, not octets");
    }

    #[test]
    fn a_link_is_never_broken() {
        for line in
            ["see https://post.example/c/4fK now", "mailto:till@post.example?body=YES or not"]
        {
            assert_eq!(lines(line, 10), [line]);
        }
    }
}
