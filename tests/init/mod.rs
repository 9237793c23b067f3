//! Making a configuration: what is written can be loaded, whatever the password, by its owner alone.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};

use pennypost::{
    config::{self, MailboxPlace, Mode, RelayPlace},
    init::{Answers, Place, write},
    money::Currency,
};
use proptest::prelude::*;
use secrecy::ExposeSecret;

fn answers(user: &str, password: &str) -> Answers {
    Answers {
        address: "till@post.example".parse().expect("an address"),
        user: user.to_owned(),
        password: password.into(),
        mailbox: Place::imap("imap.post.example").expect("a server"),
        relay: Place::smtp("smtp.post.example:587").expect("a server"),
        authserv_id: Some("mx.post.example".to_owned()),
        public_url: "https://pay.post.example".to_owned(),
        operator: Some("desk@post.example".parse().expect("an address")),
        database_url: r#"sqlite:/some "odd\ folder/pennypost.db"#.to_owned(),
        currency: Currency::parse("EUR").expect("a currency"),
        key_before: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_password_it_comes_back_as_it_was(
        user in r#"[a-z@:/#%"\\+ü€ 漢]{1,20}"#,
        password in r#"[^\p{Cc}]{1,40}"#,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pennypost.toml");
        let answers = answers(&user, &password);
        prop_assert!(answers.check().is_ok());
        write(&path, &answers.file(), false).expect("it is written");
        let settings = config::load_from(Some(&path), &BTreeMap::new()).expect("it is loaded");
        prop_assert_eq!(settings.mode, Mode::Observe);
        prop_assert_eq!(settings.database_url.expose_secret(), &answers.database_url);
        let MailboxPlace::Imap { server, .. } = &settings.mailboxes[0].place else { panic!("IMAP") };
        let RelayPlace::Smtp(relay) = &settings.relay.place else { panic!("SMTP") };
        for login in [&server.login, &relay.login] {
            let login = login.as_ref().expect("a login");
            prop_assert_eq!(&login.user, &user);
            prop_assert_eq!(login.password.expose_secret(), &*password);
        }
    }
}

#[test]
fn a_file_is_never_written_over_unasked_nor_left_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pennypost.toml");
    fs::write(&path, "mine").expect("a file");
    let text = answers("till", "secret").file();
    assert!(write(&path, &text, false).is_err());
    assert_eq!(fs::read_to_string(&path).expect("a file"), "mine");
    // What cannot be loaded takes the place of nothing.
    assert!(write(&path, &"mode = \"fly\"".into(), true).is_err());
    assert_eq!(fs::read_to_string(&path).expect("a file"), "mine");
    write(&path, &text, true).expect("asked for");
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    let names = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(names, 1, "nothing else is left");
    assert!(answers("till", "").check().is_err());
    assert!(answers("till", "two\nlines").check().is_err());
}

fn init(folder: &Path, password: Option<&str>, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
    command.current_dir(folder).env_clear().arg("init").args(line.split_whitespace());
    if let Some(password) = password {
        command.env("PENNYPOST_INIT_PASSWORD", password);
    }
    command.stdin(Stdio::null()).output().expect("the binary runs")
}

fn said(output: &Output) -> String {
    let all = [&*output.stdout, &*output.stderr].concat();
    let text = String::from_utf8(all).expect("UTF-8");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_script_makes_a_configuration_from_options_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pennypost.toml");
    let line = "--address till@gmail.com --public-url https://pay.post.example --no-doctor";
    let output = init(folder.path(), Some("app word"), line);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!said(&output).contains("app word"), "{}", said(&output));
    let settings = config::load_from(Some(&path), &BTreeMap::new()).expect("it is loaded");
    let MailboxPlace::Imap { server, .. } = &settings.mailboxes[0].place else { panic!("IMAP") };
    assert_eq!(server.to_string(), "imap.gmail.com:993");
    assert_eq!(settings.mailboxes[0].anchor.authserv_id, "mx.google.com");
    let again = init(folder.path(), Some("app word"), line);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    assert!(said(&again).contains("--force"), "{}", said(&again));
    let before = settings.keys.signing("link");
    let forced = init(folder.path(), Some("other"), &format!("{line} --force"));
    assert_eq!(forced.status.code(), Some(0), "{}", said(&forced));
    assert!(fs::read_to_string(&path).expect("a file").contains(":other@"));
    let keys = config::load_from(Some(&path), &BTreeMap::new()).expect("it is loaded").keys;
    assert_ne!(keys.signing("link"), before, "a key of its own");
    assert!(keys.accepted("link").contains(&before), "what was signed is still understood");
    assert!(said(&forced).contains("secret_key_previous"), "{}", said(&forced));
    // A file whose key cannot be found is not written over.
    fs::write(&path, "secret_key = \"0123456789012345678901234567890123").expect("a file");
    let broken = init(folder.path(), Some("other"), &format!("{line} --force"));
    assert_eq!(broken.status.code(), Some(2), "{}", said(&broken));
    assert!(fs::read_to_string(&path).expect("a file").starts_with("secret_key"));
    assert!(!said(&broken).contains("0123456789"), "{}", said(&broken));
}

#[test]
fn all_that_is_wrong_with_the_options_is_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong =
        init(folder.path(), None, "--address nobody --imap x:y --currency Q --public-url z");
    assert_eq!(wrong.status.code(), Some(2));
    for flag in ["--address", "--imap", "--smtp", "--currency", "--public-url", "--password-file"] {
        assert!(said(&wrong).contains(flag), "{flag}: {}", said(&wrong));
    }
    let microsoft = init(folder.path(), Some("x"), "--address till@outlook.com");
    assert_eq!(microsoft.status.code(), Some(2));
    assert!(said(&microsoft).contains("OAuth"), "{}", said(&microsoft));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is left behind");
}

#[test]
fn what_was_written_is_tried_and_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = init(
        folder.path(),
        None,
        "--address till@post.example --imap maildir:mailbox --smtp maildir:letters --operator \
         desk@post.example --public-url http://localhost:8080 --authserv-id mx.post.example",
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("can be read by its owner alone"), "{}", said(&output));
    assert!(said(&output).contains("mode = \"live\""), "{}", said(&output));
    let run = |line: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        let command = command.current_dir(folder.path()).env_clear();
        command.args(line.split_whitespace()).output().expect("the binary runs")
    };
    let started = run("all --once");
    assert_eq!(started.status.code(), Some(0), "{}", said(&started));
    let status = run("status");
    assert!(said(&status).contains("OBSERVE"), "{}", said(&status));
    let file = folder.path().join("pennypost.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let readable = run("doctor");
    assert_eq!(readable.status.code(), Some(3), "{}", said(&readable));
    assert!(said(&readable).contains("chmod 600"), "{}", said(&readable));
}
