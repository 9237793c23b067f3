//! How folder names, UID sets and strings are written in IMAP commands.
//!
//! Not for: the names a Maildir gives its folders.

use base64::{Engine as _, alphabet, engine::GeneralPurpose, engine::general_purpose::NO_PAD};

use super::ImapError;

/// Base 64 of modified UTF-7: a comma for the slash, no padding (RFC 3501 section 5.1.3).
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::IMAP_MUTF7, NO_PAD);

/// A folder's name as a command carries it: modified UTF-7, quoted. A line end or NUL, which would begin a
/// command of its own, is refused.
pub(super) fn folder(name: &str) -> Result<String, ImapError> {
    if name.is_empty() || name.contains(char::is_control) {
        return Err(ImapError::Name(name.escape_debug().to_string()));
    }
    Ok(quoted(&utf7(name)))
}

/// A quoted string of octets that hold no line end (RFC 3501 section 9).
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// Modified UTF-7 (RFC 3501 section 5.1.3): printable ASCII as it is, `&` as `&-`, the rest in base 64.
fn utf7(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut shifted: Vec<u8> = Vec::new();
    let flush = |shifted: &mut Vec<u8>, out: &mut String| {
        if !shifted.is_empty() {
            out.push('&');
            BASE64.encode_string(&*shifted, out);
            out.push('-');
            shifted.clear();
        }
    };
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut shifted, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                shifted.extend(unit.to_be_bytes());
            }
        }
    }
    flush(&mut shifted, &mut out);
    out
}

/// The name that a server wrote in modified UTF-7; as it stands when it is not well-formed.
pub(super) fn from_utf7(written: &str) -> String {
    decode(written).unwrap_or_else(|| written.to_owned())
}

fn decode(written: &str) -> Option<String> {
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((plain, after)) = rest.split_once('&') {
        out.push_str(plain);
        let (coded, further) = after.split_once('-')?;
        if coded.is_empty() {
            out.push('&');
        } else {
            let octets = BASE64.decode(coded).ok()?;
            let units = octets.chunks(2).map(|pair| match pair {
                [high, low] => Some(u16::from_be_bytes([*high, *low])),
                _ => None,
            });
            out.push_str(&String::from_utf16(&units.collect::<Option<Vec<_>>>()?).ok()?);
        }
        rest = further;
    }
    out.push_str(rest);
    Some(out)
}

/// UIDs as a set, neighbours joined to ranges: `3:5,9`. They must rise.
pub(super) fn uid_set(uids: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &uid in uids {
        match ranges.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(uid) => *end = uid,
            _ => ranges.push((uid, uid)),
        }
    }
    let written = ranges.into_iter().map(|(begin, end)| {
        if begin == end { begin.to_string() } else { format!("{begin}:{end}") }
    });
    written.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_written_as_the_rfc_has_it() {
        for (name, written) in [
            ("INBOX", "\"INBOX\""),
            ("Entwürfe", "\"Entw&APw-rfe\""),
            ("~peter/mail/台北/日本語", "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""),
            ("R&D", "\"R&-D\""),
            ("🦀", "\"&2D7dgA-\""),
            ("say \"hi\\\"", "\"say \\\"hi\\\\\\\"\""),
        ] {
            assert_eq!(folder(name).expect("a name"), written);
        }
    }

    #[test]
    fn what_a_server_wrote_is_read_back() {
        for name in ["Entwürfe", "~peter/mail/台北/日本語", "R&D", "🦀 & 🦀", "plain"] {
            assert_eq!(from_utf7(&utf7(name)), name);
        }
        assert_eq!(from_utf7("&bad"), "&bad");
        assert_eq!(from_utf7("&A-"), "&A-");
    }

    #[test]
    fn no_name_begins_a_command_of_its_own() {
        for name in ["", "a\r\nb DELETE INBOX", "a\nb", "a\0"] {
            assert!(folder(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn sets_join_neighbours() {
        assert_eq!(uid_set(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(uid_set(&[u32::MAX - 1, u32::MAX]), "4294967294:4294967295");
        assert_eq!(uid_set(&[]), "");
    }
}
