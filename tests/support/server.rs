//! A private PostgreSQL: own folder, own port, stopped when this process ends, however it ends.
//!
//! The server is the child of a small shell that waits for its standard input to close, which the
//! kernel does when this process is gone.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A running server. Its superuser is `postgres`, without a password, on 127.0.0.1.
pub(crate) struct Server {
    pub(crate) port: u16,
    _shell: Child,
}

impl Server {
    /// Starts one with `settings` for its command line: `-c fsync=off`.
    pub(crate) async fn start(settings: &str) -> Self {
        let folder =
            tempfile::Builder::new().prefix("pennypost-pg-").tempdir().expect("a folder").keep();
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|socket| socket.local_addr())
            .expect("a free port")
            .port();
        let shell = Command::new("sh")
            .arg("-c")
            .arg(SCRIPT)
            .env("BIN", programs())
            .env("DIR", &folder)
            .env("PORT", port.to_string())
            .env("SETTINGS", settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let server = Self { port, _shell: shell };
        let mut started = false;
        for _ in 0..600 {
            started = PgConnection::connect(&server.url("postgres")).await.is_ok();
            if started {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(started, "the private PostgreSQL did not start: {log}");
        server
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
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
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

/// PostgreSQL refuses to run as root, so root becomes `postgres` first.
const SCRIPT: &str = r#"
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$DIR"
cd "$DIR"
as "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale=C -N >"$DIR/log" 2>&1
as "$BIN/postgres" -D "$DIR/data" -p "$PORT" -k "$DIR" -c listen_addresses=127.0.0.1 \
  -c max_connections=300 $SETTINGS </dev/null >>"$DIR/log" 2>&1 &
cat >/dev/null
# By the id the server itself wrote down: `$!` may be a shell between us and it.
kill -QUIT "$(head -n 1 "$DIR/data/postmaster.pid")"
wait
rm -rf "$DIR"
"#;
