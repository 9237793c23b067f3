//! What a mail host does at delivery: it stamps `Authentication-Results` on top (RFC 8601), with its
//! own `Received` below.

use pennypost::clock::At;

/// The mail host's authserv-id.
pub(crate) const HOST: &str = "mx.post.example";

/// The moment of delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) now: At,
}

impl Stamp {
    /// A mail that the sender's domain signed.
    pub(crate) fn genuine(self, domain: &str, mail: &str) -> Vec<u8> {
        self.with(
            &format!("dkim=pass header.d={domain}; dmarc=pass header.from={domain}"),
            domain,
            mail,
        )
    }

    /// A mail that proves nothing about its sender.
    pub(crate) fn forged(self, domain: &str, mail: &str) -> Vec<u8> {
        self.with(&format!("dkim=none; dmarc=fail header.from={domain}"), domain, mail)
    }

    /// A mail of a domain that has an SPF record only.
    pub(crate) fn spf_only(self, domain: &str, mail: &str) -> Vec<u8> {
        self.with(&format!("spf=pass smtp.mailfrom={domain}; dkim=none"), domain, mail)
    }

    fn with(self, results: &str, domain: &str, mail: &str) -> Vec<u8> {
        let date = self.now.rfc5322();
        let stamped = format!(
            "Authentication-Results: {HOST}; {results}\n\
             Received: from out.{domain} by {HOST} with ESMTPS; {date}\n\
             Date: {date}\n{mail}"
        );
        stamped.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()
    }
}
