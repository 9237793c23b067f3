//! Configuration: where a value comes from, what is said of a wrong one, and what is never said.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use pennypost::{
    config::{self, AnchorWords, DEFAULTS, Settings, settings_named},
    money::Currency,
};
use secrecy::ExposeSecret;
use tempfile::TempDir;

const SECRET: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";

/// The settings that have no default, as the environment gives them.
fn least() -> BTreeMap<String, String> {
    let pairs = [
        ("DATABASE_URL", "sqlite:/tmp/x.db"),
        ("MAILBOX_URL", "maildir:/tmp/mailbox"),
        ("RELAY_URL", "maildir:/tmp/people"),
        ("SERVICE_ADDRESS", "till@post.example"),
        ("PUBLIC_URL", "https://pay.post.example/"),
        ("SECRET_KEY", SECRET),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn with(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut environment = least();
    environment.extend(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    environment
}

fn load(pairs: &[(&str, &str)]) -> Settings {
    config::load_from(None, &with(pairs)).expect("valid settings")
}

/// The anchor of the one mailbox.
fn anchor(pairs: &[(&str, &str)]) -> AnchorWords {
    load(pairs).mailboxes.remove(0).anchor
}

/// What is said of settings that are wrong.
fn said(file: Option<&Path>, environment: &BTreeMap<String, String>) -> String {
    config::load_from(file, environment).expect_err("something is wrong").to_string()
}

/// A file that lives as long as its folder.
fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pennypost.toml");
    std::fs::write(&path, text).expect("written");
    (folder, path)
}

#[test]
fn every_missing_setting_is_named_at_once() {
    let said = said(None, &BTreeMap::new());
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("nothing_is_set", said);
    });
}

#[test]
fn every_wrong_value_is_named_with_its_variable_and_what_is_allowed() {
    let wrong = [
        ("DATABASE_URL", "mysql://host/x", "postgres:"),
        ("MAILBOX_URL", "imap://host", "maildir:"),
        ("RELAY_URL", "maildir:", "maildir:"),
        ("SERVICE_ADDRESS", "till at post.example", "address"),
        ("PUBLIC_URL", "http://pay.post.example", "https://"),
        ("PORT", "70000", "0 to 65535"),
        ("LISTEN", "localhost", "IP address"),
        ("SECRET_KEY", "short", "32 characters"),
        ("SECRET_KEY_PREVIOUS", "short", "32 characters"),
        ("OPERATOR_ADDRESS", "nobody", "address"),
        ("AUTHENTICATION_RECEIVED_ABOVE", "11", "-1 to 10"),
        ("DATABASE_CONNECTIONS", "1", "2 to 500"),
        ("DATABASE_WAIT_SECONDS", "soon", "whole number"),
        ("MODE", "watch", "live, observe"),
        ("REDIS_URL", "http://host", "redis: or rediss:"),
        ("REDIS_TLS_CA", "/nowhere/at/all", "existing file"),
        ("REDIS_TLS_VERIFY", "maybe", "one of full, none"),
        ("HEALTH_TOKEN", "short", "16 characters"),
        ("CAMPAIGN_RELAY_URL", "smtp:", "smtps://"),
        ("MAIL_TLS_CA", "/nowhere/at/all", "existing file"),
        ("POLLER_REPOLL_SECONDS", "61", "1 to 60"),
        ("RELAY_CONNECTIONS", "0", "1 to 64"),
        ("RELAY_PER_DAY", "-1", "0 to"),
        ("RELAY_CAMPAIGN_PERCENT", "101", "0 to 100"),
        ("HEALTH_LISTEN", "9100", "ADDRESS:PORT"),
        ("HEALTH_WAITING_MAX_SECONDS", "1", "10 to 86400"),
        ("QUEUE_REDIS_PREFIX", "a b", "letters, digits"),
        ("POLLER_INTERVAL_MILLIS", "1", "10 to 300000"),
        ("POLLER_AFTER", "burn", "leave, flag, move, delete"),
        ("ACCOUNTS_CURRENCY", "SHELLS", "currency"),
        ("TRANSFERS_CONFIRM_SECONDS", "0", "1 to 2592000"),
        ("TRANSFERS_DAY_MAX", "-5", "1 to 1000000000"),
        ("LETTERS_ANSWERS_PER_HOUR", "0", "1 to 1000"),
        ("LETTERS_TEMPLATES", "/nowhere/at/all", "existing folder"),
        ("QUEUE_PLACES", "0", "1 to 1000"),
        ("LOG_FORMAT", "xml", "text, json"),
        ("LOG_LEVEL", "shout", "error, warn, info, debug"),
    ];
    for (variable, value, allowed) in wrong {
        let said = said(None, &with(&[(variable, value)]));
        let lines: Vec<_> = said.lines().skip(1).collect();
        let [line] = lines[..] else { panic!("{variable}: one problem, not {said}") };
        assert!(line.contains(&format!("the environment variable {variable}")), "{line}");
        assert!(line.contains(allowed), "{line} does not say {allowed}");
    }
    let all: Vec<_> = wrong.iter().map(|(variable, value, _)| (*variable, *value)).collect();
    let said = said(None, &with(&all));
    // Values of a wrong type are told before the others are looked at.
    assert!(said.contains("DATABASE_WAIT_SECONDS"), "{said}");
    let typed: Vec<_> = all.into_iter().filter(|(_, value)| *value != "soon").collect();
    let said = self::said(None, &with(&typed));
    assert_eq!(said.lines().count(), 1 + typed.len(), "{said}");
}

