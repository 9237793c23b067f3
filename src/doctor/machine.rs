//! What can be told without asking anybody: the configuration, who may read it, the templates.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::{Findings, in_words};
use crate::{
    config::{Mode, Settings},
    letters::templates,
    mail::render::Templates,
};

const PART: &str = "configuration";

/// Permissions of the group and of all others.
const OTHERS: u32 = 0o077;

/// Fewest different characters of a key that can be random.
const KEY_CHARACTERS: usize = 10;

pub(super) fn examine(found: &mut Findings, settings: &Settings, file: Option<&Path>) {
    found.ok(PART, "The configuration is whole.");
    if settings.mode == Mode::Observe {
        found.ok(PART, "MODE=observe: mails are read and judged, and nobody is answered.");
    }
    readers(found, file);
    if settings.keys.distinct_characters() < KEY_CHARACTERS {
        found.warn(
            PART,
            "secret_key repeats few characters: it does not look random.",
            "Make one with `openssl rand -hex 32`, and keep the old one as secret_key_previous.",
        );
    }
    if settings.operator_address.is_none() {
        found.warn(
            PART,
            "operator_address is not set: nobody is told what the relay refused, or what observing found.",
            "Set operator_address to an address that you read.",
        );
    }
    match Templates::load(templates(), settings.letters.templates.as_deref()) {
        Ok(_) => found.ok(PART, "The letters' templates can be used."),
        Err(error) => {
            let todo = "Mend the template, or take it out of the folder letters.templates.";
            found.bad(PART, in_words(&error), todo);
        }
    }
}

/// The file holds passwords and the key.
fn readers(found: &mut Findings, file: Option<&Path>) {
    let Some(path) = file else {
        found.ok(PART, "It comes from the environment alone; there is no configuration file.");
        return;
    };
    let Ok(about) = fs::metadata(path) else { return };
    let name = path.display();
    if about.permissions().mode() & OTHERS == 0 {
        found.ok(PART, format!("{name} can be read by its owner alone."));
    } else {
        found.bad(
            PART,
            format!("{name} holds passwords, and others than its owner may read it."),
            format!("Run `chmod 600 {name}`."),
        );
    }
}
