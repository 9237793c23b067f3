//! The two schemas are one: the same tables, columns, keys and named indexes, whichever database they
//! were made on; and every migration that lies in the folder is compiled in.

use std::collections::{BTreeMap, BTreeSet};

use pennypost::{
    db::{Conn, Db, MIGRATIONS},
    fetch,
};

use super::source::root;
use crate::support::TestDb;

/// One table as both databases can describe it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// `currency text required`
    columns: BTreeSet<String>,
    /// `name unique partial (a, b)`; of a constraint, which bears no name of ours, `(a, b)` alone.
    indexes: BTreeSet<String>,
    /// `(a, b) references table`
    references: BTreeSet<String>,
}

type Tables = BTreeMap<String, Table>;

/// PostgreSQL numbers requests with a sequence, SQLite with a table of one row.
const SEQUENCE: &str = "reference_numbers";

const POSTGRES_COLUMNS: &str = "
    SELECT CAST(c.relname AS TEXT), a.attname || ' ' ||
        CASE format_type(a.atttypid, NULL) WHEN 'bigint' THEN 'number' WHEN 'integer' THEN 'number'
            WHEN 'boolean' THEN 'number' WHEN 'bytea' THEN 'bytes'
            ELSE format_type(a.atttypid, NULL) END
        || CASE WHEN a.attnotnull THEN ' required' ELSE '' END
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'";

const SQLITE_COLUMNS: &str = "
    SELECT m.name, c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'number' WHEN 'BLOB' THEN 'bytes'
            ELSE lower(c.type) END
        || CASE WHEN c.\"notnull\" OR c.pk > 0 THEN ' required' ELSE '' END
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";

const POSTGRES_INDEXES: &str = "
    SELECT CAST(t.relname AS TEXT), CASE WHEN k.oid IS NULL THEN i.relname || ' ' ELSE '' END
        || CASE WHEN x.indisunique THEN 'unique ' ELSE '' END
        || CASE WHEN x.indpred IS NOT NULL THEN 'partial ' ELSE '' END
        || '(' || (SELECT string_agg(a.attname, ', ' ORDER BY n.place)
                   FROM unnest(x.indkey) WITH ORDINALITY AS n (number, place)
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = n.number) || ')'
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u')
    WHERE t.relnamespace = 'public'::regnamespace";

const SQLITE_INDEXES: &str = "
    SELECT m.name, CASE i.origin WHEN 'c' THEN i.name || ' ' ELSE '' END
        || CASE WHEN i.\"unique\" THEN 'unique ' ELSE '' END
        || CASE WHEN i.partial THEN 'partial ' ELSE '' END
        || '(' || (SELECT group_concat(name, ', ') FROM
                   (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')'
    FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table'";

const POSTGRES_REFERENCES: &str = "
    SELECT CAST(t.relname AS TEXT), '(' || (SELECT string_agg(a.attname, ', ' ORDER BY n.place)
            FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = n.number)
        || ') references ' || o.relname
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class o ON o.oid = k.confrelid
    WHERE k.contype = 'f'";

const SQLITE_REFERENCES: &str = "
    SELECT m.name, (SELECT '(' || group_concat(part, ', ') || ') references ' || other FROM
            (SELECT \"from\" AS part, \"table\" AS other FROM pragma_foreign_key_list(m.name)
             WHERE id = f.id ORDER BY seq))
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.seq = 0";

async fn pairs(db: &Db, statements: [&'static str; 2]) -> Vec<(String, String)> {
    let mut tx = db.snapshot().await.expect("begins");
    let sql = if tx.is_postgres() { statements[0] } else { statements[1] };
    fetch!(fetch_all, tx, (String, String), sql).expect("the catalogue answers")
}

async fn tables(db: &Db) -> Tables {
    let mut tables = Tables::new();
    for (table, column) in pairs(db, [POSTGRES_COLUMNS, SQLITE_COLUMNS]).await {
        tables.entry(table).or_default().columns.insert(column);
    }
    for (table, index) in pairs(db, [POSTGRES_INDEXES, SQLITE_INDEXES]).await {
        tables.entry(table).or_default().indexes.insert(index);
    }
    for (table, reference) in pairs(db, [POSTGRES_REFERENCES, SQLITE_REFERENCES]).await {
        tables.entry(table).or_default().references.insert(reference);
    }
    // The migrator's own.
    tables.retain(|name, _| !name.starts_with("_sqlx") && name != SEQUENCE);
    tables
}

#[tokio::test]
async fn the_schemas_are_the_same() {
    let (sqlite, postgres) = (TestDb::sqlite().await, TestDb::postgres().await);
    let (on_sqlite, on_postgres) = (tables(&sqlite).await, tables(&postgres).await);
    assert!(on_sqlite.len() > 10, "{:?}", on_sqlite.keys());
    let names = |tables: &Tables| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&on_sqlite), names(&on_postgres), "tables: left SQLite, right PostgreSQL");
    for (name, table) in &on_sqlite {
        assert_eq!(Some(table), on_postgres.get(name), "{name}: left SQLite, right PostgreSQL");
    }
}

#[tokio::test]
async fn a_difference_between_the_schemas_is_seen() {
    let db = TestDb::sqlite().await;
    for change in [
        "ALTER TABLE people ADD COLUMN x TEXT",
        "CREATE UNIQUE INDEX people_x ON people (locale)",
        "CREATE TABLE x (y TEXT) STRICT",
    ] {
        let before = tables(&db).await;
        let mut tx = db.begin().await.expect("begins");
        let Conn::Sqlite(t) = &mut tx.conn else { panic!("this is SQLite") };
        sqlx::query(change).execute(&mut **t).await.expect("the schema changes");
        tx.commit().await.expect("commits");
        assert_ne!(before, tables(&db).await, "{change}");
    }
}

#[test]
fn every_migration_of_the_folder_is_compiled_in() {
    let steps: Vec<String> = MIGRATIONS.iter().map(|step| format!("{}.sql", step.1)).collect();
    for driver in ["postgres", "sqlite"] {
        let folder = root().join("migrations").join(driver);
        let files = std::fs::read_dir(folder).expect("a folder").flatten();
        let mut files: Vec<_> =
            files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        files.sort();
        assert_eq!(files, steps, "{driver}");
    }
    for step in MIGRATIONS {
        assert!(
            step.1.starts_with(&format!("{:04}_", step.0)),
            "{} is numbered {}",
            step.1,
            step.0
        );
    }
    assert!(MIGRATIONS.windows(2).all(|two| two[0].0 < two[1].0), "numbers rise");
}
