//! The job protocol on both databases: exactly once, in order, bounded, and nothing lost.

both! {
    async fn smoke(db: TestDb) {
        let clock = Clock::System;
        let queue = Queue::new(db.db.clone(), clock.clone(), Settings::default(), Bells::in_process(10));
        let mut registry = Registry::new();
        registry.transact::<Note>(note);
        let mut tx = db.begin().await.unwrap();
        enqueue(&mut tx, &Note { n: 1 }, None, clock.now(), clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        queue.drain(std::sync::Arc::new(registry), clock).await.unwrap();
    }
}

async fn note(_clock: &Clock, note: Note, tx: &mut Tx) -> Result<(), Fault> {
    execute!(tx, "UPDATE jobs SET last_error = 'x' WHERE attempts = $1", note.n)?;
    Ok(())
}

use pennypost::{clock::Clock, db::Tx, execute, queue::*};
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Note {
    n: i64,
}
impl Work for Note {
    const KIND: &'static str = "note";
    const QUEUE: &'static str = "notes";
}
