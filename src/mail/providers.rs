//! Hosted mailboxes as data: where their servers are, and what an operator has to know of each.
//!
//! Facts age: whatever is configured wins over these rows, and doctor looks for itself.

/// What is known of one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// As people call it.
    pub name: &'static str,
    /// The domains of its addresses.
    pub domains: &'static [&'static str],
    /// Its IMAP server, TLS on port 993.
    pub imap: &'static str,
    /// Its submission server and port: 465 is TLS, 587 STARTTLS.
    pub smtp: (&'static str, u16),
    /// The id in its `Authentication-Results`, as it is configured; none that would be safe to assume.
    pub authserv_id: Option<&'static str>,
    /// How to get a password that a program may use.
    pub password: &'static str,
    /// Whether it takes no password from programs at all.
    pub oauth_only: bool,
    /// Whether `till+anything@…` reaches the mailbox.
    pub plus: bool,
}

/// The hosts known, the most frequent first.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Gmail",
        domains: &["gmail.com", "googlemail.com"],
        imap: "imap.gmail.com",
        smtp: ("smtp.gmail.com", 465),
        authserv_id: Some("mx.google.com"),
        password: "an app password: myaccount.google.com/apppasswords (2-step sign-in must be on)",
        oauth_only: false,
        plus: true,
    },
    Provider {
        name: "Outlook and Microsoft 365",
        domains: &["outlook.com", "hotmail.com", "live.com", "msn.com", "office365.com"],
        imap: "outlook.office365.com",
        smtp: ("smtp.office365.com", 587),
        authserv_id: Some("topmost-without-id"),
        password: "none: Microsoft lets programs sign in by OAuth alone",
        oauth_only: true,
        plus: true,
    },
    Provider {
        name: "Fastmail",
        domains: &["fastmail.com", "fastmail.fm"],
        imap: "imap.fastmail.com",
        smtp: ("smtp.fastmail.com", 465),
        authserv_id: Some("*.messagingengine.com"),
        password: "an app password with IMAP and SMTP: Settings, Privacy & Security",
        oauth_only: false,
        plus: true,
    },
    Provider {
        name: "Yahoo",
        domains: &["yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "ymail.com", "aol.com"],
        imap: "imap.mail.yahoo.com",
        smtp: ("smtp.mail.yahoo.com", 465),
        authserv_id: Some("*.yahoo.com"),
        password: "an app password: Account security, Generate app password",
        oauth_only: false,
        plus: false,
    },
    Provider {
        name: "iCloud",
        domains: &["icloud.com", "me.com", "mac.com"],
        imap: "imap.mail.me.com",
        smtp: ("smtp.mail.me.com", 587),
        authserv_id: Some("*.icloud.com"),
        password: "an app-specific password: account.apple.com",
        oauth_only: false,
        plus: true,
    },
    Provider {
        name: "GMX",
        domains: &["gmx.com", "gmx.net", "gmx.de", "gmx.at", "gmx.ch"],
        imap: "imap.gmx.com",
        smtp: ("mail.gmx.com", 465),
        authserv_id: Some("gmx.net"),
        password: "the mailbox's own, after IMAP was switched on in its settings",
        oauth_only: false,
        plus: true,
    },
    Provider {
        name: "Zoho",
        domains: &["zoho.com", "zohomail.com", "zoho.eu", "zohomail.eu"],
        imap: "imap.zoho.com",
        smtp: ("smtp.zoho.com", 465),
        authserv_id: None,
        password: "an app password, after IMAP was switched on in the mail settings",
        oauth_only: false,
        plus: true,
    },
];

/// The host of an address's domain.
pub fn of_domain(domain: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|row| row.domains.contains(&domain))
}

/// The host an IMAP server belongs to.
pub fn of_imap(host: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|row| row.imap == host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::anchors::AnchorSettings;

    #[test]
    fn every_row_can_be_configured() {
        for row in PROVIDERS {
            assert!(row.authserv_id.is_none_or(|id| AnchorSettings::parse(id, None, &[]).is_ok()));
            assert!([465, 587].contains(&row.smtp.1), "{}", row.name);
            for domain in row.domains {
                assert_eq!(of_domain(domain), Some(row), "{domain} stands twice");
            }
        }
        assert_eq!(of_domain("post.example"), None);
    }
}
