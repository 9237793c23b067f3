//! A deployment whose mailbox is at a mail host.

use std::{sync::Arc, time::Duration};

use pennypost::{
    clock::Clock,
    config::{self, Settings},
    db::Db,
    inbox::{self, MailboxState},
    poller::Poller,
    process::Process,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::{TestDb, app};

/// One deployment, or one process of several.
pub(super) struct Till {
    pub(super) process: Process,
    pub(super) pollers: Vec<Poller>,
    pub(super) db: Arc<TestDb>,
    _folder: TempDir,
}

impl Till {
    pub(super) async fn at(db: TestDb, url: &str) -> Self {
        Self::with(&Arc::new(db), url, &[]).await
    }

    /// With settings other than the usual ones.
    pub(super) async fn with(db: &Arc<TestDb>, url: &str, differing: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut environment = app::environment(folder.path(), &db.url);
        environment.insert("MAILBOX_URL".to_owned(), url.to_owned());
        environment.insert("POLLER_JUNK".to_owned(), String::new());
        for (name, value) in differing {
            environment.insert((*name).to_owned(), (*value).to_owned());
        }
        let settings = config::load_from(None, &environment).expect("valid settings");
        Self::configured(db, settings, folder).await
    }

    pub(super) async fn configured(db: &Arc<TestDb>, settings: Settings, folder: TempDir) -> Self {
        let way = db.db.clone();
        Self::by_way_of(way, db, settings, folder).await
    }

    /// By another way to the same database, as a proxy's.
    pub(super) async fn by_way_of(
        way: Db,
        db: &Arc<TestDb>,
        settings: Settings,
        folder: TempDir,
    ) -> Self {
        let process = Process::with(settings, Clock::System, way).expect("opens");
        let pollers = process.pollers().await.expect("connects");
        Self { process, pollers, db: Arc::clone(db), _folder: folder }
    }

    /// Looks once at every mailbox.
    pub(super) async fn look(&self) -> usize {
        let mut stored = 0;
        for poller in &self.pollers {
            stored += poller.poll_once().await.unwrap_or_else(|error| panic!("{error:#}"));
        }
        stored
    }

    pub(super) async fn fails(&self) -> String {
        let error = self.pollers[0].poll_once().await.expect_err("it cannot be read");
        format!("{error:#}")
    }

    /// Polls while `story` goes on.
    pub(super) async fn during<T>(&self, story: impl Future<Output = T>) -> T {
        let stop = CancellationToken::new();
        let told = async {
            let told = story.await;
            stop.cancel();
            told
        };
        tokio::join!(self.process.poll(&self.pollers, stop.clone()), told).1
    }

    pub(super) async fn state(&self) -> MailboxState {
        self.state_of(app::SERVICE).await
    }

    pub(super) async fn state_of(&self, name: &str) -> MailboxState {
        let mut tx = self.db.snapshot().await.expect("begins");
        inbox::mailbox(&mut tx, name).await.expect("asks").expect("it has a row")
    }

    /// The Message-IDs that are stored, in the order of arrival.
    pub(super) async fn stored(&self) -> Vec<String> {
        let mut tx = self.db.snapshot().await.expect("begins");
        let rows = inbox::list(&mut tx, "", 100_000).await.expect("lists");
        rows.into_iter().map(|row| row.message_id.unwrap_or_default()).collect()
    }

    /// What is stored of a mail.
    pub(super) async fn bytes(&self, id: &str) -> Vec<u8> {
        let mut tx = self.db.snapshot().await.expect("begins");
        let rows = inbox::list(&mut tx, "", 100_000).await.expect("lists");
        let id = ids(&[id]).pop();
        let row = rows.into_iter().find(|row| row.message_id == id).expect("stored");
        let within = inbox::raw_within(&mut tx, &row.id, 1_000).await.expect("reads");
        let (octets, small) = within.expect("has bytes");
        let whole = inbox::raw(&mut tx, &row.id, octets).await.expect("reads").expect("has bytes");
        assert_eq!(usize::try_from(octets).ok(), Some(whole.len()));
        assert!(small.is_none_or(|small| small == whole));
        whole
    }

    pub(super) async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.db.snapshot().await.expect("begins");
        let row = pennypost::fetch!(fetch_one, tx, (i64,), sql).expect("counts");
        row.0
    }

    /// Waits until so many mails are stored.
    pub(super) async fn has(&self, mails: i64) {
        self.until("SELECT COUNT(*) FROM inbox", mails).await;
    }

    /// Waits until a statement finds so many.
    pub(super) async fn until(&self, sql: &'static str, count: i64) {
        let mut found = 0;
        for _ in 0..3_000 {
            found = self.count(sql).await;
            if found == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{sql}: {found}, not {count}");
    }

    pub(super) async fn change(&self, sql: &'static str) {
        let mut tx = self.db.begin().await.expect("begins");
        pennypost::execute!(tx, sql).expect("changes");
        tx.commit().await.expect("commits");
    }
}

/// A mail with a Message-ID of its own.
pub(super) fn mail(id: &str) -> Vec<u8> {
    format!(
        "From: ada@ada.example\r\nTo: till@post.example\r\nSubject: hello\r\n\
         Message-ID: <{id}@ada.example>\r\n\r\nhello {id}\r\n"
    )
    .into_bytes()
}

pub(super) fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| format!("<{id}@ada.example>")).collect()
}
