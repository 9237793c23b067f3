//! The whole product in one process: a Maildir as the hosted mailbox, Maildirs as people's mailboxes,
//! a clock that stands until a story moves it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pennypost::{
    accounts,
    address::Address,
    clock::{At, Clock},
    config::{self, Settings},
    db::{Db, Options},
    ledger,
    letters::Thread,
    mail::relay,
    money::{Amount, Currency, Money},
    poller::Poller,
    process::Process,
    queue,
};
use tempfile::TempDir;

use super::{
    TestDb,
    letter::Letter,
    person::Person,
    stamp::{self, Stamp},
};

/// The address people write to.
pub(crate) const SERVICE: &str = "till@post.example";
/// Where pages live; nothing listens there, the routes are called directly.
pub(crate) const PUBLIC_URL: &str = "http://localhost:8080";

/// One deployment.
pub(crate) struct TestApp {
    pub(crate) process: Process,
    pub(crate) clock: Clock,
    db: Arc<TestDb>,
    pollers: Vec<Poller>,
    folder: Arc<TempDir>,
    mails: Arc<AtomicUsize>,
}

/// Settings of a deployment whose folders lie below `folder`.
pub(crate) fn environment(folder: &Path, database_url: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("DATABASE_URL", database_url.to_owned()),
        ("MAILBOX_URL", format!("maildir:{}", folder.join("mailbox").display())),
        ("RELAY_URL", format!("maildir:{}", folder.join("people").display())),
        ("SERVICE_ADDRESS", SERVICE.to_owned()),
        ("SERVICE_NAME", "Till".to_owned()),
        ("PUBLIC_URL", PUBLIC_URL.to_owned()),
        ("SECRET_KEY", "a key of the tests, 32 characters".to_owned()),
        ("AUTHSERV_ID", stamp::HOST.to_owned()),
        ("LETTERS_ANSWERS_PER_HOUR", "100".to_owned()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl TestApp {
    pub(crate) async fn on(db: TestDb) -> Arc<Self> {
        Self::with(db, &[]).await
    }

    /// With settings other than the usual ones, by their names in the environment.
    pub(crate) async fn with(db: TestDb, differing: &[(&str, &str)]) -> Arc<Self> {
        let folder = Arc::new(TempDir::new().expect("a temporary folder"));
        let clock = Clock::fixed(At::from_unix_seconds(1_748_946_600));
        let opened = db.db.clone();
        Self::start((Arc::new(db), opened), folder, (clock, Arc::default()), differing).await
    }

    /// The same deployment, stopped and started with other settings.
    pub(crate) async fn restarted(&self, differing: &[(&str, &str)]) -> Arc<Self> {
        let opened = Db::open(&self.db.url, Options::default()).await.expect("opens again");
        let (folder, mails) = (Arc::clone(&self.folder), Arc::clone(&self.mails));
        let db = (Arc::clone(&self.db), opened);
        Self::start(db, folder, (self.clock.clone(), mails), differing).await
    }

    async fn start(
        (db, opened): (Arc<TestDb>, Db),
        folder: Arc<TempDir>,
        (clock, mails): (Clock, Arc<AtomicUsize>),
        differing: &[(&str, &str)],
    ) -> Arc<Self> {
        let mut environment = environment(folder.path(), &db.url);
        environment.extend(db.environment());
        for (name, value) in differing {
            environment.insert((*name).to_owned(), (*value).to_owned());
        }
        let settings: Settings = config::load_from(None, &environment).expect("valid settings");
        let process = Process::with(settings, clock.clone(), opened).expect("opens");
        let pollers = process.pollers().await.expect("connects");
        Arc::new(Self { process, clock, db, pollers, folder, mails })
    }

    /// Somebody with an account of 0.00 USD, who has read their welcome letter.
    pub(crate) async fn person(self: &Arc<Self>, name: &str) -> Person {
        self.person_in(name, Currency::USD).await
    }

    /// Somebody with an account in another currency.
    pub(crate) async fn person_in(self: &Arc<Self>, name: &str, currency: Currency) -> Person {
        let person = self.stranger(name);
        let cx = &self.process.cx;
        let mut tx = cx.db.begin().await.expect("begins");
        let address = person.address();
        accounts::open(cx, &mut tx, &address, currency, (Thread::default(), None))
            .await
            .expect("opens");
        tx.commit().await.expect("commits");
        self.settle().await;
        person.reads();
        person
    }

    /// Somebody who has never written.
    pub(crate) fn stranger(self: &Arc<Self>, name: &str) -> Person {
        Person::new(Arc::clone(self), format!("{name}@{name}.example"))
    }

    /// Puts money into an account, by the operator's hand.
    pub(crate) async fn credit(&self, address: &Address, amount: &str) {
        let (number, code) = amount.split_once(' ').expect("an amount and a currency");
        let currency = Currency::parse(code).expect("a currency");
        let money = Money::from_decimal(number, currency).expect("an amount");
        let cx = &self.process.cx;
        let mut tx = cx.db.begin().await.expect("begins");
        let person = accounts::by_address(&mut tx, address).await.expect("asks").expect("has one");
        let reference = format!("gift-{}", self.mails.fetch_add(1, Ordering::Relaxed));
        let amount = Amount::new(money).expect("within bounds");
        let outcome =
            accounts::credit_from_house(cx, &mut tx, (address, &person), amount, &reference).await;
        assert!(matches!(outcome, Ok(ledger::Outcome::Done(_))), "{outcome:?}");
        tx.commit().await.expect("commits");
    }

    /// Delivers bytes to the hosted mailbox.
    pub(crate) fn deliver(&self, bytes: &[u8]) {
        let name = format!("{:06}.story", self.mails.fetch_add(1, Ordering::Relaxed));
        let new = self.folder.path().join("mailbox/new");
        std::fs::write(new.join(name), bytes).expect("the mailbox is a folder");
    }

    /// The folder that is the hosted mailbox.
    pub(crate) fn mailbox(&self) -> PathBuf {
        self.folder.path().join("mailbox")
    }

    /// Delivers bytes that somebody has already seen in their own mail program.
    pub(crate) fn deliver_as_read(&self, bytes: &[u8]) {
        let name = format!("{:06}.story:2,S", self.mails.fetch_add(1, Ordering::Relaxed));
        let cur = self.folder.path().join("mailbox/cur");
        std::fs::write(cur.join(name), bytes).expect("the mailbox is a folder");
    }

    /// Takes what the mailbox holds, and does nothing more.
    pub(crate) async fn fetch(&self) -> usize {
        let mut stored = 0;
        // Anew: a poller writes down a look that finds nothing only every few seconds.
        for poller in self.process.pollers().await.expect("connects") {
            stored += poller.poll_once().await.expect("the mailbox is read");
        }
        stored
    }

    /// How many mails of the mailbox nobody has touched there.
    pub(crate) fn untouched(&self) -> usize {
        let files = ["mailbox/new", "mailbox/cur"].map(|part| {
            std::fs::read_dir(self.folder.path().join(part)).expect("the mailbox is a folder")
        });
        let names = files.into_iter().flatten().flatten().map(|file| file.file_name());
        names.filter(|name| !name.to_string_lossy().ends_with('S')).count()
    }

    /// Takes what the mailbox holds and does everything that is due.
    pub(crate) async fn settle(&self) {
        self.process.once(&self.pollers).await.expect("the process runs");
        let mut tx = self.db.snapshot().await.expect("begins");
        let jobs = queue::list(&mut tx, &queue::Filter::default(), 10_000).await.expect("lists");
        let faults: Vec<_> = jobs.iter().filter_map(|job| job.last_error.as_ref()).collect();
        assert!(faults.is_empty(), "a job failed: {faults:?}");
    }

    /// Lets time pass, then does what has become due.
    pub(crate) async fn after(&self, span: Duration) {
        self.clock.advance(span);
        self.settle().await;
    }

    /// The letters of an address since it last looked.
    pub(crate) fn letters(&self, address: &Address) -> Vec<Letter> {
        let new: PathBuf =
            self.folder.path().join("people").join(relay::folder_name(address)).join("new");
        let Ok(files) = std::fs::read_dir(&new) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
        paths.sort();
        let mut letters = Vec::new();
        for path in paths {
            letters.push(Letter::parse(&std::fs::read(&path).expect("a letter")));
            let cur = new.with_file_name("cur").join(path.file_name().expect("a name"));
            std::fs::rename(&path, cur).expect("both folders exist");
        }
        letters.sort_by_key(|letter| letter.message_id.clone());
        letters
    }

    /// A number for the next mail's Message-ID.
    pub(crate) fn next_mail(&self) -> usize {
        self.mails.fetch_add(1, Ordering::Relaxed)
    }

    /// How a mail that its host vouches for looks at delivery.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp { now: self.clock.now() }
    }

    /// What an address's account holds in a currency.
    pub(crate) async fn balance(&self, address: &Address, currency: Currency) -> Option<Money> {
        let mut tx = self.db.snapshot().await.expect("begins");
        let person = accounts::by_address(&mut tx, address).await.expect("asks")?;
        let account = ledger::find(&mut tx, person.id.as_str(), currency).await.expect("asks");
        account.map(|account| account.posted())
    }

    /// Every invariant of the ledger holds.
    pub(crate) async fn is_sound(&self) {
        let report = ledger::audit(&self.db, |_, _, _| {}).await.expect("the audit runs");
        assert!(report.is_clean(), "{report:?}");
    }

    /// How many rows a statement finds.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.db.snapshot().await.expect("begins");
        let row = pennypost::fetch!(fetch_one, tx, (i64,), sql).expect("counts");
        row.0
    }
}
