//! A database with a past: people with accounts and money, their old mails, letters, confirmations and
//! transfers, as many as asked for, written by SQL in the shape the program itself writes.
//!
//! The ledger's audit finds nothing in it: everybody was credited once, paid their neighbour a dollar
//! and got one from the other neighbour.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::mails::SERVICE;

/// Domains that people write from.
const DOMAINS: u64 = 97;

/// The address of a person.
pub(crate) fn address(person: u64) -> String {
    format!("p{person}@home{}.example", person % DOMAINS)
}

/// Fills a migrated database with `people` people, numbered from 0, and a mail of each. Its mailbox may
/// be connected already.
pub(crate) async fn fill(url: &str, people: u64) {
    let mut db = PgConnection::connect(url).await.expect("the private PostgreSQL answers");
    // Neither triggers nor foreign keys look at each row: all of them are ours and fit.
    db.execute("SET session_replication_role = replica").await.expect("a superuser may");
    for step in STEPS {
        let sql = step
            .replace("@PEOPLE@", &people.to_string())
            .replace("@DOMAINS@", &DOMAINS.to_string())
            .replace("@SERVICE@", SERVICE);
        let filled = db.execute(AssertSqlSafe(sql)).await;
        assert!(filled.is_ok(), "{filled:?}: {step}");
    }
    db.execute("VACUUM ANALYZE").await.expect("analyses");
    db.execute("CHECKPOINT").await.expect("a superuser may");
    db.close().await.ok();
}

/// `n` counts people from 0. Ids begin with 01h: before any id that is made today. Times lie ten to
/// twenty days back, so limits of a month have something to add up.
const STEPS: [&str; 13] = [
    "CREATE FUNCTION bench_id(n BIGINT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS
     $$ SELECT '01h' || lpad(n::text, 23, '0') $$",
    "CREATE TABLE bench_people AS SELECT n, bench_id(n) AS id,
         'p' || n || '@home' || n % @DOMAINS@ || '.example' AS address,
         (extract(epoch FROM now())::bigint - 20 * 86400) * 1000000
             + n * (864000000000 / @PEOPLE@) AS at,
         'T-' || (101 + n) AS reference,
         (n + 1) % @PEOPLE@ AS payee
     FROM generate_series(0::bigint, @PEOPLE@ - 1) AS n",
    "INSERT INTO people (id, code, locale, created_at)
     SELECT id, lpad(upper(to_hex(n)), 5, '0'), 'en-US', at FROM bench_people",
    "INSERT INTO addresses (address, person, created_at) SELECT address, id, at FROM bench_people",
    "INSERT INTO ledger_accounts (id, owner, kind, currency, posted_minor, floor_minor, version, opened_at)
     SELECT id, id, 'person', 'USD', 1000000, 0, 3, at FROM bench_people
     UNION ALL SELECT 'clearing.USD.00', NULL, 'clearing', 'USD', -1000000 * @PEOPLE@::bigint,
         -9000000000000000, @PEOPLE@, 0",
    "INSERT INTO ledger_operations (key, request_hash, kind, reference, at)
     SELECT 'house/gift-' || n, sha256(id::bytea), 'post', 'gift-' || n, at FROM bench_people
     UNION ALL
     SELECT 'transfer/' || id || '/1', sha256(address::bytea), 'post', reference, at FROM bench_people",
    "INSERT INTO ledger_transfers (id, operation, leg, kind, debit, credit, currency, amount_minor,
         debit_after_minor, credit_after_minor, debit_version, credit_version, at)
     SELECT bench_id(n * 2), 'house/gift-' || n, 0, 'credit', 'clearing.USD.00', id, 'USD', 1000000,
         -1000000 * (n + 1), 1000000, n + 1, 1, at FROM bench_people
     UNION ALL
     SELECT bench_id(n * 2 + 1), 'transfer/' || id || '/1', 0, 'transfer', id, bench_id(payee), 'USD', 100,
         999900, 1000000, 2, 3, at FROM bench_people",
    "INSERT INTO mailboxes (name, connected_at) VALUES ('@SERVICE@', 0) ON CONFLICT DO NOTHING;
     INSERT INTO inbox (id, mailbox, uidvalidity, transport_key, received_at, size_bytes, header_only,
         state, message_id, from_address, person, class, assurance, evidence, intent, reading, words,
         decision, effect_key, classified_at)
     SELECT id, '@SERVICE@', 0, 'old.' || n, at, 3000, FALSE, 'done', '<old.' || n || '@home.example>', address,
         id, 'person', 'A3', '[\"The mail host vouches for it.\"]', 'transfer', '{\"intent\":\"transfer\"}',
         'pay somebody $1', 'act', encode(sha256(id::bytea), 'hex'), at FROM bench_people;
     INSERT INTO inbox_raw (mail, bytes)
     SELECT id, convert_to(repeat(md5(id) || ' ', 30), 'UTF8') FROM bench_people",
    "INSERT INTO believed_marks (mark, mail)
     SELECT 'message-id ' || '<old.' || n || '@home.example>', id FROM bench_people",
    "INSERT INTO jobs (id, queue, kind, args, state, due, attempts, ring, created, ended)
     SELECT bench_id(n * 3 + k), q.queue, q.kind, '{\"of\":\"' || id || '\"}', 'done', at, 1, at, at,
         extract(epoch FROM now())::bigint * 1000000 - 86400000000
     FROM bench_people, (VALUES (0, 'classifier', 'mail.classify'),
         (1, 'transfers', 'transfers.request'), (2, 'letters', 'letters.send')) AS q (k, queue, kind)",
    "INSERT INTO letters (id, cause, kind, class, to_address, subject, context, message_id, reference_ids,
         reference, state, created_at, sent_at)
     SELECT id, reference || '/sent', 'transfer_sent', 'receipt', address, 'Sent: $1.00', '{}',
         '<' || id || '@post.example>', '[]', reference, 'sent', at, at FROM bench_people",
    "INSERT INTO confirmations (id, reference, revision, person, address, act, args, question, recipient,
         amount_minor, currency, reply_allowed, link_hash, reply_hash, state, created_at, expires_at,
         selected_at, selected_how, outcome)
     SELECT id, reference, 1, id, address, 'transfers.execute', '\"' || id || '\"', 'Send $1.00?',
         'p' || payee || '@home' || payee % @DOMAINS@ || '.example', 100, 'USD', TRUE,
         encode(sha256(('l' || id)::bytea), 'hex'), encode(sha256(('r' || id)::bytea), 'hex'), 'used', at,
         at + 259200000000, at, 'reply', '{}' FROM bench_people",
    "INSERT INTO transfer_requests (id, reference, state, revision, sender_address, person, recipient,
         amount_minor, currency, mail, step, created_at, updated_at, expires_at, selected_at, selected_how,
         operation)
     SELECT id, reference, 'done', 1, address, id,
         'p' || payee || '@home' || payee % @DOMAINS@ || '.example', 100, 'USD', id, 0, at, at,
         at + 259200000000, at, 'reply', 'transfer/' || id || '/1' FROM bench_people;
     INSERT INTO transfer_revisions (request, revision, mail, recipient, amount_minor, currency, problems,
         created_at)
     SELECT id, 1, id, 'p' || payee || '@home' || payee % @DOMAINS@ || '.example', 100, 'USD', '[]', at
     FROM bench_people;
     SELECT setval('reference_numbers', 101 + @PEOPLE@)",
];
