//! A private Dovecot: the hosted mailbox, and people's own.
//!
//! Whoever signs in with [`PASSWORD`] has a mailbox, so each test takes users of its own. Works as root
//! (mail then belongs to the user `mail`) and as anybody else.

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_imap::{Client, Session};
use tokio::net::TcpStream;

use super::{
    ca::Ca,
    guard::Guard,
    port::{self, await_listener, await_silence},
};

/// Everybody's.
pub(crate) const PASSWORD: &str = "pass/word";
pub(crate) const PASSWORD_IN_URLS: &str = "pass%2Fword";

pub(crate) struct Dovecot {
    /// IMAP, in plain and with STARTTLS.
    pub(crate) port: u16,
    /// IMAP over TLS.
    pub(crate) tls_port: u16,
    /// Delivery (RFC 2033).
    pub(crate) lmtp_port: u16,
    /// Vouches for its certificate.
    pub(crate) ca: Ca,
    owner: (u32, u32),
    guard: Guard,
    delivered: AtomicUsize,
}

static SHARED: OnceLock<Dovecot> = OnceLock::new();

/// One for all tests of this process that do not kill it.
pub(crate) fn shared() -> &'static Dovecot {
    SHARED.get_or_init(Dovecot::start)
}

const SCRIPT: &str = r#"
start() { setsid dovecot -F -c "$DIR/conf" </dev/null >>"$DIR/log" 2>&1 & pid=$!; }
"#;

impl Dovecot {
    pub(crate) fn start() -> Self {
        assert!(Path::new("/usr/lib/dovecot/imap").exists(), "Dovecot is not installed: {INSTALL}");
        assert!(Path::new("/usr/lib/dovecot/lmtp").exists(), "its LMTP is missing: {INSTALL}");
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned();
        let guard = Guard::new("pennypost-imap-", SCRIPT, &[("PATH", path)]);
        let dovecot = Self {
            port: port::free(),
            tls_port: port::free(),
            lmtp_port: port::free(),
            ca: Ca::new(guard.folder()),
            owner: owner(),
            guard,
            delivered: AtomicUsize::new(0),
        };
        dovecot.configure();
        dovecot.start_again();
        dovecot
    }

    fn folder(&self) -> &Path {
        self.guard.folder()
    }

    fn configure(&self) {
        let folder = self.folder();
        let certificate = self.ca.certificate(folder);
        let place = |of: &Path| of.display().to_string();
        let mut conf = CONF.to_owned();
        for (mark, value) in [
            ("@DIR@", place(folder)),
            ("@PORT@", self.port.to_string()),
            ("@TLS_PORT@", self.tls_port.to_string()),
            ("@LMTP_PORT@", self.lmtp_port.to_string()),
            ("@CERTIFICATE@", place(&certificate.chain)),
            ("@KEY@", place(&certificate.key)),
            ("@PASSWORD@", PASSWORD.to_owned()),
            ("@UID@", self.owner.0.to_string()),
            ("@GID@", self.owner.1.to_string()),
        ] {
            conf = conf.replace(mark, &value);
        }
        if !is_root() {
            let (user, group) = (name_of("-un"), name_of("-gn"));
            write!(conf, "default_login_user = {user}\ndefault_internal_user = {user}\n")
                .expect("a string");
            writeln!(conf, "default_internal_group = {group}").expect("a string");
            for service in ["anvil", "stats", "imap-login"] {
                writeln!(conf, "service {service} {{\n  chroot =\n}}").expect("a string");
            }
        }
        fs::write(folder.join("conf"), conf).expect("a file");
        fs::create_dir(folder.join("mail")).expect("a folder");
        self.give(&folder.join("mail"));
        open_to_all(folder);
    }

    /// SIGKILL, for it and all its processes.
    pub(crate) fn crash(&self) {
        self.guard.does("crash");
        for port in [self.port, self.tls_port, self.lmtp_port] {
            await_silence(port);
        }
    }

    /// Starts it after [`Dovecot::crash`].
    pub(crate) fn start_again(&self) {
        self.guard.does("start");
        for port in [self.port, self.tls_port, self.lmtp_port] {
            await_listener(port, || self.guard.log());
        }
    }

    /// `imap://…`: without TLS, as on this machine is allowed.
    pub(crate) fn url(&self, user: &str) -> String {
        self.url_by(user, self.port)
    }

    /// As [`Dovecot::url`], by way of somebody else's port, as a proxy's.
    pub(crate) fn url_by(&self, user: &str, port: u16) -> String {
        let user = user.replace('@', "%40");
        format!("imap://{user}:{PASSWORD_IN_URLS}@127.0.0.1:{port}/INBOX")
    }

    /// `imaps://…`; needs [`Ca::file`] as `MAIL_TLS_CA`.
    pub(crate) fn tls_url(&self, user: &str) -> String {
        let user = user.replace('@', "%40");
        format!("imaps://{user}:{PASSWORD_IN_URLS}@localhost:{}/INBOX", self.tls_port)
    }

    /// As [`Dovecot::tls_url`], with STARTTLS.
    pub(crate) fn starttls_url(&self, user: &str) -> String {
        format!("{}?tls=starttls", self.url(user).replace("127.0.0.1", "localhost"))
    }

    /// Where its certificate (`server.pem`, `server.key`) lies, for other servers of the same name.
    pub(crate) fn certificate_folder(&self) -> &Path {
        self.folder()
    }

    /// Where Postfix asks for people's passwords.
    pub(crate) fn sasl_socket(&self) -> PathBuf {
        self.folder().join("sasl")
    }

