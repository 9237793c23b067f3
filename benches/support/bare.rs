//! The barest SQL that moves money: one immutable row, two balance updates, one call. No keys, no
//! refusals, no limits, no currencies, no history to speak of: what the ledger is measured against.

use pennypost::{db::Db, execute};
use sqlx::{Executor, PgPool};

/// Makes its tables, with `accounts` accounts.
pub(crate) async fn prepare(pool: &PgPool, accounts: i64) {
    pool.execute(SCHEMA).await.expect("the schema is made");
    let fill = "INSERT INTO bare_account SELECT n, 1000000000000 FROM generate_series(1, $1) AS n";
    sqlx::query(fill).bind(accounts).execute(pool).await.expect("the accounts are made");
}

/// Moves `amount` from one account to another, in a transaction of its own.
pub(crate) async fn move_money(
    pool: &PgPool,
    (debit, credit): (i64, i64),
    amount: i64,
) -> Result<(), sqlx::Error> {
    let call = sqlx::query("SELECT bare_move($1, $2, $3)").bind(debit).bind(credit).bind(amount);
    call.execute(pool).await.map(|_| ())
}

/// The same in a transaction of the program's.
pub(crate) async fn move_in_transaction(
    db: &Db,
    (debit, credit): (i64, i64),
    amount: i64,
) -> Result<(), sqlx::Error> {
    let mut tx = db.begin().await?;
    execute!(tx, "SELECT bare_move($1, $2, $3)", debit, credit, amount)?;
    tx.commit().await
}

/// Rows are locked in the order of their ids, or two movements in opposite directions would wait for
/// each other for ever.
const SCHEMA: &str = "
CREATE TABLE bare_account (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL CHECK (balance >= 0))
    WITH (fillfactor = 50);
CREATE TABLE bare_transfer (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    debit BIGINT NOT NULL, credit BIGINT NOT NULL, amount BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE FUNCTION bare_move(d BIGINT, c BIGINT, a BIGINT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF d < c THEN
        UPDATE bare_account SET balance = balance - a WHERE id = d;
        UPDATE bare_account SET balance = balance + a WHERE id = c;
    ELSE
        UPDATE bare_account SET balance = balance + a WHERE id = c;
        UPDATE bare_account SET balance = balance - a WHERE id = d;
    END IF;
    INSERT INTO bare_transfer (debit, credit, amount) VALUES (d, c, a);
END $$;";
