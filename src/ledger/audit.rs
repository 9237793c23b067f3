//! The audit: twelve things that must be true of the ledger at any time, counted where they are not.
//!
//! Not for: what only an outside history can show, such as acknowledged work that is gone.

use serde::Serialize;

use super::store_audit;
use crate::db::Db;

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// One for each invariant, in order.
    pub findings: Vec<Finding>,
}

/// How often one invariant is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `I1` to `I12`.
    pub id: &'static str,
    /// What must be true, in plain English.
    pub name: &'static str,
    /// How many rows break it.
    pub breaches: i64,
}

impl AuditReport {
    /// Whether everything holds.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.breaches == 0)
    }
}

/// Checks all invariants on one snapshot of a live database, which goes on working meanwhile. Before
/// each, `progress` hears its name, how many are done, and how many there are.
///
/// # Errors
/// The database's. A breach is not an error: see [`AuditReport::is_clean`].
pub async fn audit(
    db: &Db,
    mut progress: impl FnMut(&str, usize, usize),
) -> Result<AuditReport, sqlx::Error> {
    let mut tx = db.snapshot().await?;
    let mut findings = Vec::new();
    for invariant in &store_audit::INVARIANTS {
        progress(invariant.name, findings.len(), store_audit::INVARIANTS.len());
        let breaches = store_audit::count(&mut tx, invariant).await?;
        findings.push(Finding { id: invariant.id, name: invariant.name, breaches });
    }
    tx.rollback().await?;
    progress("done", findings.len(), findings.len());
    Ok(AuditReport { findings })
}
