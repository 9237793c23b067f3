//! A private Dovecot, the mail host: any user, one password, Maildirs that we deliver into as a mail
//! host's delivery agent does.

use std::{
    fs,
    net::TcpStream,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::{process::Running, redis::free_port};

/// Every user's password.
pub(crate) const PASSWORD: &str = "bench";
/// Who owns the mail; Dovecot refuses root.
const OWNER: &str = "mail";

/// A running server on 127.0.0.1, IMAP without TLS.
#[derive(Debug)]
pub(crate) struct Dovecot {
    pub(crate) port: u16,
    pub(crate) process: Running,
    folder: PathBuf,
    owner: (u32, u32),
}

impl Dovecot {
    /// Starts one that keeps everything below `folder`.
    ///
    /// # Panics
    /// When this process is not root's: Dovecot gives up its rights by itself and needs some to give.
    pub(crate) async fn start(folder: &Path) -> Self {
        assert_eq!(id("-u", None), 0, "Dovecot needs root: run the benches as root");
        let folder = folder.join("dovecot");
        fs::create_dir_all(folder.join("mail")).expect("a folder");
        let owner = (id("-u", Some(OWNER)), id("-g", Some(OWNER)));
        for part in [folder.clone(), folder.join("mail")] {
            fs::set_permissions(&part, fs::Permissions::from_mode(0o755)).expect("our folder");
        }
        chown(folder.join("mail"), Some(owner.0), Some(owner.1)).expect("root may");
        let port = free_port();
        let configuration = CONFIGURATION
            .replace("@FOLDER@", &folder.display().to_string())
            .replace("@PORT@", &port.to_string())
            .replace("@PASSWORD@", PASSWORD)
            .replace("@OWNER@", OWNER);
        fs::write(folder.join("dovecot.conf"), configuration).expect("our folder");
        let mut command = Command::new("dovecot");
        command.arg("-F").arg("-c").arg(folder.join("dovecot.conf"));
        let process = Running::start("dovecot", &command, &folder);
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Self { port, process, folder, owner };
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        unreachable!("the private Dovecot did not start: {}{log}", process.said())
    }

    /// An empty mailbox of a user, whatever was there before.
    pub(crate) fn empty(&self, user: &str) {
        let home = self.home(user);
        fs::remove_dir_all(&home).ok();
        for part in ["", "cur", "new", "tmp"] {
            let folder = home.join(part);
            fs::create_dir_all(&folder).expect("our folder");
            chown(&folder, Some(self.owner.0), Some(self.owner.1)).expect("root may");
        }
    }

    /// Writes mails beside the mailbox; they arrive all at once with [`Staged::arrive`].
    pub(crate) fn stage(&self, user: &str, mails: &[Vec<u8>]) -> Staged {
        let home = self.home(user);
        let mut names = Vec::with_capacity(mails.len());
        for mail in mails {
            let number = super::next_number();
            // The size in the name spares the server a look into the file.
            let name = format!("{}.M{number}P1.bench,S={}", 1_767_225_600 + number, mail.len());
            let path = home.join("tmp").join(&name);
            fs::write(&path, mail).expect("our folder");
            chown(&path, Some(self.owner.0), Some(self.owner.1)).expect("root may");
            names.push(name);
        }
        Staged { home, names }
    }

    /// Reads what has arrived into the server's index, as a mailbox that is in use has it.
    pub(crate) fn index(&self, user: &str) {
        let indexed = Command::new("doveadm")
            .arg("-c")
            .arg(self.folder.join("dovecot.conf"))
            .args(["fetch", "-u", user, "uid size.physical", "mailbox", "INBOX"])
            .output()
            .expect("doveadm is installed");
        assert!(indexed.status.success(), "{}", String::from_utf8_lossy(&indexed.stderr));
    }

    fn home(&self, user: &str) -> PathBuf {
        self.folder.join("mail").join(user)
    }
}

/// Mails that are about to arrive.
#[derive(Debug)]
pub(crate) struct Staged {
    home: PathBuf,
    names: Vec<String>,
}

impl Staged {
    /// Delivers them, in order.
    pub(crate) fn arrive(self) {
        for name in self.names {
            let from = self.home.join("tmp").join(&name);
            fs::rename(from, self.home.join("new").join(name)).expect("our folder");
        }
    }
}

fn id(which: &str, user: Option<&str>) -> u32 {
    let said = Command::new("id").arg(which).args(user).output().expect("id is installed");
    let text = String::from_utf8_lossy(&said.stdout);
    text.trim().parse().expect("a number")
}

const CONFIGURATION: &str = "
base_dir = @FOLDER@/run
state_dir = @FOLDER@/run
log_path = @FOLDER@/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:@FOLDER@/mail/%n
mail_uid = @OWNER@
mail_gid = @OWNER@
mail_max_userip_connections = 100
passdb {
  driver = static
  args = password=@PASSWORD@
}
userdb {
  driver = static
  args = uid=@OWNER@ gid=@OWNER@ home=@FOLDER@/mail/%n
}
namespace inbox {
  inbox = yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = @PORT@
  }
  inet_listener imaps {
    port = 0
  }
}
";
