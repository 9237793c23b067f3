//! A private PostgreSQL: own folder, own port, stopped when this process ends, however it ends.
//!
//! The server is the child of a small shell that waits for its standard input to close, which the
//! kernel does when the test process is gone.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

struct Server {
    port: u16,
    _shell: Child,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// The URL of a new, empty database on the private server, which is started when first asked for.
pub(crate) async fn fresh_database() -> String {
    let server = SERVER.get_or_init(start).await;
    let name = format!("t{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut admin = connect(server.port).await.expect("the private PostgreSQL answers");
    admin
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .expect("a database is made");
    format!("postgres://postgres@127.0.0.1:{}/{name}", server.port)
}

async fn connect(port: u16) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(&format!("postgres://postgres@127.0.0.1:{port}/postgres")).await
}

async fn start() -> Server {
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
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    for _ in 0..600 {
        if connect(port).await.is_ok() {
            return Server { port, _shell: shell };
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("the private PostgreSQL did not start: {log}");
}

/// Where `initdb` and `postgres` are: on PATH, or in Debian's folder of the newest version.
fn programs() -> PathBuf {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian.map(|entry| entry.path().join("bin")).filter(|bin| has(bin)).max();
    newest.expect("PostgreSQL is not installed: run tests/run --install")
}

fn has(bin: &Path) -> bool {
    bin.join("initdb").exists() && bin.join("postgres").exists()
}

/// PostgreSQL refuses to run as root, so root becomes `postgres` first. fsync is off: these databases
/// outlive the process that writes them, never the machine.
const SCRIPT: &str = r#"
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$DIR"
cd "$DIR"
as "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale=C -N >"$DIR/log" 2>&1
as "$BIN/postgres" -D "$DIR/data" -p "$PORT" -k "$DIR" -c listen_addresses=127.0.0.1 \
  -c fsync=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB \
  </dev/null >>"$DIR/log" 2>&1 &
cat >/dev/null
# By the id the server itself wrote down: `$!` may be a shell between us and it.
kill -QUIT "$(head -n 1 "$DIR/data/postmaster.pid")"
wait
rm -rf "$DIR"
"#;
