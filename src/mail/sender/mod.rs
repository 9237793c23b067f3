//! Who sent this mail, and how sure that is (SECURITY: assurance levels).
//!
//! Not for: what a level allows (`policy`), nor the rule that a mail acts once, which needs the
//! database; the verdict carries what that rule compares.

mod addresses;
mod assurance;
mod effect;
mod evidence;

pub use addresses::{FromFault, from, recipients};
pub use assurance::{Assurance, UnknownLevel};
pub use effect::{EffectKey, effect_key, normal_message_id};

use serde::{Deserialize, Serialize};

use super::{anchors::AnchorSettings, message_id, scan::Scan};
use crate::{address::Address, clock::At};
use evidence::{Alignment, Gaps};

/// What our own look at the DKIM signatures found. A later version examines them; its results
/// become further variants, and callers stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnDkim {
    /// Nobody looked: A3 cannot be reached.
    NotExamined,
}

/// The judgement on a mail's sender; stored with the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// How far the sender is proved.
    pub assurance: Assurance,
    /// The address in From, when there is exactly one plain one. Below A2 it is a claim.
    pub from: Option<Address>,
    /// The Message-ID in its brackets, when there is exactly one well-formed one. Accepting it a
    /// second time is refused by the caller.
    pub message_id: Option<String>,
    /// Each `b=` of a DKIM-Signature, without blanks. Accepting one a second time is refused by the
    /// caller: a replay may change its Message-ID, but not this.
    pub signatures: Vec<String>,
    /// Why, in plain sentences.
    pub evidence: Vec<String>,
}

/// Judges the sender of a scanned mail for a mailbox that `service` addresses reach. Fails closed:
/// whatever cannot be read counts as not said.
pub fn judge(
    scan: &Scan,
    anchor: &AnchorSettings,
    service: &[Address],
    now: At,
    own: OwnDkim,
) -> Verdict {
    let header = &scan.header;
    let signatures = evidence::signatures(header);
    let ids = header.first("Message-ID").map(message_id::read_all).unwrap_or_default();
    let mut verdict = Verdict {
        assurance: Assurance::A0,
        from: None,
        message_id: <[String; 1]>::try_from(ids).ok().map(|[id]| id),
        signatures: signatures.iter().map(|signature| signature.value.clone()).collect(),
        evidence: Vec::new(),
    };
    let from = match from(header) {
        Ok(from) => from,
        Err(fault) => {
            verdict.evidence.push(sentence(&fault.to_string()));
            return verdict;
        }
    };
    verdict.from = Some(from.clone());
    if !scan.faults.is_empty() {
        verdict.evidence.extend(scan.faults.iter().map(|fault| sentence(&fault.to_string())));
        return verdict;
    }
    let alignment = match anchor.trusted(header) {
        Ok(trusted) => evidence::align(&trusted, &signatures, from.domain()),
        Err(why) => Alignment::none(why),
    };
    let gaps = Gaps::find(header, &from, service, now);
    verdict.assurance = match (alignment.level, gaps.0.len(), own) {
        (Assurance::A2, 0, OwnDkim::NotExamined) => Assurance::A2,
        // One gap: either in the proof or around it, never both.
        (Assurance::A2, 1, _) | (Assurance::A1, 0, _) => Assurance::A1,
        _ => Assurance::A0,
    };
    verdict.evidence.push(alignment.why);
    verdict.evidence.extend(gaps.0);
    verdict
}

/// A fault as a sentence of its own.
fn sentence(fault: &str) -> String {
    let mut chars = fault.chars();
    chars.next().map_or_else(String::new, |c| format!("{}{}.", c.to_uppercase(), chars.as_str()))
}
