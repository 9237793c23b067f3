//! A Maildir: one file per message, in `new/` until somebody looked and in `cur/` from then on.
//!
//! Sources: <https://cr.yp.to/proto/maildir.html>; Maildir++ for the names of folders. Files are read
//! on the blocking pool, in one piece of work per batch.

use std::{
    fs, io,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use super::{AfterEffect, Arrived, Batch, Bounds, Content, Known, MailboxError};
use crate::{clock::At, ids, mail::scan::HEADER_BYTES_MAX};

/// The three folders of every Maildir.
const FOLDERS: [&str; 3] = ["tmp", "new", "cur"];

/// An opened Maildir.
#[derive(Debug, Clone)]
pub struct Maildir {
    path: PathBuf,
}

impl Maildir {
    /// Opens the Maildir at `path`, making it and its folders if they are missing.
    ///
    /// # Errors
    /// [`MailboxError::Io`] with the path.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, MailboxError> {
        let maildir = Self { path: path.into() };
        maildir
            .blocking(|maildir| {
                make_folders(&maildir.path).map_err(failed("Make the Maildir", &maildir.path))?;
                Ok(maildir)
            })
            .await
    }

    /// The keys in `cur/`: mail that lay here before us.
    ///
    /// # Errors
    /// [`MailboxError::Io`] with the path.
    pub async fn existing(&self) -> Result<Vec<String>, MailboxError> {
        self.blocking(|maildir| {
            Ok(maildir.list("cur")?.into_iter().map(|name| key_of(&name).to_owned()).collect())
        })
        .await
    }

    /// The folder, by whichever way it was named.
    pub async fn place(&self) -> String {
        let whole = self.blocking(|maildir| Ok(fs::canonicalize(&maildir.path).ok())).await;
        let path = whole.ok().flatten().unwrap_or_else(|| self.path.clone());
        format!("maildir:{}", path.display())
    }

    /// Unknown messages of `new/`, then of `cur/` (a person's mail program may have moved them
    /// there before we looked).
    ///
    /// # Errors
    /// [`MailboxError::Io`] when a folder cannot be listed.
    pub async fn unseen(&self, known: &Known, bounds: Bounds) -> Result<Batch, MailboxError> {
        let known = known.clone();
        self.blocking(move |maildir| maildir.read_batch(&known, bounds)).await
    }

    /// The after-effect on the messages `keys`. To leave a message is the Maildir's own step from
    /// `new/` to `cur/`, without a flag: mail programs still show it as unread.
    ///
    /// # Errors
    /// [`MailboxError`]; what was done before stays done, and repeating it does no harm.
    pub async fn taken(&self, keys: &[String], after: &AfterEffect) -> Result<(), MailboxError> {
        let (keys, after) = (keys.to_vec(), after.clone());
        self.blocking(move |maildir| maildir.finish(&keys, &after)).await
    }

    /// Delivers a message into `new/`: written and synced in `tmp/`, then renamed. Gives its key.
    ///
    /// # Errors
    /// [`MailboxError::Io`]; then no part of the message can be seen.
    pub async fn deliver(&self, message: Vec<u8>, now: At) -> Result<String, MailboxError> {
        self.blocking(move |maildir| {
            let key = format!("{}.{}.pennypost", now.unix_seconds(), ids::fresh(now));
            write_new(&maildir.path, &key, &message)
                .map_err(failed("Deliver into", &maildir.path))?;
            Ok(key)
        })
        .await
    }

    /// Delivers a message under a name of the caller's choice, once: where a message of that name lies in
    /// `new/` or `cur/` already, nothing is written.
    ///
    /// # Errors
    /// [`MailboxError::Io`], or [`MailboxError::Name`] for a name that would lead out of the mailbox.
    pub async fn deliver_once(&self, name: String, message: Vec<u8>) -> Result<(), MailboxError> {
        if !is_file_name(&name) {
            return Err(MailboxError::Name(name));
        }
        self.blocking(move |maildir| {
            let there = ["new", "cur"].into_iter().map(|folder| maildir.list(folder));
            for names in there {
                if names?.iter().any(|there| key_of(there) == name) {
                    return Ok(());
                }
            }
            // What an earlier attempt left unfinished is written anew.
            drop(fs::remove_file(maildir.path.join("tmp").join(&name)));
            write_new(&maildir.path, &name, &message).map_err(failed("Deliver into", &maildir.path))
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Self) -> Result<T, MailboxError> + Send + 'static,
    ) -> Result<T, MailboxError> {
        let maildir = self.clone();
        let done = tokio::task::spawn_blocking(move || work(maildir)).await;
        done.unwrap_or_else(|_cut_off| Err(MailboxError::CutOff))
    }

    fn read_batch(&self, known: &Known, bounds: Bounds) -> Result<Batch, MailboxError> {
        let mut batch = Batch::default();
        let mut room = bounds.total_bytes;
        for folder in ["new", "cur"] {
            for name in self.list(folder)? {
                let key = key_of(&name);
                if known.contains(key) {
                    if folder == "new" && batch.unfinished.len() < bounds.count {
                        batch.unfinished.push(key.to_owned());
                    }
                    continue;
                }
                if batch.arrived.iter().any(|arrived| arrived.key == key) {
                    // Moved from new/ to cur/ between the two listings.
                    continue;
                }
                let path = self.path.join(folder).join(&name);
                let size = match fs::metadata(&path) {
                    // A pipe or a folder is no mail, and reading it might never end.
                    Ok(metadata) if !metadata.is_file() => {
                        let content = Content::Unreadable("it is no file".to_owned());
                        batch.arrived.push(Arrived { key: key.to_owned(), size: 0, content });
                        continue;
                    }
                    Ok(metadata) => metadata.len(),
                    // Moved or deleted by its owner since the listing: the next look finds it.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(_) => 0,
                };
                let needed = size.min(bounds.message_bytes);
                let full = batch.arrived.len() >= bounds.count
                    || (needed > room && !batch.arrived.is_empty());
                if full {
                    batch.more = true;
                    return Ok(batch);
                }
                if let Some(content) = read_content(&path, size > bounds.message_bytes) {
                    room = room.saturating_sub(needed);
                    batch.arrived.push(Arrived { key: key.to_owned(), size, content });
                }
            }
        }
        Ok(batch)
    }

    /// The file names in a folder, sorted: by time of delivery, as far as names tell.
    fn list(&self, folder: &str) -> Result<Vec<String>, MailboxError> {
        let path = self.path.join(folder);
        let read = || -> io::Result<Vec<String>> {
            let names = fs::read_dir(&path)?.map(|entry| Ok(entry?.file_name()));
            names.collect::<io::Result<Vec<_>>>().map(|names| {
                let texts = names.into_iter().filter_map(|name| name.into_string().ok());
                texts.filter(|name| !name.starts_with('.')).collect()
            })
        };
        let mut names = read().map_err(failed("List", &path))?;
        names.sort_unstable();
        Ok(names)
    }

    fn finish(&self, keys: &[String], after: &AfterEffect) -> Result<(), MailboxError> {
        let target = match after {
            AfterEffect::Move(folder) => Some(self.subfolder(folder)?),
            AfterEffect::Leave | AfterEffect::Flag | AfterEffect::Delete => None,
        };
        if let Some(bad) = keys.iter().find(|key| !is_file_name(key)) {
            return Err(MailboxError::Name(bad.clone()));
        }
        let mut in_cur = None;
        for key in keys {
            let fresh = self.path.join("new").join(key);
            let fresh_is_there = fresh.exists();
            if *after == AfterEffect::Leave && !fresh_is_there {
                continue;
            }
            let found = if fresh_is_there {
                Some((fresh, String::new()))
            } else {
                let names = match &mut in_cur {
                    Some(names) => names,
                    none => none.insert(self.list("cur")?),
                };
                names
                    .iter()
                    .find(|name| key_of(name) == key)
                    .map(|name| (self.path.join("cur").join(name), flags_of(name).to_owned()))
            };
            let Some((file, flags)) = found else { continue };
            self.finish_file(&file, key, &flags, (after, target.as_deref()))?;
        }
        Ok(())
    }

    fn finish_file(
        &self,
        file: &Path,
        key: &str,
        flags: &str,
        (after, target): (&AfterEffect, Option<&Path>),
    ) -> Result<(), MailboxError> {
        let cur = target.unwrap_or(&self.path).join("cur");
        let done = match after {
            AfterEffect::Delete => fs::remove_file(file),
            AfterEffect::Flag => fs::rename(file, cur.join(format!("{key}:2,{}", seen(flags)))),
            AfterEffect::Leave | AfterEffect::Move(_) => {
                fs::rename(file, cur.join(format!("{key}:2,{flags}")))
            }
        };
        match done {
            // Its owner was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map_err(failed("Change", file)),
        }
    }

    /// The folder `Done` is the Maildir `.Done` inside this one (Maildir++).
    fn subfolder(&self, folder: &str) -> Result<PathBuf, MailboxError> {
        let name = folder.trim_start_matches('.');
        if !is_file_name(name) {
            return Err(MailboxError::Name(folder.to_owned()));
        }
        let path = self.path.join(format!(".{name}"));
        make_folders(&path).map_err(failed("Make the folder", &path))?;
        Ok(path)
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> MailboxError {
    let path = path.to_owned();
    move |source| MailboxError::Io { doing, path, source }
}

fn make_folders(path: &Path) -> io::Result<()> {
    FOLDERS.iter().try_for_each(|folder| fs::create_dir_all(path.join(folder)))
}

/// The name without its flags.
fn key_of(name: &str) -> &str {
    name.split_once(':').map_or(name, |(key, _)| key)
}

/// The flags of `name:2,FLAGS`.
fn flags_of(name: &str) -> &str {
    name.split_once(":2,").map_or("", |(_, flags)| flags)
}

/// The flags with S among them, in the order that the Maildir format asks for.
fn seen(flags: &str) -> String {
    let mut flags: Vec<char> = flags.chars().chain(['S']).collect();
    flags.sort_unstable();
    flags.dedup();
    flags.into_iter().collect()
}

/// One plain name that stays in its folder.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\0', ':'])
}

/// The file, or its beginning; `None` when it is gone.
fn read_content(path: &Path, oversized: bool) -> Option<Content> {
    let read = if oversized {
        read_header(path).map(Content::HeaderOnly)
    } else {
        fs::read(path).map(Content::Whole)
    };
    match read {
        Ok(content) => Some(content),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Content::Unreadable(error.to_string())),
    }
}

/// The header with the empty line that ends it, as far as a header is read at all.
fn read_header(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    let most = u64::try_from(HEADER_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(path)?.take(most).read_to_end(&mut start)?;
    let end = crate::mail::scan::scan(&start).header.body_offset();
    start.truncate(end);
    Ok(start)
}

/// Writes and syncs `tmp/key`, then moves it to `new/key`.
fn write_new(maildir: &Path, key: &str, message: &[u8]) -> io::Result<()> {
    let unfinished = maildir.join("tmp").join(key);
    let written = (|| {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&unfinished)?;
        file.write_all(message)?;
        file.sync_all()?;
        fs::rename(&unfinished, maildir.join("new").join(key))
    })();
    if written.is_err() {
        // What cannot be removed now is an old file in tmp/, which every Maildir reader ignores.
        drop(fs::remove_file(&unfinished));
    }
    written?;
    fs::File::open(maildir.join("new"))?.sync_all()
}
