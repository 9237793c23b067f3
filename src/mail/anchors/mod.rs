//! Whose word is taken: the host whose `Authentication-Results` counts, and where it may stand.
//!
//! Anyone can write such a field into a mail. The one that counts was written by the host of our own
//! mailbox, carries its id, and stands at the top but for the host's own last hops (SECURITY: A2).
//!
//! Not for: what the results say (`auth_results`, `sender`).

mod hosts;

use super::{
    auth_results::{self, AuthResults},
    lexer::{self, Kind},
    scan::{Field, Header},
};
use hosts::{HostPattern, PROVIDERS, Provider};

/// The anchor of one mailbox: pinned by the operator, checked by doctor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorSettings {
    authserv_id: AuthservId,
    received_above: usize,
    received_hosts: Vec<HostPattern>,
    notes_between: &'static [&'static str],
}

/// Which authserv-id is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AuthservId {
    /// None at all: every mail is without proof.
    Nobody,
    /// This id and no other.
    Exact(String),
    /// Any id that ends so; begins with a dot.
    Suffix(String),
    /// The topmost field, when it has no id (Exchange Online).
    TopmostWithoutId,
}

/// Why a setting cannot be an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// The id is none of the three forms.
    #[error(
        "`{0}` is no authserv-id: write the exact id (mx.google.com), an ending with at least two \
         labels (*.yahoo.com), or `topmost-without-id` (Exchange Online only)"
    )]
    Id(String),
    /// A host pattern that would allow everything, or is no host.
    #[error(
        "`{0}` is no host: write mx.example.org, *.example.org, or a beginning such as 2002:a05:*"
    )]
    Host(String),
    /// Fields may stand above, but none of them could.
    #[error("{0} Received fields may stand above, but no host is named whose fields they may be")]
    NoHosts(usize),
}

/// The field that carries results (RFC 8601 section 2.2).
const RESULTS: &str = "Authentication-Results";

/// How the third kind of anchor is written in the configuration.
pub const TOPMOST_WITHOUT_ID: &str = "topmost-without-id";

impl AnchorSettings {
    /// No host is believed: every mail stays below A2.
    pub fn nobody() -> Self {
        Self {
            authserv_id: AuthservId::Nobody,
            received_above: 0,
            received_hosts: Vec::new(),
            notes_between: &[],
        }
    }

    /// Reads the three settings. Without `received_above` and with no hosts, the shape is that of the
    /// known provider with this id; of any other host nothing may stand above.
    ///
    /// # Errors
    /// [`AnchorError`] names the setting and what is allowed.
    pub fn parse(
        authserv_id: &str,
        received_above: Option<usize>,
        received_hosts: &[String],
    ) -> Result<Self, AnchorError> {
        let authserv_id = AuthservId::parse(authserv_id)?;
        let is_known =
            |row: &&Provider| AuthservId::parse(row.authserv_id) == Ok(authserv_id.clone());
        let known = PROVIDERS.iter().find(is_known);
        let above = received_above.or(known.map(|row| row.received_above)).unwrap_or(0);
        let hosts: Vec<&str> = if received_hosts.is_empty() {
            known.map(|row| row.received_hosts.to_vec()).unwrap_or_default()
        } else {
            received_hosts.iter().map(String::as_str).collect()
        };
        if above > 0 && hosts.is_empty() {
            return Err(AnchorError::NoHosts(above));
        }
        Ok(Self {
            authserv_id,
            received_above: above,
            received_hosts: hosts.into_iter().map(HostPattern::parse).collect::<Result<_, _>>()?,
            notes_between: known.map_or(&[], |row| row.notes_between),
        })
    }

