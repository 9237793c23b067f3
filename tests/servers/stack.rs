//! The whole product as users deploy it: PostgreSQL, Redis, Dovecot, Postfix, and a process for each
//! part.

use std::{sync::Arc, time::Duration};

use super::person::Person;
use crate::{
    faults::process::{Deployment, Running},
    support::{
        TestDb,
        dovecot::{self, Dovecot},
        postfix::{self, Postfix},
        redis,
    },
};

/// The processes of a small deployment.
pub(super) const PARTS: [&[&str]; 4] = [&["poller"], &["worker", "all"], &["web"], &["clock"]];

/// A deployment on the servers that all tests of this process share.
pub(super) struct Stack {
    pub(super) deployment: Deployment,
    /// The address people write to.
    pub(super) service: String,
    pub(super) dovecot: &'static Dovecot,
    pub(super) postfix: &'static Postfix,
    _processes: Vec<Running>,
    _db: TestDb,
}

impl Stack {
    /// Starts one whose mailbox is `service` and which nobody else's test uses.
    pub(super) async fn start(service: &str) -> Arc<Self> {
        let (dovecot, postfix) = (dovecot::shared(), postfix::shared());
        let redis_url = redis::shared().await.url();
        Self::with(
            service,
            &[
                ("MAILBOX_URL", dovecot.url(service)),
                ("RELAY_URL", postfix.url()),
                ("REDIS_URL", redis_url),
            ],
        )
        .await
    }

    /// With places of its own.
    pub(super) async fn with(service: &str, places: &[(&str, String)]) -> Arc<Self> {
        let db = TestDb::postgres().await;
        let mut deployment = Deployment::new(&db.url)
            .with("SERVICE_ADDRESS", service)
            .with("REDIS_PREFIX", &redis::fresh_prefix());
        for (name, value) in places {
            deployment = deployment.with(name, value);
        }
        let processes = PARTS.iter().map(|part| deployment.start(part)).collect();
        let stack = Self {
            deployment,
            service: service.to_owned(),
            dovecot: dovecot::shared(),
            postfix: postfix::shared(),
            _processes: processes,
            _db: db,
        };
        stack.awaits_mail().await;
        Arc::new(stack)
    }

    /// A first connection takes nothing that was there before it, so it must have been made.
    async fn awaits_mail(&self) {
        let log = || self.deployment.log_end();
        for _ in 0..3_000 {
            if self.deployment.is_listening() && self.deployment.log().contains("connected") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not get ready: {}", log());
    }

    /// Somebody with an account that holds this much, who has read all letters so far.
    pub(super) async fn person(self: &Arc<Self>, name: &str, dollars: &str) -> Person {
        let person = Person::new(Arc::clone(self), name).await;
        person.writes("sign up").await;
        person.receives("Welcome to ").await;
        if dollars != "0" {
            let (to, reference) = (person.address.clone(), format!("bank-{name}"));
            let errand = ["accounts", "credit", &to, dollars, "--reference", &reference, "--json"];
            self.deployment.json(&errand);
            person.receives("Added to your account").await;
        }
        person
    }

    /// The books are in order.
    pub(super) fn is_sound(&self) {
        let audit = self.deployment.run(&["audit"]);
        assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
    }
}
