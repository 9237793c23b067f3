//! The shapes that large hosts are known to write, as data, and how their host names look.
//!
//! Facts age: the operator's settings win over these rows, and doctor shows what it sees.

use super::{AnchorError, TOPMOST_WITHOUT_ID};

/// What is known of one host.
pub(super) struct Provider {
    /// Its anchor, as it is written in the configuration.
    pub(super) authserv_id: &'static str,
    /// How many of its own `Received` fields stand above its results.
    pub(super) received_above: usize,
    /// The hosts behind `by` in those.
    pub(super) received_hosts: &'static [&'static str],
    /// Fields that it puts between its results.
    pub(super) notes_between: &'static [&'static str],
}

/// The hosts whose results do not stand at the very top. Each row has a whole mail in
/// `tests/fixtures/mail/`.
pub(super) const PROVIDERS: [Provider; 4] = [
    Provider {
        // Inside, hosts are 10.x.y.z, written as the 6to4 address 2002:aXX:….
        authserv_id: "mx.google.com",
        received_above: 2,
        received_hosts: &["*.google.com", "2002:a*"],
        notes_between: &[],
    },
    Provider {
        authserv_id: TOPMOST_WITHOUT_ID,
        received_above: 3,
        received_hosts: &["*.outlook.com", "*.office365.com"],
        notes_between: &[],
    },
    Provider {
        authserv_id: "*.messagingengine.com",
        received_above: 4,
        received_hosts: &["*.messagingengine.com", "*.internal", "slot*"],
        notes_between: &[],
    },
    Provider {
        authserv_id: "*.icloud.com",
        received_above: 3,
        received_hosts: &["*.me.com", "p*-icloudmta-smtpin*", "p*-mailgateway-smtp*"],
        notes_between: &["X-ARC-Info", "X-DMARC-Info", "X-DMARC-Policy"],
    },
];

/// Hosts that may stand behind `by`: a name in which each `*` stands for any characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostPattern(String);

impl HostPattern {
    pub(super) fn parse(text: &str) -> Result<Self, AnchorError> {
        let host = text.trim().to_ascii_lowercase();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        let literal = host.bytes().filter(|b| *b != b'*').count();
        // A name is itself however short it is (`mx`); a pattern must leave little open.
        let long = literal >= if host.contains('*') { 3 } else { 2 };
        // `*google.com` would let `evil-google.com` in.
        let open_start = host.starts_with('*') && !host.starts_with("*.");
        if long && !open_start && host.bytes().all(|b| b == b'*' || plain(b)) {
            Ok(Self(host))
        } else {
            Err(AnchorError::Host(text.to_owned()))
        }
    }

    /// Whether `host`, in lower case, fits.
    pub(super) fn is(&self, host: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|start| host.strip_prefix(start)) else {
            return false;
        };
        let Some(end) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_names() {
        let fits =
            |pattern: &str, host: &str| HostPattern::parse(pattern).expect("a pattern").is(host);
        assert!(fits("mx.x.example", "mx.x.example"));
        assert!(!fits("mx.x.example", "mx.x.example.evil.example"));
        assert!(!fits("mx.x.example", "a.mx.x.example"));
        assert!(fits("*.x.example", "a.b.x.example"));
        assert!(!fits("*.x.example", "x.example"));
        assert!(fits("mx", "mx") && !fits("mx", "mx.evil.example"));
        assert!(!fits("*.x.example", "a.x.example.evil.example"));
        assert!(fits("2002:a05:*", "2002:a05:6a10::1"));
        assert!(fits("p*-smtpin*", "p00-icloud-smtpin-7"));
        assert!(!fits("p*-smtpin*", "q00-icloud-smtpin-7"));
        assert!(!fits("abc*bcd", "abcd"), "parts do not overlap");
        for open in ["", "*", "m*", "*x"] {
            HostPattern::parse(open).expect_err(open);
        }
    }
}
