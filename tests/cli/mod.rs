//! The operator's commands, run as an operator runs them: the real binary, its help, its exit codes.

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::support::app::environment;

/// Runs the binary with an environment of its own; nothing of ours reaches it.
fn run(folder: &Path, settings: &[(String, String)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
    command.current_dir(folder).env_clear().args(arguments);
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command.output().expect("the binary runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// A deployment on SQLite in a folder of its own.
struct Desk {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("till.db").display());
        let settings = environment(folder.path(), &url).into_iter().collect();
        Self { folder, settings }
    }

    fn runs(&self, line: &str) -> Output {
        let arguments: Vec<_> = line.split_whitespace().collect();
        run(self.folder.path(), &self.settings, &arguments)
    }

    /// Runs a command that must succeed; what it printed.
    fn done(&self, line: &str) -> String {
        let output = self.runs(line);
        assert_eq!(code(&output), 0, "{line}: {}", text(&output.stderr));
        text(&output.stdout)
    }
}

#[test]
fn every_command_explains_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    for line in [
        "",
        "demo",
        "all",
        "poller",
        "worker",
        "web",
        "clock",
        "migrate",
        "init",
        "doctor",
        "status",
        "trace",
        "accounts",
        "accounts open",
        "accounts list",
        "accounts show",
        "accounts credit",
        "accounts debit",
        "accounts freeze",
        "audit",
        "export",
        "explain",
        "links",
        "links show",
        "jobs",
        "jobs list",
        "jobs show",
        "jobs replay",
        "jobs drop",
        "quarantine",
        "quarantine list",
        "quarantine replay",
        "quarantine drop",
        "letters",
        "letters list",
        "letters show",
        "letters resend",
    ] {
        let mut arguments: Vec<_> = line.split_whitespace().collect();
        arguments.push("--help");
        let output = run(folder.path(), &[], &arguments);
        assert_eq!(code(&output), 0, "{line}");
        let name = format!("help {line}").trim().replace(' ', "-");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, text(&output.stdout));
        });
    }
}

#[test]
fn the_snapshots_cover_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let commands = |arguments: &[&str]| {
        let help = text(&run(folder.path(), &[], arguments).stdout);
        let listed = help.split_once("Commands:\n").map(|(_, rest)| rest.to_owned());
        let listed = listed.unwrap_or_default();
        let lines = listed.lines().take_while(|line| line.starts_with("  "));
        let words = lines
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned));
        words.filter(|word| word != "help").collect::<Vec<_>>()
    };
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/snapshots");
    for command in commands(&["--help"]) {
        let below = commands(&[&command, "--help"]);
        let names = below.iter().map(|verb| format!("help-{command}-{verb}.snap"));
        for name in names.chain([format!("help-{command}.snap")]) {
            assert!(snapshots.join(&name).exists(), "{name} is missing");
        }
    }
}

#[test]
fn a_command_that_did_its_work_ends_with_0() {
    let desk = Desk::new();
    assert!(desk.done("migrate").contains("applied 0001_ledger"));
    assert_eq!(desk.done("migrate"), "The schema is up to date.\n");
    desk.done("accounts open ada@home.example");
    let shown = desk.done("accounts credit ada@home.example 100.00 --reference bank-1");
    assert!(shown.contains("100.00 USD"), "{shown}");
    // A reference books once.
    let again = desk.done("accounts credit ada@home.example 100.00 --reference bank-1");
    assert!(again.contains("100.00 USD"), "{again}");
    desk.done("accounts debit ada@home.example 40.00 --reference cash-1");
    assert!(desk.done("accounts list").contains("60.00 USD"));
    assert!(desk.done("accounts freeze ada@home.example").contains("frozen"));
    assert!(desk.done("accounts freeze ada@home.example --off").contains("open"));
    assert!(desk.done("audit").ends_with("The ledger is clean.\n"));
    desk.done("all --once");
    let exported: serde_json::Value =
        serde_json::from_str(&desk.done("export --json")).expect("one JSON object");
    assert_eq!(exported["accounts"][0]["posted_minor"], 6_000);
    assert_eq!(exported["letters"].as_array().map(Vec::len), Some(3));
    assert!(desk.done("jobs list --state dead --json").contains("\"jobs\": []"));
}

#[test]
fn a_fault_ends_with_1_and_says_what_to_do() {
    let desk = Desk::new();
    let unmigrated = desk.runs("accounts list");
    assert_eq!(code(&unmigrated), 1);
    let said = text(&unmigrated.stderr);
    assert!(said.contains("run `pennypost migrate` first"), "{said}");
    assert!(unmigrated.stdout.is_empty(), "standard output is for answers");

    let mut away = Desk::new();
    let url = ("DATABASE_URL".to_owned(), "sqlite:/nowhere/till.db".to_owned());
    away.settings.retain(|(name, _)| name != "DATABASE_URL");
    away.settings.push(url);
    let unreachable = away.runs("migrate");
    assert_eq!(code(&unreachable), 1);
    let said = text(&unreachable.stderr);
    assert!(said.contains("Open the database"), "{said}");
}

#[test]
fn wrong_use_ends_with_2() {
    let desk = Desk::new();
    desk.done("migrate");
    for line in [
        "fly",
        "accounts",
        "accounts open nobody",
        "accounts show stranger@home.example",
        "accounts credit ada@home.example 1.00",
        "accounts credit ada@home.example 1.005 --reference x",
        "jobs show none",
        "jobs replay none",
        "jobs list --state lost",
        "letters show none",
        "letters resend none",
        "letters resend",
        "letters list --state lost",
        "links show https://pay.post.example/c/none",
        "explain nowhere.eml",
        "demo --folder",
    ] {
        let output = desk.runs(line);
        assert_eq!(code(&output), 2, "{line}: {}", text(&output.stderr));
        assert!(!output.stderr.is_empty(), "{line} says nothing");
    }
    let unset = run(desk.folder.path(), &[], &["migrate"]);
    assert_eq!(code(&unset), 2, "a configuration that is not complete");
    assert!(text(&unset.stderr).contains("database_url is not set"));
}