    /// The Maildir of a user's folder: `INBOX` or `Junk`; made when it is not there yet.
    pub(crate) fn maildir(&self, user: &str, folder: &str) -> PathBuf {
        let home = self.folder().join("mail").join(user);
        let inbox = home.join("Maildir");
        let maildir = if folder == "INBOX" { inbox } else { inbox.join(format!(".{folder}")) };
        if !maildir.join("new").exists() {
            for part in ["tmp", "cur", "new"] {
                fs::create_dir_all(maildir.join(part)).expect("a folder");
                self.give(&maildir.join(part));
            }
            for above in maildir.ancestors().take_while(|above| above.starts_with(&home)) {
                self.give(above);
            }
        }
        maildir
    }

    /// Puts a mail into a user's INBOX, whole or not at all. Much quicker than LMTP.
    pub(crate) fn deliver(&self, user: &str, bytes: &[u8]) {
        self.deliver_into(user, "INBOX", bytes);
    }

    /// As [`Dovecot::deliver`], into another folder.
    pub(crate) fn deliver_into(&self, user: &str, folder: &str, bytes: &[u8]) {
        let maildir = self.maildir(user, folder);
        let name = self.file_name(bytes.len());
        let unfinished = maildir.join("tmp").join(&name);
        fs::write(&unfinished, bytes).expect("a file");
        self.give(&unfinished);
        fs::rename(unfinished, maildir.join("new").join(name)).expect("the same disk");
    }

    /// As [`Dovecot::deliver`] `count` times, as links to one file: 100,000 in a few seconds.
    pub(crate) fn deliver_copies(&self, user: &str, bytes: &[u8], count: usize) {
        let maildir = self.maildir(user, "INBOX");
        // A file system allows 65,000 names of a file.
        for start in (0..count).step_by(50_000) {
            let first = maildir.join("tmp").join(format!("first-{start}"));
            fs::write(&first, bytes).expect("a file");
            self.give(&first);
            for _ in start..count.min(start + 50_000) {
                let name = maildir.join("new").join(self.file_name(bytes.len()));
                fs::hard_link(&first, name).expect("the same disk");
            }
            fs::remove_file(first).expect("it is ours");
        }
    }

    /// Names rise, and UIDs follow them.
    fn file_name(&self, length: usize) -> String {
        let number = self.delivered.fetch_add(1, Ordering::Relaxed);
        format!("{}.M1P{}.test,S={length}", 1_748_946_600 + number, std::process::id())
    }

    /// The files of a user's INBOX, read and unread.
    pub(crate) fn files(&self, user: &str) -> Vec<PathBuf> {
        let maildir = self.maildir(user, "INBOX");
        let folders = ["new", "cur"].map(|part| fs::read_dir(maildir.join(part)));
        let entries = folders.into_iter().flatten().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort_by_key(|path| path.file_name().map(std::ffi::OsStr::to_owned));
        paths
    }

    /// Signs in as a user's own mail program does.
    pub(crate) async fn sign_in(&self, user: &str) -> Session<TcpStream> {
        self.try_sign_in(user).await.expect("signs in")
    }

    /// As [`Dovecot::sign_in`], while it may be down.
    pub(crate) async fn try_sign_in(
        &self,
        user: &str,
    ) -> async_imap::error::Result<Session<TcpStream>> {
        let mut client = Client::new(TcpStream::connect(("127.0.0.1", self.port)).await?);
        client.read_response().await?;
        client.login(user, PASSWORD).await.map_err(|(error, _)| error)
    }

    /// A mailbox restored by the host: the same mails under a new UIDVALIDITY, numbered anew. Everybody is
    /// cut off for a moment.
    pub(crate) fn renumber(&self, user: &str) {
        self.crash();
        let inbox = self.maildir(user, "INBOX");
        for entry in fs::read_dir(&inbox).expect("a folder").flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name == "dovecot-uidlist" || name.starts_with("dovecot.index") {
                fs::remove_file(entry.path()).expect("it is ours");
            }
        }
        self.start_again();
    }

    fn give(&self, path: &Path) {
        if is_root() {
            chown(path, Some(self.owner.0), Some(self.owner.1)).expect("root gives");
        }
    }
}

const INSTALL: &str = "run tests/run --install";

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Dovecot gives no mail to root.
fn owner() -> (u32, u32) {
    let own = fs::metadata("/proc/self").expect("proc is mounted");
    if own.uid() != 0 {
        return (own.uid(), own.gid());
    }
    let id = |which: &str| {
        let said = Command::new("id").args([which, "mail"]).output().expect("id runs");
        String::from_utf8_lossy(&said.stdout).trim().parse().expect("there is a user mail")
    };
    (id("-u"), id("-g"))
}

fn name_of(which: &str) -> String {
    let said = Command::new("id").arg(which).output().expect("id runs");
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

/// Lets the users of its processes through the folder.
pub(crate) fn open_to_all(folder: &Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(folder, mode).expect("it is ours");
}

const CONF: &str = r"
base_dir = @DIR@/run
state_dir = @DIR@/run
log_path = @DIR@/log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <@CERTIFICATE@
ssl_key = <@KEY@
disable_plaintext_auth = no
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:~/Maildir
# These files outlive its processes, never the machine.
mail_fsync = never
mail_max_userip_connections = 200
recipient_delimiter = +
lmtp_add_received_header = no
passdb {
  driver = static
  args = password=@PASSWORD@
}
userdb {
  driver = static
  args = uid=@UID@ gid=@GID@ home=@DIR@/mail/%Lu allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Junk {
    auto = create
    special_use = \Junk
  }
}
service imap-login {
  inet_listener imap {
    port = @PORT@
  }
  inet_listener imaps {
    port = @TLS_PORT@
  }
}
service imap {
  process_limit = 500
}
service lmtp {
  inet_listener lmtp {
    port = @LMTP_PORT@
  }
}
service auth {
  unix_listener @DIR@/sasl {
    mode = 0666
  }
}
";
