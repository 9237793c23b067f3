//! What speaks for a sender and what is missing: the trusted results against the From domain, and
//! the conditions around them.
//!
//! Not for: choosing whose results are trusted (`anchors`).

use std::time::Duration;

use super::{Assurance, recipients};
use crate::{
    address::Address,
    clock::At,
    mail::{
        auth_results::{AuthResults, MethodResult},
        scan::Header,
        sender::addresses,
    },
};

/// How far the clocks of honest senders run ahead.
const FUTURE_MAX: Duration = Duration::from_secs(600);
/// How old a mail may be to act by itself; an older one may be a replay from an archive.
const AGE_MAX: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Most DKIM-Signature fields that are looked at.
const SIGNATURES_MAX: usize = 100;

/// A DKIM-Signature field as far as it matters here (RFC 6376 section 3.5).
pub(super) struct Signature {
    /// `d=`, in lower case.
    domain: String,
    /// `b=`, without blanks.
    pub(super) value: String,
}

/// The signatures in a mail that have a `b=`.
pub(super) fn signatures(header: &Header) -> Vec<Signature> {
    let fields = header.all("DKIM-Signature").take(SIGNATURES_MAX);
    let read = fields.map(|field| {
        let tag = |wanted: &str| {
            let mut tags = field.split(';').filter_map(|part| part.split_once('='));
            let value = tags.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value);
            value.unwrap_or_default().split_ascii_whitespace().collect::<String>()
        };
        Signature { domain: tag("d").to_ascii_lowercase(), value: tag("b") }
    });
    read.filter(|signature| !signature.value.is_empty()).collect()
}

/// How far the trusted results prove the From domain, and why.
pub(super) struct Alignment {
    /// A2 for a full proof, A1 for a partial one, A0 for none.
    pub(super) level: Assurance,
    pub(super) why: String,
}

impl Alignment {
    pub(super) fn none(why: String) -> Self {
        Self { level: Assurance::A0, why }
    }
}

/// Weighs the merged methods of the trusted results: dmarc=pass and dkim=pass, both for exactly
/// `domain`, are a full proof.
pub(super) fn align(trusted: &[AuthResults], signatures: &[Signature], domain: &str) -> Alignment {
    let of = |method: &'static str| {
        trusted.iter().flat_map(|field| &field.results).filter(move |found| found.method == method)
    };
    let passed = |found: &&MethodResult| found.result == "pass";
    let is_from = |found: &MethodResult| {
        found.property("header.from").is_some_and(|from| from.eq_ignore_ascii_case(domain))
    };
    let dmarc_said = of("dmarc").next().is_some();
    let dmarc = dmarc_said && of("dmarc").all(|found| passed(&found) && is_from(found));
    if dmarc_said && !dmarc {
        return Alignment::none(format!(
            "The mailbox host's dmarc result is no pass for {domain}."
        ));
    }
    // Results that contradict each other were not written by one host.
    if of("dkim").any(|found| found.result == "none") && of("dkim").any(|f| passed(&f)) {
        return Alignment::none(
            "The mailbox host's dkim results contradict each other.".to_owned(),
        );
    }
    let signers: Vec<String> =
        of("dkim").filter(passed).filter_map(|found| signer(found, signatures)).collect();
    let exact = signers.iter().any(|signer| signer == domain);
    let related = signers.iter().any(|signer| is_related(signer, domain));
    let spf = of("spf").filter(passed).any(|found| {
        found.property("smtp.mailfrom").is_some_and(|sender| is_or_ends_at(sender, domain))
    });
    let (level, what) = match (dmarc, exact) {
        (true, true) => (Assurance::A2, "dmarc and dkim pass for exactly"),
        (true, false) if related => (Assurance::A1, "dkim passes only for a relative of"),
        (true, false) => (Assurance::A1, "dmarc passes, without a dkim pass, for"),
        (false, true) => (Assurance::A1, "dkim passes, without a dmarc result, for"),
        (false, false) if related => (Assurance::A1, "dkim passes only for a relative of"),
        (false, false) if spf => (Assurance::A1, "spf alone passes for"),
        (false, false) => (Assurance::A0, "nothing passes for"),
    };
    Alignment { level, why: format!("By the mailbox host's results, {what} {domain}.") }
}

/// The domain that signed, of a passing dkim result: `header.d`, else the domain of `header.i`
/// (Gmail writes no d), unless the signature itself, found by `header.b`, shows another `d=`.
fn signer(found: &MethodResult, signatures: &[Signature]) -> Option<String> {
    let agent = found.property("header.i").and_then(|agent| agent.rsplit_once('@'));
    let agent = agent.map(|(_, domain)| domain.to_ascii_lowercase());
    if found.properties.iter().any(|(name, _)| name == "header.d") {
        return found.property("header.d").map(str::to_ascii_lowercase);
    }
    let agent = agent?;
    let start = found.property("header.b").filter(|start| !start.is_empty());
    let shown = signatures
        .iter()
        .filter(|signature| start.is_some_and(|start| signature.value.starts_with(start)));
    let other = shown.map(|signature| &signature.domain).find(|domain| **domain != agent);
    Some(other.cloned().unwrap_or(agent))
}

/// `address` or bare domain, at `domain`.
fn is_or_ends_at(sender: &str, domain: &str) -> bool {
    sender.rsplit_once('@').map_or(sender, |(_, host)| host).eq_ignore_ascii_case(domain)
}

/// Parent or subdomain, two labels at least.
fn is_related(one: &str, other: &str) -> bool {
    let below = |child: &str, parent: &str| {
        parent.contains('.') && child.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
    };
    below(one, other) || below(other, one)
}

/// What keeps a proved sender from acting, each in a sentence.
pub(super) struct Gaps(pub(super) Vec<String>);

impl Gaps {
    /// SECURITY: A3 point 4 and the age limit of point 3.
    pub(super) fn find(header: &Header, from: &Address, service: &[Address], now: At) -> Self {
        let mut gaps = Vec::new();
        if !recipients(header).iter().any(|to| service.iter().any(|own| to.reaches(own))) {
            gaps.push("Our address is neither in To nor in Cc.".to_owned());
        }
        gaps.extend(passed_on(header));
        if header
            .first("Sender")
            .is_some_and(|sender| addresses::mailbox(sender).ok().as_ref() != Some(from))
        {
            gaps.push("Sender names somebody else than From.".to_owned());
        }
        gaps.extend(age_gap(header, now));
        Self(gaps)
    }
}

/// One sentence when the mail was resent, came by a list, or was written by a machine.
fn passed_on(header: &Header) -> Option<String> {
    let marks = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("resent-") || name.starts_with("list-") || name == "precedence"
    };
    let automatic = header.all("Auto-Submitted").any(|value| {
        !value.split(['(', ';']).next().unwrap_or_default().trim().eq_ignore_ascii_case("no")
    });
    let named = header.fields().iter().find(|field| marks(&field.name)).map(|f| f.name.as_str());
    let mark = named.or(automatic.then_some("Auto-Submitted"))?;
    Some(format!("{mark} shows that this is no mail from a person straight to us."))
}

fn age_gap(header: &Header, now: At) -> Option<String> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let date = header.first("Date").and_then(|date| parser.parse_timestamp(date).ok());
    let Some(date) = date.map(|date| At(date.as_microsecond())) else {
        return Some("There is no readable Date.".to_owned());
    };
    if date > now.plus(FUTURE_MAX) {
        return Some("Its Date lies in the future.".to_owned());
    }
    (date < now.minus(AGE_MAX)).then(|| "Its Date is more than 7 days old.".to_owned())
}