    /// The results to be believed: those of the topmost field of the anchor and of the anchor's
    /// fields that follow it without a gap but for the notes that its host puts between them.
    ///
    /// # Errors
    /// A sentence that says why nothing in this mail is believed.
    pub fn trusted(&self, header: &Header) -> Result<Vec<AuthResults>, String> {
        if self.authserv_id == AuthservId::Nobody {
            return Err("No host's results are trusted: no authserv-id is configured.".to_owned());
        }
        let written = header.all(RESULTS).filter_map(auth_results::parse);
        if !written.into_iter().any(|results| self.authserv_id.is(&results)) {
            return Err(self.nothing_found(header));
        }
        let mut received = 0;
        let mut fields = header.fields().iter();
        let first = loop {
            let field = fields.next().ok_or_else(|| self.nothing_found(header))?;
            if field.name.eq_ignore_ascii_case("Received") {
                received += 1;
                self.check_hop(field, received)?;
            } else if is_results(field) {
                match auth_results::parse(&field.value) {
                    Some(results) if self.authserv_id.is(&results) => break results,
                    Some(_) if self.authserv_id != AuthservId::TopmostWithoutId => {}
                    _ => return Err(self.nothing_found(header)),
                }
            }
        };
        let mut trusted = vec![first];
        let is_note = |field: &&Field| {
            self.notes_between.iter().any(|note| field.name.eq_ignore_ascii_case(note))
        };
        for field in fields.filter(|field| !is_note(field)).take_while(|field| is_results(field)) {
            let unreadable = || "A results field of the trusted host is unreadable.".to_owned();
            let results = auth_results::parse(&field.value).ok_or_else(unreadable)?;
            if !self.authserv_id.is(&results) || self.authserv_id == AuthservId::TopmostWithoutId {
                break;
            }
            trusted.push(results);
        }
        Ok(trusted)
    }

    /// A `Received` above the results must be one of the host's own last hops.
    fn check_hop(&self, field: &Field, count: usize) -> Result<(), String> {
        let by = received_by(&field.value);
        let named = by.as_deref().unwrap_or("no readable host");
        if count > self.received_above {
            return Err(format!(
                "A Received by {named} stands above any trusted results; {} may.",
                self.received_above
            ));
        }
        let own = by.as_ref().is_some_and(|by| self.received_hosts.iter().any(|host| host.is(by)));
        own.then_some(()).ok_or_else(|| {
            format!("A Received by {named}, not one of the mailbox host's own, stands at the top.")
        })
    }

    fn nothing_found(&self, header: &Header) -> String {
        let seen = ids_seen(header);
        if seen.is_empty() {
            "The mailbox host wrote no Authentication-Results.".to_owned()
        } else {
            format!("No trusted Authentication-Results; ids seen: {}.", seen.join(", "))
        }
    }
}

/// The ids of all results fields in a mail, top to bottom: shown by doctor, never believed.
pub fn ids_seen(header: &Header) -> Vec<String> {
    let results = header.all(RESULTS).map(auth_results::parse);
    results
        .map(|parsed| match parsed {
            Some(parsed) => parsed.id.unwrap_or_else(|| "(without id)".to_owned()),
            None => "(unreadable)".to_owned(),
        })
        .collect()
}

fn is_results(field: &Field) -> bool {
    field.name.eq_ignore_ascii_case(RESULTS)
}

/// The host behind the one `by` of a `Received` (RFC 5321 section 4.4), in lower case. With a second
/// `by`, which a sender can put into its own greeting, there is none.
pub fn received_by(value: &str) -> Option<String> {
    let tokens = lexer::tokens(value, ";")?;
    let words: Vec<&str> = tokens
        .iter()
        .map_while(|token| match &token.kind {
            Kind::Word(word) | Kind::Quoted(word) => Some(word.as_str()),
            Kind::Special(_) => None,
        })
        .collect();
    let mut after = words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(word, _)| word.eq_ignore_ascii_case("by"))
        .map(|(_, host)| host.to_ascii_lowercase());
    let by = after.next()?;
    after.next().is_none().then_some(by)
}

impl AuthservId {
    fn parse(text: &str) -> Result<Self, AnchorError> {
        let id = text.trim().to_ascii_lowercase();
        if id == TOPMOST_WITHOUT_ID {
            return Ok(Self::TopmostWithoutId);
        }
        let plain = |id: &str| id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        if let Some(suffix) = id.strip_prefix('*').unwrap_or(&id).strip_prefix('.') {
            let wide_enough = suffix.split('.').filter(|label| !label.is_empty()).count() >= 2;
            return if wide_enough && plain(suffix) {
                Ok(Self::Suffix(format!(".{suffix}")))
            } else {
                Err(AnchorError::Id(text.to_owned()))
            };
        }
        if id.is_empty() || !plain(&id) {
            return Err(AnchorError::Id(text.to_owned()));
        }
        Ok(Self::Exact(id))
    }

    fn is(&self, results: &AuthResults) -> bool {
        match (self, results.id.as_deref()) {
            (Self::Exact(wanted), Some(id)) => id == wanted,
            (Self::Suffix(suffix), Some(id)) => id.len() > suffix.len() && id.ends_with(suffix),
            (Self::TopmostWithoutId, None) => true,
            _ => false,
        }
    }
}