#[test]
fn a_check_that_found_something_ends_with_3() {
    let desk = Desk::new();
    let missing = desk.runs("migrate --check");
    assert_eq!(code(&missing), 3);
    assert!(text(&missing.stdout).contains("missing 0001_ledger"));
    desk.done("migrate");
    desk.done("migrate --check");
}

#[tokio::test]
async fn an_audit_that_finds_a_breach_ends_with_3() {
    let desk = Desk::new();
    desk.done("migrate");
    desk.done("accounts open ada@home.example");
    let url = &desk.settings.iter().find(|(name, _)| name == "DATABASE_URL").expect("set").1;
    let db = pennypost::db::Db::open(url, pennypost::db::Options::default()).await.expect("opens");
    let mut tx = db.begin().await.expect("begins");
    let tampered = pennypost::execute!(tx, "UPDATE ledger_accounts SET posted_minor = 5");
    assert_eq!(tampered.expect("SQLite lets a row be changed"), 1);
    tx.commit().await.expect("commits");
    db.close().await;
    let output = desk.runs("audit");
    assert_eq!(code(&output), 3, "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("BREACH I1"), "{}", text(&output.stdout));
}

#[test]
fn the_demo_holds_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("TMPDIR".to_owned(), folder.path().display().to_string())];
    let output = run(folder.path(), &settings, &["demo", "--once"]);
    let told = text(&output.stdout);
    assert_eq!(code(&output), 0, "{told}{}", text(&output.stderr));
    assert!(told.contains("All of it held."), "{told}");
    let left = std::fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 0, "the demo left {left} files behind");
}

#[tokio::test]
async fn letters_that_failed_are_listed_and_sent_again() {
    let desk = Desk::new();
    desk.done("migrate");
    desk.done("accounts open ada@home.example");
    let json = |line: &str| -> serde_json::Value {
        serde_json::from_str(&desk.done(line)).expect("one JSON object")
    };
    let queued = json("letters list --state queued --json");
    let id = queued["letters"][0]["id"].as_str().expect("a letter").to_owned();
    assert_eq!(code(&desk.runs(&format!("letters resend {id}"))), 2, "it has not failed");
    assert_eq!(desk.done("letters resend --failed"), "No letter has failed.\n");
    let url = &desk.settings.iter().find(|(name, _)| name == "DATABASE_URL").expect("set").1;
    let db = pennypost::db::Db::open(url, pennypost::db::Options::default()).await.expect("opens");
    let mut tx = db.begin().await.expect("begins");
    pennypost::execute!(tx, "UPDATE letters SET state = 'failed', error = 'no'").expect("updates");
    pennypost::execute!(tx, "DELETE FROM jobs").expect("deletes");
    tx.commit().await.expect("commits");
    db.close().await;
    assert!(desk.done("letters list --state failed").contains(&id));
    assert_eq!(json(&format!("letters show {id}"))["error"], "no");
    let status = text(&desk.runs("status").stdout);
    assert!(status.contains("1 letter of the last 30 days could not be sent"), "{status}");
    assert_eq!(json("letters resend --failed --json")["queued"], serde_json::json!([id]));
    desk.done("all --once");
    assert!(desk.done("letters list --state sent").contains(&id));
    assert_eq!(code(&desk.runs(&format!("letters resend {id}"))), 2, "it was sent");
}

both! {
    async fn status_and_trace_are_told_from_outside(db: TestDb) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings: Vec<_> = environment(folder.path(), &db.url).into_iter().collect();
        let runs = |settings: &[(String, String)], line: &str| {
            run(folder.path(), settings, &line.split_whitespace().collect::<Vec<_>>())
        };
        let never = runs(&settings, "status");
        assert_eq!(code(&never), 3, "{}", text(&never.stderr));
        assert!(text(&never.stdout).contains("has not been looked at yet"), "{}", text(&never.stdout));
        assert_eq!(code(&runs(&settings, "all --once")), 0);
        assert_eq!(code(&runs(&settings, "accounts open ada@home.example")), 0);
        let credit = "accounts credit ada@home.example 5.00 --reference bank-1";
        assert_eq!(code(&runs(&settings, credit)), 0);
        let status = runs(&settings, "status");
        let shown = text(&status.stdout);
        assert_eq!(code(&status), 0, "{shown}");
        assert!(shown.contains("1 accounts, 1 transfers today, 0 open holds"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
        let json: serde_json::Value =
            serde_json::from_slice(&runs(&settings, "status --json").stdout).expect("JSON");
        assert_eq!((&json["well"], &json["mode"]), (&true.into(), &"live".into()));
        let story = runs(&settings, "trace bank-1");
        assert_eq!(code(&story), 0, "{}", text(&story.stderr));
        assert!(text(&story.stdout).contains("moved 5.00 USD"), "{}", text(&story.stdout));
        let unknown = runs(&settings, "trace T-999");
        assert_eq!(code(&unknown), 2);
        assert!(text(&unknown.stderr).contains("a Message-ID"), "{}", text(&unknown.stderr));
        settings.retain(|(name, _)| name != "DATABASE_URL");
        settings.push(("DATABASE_URL".to_owned(), "postgres://x@127.0.0.1:1/none".to_owned()));
        let away = runs(&settings, "status");
        assert_eq!(code(&away), 3);
        assert!(text(&away.stdout).contains("DOES NOT ANSWER"), "{}", text(&away.stdout));
    }
}