#[test]
fn a_wrong_value_of_a_file_is_named_with_the_file() {
    let (_folder, path) = file("[poller]\nafter = \"burn\"\ninterval_millis = \"often\"\n");
    let said = said(Some(&path), &least());
    for name in ["poller.after", "poller.interval_millis"] {
        let line = said.lines().find(|line| line.contains(name));
        let line = line.unwrap_or_else(|| panic!("{name} in {said}"));
        assert!(line.contains(&path.display().to_string()), "{line}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let missing = said(Some(Path::new("/nowhere/pennypost.toml")), &least());
    assert!(missing.contains("/nowhere/pennypost.toml"), "{missing}");
    assert!(missing.contains("cannot be read"), "{missing}");
    let (_folder, path) = file("port = = 1\n");
    let broken = said(Some(&path), &least());
    assert!(broken.contains("TOML"), "{broken}");
}

#[test]
fn a_currency_has_limits_of_its_own_or_the_usual_ones() {
    let settings = load(&[("TRANSFERS_LIMITS", "JPY 10 20 30 40, eur 1 2 3 4")]).transfers;
    let max = |code| settings.max_of(Currency::parse(code).expect("ISO 4217"));
    assert_eq!((max("JPY").per_transfer, max("EUR").month, max("USD").day), (10, 4, 10_000));
    for wrong in
        ["JPY 10 20 30", "JPY 1 2 3 0", "XYZ 1 2 3 4", "JPY 1 2 3 4, JPY 1 2 3 4", "JPY 1 2 3 4 5"]
    {
        let problems = config::load_from(None, &with(&[("TRANSFERS_LIMITS", wrong)]));
        let said = problems.expect_err(wrong).to_string();
        assert!(said.contains("transfers.limits") && said.contains("each currency once"), "{said}");
    }
}

#[test]
fn an_unknown_setting_is_named_with_what_may_be_meant() {
    let (_folder, path) = file("places = 4\n\n[transfers]\nday = 5\n\n[weather]\nsunny = true\n");
    let said = said(Some(&path), &least());
    let line = |name: &str| said.lines().find(|line| line.trim().starts_with(name));
    let told = |name: &str| line(name).unwrap_or_else(|| panic!("{name} in {said}")).to_owned();
    assert!(told("places").contains("did you mean queue.places?"), "{said}");
    assert!(told("transfers.day").contains("transfers.day_max"), "{said}");
    assert!(told("weather.sunny").contains("there is no such setting"), "{said}");
    assert!(!told("weather.sunny").contains("did you mean"), "{said}");
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_defaults() {
    let (_folder, path) = file("port = 1111\nservice_name = \"From the file\"\n");
    let settings = config::load_from(Some(&path), &with(&[("PORT", "2222")])).expect("valid");
    assert_eq!(settings.listen.port(), 2222);
    assert_eq!(settings.service_name, "From the file");
    assert_eq!(settings.letters.answers_per_hour, 5);
    let (_folder, path) = file("[poller]\nafter = \"move\"\nafter_folder = \"Done\"\n");
    let settings = config::load_from(Some(&path), &least()).expect("valid");
    assert_eq!(settings.mailboxes[0].after, config::After::Move("Done".to_owned()));
    assert_eq!(settings.poller.batch_messages, 250, "the rest of a table keeps its defaults");
}

#[test]
fn the_anchor_has_a_short_name_in_the_environment() {
    assert_eq!(anchor(&[]).authserv_id, "");
    assert_eq!(anchor(&[("AUTHSERV_ID", "MX.Google.com")]).authserv_id, "mx.google.com");
    let long = anchor(&[("AUTHENTICATION_AUTHSERV_ID", "mx.post.example")]);
    assert_eq!(long.authserv_id, "mx.post.example");
    let hosts =
        anchor(&[("AUTHENTICATION_RECEIVED_HOSTS", "A.example, b.example,")]).received_hosts;
    assert_eq!(hosts, ["a.example", "b.example"]);
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    assert_eq!(load(&[]).public_url, "https://pay.post.example");
    assert_eq!(load(&[("PUBLIC_URL", "http://localhost:80/")]).public_url, "http://localhost:80");
    for url in
        ["http://localhost.evil.example", "https://", "ftp://x", "https://a@b", "https://a/?b"]
    {
        let said = said(None, &with(&[("PUBLIC_URL", url)]));
        assert!(said.contains("public_url"), "{url}: {said}");
    }
}

#[test]
fn secrets_are_never_shown() {
    let database = "postgres://till:correct-horse@db.example/till";
    let previous = "battery-staple-battery-staple-battery";
    let environment = with(&[("DATABASE_URL", database), ("SECRET_KEY_PREVIOUS", previous)]);
    let settings = config::load_from(None, &environment).expect("valid");
    assert_eq!(settings.database_url.expose_secret(), database);
    let shown = format!("{settings:?}");
    let wrong = with(&[
        ("DATABASE_URL", "mysql://till:correct-horse@db.example"),
        ("MAILBOX_URL", "imap://till:correct-horse@mail.example"),
        ("SECRET_KEY", "hunter2"),
        ("SECRET_KEY_PREVIOUS", "battery"),
    ]);
    let problems = config::load_from(None, &wrong).expect_err("something is wrong");
    for shown in [shown, problems.to_string(), format!("{problems:?}")] {
        for secret in ["hunter2", "correct-horse", "battery"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[test]
fn every_setting_is_explained_in_the_manual() {
    let mut explained = false;
    for line in DEFAULTS.lines() {
        match line.trim() {
            "" => explained = false,
            line if line.starts_with('#') => explained = true,
            line if line.starts_with('[') => {}
            line => assert!(explained, "no comment above {line}"),
        }
    }
    assert!(settings_named().len() > 30);
}

#[test]
fn a_dyno_keeps_no_sqlite() {
    let said = said(None, &with(&[("DYNO", "web.1")]));
    assert!(said.contains("database_url") && said.contains("postgres:"), "{said}");
}

#[test]
fn a_mail_host_needs_an_anchor_or_a_word_that_there_is_none() {
    let imap = ("MAILBOX_URL", "imaps://till%40post.example:pw@imap.post.example");
    let said = said(None, &with(&[imap]));
    assert!(said.contains("authentication.authserv_id"), "{said}");
    assert_eq!(load(&[imap, ("AUTHSERV_ID", "none")]).mailboxes.len(), 1);
}

#[test]
fn a_list_of_mailboxes_is_read_whole() {
    let text = r#"
[authentication]
authserv_id = "mx.post.example"

[poller]
after = "flag"

[[mailbox]]
url = "imaps://till%40post.example:pw@imap.post.example"
received_above = 1
received_hosts = ["MX.post.example"]

[[mailbox]]
name = "shop"
url = "imap://shop:pw@127.0.0.1:1143/Orders"
address = "shop@post.example"
after_folder = "Seen by the till"
junk = ""
authserv_id = "mx.other.example"
"#;
    let (_folder, path) = file(text);
    let mut environment = least();
    environment.remove("MAILBOX_URL");
    let settings = config::load_from(Some(&path), &environment).expect("valid");
    let [till, shop] = &settings.mailboxes[..] else { panic!("two mailboxes") };
    assert_eq!((&*till.name, till.address.as_str()), ("till@post.example", "till@post.example"));
    assert_eq!(till.after, config::After::Flag);
    assert_eq!(
        (till.anchor.received_above, &*till.anchor.received_hosts[0]),
        (Some(1), "mx.post.example")
    );
    assert_eq!((&*shop.name, shop.address.as_str()), ("shop", "shop@post.example"));
    assert_eq!(shop.after, config::After::Move("Seen by the till".to_owned()));
    assert_eq!(
        (&shop.junk, &*shop.anchor.authserv_id),
        (&config::Junk::Unread, "mx.other.example")
    );
    let both = said(Some(&path), &least());
    assert!(both.contains("not both"), "{both}");
}

#[test]
fn each_problem_of_a_list_is_named_with_its_number() {
    let secret = "imaps://a:correct-horse@";
    let text = format!(
        "[[mailbox]]\nurl = \"{secret}\"\n[[mailbox]]\nurl = \"maildir:x\"\nafter = \"burn\"\nport = 1\n\
         [[mailbox]]\nurl = \"maildir:y\"\n[[mailbox]]\nurl = \"maildir:z\"\n"
    );
    let (_folder, path) = file(&text);
    let mut environment = least();
    environment.remove("MAILBOX_URL");
    let said = said(Some(&path), &environment);
    for part in ["mailbox 1, url", "mailbox 2, after", "mailbox 2, port", "names that differ"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("correct-horse"), "{said}");
}

#[test]
fn mail_is_never_moved_to_where_it_lies() {
    let host =
        [("AUTHSERV_ID", "none"), ("POLLER_AFTER", "move"), ("POLLER_AFTER_FOLDER", "Inbox")];
    let url = ("MAILBOX_URL", "imaps://till:pw@imap.post.example");
    let alone = said(None, &with(&[&host[..], &[url]].concat()));
    assert!(alone.contains("POLLER_AFTER_FOLDER"), "{alone}");
    assert!(alone.contains("another folder than the mailbox itself"), "{alone}");
    let elsewhere = ("MAILBOX_URL", "imaps://till:pw@imap.post.example/Orders");
    load(&[&host[..], &[elsewhere]].concat());

    let text = "[authentication]\nauthserv_id = \"none\"\n[poller]\nafter_folder = \"Done\"\n\
                [[mailbox]]\nurl = \"imaps://a:pw@imap.post.example\"\nafter = \"move\"\n\
                [[mailbox]]\nname = \"b\"\nurl = \"imaps://b:pw@imap.post.example/FOLDER\"\n\
                after_folder = \"Orders\"\n";
    let mut environment = least();
    environment.remove("MAILBOX_URL");
    environment.remove("AUTHSERV_ID");
    let (_folder, path) = file(text);
    let settings = config::load_from(Some(&path), &environment).expect("valid");
    assert_eq!(settings.mailboxes[0].after, config::After::Move("Done".to_owned()));
    let (_folder, path) = file(&text.replace("FOLDER", "Orders"));
    let listed = said(Some(&path), &environment);
    assert!(listed.contains("mailbox 2, after_folder"), "{listed}");
}
