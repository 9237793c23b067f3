//! `both! { async fn a_sentence(db: TestDb) { … } }`: the same test on SQLite and on PostgreSQL.

macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes)]
            use super::*;
            use $crate::support::TestDb;

            async fn story($db: TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                story(TestDb::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                story(TestDb::postgres().await).await;
            }
        }
    )+};
}
