//! What the log says: ids, never people, their words or a secret.

use std::time::Duration;

use serde_json::Value;

use crate::{
    faults::{mails::Draft, post::files, process::Deployment},
    support::letter::Letter,
};

/// What must not be in it: people, what they wrote and were told, keys, links.
const UNSAID: [&str; 10] = [
    "ada@ada",
    "ben@ferry",
    "ada.example",
    "till+",
    "lunch",
    "Subject",
    "Please confirm",
    "a key of the tests",
    "/c/",
    "hunter2",
];

both! {
    async fn a_log_of_a_journey_names_ids_and_nobody(db: TestDb) {
        let deployment = Deployment::on(&db)
            .with("LOG_FORMAT", "json")
            .with("LOG_LEVEL", "debug")
            .with("SECRET_KEY_PREVIOUS", "hunter2 hunter2 hunter2 hunter2 hunter2");
        let once = async || {
            let mut once = deployment.start(&["all", "--once"]);
            let ended = once.within(Duration::from_secs(60)).await;
            assert!(ended.is_some_and(|s| s.success()), "{ended:?}: {}", deployment.log_end());
        };
        once().await;
        for person in ["ada@ada.example", "ben@ferry.example"] {
            let opened = deployment.run(&["accounts", "open", person]);
            assert!(opened.status.success(), "{opened:?}");
        }
        let credited = deployment.run(&[
            "accounts", "credit", "ada@ada.example", "50.00", "--reference", "lunch",
        ]);
        assert!(credited.status.success(), "{credited:?}");
        let wishes = Draft::new("pay ben@ferry.example $20 for lunch");
        deployment.deliver("1.story", &wishes.genuine("ada@ada.example", "m1@ada.example"));
        // One that nobody vouches for, one that is no mail.
        let mail = Draft::new("pay eve@ada.example $20").genuine("ada@elsewhere.example", "m2@x");
        deployment.deliver("2.story", &mail);
        deployment.deliver("3.story", b"\xff\xfe lunch \0\r\n\r\nben@ferry.example");
        once().await;
        let folders = files(&deployment.people());
        let letters = folders.iter().flat_map(|folder| files(&folder.join("new")));
        let asked = letters
            .map(|file| Letter::parse(&std::fs::read(file).unwrap()))
            .find(|letter| letter.subject.starts_with("Please confirm"))
            .expect("a letter asks");
        let yes = Draft::reply(&asked, "YES").genuine("ada@ada.example", "m4@ada.example");
        deployment.deliver("4.story", &yes);
        once().await;
        let balance = deployment.json(&["accounts", "show", "ada@ada.example", "--json"]);
        assert!(balance["accounts"][0]["posted_minor"] == 3000, "the money has moved: {balance}");

        let log = deployment.log();
        for words in UNSAID {
            let found = log.lines().find(|line| line.contains(words));
            assert!(found.is_none(), "{words} is in the log: {found:?}");
        }
        let lines: Vec<Value> =
            log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let says = |message: &str| {
            lines.iter().filter(|line| line["fields"]["message"] == message).collect::<Vec<_>>()
        };
        assert_eq!(says("starting").len(), 3);
        for start in says("starting") {
            assert_eq!(start["fields"]["process"], "all", "{start}");
            assert_eq!(start["fields"]["version"], env!("CARGO_PKG_VERSION"));
        }
        let classified = says("classified");
        assert_eq!(classified.len(), 4, "every mail, by its id");
        for line in classified {
            assert!(line["fields"]["mail"].is_string(), "{line}");
            assert_eq!(line["span"]["kind"], "mail.classify", "{line}");
        }
    }
}
