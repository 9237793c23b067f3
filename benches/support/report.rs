//! RESULTS.md and results.svg, from what is kept of every row.

use super::{
    chart,
    outcome::{Outcome, benches},
};

/// Writes both, from the rows in order.
pub(crate) fn write(rows: &[&str]) {
    let outcomes: Vec<Outcome> = rows.iter().filter_map(|row| Outcome::kept(row)).collect();
    let sections: Vec<String> = outcomes.iter().map(Outcome::markdown).collect();
    let text = format!(
        "# Results\n\nWritten by `cargo bench --bench all`; what each row does, and what is fair about it, \
         stands in [README.md](README.md). Compare the ratios of one run, not the rates of two.\n\n\
         ![Every bar of the design, and what was measured](results.svg)\n\n{}",
        sections.join("\n")
    );
    std::fs::write(benches().join("RESULTS.md"), text).expect("the results are written");
    std::fs::write(benches().join("results.svg"), chart::drawn(&outcomes)).expect("they are drawn");
}
