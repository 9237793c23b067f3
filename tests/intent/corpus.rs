//! The gate: no wrong execution at all, and nearly every row exactly.

use pennypost::intent::Reading;

use super::rows::{self, Row};

const SHARED: &str = include_str!("../corpus/shared.jsonl");
const OWN: &str = include_str!("../corpus/own.jsonl");

/// How many rows are exact; a wrong execution fails at once.
fn exact(rows: &[Row]) -> usize {
    let mut exact = 0;
    for row in rows {
        let got = row.read();
        let (is_exact, wrong) = row.judge(&got);
        assert!(wrong.is_empty(), "{}: wrong execution {wrong:?}", row.id);
        exact += usize::from(is_exact);
    }
    exact
}

#[test]
fn the_shared_rows_are_read_without_a_wrong_execution() {
    let rows = rows::rows(SHARED);
    assert_eq!(rows.len(), 60);
    assert!(exact(&rows) >= 57);
}

#[test]
fn every_row_of_our_own_is_read_exactly() {
    let rows = rows::rows(OWN);
    assert!(rows.len() >= 300);
    for row in &rows {
        let got = row.read();
        assert_eq!(row.judge(&got), (true, Vec::new()), "{}: {got}", row.id);
    }
}

#[test]
fn the_judge_knows_a_wrong_execution() {
    let rows = rows::rows(SHARED);
    let first = rows.first().expect("there are rows");
    let mut got = first.read();
    assert_eq!(first.judge(&got), (true, Vec::new()));
    got["fields"]["amount"] = "250.00".into();
    let (exact, wrong) = first.judge(&got);
    assert!(!exact && wrong.len() == 1);
}

#[test]
fn every_reading_survives_being_stored() {
    for row in rows::rows(SHARED).iter().chain(&rows::rows(OWN)) {
        let json = row.read();
        let back: Reading = serde_json::from_value(json.clone()).expect("what we wrote");
        assert_eq!(serde_json::to_value(&back).expect("JSON"), json, "{}", row.id);
    }
}
