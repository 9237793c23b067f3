//! What cannot be read is neither lost nor in anybody's way.

use std::process::Command;

use crate::support::{TestApp, app::SERVICE};

both! {
    async fn a_mail_that_cannot_be_read_stays_and_is_read_once_it_can_be(db: TestDb) {
        // One mail a batch: nothing may turn in a circle around the unreadable one.
        let settings = [("POLLER_AFTER", "delete"), ("POLLER_BATCH_MESSAGES", "1")];
        let app = TestApp::with(db, &settings).await;
        let ada = app.person("ada").await;
        let file = app.mailbox().join("new/000000.story");
        // A pipe: nothing comes out of it.
        let made = Command::new("mkfifo").arg(&file).status().expect("mkfifo is there");
        assert!(made.success());
        let answers = ada.writes("help").await;
        assert_eq!(answers.len(), 1, "its neighbour is answered");
        app.settle().await;
        assert!(file.exists(), "it was not stored, so nothing is done to it");

        std::fs::remove_file(&file).expect("it is there");
        let mail = ada.mail(SERVICE, "", "What is my balance?", "");
        std::fs::write(&file, app.stamp().genuine("ada.example", &mail)).expect("written");
        app.settle().await;
        let [letter] = &ada.reads()[..] else { panic!("it is answered") };
        assert!(letter.subject.starts_with("Your balance"), "{}", letter.subject);
        assert!(!file.exists(), "what is stored is deleted as configured");
    }
}
