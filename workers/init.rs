//! `pennypost init`: asks for what a deployment needs, writes its configuration, and tries it.

use std::{
    fs,
    io::{BufRead, IsTerminal, Write},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;
use pennypost::{
    address::Address,
    config::{self, FILE, LogFormat, LogSettings},
    init::{self, Answers, Place},
    mail::{
        providers::{self, Provider},
        wire::Dialer,
    },
    money::Currency,
};
use secrecy::SecretString;

use crate::{
    doctor::Doctor,
    output,
    run::{self, Ended, Ran, Usage},
};

/// Write the configuration of a new deployment, readable by you alone, and try it.
#[derive(Args)]
#[command(
    after_help = "Asks on a terminal; elsewhere everything comes from the options, and the password \
                  from the file or from PENNYPOST_INIT_PASSWORD.\nExample: pennypost init --address \
                  till@gmail.com --public-url https://pay.example.org"
)]
pub(crate) struct Init {
    /// The mailbox's mail address, which people will write to.
    #[arg(long)]
    address: Option<String>,
    /// How the mail host knows the user, when that is not the address.
    #[arg(long)]
    user: Option<String>,
    /// A file whose first line is the password.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// The IMAP server: HOST, HOST:PORT or imaps://HOST:PORT; found by itself for known hosts.
    #[arg(long, value_name = "SERVER")]
    imap: Option<String>,
    /// The submission server: HOST, HOST:PORT or smtps://HOST:PORT.
    #[arg(long, value_name = "SERVER")]
    smtp: Option<String>,
    /// The mail host's id in Authentication-Results.
    #[arg(long, value_name = "ID")]
    authserv_id: Option<String>,
    /// Where browsers reach the pages.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Your own address: digests and what the relay refused go there.
    #[arg(long, value_name = "ADDRESS")]
    operator: Option<String>,
    /// Where the rows live.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The currency of new accounts (ISO 4217).
    #[arg(long)]
    currency: Option<String>,
    /// The file to write.
    #[arg(long, value_name = "FILE", default_value = FILE)]
    file: PathBuf,
    /// Write over a file that is there; its key is kept as the previous one.
    #[arg(long)]
    force: bool,
    /// Do not try what was written.
    #[arg(long)]
    no_doctor: bool,
}

impl Init {
    pub(crate) fn run(self) -> Ran {
        run::log(&LogSettings { format: LogFormat::Text, level: tracing::Level::ERROR });
        run::runtime()?.block_on(self.make())
    }

    async fn make(self) -> Ran {
        if self.file.exists() && !self.force {
            return Err(Usage(words(&init::WriteError::Exists(self.file))).into());
        }
        let key_before = init::key_of(&self.file).map_err(|e| Usage(words(&e)))?;
        let answers = Answers { key_before, ..self.answers().await? };
        init::write(&self.file, &answers.file(), self.force).map_err(|e| Usage(words(&e)))?;
        let file = self.file.display();
        output::line(format!("Wrote {file}, readable by you alone."));
        if answers.key_before.is_some() {
            output::line(
                "The key it held is kept as secret_key_previous: links made with it still work.",
            );
        }
        output::line("");
        let mut ended = Ended::Done;
        if !self.no_doctor {
            let settings = config::load_file(&self.file)?;
            ended = Doctor { json: false }.examine(settings, Some(&self.file)).await?;
            output::line("");
        }
        output::line("Next:");
        output::beside(
            " 1. ",
            "Start it with `pennypost all`. It observes at first (MODE=observe): mails are read and judged, \
             nobody is answered, no money moves, and nothing changes in the mailbox.",
        );
        let told = answers.operator.as_ref().map_or_else(
            || "`pennypost status` shows what it would have done".to_owned(),
            |operator| format!("the daily digest to {operator} is what you want"),
        );
        output::beside(
            " 2. ",
            &format!("When {told}, write mode = \"live\" into {file} and start it again."),
        );
        Ok(ended)
    }

