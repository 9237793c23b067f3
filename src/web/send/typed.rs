//! What was typed into the form, and what is wrong with it.

use serde::{Deserialize, Serialize};

/// The form's fields, as they came: everything typed stays, right or wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Typed {
    pub(super) amount: String,
    pub(super) currency: String,
    pub(super) to: String,
    pub(super) note: String,
    /// The language asked for; any other text is none.
    pub(super) lang: String,
}

/// A sentence beside each field that must be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Problems {
    pub(super) amount: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) to: Option<String>,
    pub(super) note: Option<String>,
}

impl Problems {
    pub(super) fn any(&self) -> bool {
        *self != Self::default()
    }
}
