//! What a server said, fit for a row, a log and the operator: without addresses of people.

/// Longest text that is kept, in characters.
const WORDS_MAX: usize = 300;

/// The text on one line, each word that holds an address replaced, bounded.
pub fn without_addresses(text: &str) -> String {
    let kept = text.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
    let line: String = kept.collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(WORDS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_kept() {
        let said = "5.1.1 <ada@lake.example>: no such user; ask\r\nhelp@host.example or 1234";
        assert_eq!(without_addresses(said), "5.1.1 … no such user; ask … or 1234");
        assert_eq!(without_addresses(&"x ".repeat(1_000)).chars().count(), WORDS_MAX);
    }
}
