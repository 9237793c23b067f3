//! What doctor finds, on real servers.

use std::{collections::BTreeMap, process::Command};

use pennypost::{
    clock::Clock,
    config,
    doctor::{Finding, Grade, examine},
};

use crate::support::{
    TestDb,
    app::{SERVICE, environment},
    dovecot, postfix, redis,
    stamp::Stamp,
};

async fn findings(settings: &BTreeMap<String, String>) -> Vec<Finding> {
    let settings = config::load_from(None, settings).expect("valid settings");
    examine(&settings, None, &Clock::System, |_| {}).await
}

fn says<'a>(found: &'a [Finding], words: &str) -> &'a Finding {
    let finding = found.iter().find(|finding| finding.says.contains(words));
    finding.unwrap_or_else(|| panic!("nothing says {words}: {found:#?}"))
}

fn bad(found: &[Finding]) -> Vec<&Finding> {
    found.iter().filter(|finding| finding.grade == Grade::Bad).collect()
}

/// Settings with real servers behind them, for a user of one's own.
async fn real(user: &str, database_url: &str) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let (dovecot, postfix) = (dovecot::shared(), postfix::shared());
    let mut all = environment(folder.path(), database_url);
    let redis = redis::shared().await.url();
    for (name, value) in [
        ("MAILBOX_URL", dovecot.tls_url(user)),
        ("MAIL_TLS_CA", dovecot.ca.file.display().to_string()),
        ("RELAY_URL", postfix.tls_url(user)),
        ("REDIS_URL", redis),
        ("OPERATOR_ADDRESS", "desk@post.example".to_owned()),
    ] {
        all.insert(name.to_owned(), value);
    }
    all
}

fn genuine(number: usize) -> Vec<u8> {
    let mail = format!(
        "From: ada@ada.example\nTo: {SERVICE}\nSubject: x\nMessage-ID: <d{number}@ada.example>\n\nhelp\n"
    );
    Stamp { now: Clock::System.now() }.genuine("ada.example", &mail)
}

both! {
    async fn a_deployment_that_works_is_told_so(db: TestDb) {
        let user = format!("well{}@post.example", u8::from(db.is_postgres()));
        let settings = real(&user, &db.url).await;
        for number in 0..3 {
            dovecot::shared().deliver(&user, &genuine(number));
        }
        let found = findings(&settings).await;
        for words in [
            "Its schema is up to date",
            "Redis 7",
            "takes our sign-in",
            "announced at once (IDLE)",
            "INBOX holds 3 mails",
            "carry results of mx.post.example (3)",
            "3 of 3 carry results that are believed",
            "3 are proved (A2",
            "letters leave by",
        ] {
            assert_eq!(says(&found, words).grade, Grade::Ok, "{words}");
        }
        let unwell: Vec<_> = bad(&found);
        assert!(unwell.is_empty(), "{unwell:#?}");
        // Nothing listens there: whoever has not started it yet is told so.
        assert_eq!(says(&found, "does not answer").part, "pages");
        assert_eq!(dovecot::shared().files(&user).len(), 3, "nothing was sent or moved");
    }

    async fn what_does_not_work_is_told_with_what_to_do(db: TestDb) {
        let user = format!("ill{}@post.example", u8::from(db.is_postgres()));
        let mut settings = real(&user, &db.url).await;
        let wrong = settings["MAILBOX_URL"].replace(dovecot::PASSWORD_IN_URLS, "wrong");
        settings.insert("MAILBOX_URL".to_owned(), wrong);
        settings.insert("RELAY_URL".to_owned(), "smtps://a:b@127.0.0.1:1".to_owned());
        settings.insert("REDIS_URL".to_owned(), "redis://127.0.0.1:1".to_owned());
        settings.insert("PUBLIC_URL".to_owned(), "https://nowhere.invalid".to_owned());
        let found = findings(&settings).await;
        for (part, words) in [
            ("mailbox", "refused the sign-in"),
            ("relay", "cannot be used"),
            ("redis", "does not answer"),
            ("pages", "leads nowhere"),
        ] {
            let finding = says(&found, words);
            assert_eq!((finding.part, finding.grade), (part, Grade::Bad), "{words}");
            assert!(finding.todo.is_some(), "{words}");
        }
        let told = format!("{found:?}");
        assert!(!told.contains("wrong") && !told.contains(dovecot::PASSWORD), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ids_of_the_mail_host_are_shown_when_nobody_is_believed() {
    let (db, user) = (TestDb::sqlite().await, "anchor@post.example");
    let mut settings = real(user, &db.url).await;
    settings.insert("AUTHSERV_ID".to_owned(), "mx.other.example".to_owned());
    let empty = findings(&settings).await;
    assert_eq!(says(&empty, "holds no mail to learn from").grade, Grade::Warn);
    dovecot::shared().deliver(user, &genuine(1));
    let found = findings(&settings).await;
    let finding = says(&found, "none of them would be believed");
    assert_eq!(finding.grade, Grade::Bad);
    assert!(finding.says.contains("mx.post.example"), "{}", finding.says);
    settings.insert("AUTHSERV_ID".to_owned(), "none".to_owned());
    let found = findings(&settings).await;
    let todo = says(&found, "no authserv_id is set").todo.as_deref().expect("advice");
    assert!(todo.contains("authserv_id = \"mx.post.example\""), "{todo}");
}

#[test]
fn an_incomplete_configuration_ends_with_2_and_names_all_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        command.current_dir(folder.path()).env_clear().args(arguments).output().expect("it runs")
    };
    let output = run(&["doctor"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("database_url is not set") && said.contains("secret_key"), "{said}");
    let output = run(&["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let findings = told["findings"].as_array().expect("a list");
    assert!(findings.len() > 4 && findings.iter().all(|one| one["grade"] == "bad"), "{told}");
}