    async fn answers(&self) -> anyhow::Result<Answers> {
        let mut asker = Asker::new();
        let address =
            asker.get("The mailbox's mail address", (&self.address, "--address"), None, address)?;
        let domain = address.as_ref().map_or("", Address::domain).to_owned();
        let provider = providers::of_domain(&domain);
        if let Some(row) = provider.filter(|row| row.oauth_only && self.imap.is_none()) {
            asker.wrong(format!(
                "programs sign in to {} by OAuth alone, which is not offered yet: use another host, or name \
                 servers of your own with --imap and --smtp",
                row.name
            ));
            asker.end()?;
        }
        let (mailbox, relay) = self.servers(&mut asker, provider, &domain).await?;
        let password = self.password(&mut asker, provider, [&mailbox, &relay])?;
        let user = self.user.clone().or(address.as_ref().map(ToString::to_string));
        let public_url = asker.get(
            "Where browsers will reach the pages (https://…)",
            (&self.public_url, "--public-url"),
            None,
            public_url,
        )?;
        let operator = asker.maybe(
            "Your own address, for digests (empty: nobody is told)",
            (&self.operator, "--operator"),
            address_of,
        )?;
        let beside = std::path::absolute(&self.file)?.with_file_name("pennypost.db");
        let database = format!("sqlite:{}", beside.display());
        let database_url = asker.get(
            "The database",
            (&self.database_url, "--database-url"),
            Some(&database),
            database_url,
        )?;
        let usual = Some("USD");
        let currency = asker.get(
            "The currency of accounts",
            (&self.currency, "--currency"),
            usual,
            currency,
        )?;
        asker.end()?;
        let known = provider.and_then(|row| row.authserv_id).map(str::to_owned);
        let answers = Answers {
            address: address.context("asked for")?,
            user: user.context("asked for")?,
            password,
            mailbox: mailbox.context("asked for")?,
            relay: relay.context("asked for")?,
            authserv_id: self.authserv_id.clone().or(known),
            public_url: public_url.context("asked for")?,
            operator: operator.flatten(),
            database_url: database_url.context("asked for")?,
            currency: currency.context("asked for")?,
            key_before: None,
        };
        answers.check().map_err(|problem| Usage(problem.to_string()))?;
        Ok(answers)
    }

    /// Known by the domain, named by an option, found under a usual name, or asked for.
    async fn servers(
        &self,
        asker: &mut Asker,
        provider: Option<&Provider>,
        domain: &str,
    ) -> anyhow::Result<(Option<Place>, Option<Place>)> {
        let mut found = match provider {
            Some(row) => {
                let smtp = format!("{}:{}", row.smtp.0, row.smtp.1);
                (Some(row.imap.to_owned()), Some(smtp))
            }
            None => (None, None),
        };
        let lacks = provider.is_none() && (self.imap.is_none() || self.smtp.is_none());
        if lacks && !domain.is_empty() {
            asker.tell(&format!("Looking for the mail servers of {domain} …"));
            let (imap, smtp) = init::find(&Dialer::new(None)?, domain).await;
            let written = |place: Option<Place>| match place {
                Some(Place::Server { scheme, host, port }) => {
                    Some(format!("{scheme}://{host}:{port}"))
                }
                _ => None,
            };
            found = (written(imap), written(smtp));
        }
        let (imap, smtp) = found;
        let mailbox =
            asker.get("The IMAP server", (&self.imap, "--imap"), imap.as_deref(), imap_place)?;
        let relay = asker.get(
            "The submission server",
            (&self.smtp, "--smtp"),
            smtp.as_deref(),
            smtp_place,
        )?;
        Ok((mailbox, relay))
    }

    fn password(
        &self,
        asker: &mut Asker,
        provider: Option<&Provider>,
        places: [&Option<Place>; 2],
    ) -> anyhow::Result<SecretString> {
        let needed = places.iter().any(|place| !matches!(place, Some(Place::Maildir(_))));
        if let Some(file) = &self.password_file {
            let text = fs::read_to_string(file)
                .map_err(|e| Usage(format!("--password-file {}: {e}", file.display())))?;
            return Ok(text.lines().next().unwrap_or_default().into());
        }
        if let Some(password) = config::init_password() {
            return Ok(password);
        }
        if !needed {
            return Ok(SecretString::from(""));
        }
        if !asker.person {
            asker.wrong("--password-file, or PENNYPOST_INIT_PASSWORD, is needed".to_owned());
            return Ok(SecretString::from(""));
        }
        if let Some(row) = provider {
            asker.tell(&format!("{} wants {}.", row.name, row.password));
        }
        loop {
            let password = rpassword::prompt_password("Its password (not shown): ")?;
            if !password.is_empty() && !password.contains(char::is_control) {
                return Ok(password.into());
            }
            asker.tell("A password without control characters is needed.");
        }
    }
}

