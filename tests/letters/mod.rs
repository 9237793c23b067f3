//! Letters from their row to the relay's 250, and to the mark after it.

mod budget;
mod given_up;
mod held;
mod log;
mod outage;
mod sending;
mod undelivered;

use std::{sync::Arc, time::Duration};

use pennypost::{
    address::Address,
    language::Language,
    letters::{self, Body, Class, Letter, LetterId, LetterRow, Note, Thread},
    mail::{mailto::MailtoError, relay::Lane},
    queue::{Filter, Job},
};
use serde::Serialize;

use crate::support::{TestApp, TestDb, smtp_sink::SmtpSink};

/// A letter of the tests.
#[derive(Debug, Clone, Serialize)]
struct Plain {
    lane: Lane,
}

impl Letter for Plain {
    const KIND: &'static str = "plain";

    fn class(&self) -> Class {
        Class::Receipt
    }

    fn subject(&self, _: Language) -> String {
        "Sent: $50.00 to ben@ferry.example [T-771]".to_owned()
    }

    fn lane(&self) -> Lane {
        self.lane
    }

    fn body(&self, language: Language) -> Result<Body, MailtoError> {
        Ok(Body {
            title: self.subject(language),
            paragraphs: vec!["…\n.\n.Zoë gets €5.".to_owned()],
            why: "You get this because you sent money.".to_owned(),
            ..Body::default()
        })
    }

    fn sample() -> Self {
        Self { lane: Lane::Service }
    }
}

/// A deployment whose letters leave over SMTP.
struct Post {
    app: Arc<TestApp>,
    sink: SmtpSink,
}

impl Post {
    async fn on(db: TestDb) -> Self {
        Self::with(db, &[]).await
    }

    async fn with(db: TestDb, differing: &[(&str, &str)]) -> Self {
        let sink = SmtpSink::start().await;
        let url = sink.url("smtp", "");
        let mut settings = vec![("RELAY_URL", &*url)];
        settings.extend_from_slice(differing);
        Self { app: TestApp::with(db, &settings).await, sink }
    }

    /// Writes a letter to Ada.
    async fn write(&self, lane: Lane) -> LetterId {
        self.write_to("ada@lake.example", lane).await
    }

    async fn write_to(&self, to: &str, lane: Lane) -> LetterId {
        let cx = &self.app.process.cx;
        let mut tx = cx.db.begin().await.expect("begins");
        let to = Address::parse(to).expect("plain");
        let cause = format!("test:{}", self.app.next_mail());
        let (thread, language) = (Thread::default(), Language::En);
        let note = Note { cause, to: &to, reference: Some("T-771"), thread, language };
        let letter = (&Plain { lane }, None);
        let id = letters::write(&cx.settings, &mut tx, note, letter, cx.now()).await;
        tx.commit().await.expect("commits");
        id.expect("written").expect("within the budget")
    }

    /// Does what is due.
    async fn work(&self) {
        let process = &self.app.process;
        let drained = process.queue.drain(Arc::clone(&process.registry), process.cx.clone());
        drained.await.expect("the process runs");
    }

    /// Lets time pass, then does what has become due.
    async fn after(&self, span: Duration) {
        self.app.clock.advance(span);
        self.work().await;
    }

    async fn row(&self, id: &LetterId) -> LetterRow {
        let mut tx = self.app.process.cx.db.read().await.expect("reads");
        letters::find(&mut tx, id).await.expect("asks").expect("is there")
    }

    /// The jobs that are not done.
    async fn jobs(&self) -> Vec<Job> {
        let mut tx = self.app.process.cx.db.read().await.expect("reads");
        let jobs = pennypost::queue::list(&mut tx, &Filter::default(), 1_000).await.expect("lists");
        jobs.into_iter().filter(|job| job.ended.is_none()).collect()
    }
}
