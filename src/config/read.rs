//! Reading the three sources and remembering where each value came from.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Profile,
    providers::{Format, Serialized, Toml},
    value::{Dict, Value},
};

use secrecy::SecretString;

use super::{
    check::{Problems, check},
    keys::SECRET_MIN,
    settings::Settings,
};

/// The defaults, which are also the manual.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The file read when `PENNYPOST_CONFIG` names no other and it exists.
pub const FILE: &str = "pennypost.toml";

/// The list of mailboxes.
pub(super) const MAILBOXES: &str = "mailbox";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`, compiled in.
    Default,
    /// The operator's file.
    File(PathBuf),
    /// An environment variable of this name.
    Environment(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the defaults"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
        }
    }
}

/// All settings with their values and origins, before they are checked.
pub(super) struct Raw {
    pub(super) figment: Figment,
    pub(super) origins: BTreeMap<String, Origin>,
    /// Whether this machine's disk is thrown away with the process (a Heroku dyno).
    pub(super) ephemeral: bool,
}

/// The operator's file, if there is one.
#[expect(clippy::disallowed_methods, reason = "config is the one reader of the environment")]
pub fn file() -> Option<PathBuf> {
    let named = std::env::var("PENNYPOST_CONFIG").ok().map(PathBuf::from);
    named.or_else(|| Path::new(FILE).exists().then(|| PathBuf::from(FILE)))
}

/// Loads the configuration of this process.
///
/// # Errors
/// Every problem found, each naming the setting, where its value came from and what is allowed.
#[expect(clippy::disallowed_methods, reason = "config is the one reader of the environment")]
pub fn load() -> Result<Settings, Problems> {
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    load_from(file().as_deref(), &environment)
}

/// Loads the file `path`, and the environment of this process over it.
///
/// # Errors
/// As [`load`].
#[expect(clippy::disallowed_methods, reason = "config is the one reader of the environment")]
pub fn load_file(path: &Path) -> Result<Settings, Problems> {
    load_from(Some(path), &std::env::vars().collect())
}

/// The key that a configuration file holds, whatever else it holds; none where it has none that is long
/// enough to have signed anything.
///
/// # Errors
/// Why the file cannot be read.
pub fn key_in(file: &Path) -> Result<Option<SecretString>, String> {
    let values = read_file(file)?;
    let key = values.get("secret_key").and_then(Value::as_str).map(str::trim);
    let key = key.filter(|key| key.chars().count() >= SECRET_MIN);
    Ok(key.map(SecretString::from))
}

/// The password handed to `pennypost init` by a script.
#[expect(clippy::disallowed_methods, reason = "config is the one reader of the environment")]
pub fn init_password() -> Option<SecretString> {
    std::env::var("PENNYPOST_INIT_PASSWORD").ok().map(SecretString::from)
}

/// Loads from a given file and environment; for tests and for the demo.
///
/// # Errors
/// As [`load`].
pub fn load_from(
    file: Option<&Path>,
    environment: &BTreeMap<String, String>,
) -> Result<Settings, Problems> {
    check(&read(file, environment)?)
}

/// Every setting's name in dotted form with its default.
pub fn settings_named() -> BTreeMap<String, Value> {
    let defaults: Dict = Figment::from(Toml::string(DEFAULTS)).extract().expect("valid defaults");
    let mut flat = BTreeMap::new();
    flatten("", &defaults, &mut flat);
    flat
}

fn flatten(prefix: &str, dict: &Dict, into: &mut BTreeMap<String, Value>) {
    for (key, value) in dict {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Dict(_, inner) => flatten(&name, inner, into),
            other => {
                into.insert(name, other.clone());
            }
        }
    }
}

fn read(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Raw, Problems> {
    let known = settings_named();
    let mut origins: BTreeMap<String, Origin> =
        known.keys().map(|name| (name.clone(), Origin::Default)).collect();
    let mut figment = Figment::from(Toml::string(DEFAULTS));
    let mut problems = Problems::default();
    if let Some(path) = file {
        let origin = Origin::File(path.to_owned());
        match read_file(path) {
            Ok(values) => {
                for name in values.keys() {
                    if known.contains_key(name) {
                        origins.insert(name.clone(), origin.clone());
                    } else {
                        problems.unknown(name, &origin, known.keys());
                    }
                }
                figment = figment.merge(Toml::file_exact(path));
            }
            Err(reason) => problems.add("the configuration file", &origin, &reason),
        }
    }
    // A list of tables has no form as one variable; MAILBOX_URL is the short one.
    for (name, default) in known.iter().filter(|(name, _)| *name != MAILBOXES) {
        let variable = name.replace('.', "_").to_ascii_uppercase();
        let Some(text) = environment.get(&variable) else { continue };
        let origin = Origin::Environment(variable);
        match typed(text, default) {
            Ok(value) => {
                figment = figment.merge(Serialized::default(name, value).profile(Profile::Default));
            }
            Err(allowed) => problems.add(name, &origin, allowed),
        }
        origins.insert(name.clone(), origin);
    }
    // AUTHSERV_ID is what every deployment sets; it has the short name too.
    if let Some(id) = environment.get("AUTHSERV_ID") {
        figment = figment.merge(Serialized::default("authentication.authserv_id", id));
        origins
            .insert("authentication.authserv_id".into(), Origin::Environment("AUTHSERV_ID".into()));
    }
    let ephemeral = environment.contains_key("DYNO");
    problems.or(Raw { figment, origins, ephemeral })
}

/// The dotted names a file sets.
fn read_file(path: &Path) -> Result<BTreeMap<String, Value>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("it cannot be read: {e}"))?;
    // The parser's further lines show what stands there: a password, say.
    let told = |error: figment::Error| {
        let words = error.kind.to_string();
        format!("it must be TOML: {}", words.lines().next().unwrap_or_default())
    };
    let dict: Dict = Figment::from(Toml::string(&text)).extract().map_err(told)?;
    let mut flat = BTreeMap::new();
    flatten("", &dict, &mut flat);
    Ok(flat)
}

/// An environment variable's text as the type its default has; lists are separated by commas.
fn typed(text: &str, default: &Value) -> Result<Value, &'static str> {
    match default {
        Value::Num(..) => {
            text.trim().parse::<i64>().map(Value::from).or(Err("a whole number is expected"))
        }
        Value::Bool(..) => text.trim().parse::<bool>().map(Value::from).or(Err("true or false")),
        Value::Array(..) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::from(items.map(Value::from).collect::<Vec<_>>()))
        }
        _ => Ok(Value::from(text)),
    }
}
