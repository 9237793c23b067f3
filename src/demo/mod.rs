//! A short story of invented people on the embedded default, played through real mails: the product
//! in two minutes, and a check of the whole circle.
//!
//! Uses nothing that a deployment does not use: mails are written into the Maildir as a mail host
//! delivers them, the page is opened over HTTP.

mod browser;
mod cast;
mod host;
mod play;
mod story;
mod told;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::{self, Settings},
    ids,
    process::{self, Process},
    web,
};
use cast::Cast;
use host::Host;
pub use told::Told;

/// Where the demo listens when nobody else does.
const PORT: u16 = 8080;

/// What the story came to.
#[derive(Debug)]
pub struct Ended {
    /// What was expected and did not happen; empty when all held.
    pub failed: Vec<String>,
}

/// A demo that is set up and not yet played.
pub struct Demo {
    folder: PathBuf,
    process: Process,
    server: web::Server,
}

impl Demo {
    /// Sets the embedded default up in `folder`, which must be empty or absent.
    ///
    /// # Errors
    /// The folder's, the database's or the socket's.
    pub async fn set_up(folder: PathBuf) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&folder).with_context(|| format!("Make {}", folder.display()))?;
        let empty = std::fs::read_dir(&folder)?.next().is_none();
        anyhow::ensure!(empty, "{} is not empty; name another folder", folder.display());
        let address = free_address()?;
        let environment = environment(&folder, address);
        std::fs::write(folder.join("pennypost.toml"), as_file(&environment))?;
        let settings: Settings = config::load_from(None, &environment)?;
        let db = process::open_database(&settings).await?;
        db.migrate().await?;
        let process = Process::with(settings, Clock::System, db)?;
        let server = web::bind(&process.cx).await?;
        Ok(Self { folder, process, server })
    }

    /// Plays the story, then (unless `once`) goes on serving until `stop`.
    ///
    /// # Errors
    /// A fault; a story that did not end as it should is no error but in [`Ended`].
    pub async fn play(
        self,
        told: &Told,
        once: bool,
        stop: CancellationToken,
    ) -> anyhow::Result<Ended> {
        let Self { folder, process, server } = self;
        let pollers = process.pollers().await?;
        let _presence = process.attend().await?;
        let host = Host::new(&folder, process.cx.clock.clone(), *told);
        let pages = play::routes(process.cx.clone(), host.clone());
        let serving = server.run_with(process.cx.clone(), pages, stop.clone());
        let playing = async {
            let cast = Cast::new(&host, &process, &pollers);
            let ended = story::play(&cast).await?;
            if !once {
                told.end(&ended.failed);
                told.afterwards(&folder, &process.cx.settings);
                tokio::join!(
                    process.poll(&pollers, stop.clone()),
                    process.work(stop.clone()),
                    cast.watch(stop.clone()),
                );
            }
            stop.cancel();
            anyhow::Ok(ended)
        };
        let (ended, ()) = tokio::join!(playing, serving);
        ended
    }
}

/// A fresh folder for a demo that was given none.
pub fn fresh_folder() -> PathBuf {
    std::env::temp_dir().join(format!("pennypost-demo-{}", ids::random_code(6)))
}

/// The usual port of this machine alone, or any free one.
fn free_address() -> anyhow::Result<SocketAddr> {
    let usual = TcpListener::bind((Ipv4Addr::LOCALHOST, PORT));
    let socket = usual.or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    socket.and_then(|socket| socket.local_addr()).context("Find a free port")
}

fn environment(folder: &Path, address: SocketAddr) -> BTreeMap<String, String> {
    let at = |name: &str| folder.join(name).display().to_string();
    let pairs = [
        ("DATABASE_URL", format!("sqlite:{}", at("pennypost.db"))),
        ("MAILBOX_URL", format!("maildir:{}", at("mailbox"))),
        ("RELAY_URL", format!("maildir:{}", at("people"))),
        ("SERVICE_ADDRESS", cast::SERVICE.to_owned()),
        ("SERVICE_NAME", "Till".to_owned()),
        ("AUTHSERV_ID", cast::HOST.to_owned()),
        ("PUBLIC_URL", format!("http://localhost:{}", address.port())),
        ("LISTEN", address.ip().to_string()),
        ("PORT", address.port().to_string()),
        ("SECRET_KEY", ids::random_code(52)),
        // Somebody who tries things out makes more mistakes in an hour than customers do.
        ("LETTERS_ANSWERS_PER_HOUR", "100".to_owned()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The same as a configuration file, so that every other command works on the demo.
fn as_file(environment: &BTreeMap<String, String>) -> String {
    let line = |(name, value): (&String, &String)| match &**name {
        "PORT" => format!("port = {value}\n"),
        "LETTERS_ANSWERS_PER_HOUR" => format!("letters.answers_per_hour = {value}\n"),
        "AUTHSERV_ID" => format!("authentication.authserv_id = \"{value}\"\n"),
        _ => format!("{} = \"{value}\"\n", name.to_ascii_lowercase()),
    };
    environment.iter().map(line).collect()
}
