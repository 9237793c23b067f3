//! A private PostgreSQL: own folder, own port, stopped when this process ends, however it ends.
//!
//! A shell guards it ([`Guard`]).

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{guard::Guard, port};

/// A running server. Its superuser is `postgres`, without a password, on 127.0.0.1.
pub(crate) struct Server {
    pub(crate) port: u16,
    guard: Guard,
}

impl Server {
    /// Starts one with `settings` for its command line: `-c fsync=off`.
    pub(crate) async fn start(settings: &str) -> Self {
        let port = port::free();
        let environment = [
            ("BIN", programs().display().to_string()),
            ("PORT", port.to_string()),
            ("SETTINGS", settings.to_owned()),
        ];
        let guard = Guard::new("pennypost-pg-", SCRIPT, &environment);
        guard.does("folders");
        let server = Self { port, guard };
        server.start_again().await;
        server
    }

    /// SIGKILL, for it and all its processes.
    pub(crate) fn crash(&self) {
        self.guard.does("crash");
        port::await_silence(self.port);
    }

    /// Starts it after [`Server::crash`]; it recovers first.
    pub(crate) async fn start_again(&self) {
        self.guard.does("start");
        let until = Instant::now() + Duration::from_secs(30);
        while PgConnection::connect(&self.url("postgres")).await.is_err() {
            let log = || self.guard.log();
            assert!(Instant::now() < until, "the private PostgreSQL did not start: {}", log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The URL of a new, empty database.
    pub(crate) async fn create_database(&self, name: &str) -> String {
        let admin = PgConnection::connect(&self.url("postgres")).await;
        let mut admin = admin.expect("the private PostgreSQL answers");
        let sql = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        admin.execute(sql).await.expect("a database is made");
        self.url(name)
    }

    fn url(&self, database: &str) -> String {
        url_by(self.port, database)
    }
}

/// A database by way of the server's own port, or of a proxy's.
pub(crate) fn url_by(port: u16, database: &str) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/{database}")
}

/// Where PostgreSQL's programs are: in Debian's folder of the newest version.
pub(crate) fn programs() -> PathBuf {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian.map(|entry| entry.path().join("bin")).filter(|bin| has(bin)).max();
    newest.expect("PostgreSQL is not installed: run tests/run --install")
}

fn has(bin: &Path) -> bool {
    bin.join("initdb").exists() && bin.join("postgres").exists()
}

/// PostgreSQL refuses to run as root, so root becomes `postgres` first. The server's processes are no
/// group, but the server's own id stands in a file.
const SCRIPT: &str = r#"
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
folders() {
  [ "$(id -u)" = 0 ] && chown postgres "$DIR"
  cd "$DIR"
  as "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale=C -N
}
start() {
  as "$BIN/postgres" -D "$DIR/data" -p "$PORT" -k "$DIR" -c listen_addresses=127.0.0.1 \
    -c max_connections=300 $SETTINGS </dev/null >>"$DIR/log" 2>&1 &
}
leader() { head -n 1 "$DIR/data/postmaster.pid"; }
crash() {
  server=$(leader)
  kill -9 "$server" $(cat "/proc/$server/task/$server/children")
  wait
}
end() { kill -QUIT "$(leader)"; wait; }
"#;
