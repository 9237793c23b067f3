//! Writing the file: whole or not at all, for its owner alone, never over another.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use crate::config::{self, Problems};

/// Why a configuration was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It is there already.
    #[error("{} is there already; --force writes over it", .0.display())]
    Exists(PathBuf),
    /// It may hold a key, and cannot be read.
    #[error(
        "nothing was written: {path} may hold a key that links were made with, and {1}. Mend it, or move \
         it away", path = .0.display()
    )]
    Unread(PathBuf, String),
    /// What was answered makes no configuration.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The machine said no.
    #[error("{} cannot be written", .0.display())]
    Io(PathBuf, #[source] io::Error),
}

/// The key of the file that is to be written over; none where there is no file, or none in it.
///
/// # Errors
/// [`WriteError::Unread`]: the key would be lost.
pub fn key_of(path: &Path) -> Result<Option<SecretString>, WriteError> {
    if !path.exists() {
        return Ok(None);
    }
    config::key_in(path).map_err(|why| WriteError::Unread(path.to_owned(), why))
}

/// Writes `text` to `path` with permissions 0600. A crash leaves the old file or the new one.
///
/// # Errors
/// [`WriteError`]; then nothing has changed.
pub fn write(path: &Path, text: &SecretString, over: bool) -> Result<(), WriteError> {
    let failed = |error| WriteError::Io(path.to_owned(), error);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = draft(&unfinished, text).map_err(failed).and_then(|()| {
        // What cannot be loaded is never put in place.
        config::load_from(Some(&unfinished), &BTreeMap::new())?;
        Ok(put(&unfinished, path, over))
    });
    // After a rename there is nothing left to remove.
    fs::remove_file(&unfinished).ok();
    match written? {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !over => {
            Err(WriteError::Exists(path.to_owned()))
        }
        other => other.map_err(failed),
    }
}

fn draft(unfinished: &Path, text: &SecretString) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(unfinished)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()
}

fn put(unfinished: &Path, path: &Path, over: bool) -> io::Result<()> {
    if over {
        fs::rename(unfinished, path)
    } else {
        // A second name, unlike a new one, is refused where there is a file.
        fs::hard_link(unfinished, path)
    }
}
