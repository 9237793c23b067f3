//! Events: told in the transaction, heard as jobs, mapped in one place.

use pennypost::queue::events::{Event, Events};

use super::support::{How, Note, World};

struct Credited(i64);
impl Event for Credited {}

struct Opened;
impl Event for Opened {}

fn events() -> Events {
    let mut events = Events::new();
    events.on::<Credited, Note>(|credited| {
        let note = Note { n: credited.0, how: How::Well };
        (credited.0 > 0).then(|| (note, Some(format!("test:{}", credited.0))))
    });
    events.on::<Credited, Note>(|credited| Some((Note { n: -credited.0, how: How::Well }, None)));
    events
}

both! {
    async fn an_event_becomes_the_jobs_of_those_who_listen(db: TestDb) {
        let world = World::new(db).await;
        let (events, now) = (events(), world.clock.now());
        let mut tx = world.db.begin().await.unwrap();
        // As handlers do it: on a thread of the runtime's choice.
        let telling = tokio::spawn(async move {
            events.emit(&mut tx, &Credited(5), now).await.unwrap();
            events.emit(&mut tx, &Credited(-7), now).await.unwrap();
            events.emit(&mut tx, &Opened, now).await.unwrap();
            tx.commit().await.unwrap();
        });
        telling.await.unwrap();
        world.drain().await;
        assert_eq!(world.notes().await, [-5, 5, 7]);
    }

    async fn an_event_of_a_transaction_that_rolls_back_was_never_told(db: TestDb) {
        let world = World::new(db).await;
        let mut tx = world.db.begin().await.unwrap();
        events().emit(&mut tx, &Credited(5), world.clock.now()).await.unwrap();
        tx.rollback().await.unwrap();
        world.drain().await;
        assert!(world.notes().await.is_empty());
    }
}
