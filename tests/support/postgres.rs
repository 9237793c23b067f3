//! One private PostgreSQL for all tests of this process, with a database for each of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::OnceCell;

use super::server::Server;

/// fsync is off: these databases outlive the process that writes them, never the machine.
const SETTINGS: &str = "-c fsync=off -c full_page_writes=off -c shared_buffers=64MB";

static SERVER: OnceCell<Server> = OnceCell::const_new();
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// The URL of a new, empty database on the private server, which is started when first asked for.
pub(crate) async fn fresh_database() -> String {
    let server = SERVER.get_or_init(|| Server::start(SETTINGS)).await;
    server.create_database(&format!("t{}", DATABASES.fetch_add(1, Ordering::Relaxed))).await
}
