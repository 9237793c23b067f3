//! Every SQL literal of the source, prepared on both databases; one that stands in the arm or the
//! function of one driver is native and prepared on that one.

use pennypost::db::Db;
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr};

use super::source::{Source, sources};

/// What a statement begins with.
const VERBS: [&str; 5] = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "];

/// Whether a literal is a statement rather than words for people.
pub(super) fn is_sql(text: &str) -> bool {
    VERBS.iter().any(|verb| text.trim_start().starts_with(verb))
}

/// What tells the driver of the code around a statement.
const POSTGRES: [&str; 4] = ["Conn::Postgres", "Db::Postgres", "PgConnection", "PgPool"];
const SQLITE: [&str; 4] = ["Conn::Sqlite", "Db::Sqlite", "SqliteConnection", "SqlitePool"];

#[derive(Debug, PartialEq, Eq)]
enum Driver {
    Both,
    Postgres,
    Sqlite,
}

/// The driver whose arm or function encloses a place; the innermost one decides.
fn driver(source: &Source, at: usize) -> Driver {
    for head in heads(&source.code[..at]) {
        let names = |words: [&str; 4]| words.iter().any(|word| head.contains(word));
        match (names(POSTGRES), names(SQLITE)) {
            (true, false) => return Driver::Postgres,
            (false, true) => return Driver::Sqlite,
            _ => {}
        }
    }
    Driver::Both
}

/// What stands before each construct that is still open at the end of `code`, innermost first: the
/// pattern of an arm, the signature of a function.
fn heads(code: &str) -> Vec<&str> {
    let (mut heads, mut closed, mut end) = (Vec::new(), 0_usize, code.len());
    // Whether what is passed now belongs to a block that had ended before.
    let mut ended = false;
    // Whether the braces passed now are those of a pattern: `Db::Sqlite { writer, .. } =>`.
    let mut pattern = false;
    for (at, c) in code.char_indices().rev() {
        match c {
            ')' | ']' | '}' => {
                if closed == 0 && c == '}' {
                    pattern = code[at + 1..end].trim_start().starts_with("=>");
                }
                if closed == 0 && c == '}' && !pattern {
                    if !ended {
                        heads.push(&code[at + 1..end]);
                    }
                    end = at;
                }
                closed += 1;
            }
            '(' | '[' | '{' if closed > 0 => {
                closed -= 1;
                if closed == 0 && c == '{' {
                    (end, ended) = if pattern { (end, ended) } else { (at, true) };
                    pattern = false;
                }
            }
            '{' | ';' | ',' if closed == 0 => {
                if !ended {
                    heads.push(&code[at + 1..end]);
                }
                ended = false;
                end = at;
            }
            _ => {}
        }
    }
    heads
}

#[test]
fn the_driver_of_a_statement_is_told_by_the_code_around_it() {
    let text = "async fn both(tx: &mut Tx) { fetch!(x, tx, \"1\") }\n\
        async fn arms(tx: &mut Tx) {\n\
            match tx {\n\
                Conn::Postgres(t) => { let sql = \"2\"; query(sql) }\n\
                Db::Sqlite { writer, .. } => { query(\"3\").bind(a, b) }\n\
            }\n\
            execute!(tx, \"4\")\n\
        }\n\
        async fn native(c: &mut PgConnection, ids: &[&str]) -> X { let a = b(c); query(\"5\") }\n\
        async fn after(tx: &mut Tx) { query(\"6\") }\n";
    let source = Source::of("x.rs".to_owned(), text.to_owned());
    let drivers: Vec<_> = source.literals.iter().map(|one| driver(&source, one.at)).collect();
    use Driver::{Both, Postgres, Sqlite};
    assert_eq!(drivers, [Both, Postgres, Sqlite, Both, Postgres, Both]);
}

/// Prepares a statement; what the database has against it.
async fn objection(db: &Db, sql: &str) -> Option<String> {
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let prepared = match db {
        Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await.expect("a connection");
            let mut tx = connection.begin().await.expect("begins");
            (*tx).prepare(text).await.map(drop)
        }
        Db::Sqlite { writer, .. } => {
            let mut connection = writer.acquire().await.expect("a connection");
            (*connection).prepare(text).await.map(drop)
        }
    };
    prepared.err().map(|error| error.to_string())
}

both! {
    async fn every_statement_can_be_prepared(db: TestDb) {
        let foreign = if db.is_postgres() { Driver::Sqlite } else { Driver::Postgres };
        let (mut prepared, mut objections) = (0, Vec::new());
        for source in sources(&["src"]) {
            for literal in source.literals.iter().filter(|literal| is_sql(&literal.value)) {
                if driver(&source, literal.at) == foreign {
                    continue;
                }
                prepared += 1;
                let line = source.line(literal.at);
                let objection = objection(&db, &literal.value).await;
                objections.extend(objection.map(|why| format!("{}:{line}: {why}", source.path)));
            }
        }
        assert!(objections.is_empty(), "{}", objections.join("\n"));
        assert!(prepared > 80, "only {prepared} statements were found");
        let wrong = objection(&db, "SELECT nothing FROM nowhere").await;
        assert!(wrong.is_some(), "preparing finds nothing");
    }
}

/// A statement is handed over as a literal or by the name `sql`, which a literal was given.
#[test]
fn every_statement_is_a_literal() {
    const CALLS: [&str; 5] =
        ["sqlx::query(", "sqlx::query_as(", "sqlx::query_scalar(", "fetch!(", "execute!("];
    for source in sources(&["src"]) {
        for (at, call) in CALLS.iter().flat_map(|call| source.code.match_indices(call)) {
            let begins = at + call.len();
            let end = begins + end_of_call(&source.code[begins..]);
            let inside = &source.code[begins..end];
            let literal = source
                .literals
                .iter()
                .any(|literal| (begins..end).contains(&literal.at) && is_sql(&literal.value));
            let named = inside.split(|c: char| !c.is_alphanumeric()).any(|word| word == "sql");
            let line = source.line(at);
            assert!(literal || named, "{}:{line}: where is the statement?", source.path);
        }
        for free in ["AssertSqlSafe", "QueryBuilder"] {
            assert!(!source.code.contains(free), "{} builds SQL from parts", source.path);
        }
    }
}

fn end_of_call(code: &str) -> usize {
    let mut open = 1_usize;
    let mut end = code.char_indices().filter(|(_, c)| {
        open = match c {
            '(' => open + 1,
            ')' => open - 1,
            _ => open,
        };
        open == 0
    });
    end.next().map_or(code.len(), |(at, _)| at)
}
