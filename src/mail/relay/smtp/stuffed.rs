//! A letter as it goes over the wire after DATA.

/// Every line ends with CRLF, a dot at its beginning is doubled, a dot alone ends it (RFC 5321 section
/// 4.5.2). A CR or LF that stands alone becomes a line end: no server can take it for one of its own,
/// and what follows for commands.
pub(super) fn stuffed(letter: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(letter.len() + letter.len() / 64 + 8);
    let mut octets = letter.iter().copied().peekable();
    let mut at_start = true;
    while let Some(octet) = octets.next() {
        match octet {
            b'\r' | b'\n' => {
                if octet == b'\r' && octets.peek() == Some(&b'\n') {
                    octets.next();
                }
                out.extend_from_slice(b"\r\n");
                at_start = true;
            }
            other => {
                if at_start && other == b'.' {
                    out.push(b'.');
                }
                out.push(other);
                at_start = false;
            }
        }
    }
    if !at_start {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_doubled_and_lines_end_well() {
        for (letter, expected) in [
            ("", ".\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            (".", "..\r\n.\r\n"),
            ("a\r\n.\r\n.b\r\n..c", "a\r\n..\r\n..b\r\n...c\r\n.\r\n"),
            ("a\n.\nb\r.\rc\r\r\n", "a\r\n..\r\nb\r\n..\r\nc\r\n\r\n.\r\n"),
            ("a.b\r\n\r\n", "a.b\r\n\r\n.\r\n"),
        ] {
            let got = String::from_utf8(stuffed(letter.as_bytes())).expect("ASCII");
            assert_eq!(got, expected, "{letter:?}");
        }
    }
}