/// Asks a person, or collects what is wrong with the options.
struct Asker {
    person: bool,
    problems: Vec<String>,
}

type Read<T> = fn(&str) -> Result<T, String>;

impl Asker {
    fn new() -> Self {
        Self { person: std::io::stdin().is_terminal(), problems: Vec::new() }
    }

    fn tell(&self, words: &str) {
        if self.person {
            eprintln!("{words}");
        }
    }

    fn wrong(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// All that is wrong, at once.
    fn end(&mut self) -> anyhow::Result<()> {
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(Usage(format!("nothing was written:\n  {}", self.problems.join("\n  "))).into())
    }

    /// The option's value, or the answer; a wrong answer is asked for again. None when there is none, and
    /// then that is a problem.
    fn get<T>(
        &mut self,
        question: &str,
        (option, flag): (&Option<String>, &str),
        usual: Option<&str>,
        read: Read<T>,
    ) -> anyhow::Result<Option<T>> {
        if let Some(given) = option {
            match read(given.trim()) {
                Ok(value) => return Ok(Some(value)),
                Err(why) => self.wrong(format!("{flag}: {why}")),
            }
            return Ok(None);
        }
        if self.person {
            return ask(question, usual, read).map(Some);
        }
        match usual.map(read) {
            Some(Ok(value)) => Ok(Some(value)),
            _ => {
                self.wrong(format!("{flag} is needed"));
                Ok(None)
            }
        }
    }

    /// As [`Asker::get`], of something that may be left out.
    fn maybe<T>(
        &mut self,
        question: &str,
        (option, flag): (&Option<String>, &str),
        read: Read<Option<T>>,
    ) -> anyhow::Result<Option<Option<T>>> {
        self.get(question, (option, flag), Some(""), read)
    }
}

fn ask<T>(question: &str, usual: Option<&str>, read: Read<T>) -> anyhow::Result<T> {
    let shown = usual.filter(|usual| !usual.is_empty()).map(|usual| format!(" [{usual}]"));
    loop {
        eprint!("{question}{}: ", shown.as_deref().unwrap_or_default());
        std::io::stderr().flush()?;
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(Usage("nothing was written: the answers ended".to_owned()).into());
        }
        let answer = match (line.trim(), usual) {
            ("", Some(usual)) => usual,
            (answer, _) => answer,
        };
        match read(answer) {
            Ok(value) => return Ok(value),
            Err(why) => eprintln!("  {why}"),
        }
    }
}

fn address(text: &str) -> Result<Address, String> {
    let address = Address::parse(text).map_err(|e| e.to_string())?;
    if config::is_service_address(&address) {
        Ok(address)
    } else {
        Err("at most 32 characters before the @ leave room for its tags".to_owned())
    }
}

fn address_of(text: &str) -> Result<Option<Address>, String> {
    if text.is_empty() {
        Ok(None)
    } else {
        Address::parse(text).map(Some).map_err(|e| e.to_string())
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    config::is_public_url(text).then(|| text.to_owned()).ok_or_else(|| {
        "https:// and a host name is expected, without a path (http:// only for localhost)"
            .to_owned()
    })
}

fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres:", "postgresql:"];
    let fits = known.iter().any(|s| text.strip_prefix(s).is_some_and(|rest| rest.len() > 1));
    fits.then(|| text.to_owned())
        .ok_or_else(|| "sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME is expected".to_owned())
}

fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(&text.to_uppercase()).map_err(|e| e.to_string())
}

fn imap_place(text: &str) -> Result<Place, String> {
    Place::imap(text).ok_or_else(|| "HOST, HOST:PORT or imaps://HOST:PORT is expected".to_owned())
}

fn smtp_place(text: &str) -> Result<Place, String> {
    Place::smtp(text).ok_or_else(|| "HOST, HOST:PORT or smtps://HOST:PORT is expected".to_owned())
}

/// An error with its causes.
fn words(error: &(impl std::error::Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
