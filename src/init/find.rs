//! Where the servers of an unknown domain are: the usual names are tried, over TLS.

use std::time::Duration;

use tokio::time::timeout;

use super::Place;
use crate::{
    config::{MailServer, Security},
    mail::wire::Dialer,
};

/// How long one name may take.
const TRY_MAX: Duration = Duration::from_secs(5);

/// The mailbox's and the relay's server of a domain, as far as one of the usual names answers.
pub async fn find(dialer: &Dialer, domain: &str) -> (Option<Place>, Option<Place>) {
    let imap = [("imap", 993), ("mail", 993)];
    let smtp = [("smtp", 465), ("mail", 465), ("smtp", 587), ("mail", 587)];
    tokio::join!(
        first(dialer, domain, ("imaps", "imap"), &imap),
        first(dialer, domain, ("smtps", "smtp"), &smtp),
    )
}

async fn first(
    dialer: &Dialer,
    domain: &str,
    (tls, start): (&'static str, &'static str),
    names: &[(&str, u16)],
) -> Option<Place> {
    for (name, port) in names {
        let host = format!("{name}.{domain}");
        // On the submission port nothing is protected before STARTTLS: that somebody listens must do.
        let (security, scheme) =
            if *port == 587 { (Security::StartTls, start) } else { (Security::Tls, tls) };
        let server = MailServer { security, host: host.clone(), port: *port, login: None };
        if matches!(timeout(TRY_MAX, dialer.connect(&server)).await, Ok(Ok(_))) {
            return Some(Place::Server { scheme, host, port: *port });
        }
    }
    None
}
