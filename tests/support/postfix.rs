//! A private Postfix: people's mails go in by submission, and it hands them on by LMTP, whatever their
//! domain. Passwords and certificate are the private Dovecot's.
//!
//! Postfix is made to be started by root alone.

use std::{fs, path::Path, sync::OnceLock};

use super::{
    dovecot::{self, Dovecot, PASSWORD_IN_URLS, is_root, open_to_all},
    guard::Guard,
    port::{self, await_listener, await_silence},
    stamp, stamping,
};

pub(crate) struct Postfix {
    /// SMTP with STARTTLS and AUTH, neither demanded.
    pub(crate) port: u16,
    /// SMTP over TLS.
    pub(crate) tls_port: u16,
    guard: Guard,
}

static SHARED: OnceLock<Postfix> = OnceLock::new();

/// One for all tests of this process that do not kill it, in front of the shared Dovecot.
pub(crate) fn shared() -> &'static Postfix {
    SHARED.get_or_init(|| Postfix::start(dovecot::shared()))
}

const PROGRAM: &str = "/usr/lib/postfix/sbin/master";

const SCRIPT: &str = r#"
start() { setsid "$PROGRAM" -c "$DIR/conf" -d </dev/null >>"$DIR/log" 2>&1 & pid=$!; }
folders() (
  set -e
  mkdir "$DIR/conf" "$DIR/data" "$DIR/queue"
  chown postfix "$DIR/data"
  cd "$DIR/queue"
  own="active bounce corrupt defer deferred flush hold incoming private saved trace"
  mkdir pid public maildrop $own
  chown postfix public maildrop $own
  chgrp postdrop public maildrop
  chmod 700 $own
  chmod 710 public
  chmod 730 maildrop
)
"#;

impl Postfix {
    /// Starts one that asks `dovecot` for passwords and delivers into its mailboxes, stamped.
    pub(crate) fn start(dovecot: &Dovecot) -> Self {
        assert!(Path::new(PROGRAM).exists(), "Postfix is not installed: run tests/run --install");
        assert!(is_root(), "Postfix is started by root alone: run the tests as root (sudo -E)");
        let environment = [("PROGRAM", PROGRAM.to_owned())];
        let guard = Guard::new("pennypost-smtp-", SCRIPT, &environment);
        open_to_all(guard.folder());
        guard.does("folders");
        let postfix = Self { port: port::free(), tls_port: port::free(), guard };
        postfix.configure(dovecot, stamping::serve(dovecot.lmtp_port));
        postfix.start_again();
        postfix
    }

    fn configure(&self, dovecot: &Dovecot, lmtp_port: u16) {
        let folder = self.guard.folder();
        let certificate = dovecot.ca.certificate(folder);
        let place = |of: &Path| of.display().to_string();
        for (name, text) in [("main.cf", MAIN), ("master.cf", MASTER)] {
            let mut text = text.to_owned();
            for (mark, value) in [
                ("@DIR@", place(folder)),
                ("@HOST@", stamp::HOST.to_owned()),
                ("@PORT@", self.port.to_string()),
                ("@TLS_PORT@", self.tls_port.to_string()),
                ("@LMTP_PORT@", lmtp_port.to_string()),
                ("@SASL@", place(&dovecot.sasl_socket())),
                ("@CERTIFICATE@", place(&certificate.chain)),
                ("@KEY@", place(&certificate.key)),
            ] {
                text = text.replace(mark, &value);
            }
            fs::write(folder.join("conf").join(name), text).expect("a file");
        }
    }

    /// SIGKILL, for it and all its processes.
    pub(crate) fn crash(&self) {
        self.guard.does("crash");
        await_silence(self.port);
        await_silence(self.tls_port);
    }

    /// Starts it after [`Postfix::crash`]; takes two seconds.
    pub(crate) fn start_again(&self) {
        self.guard.does("start");
        for port in [self.port, self.tls_port] {
            await_listener(port, || self.guard.log());
        }
    }

    /// `smtp://…` without TLS or a login, as on this machine is allowed.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// `smtps://…` with a login; needs the Dovecot's authority as `MAIL_TLS_CA`.
    pub(crate) fn tls_url(&self, user: &str) -> String {
        let user = user.replace('@', "%40");
        format!("smtps://{user}:{PASSWORD_IN_URLS}@localhost:{}", self.tls_port)
    }

    /// As [`Postfix::tls_url`], with STARTTLS.
    pub(crate) fn starttls_url(&self, user: &str) -> String {
        let user = user.replace('@', "%40");
        format!("smtp://{user}:{PASSWORD_IN_URLS}@localhost:{}?tls=starttls", self.port)
    }

    /// What it has said.
    pub(crate) fn log(&self) -> String {
        self.guard.log()
    }
}

const MAIN: &str = "
compatibility_level = 3.6
queue_directory = @DIR@/queue
data_directory = @DIR@/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = @DIR@/log
maillog_file_prefixes = @DIR@
myhostname = @HOST@
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = @SASL@
smtpd_sasl_authenticated_header = yes
smtpd_tls_security_level = may
smtpd_tls_cert_file = @CERTIFICATE@
smtpd_tls_key_file = @KEY@
recipient_delimiter = +
default_transport = lmtp:inet:127.0.0.1:@LMTP_PORT@
lmtp_destination_recipient_limit = 1
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
in_flow_delay = 0
";

const MASTER: &str = "
@PORT@    inet  n - n - -     smtpd
@TLS_PORT@ inet n - n - -     smtpd
  -o smtpd_tls_wrappermode=yes
pickup    unix  n - n 60 1    pickup
cleanup   unix  n - n - 0     cleanup
qmgr      unix  n - n 300 1   qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - -     trivial-rewrite
bounce    unix  - - n - 0     bounce
defer     unix  - - n - 0     bounce
trace     unix  - - n - 0     bounce
proxymap  unix  - - n - -     proxymap
error     unix  - - n - -     error
retry     unix  - - n - -     error
lmtp      unix  - - n - -     lmtp
anvil     unix  - - n - 1     anvil
postlog   unix-dgram n - n - 1 postlogd
";
