//! Transfers a second beside the barest SQL that moves money, and beside `pgbench -N`.

use crate::{
    Pace,
    support::{
        contest::{Contender, Contest},
        outcome::{Bar, Chart, Outcome, Table, hundredths, listed, mean, per_second},
        pgbench,
        stand::Stand,
    },
};

/// Numbers of connections that are measured.
const CONNECTIONS: [u32; 2] = [8, 32];

/// Rates of one contender at so many connections, one for each round.
struct Rates {
    name: &'static str,
    connections: u32,
    rates: Vec<u64>,
}

pub(crate) async fn measure(stand: &Stand, pace: Pace) -> Outcome {
    let prepared = pgbench::prepare(&stand.postgres).await;
    let mut all = Vec::new();
    for connections in CONNECTIONS {
        let name = format!("ledger_{connections}");
        let contest = Contest::new(&stand.postgres.create_database(&name).await, connections).await;
        for contender in Contender::ALL {
            // Plans, pages and connections are warm before anything counts.
            contest.run(contender, pace.round() / 4).await;
        }
        let mut rates: Vec<Rates> = Contender::ALL
            .iter()
            .map(|contender| Rates { name: contender.name(), connections, rates: Vec::new() })
            .collect();
        // In turns, so that a slow minute of the machine is everybody's.
        for _ in 0..pace.rounds() {
            for (contender, rates) in Contender::ALL.into_iter().zip(&mut rates) {
                let done = contest.run(contender, pace.round()).await;
                rates.rates.push(per_second(done, pace.round()));
            }
        }
        contest.assert_clean().await;
        all.extend(rates);
    }
    let mut yard = Rates { name: pgbench::NAME, connections: pgbench::CLIENTS, rates: Vec::new() };
    for _ in 0..pace.rounds() {
        yard.rates.push(prepared.run(pace.round()));
    }
    all.push(yard);
    told(&all)
}

fn told(all: &[Rates]) -> Outcome {
    let rate = |contender: Contender, connections: u32| {
        let same = |r: &&Rates| r.name == contender.name() && r.connections == connections;
        all.iter().find(same).map_or(0, |r| mean(&r.rates))
    };
    let mut outcome = Outcome::new("ledger", "Ledger: transfers a second, all checks on");
    let mut table = Table::new(&[
        "what",
        "connections",
        "per second",
        "rounds",
        "of barest SQL",
        "of it in a transaction",
        "of random pairs",
    ]);
    for row in all {
        let of = |base: Contender| {
            let ratio = (mean(&row.rates) * 100).checked_div(rate(base, row.connections));
            let own = row.name != pgbench::NAME;
            ratio.filter(|_| own).map(hundredths).unwrap_or_default()
        };
        table.rows.push(vec![
            row.name.to_owned(),
            row.connections.to_string(),
            mean(&row.rates).to_string(),
            listed(&row.rates),
            of(Contender::Bare),
            of(Contender::BareInTx),
            of(Contender::Random),
        ]);
    }
    outcome.tables.push(table);
    for connections in CONNECTIONS {
        let rate = |contender| rate(contender, connections);
        outcome.bars.push(Bar::at_least(
            &format!("random pairs to the barest SQL, {connections} conn."),
            (rate(Contender::Random), rate(Contender::Bare)),
            60,
        ));
        outcome.bars.push(Bar::at_least(
            &format!("one house account to random pairs, {connections} conn."),
            (rate(Contender::Hot), rate(Contender::Random)),
            60,
        ));
        let order = [
            Contender::Random,
            Contender::Unlimited,
            Contender::Hot,
            Contender::Bare,
            Contender::BareInTx,
        ];
        outcome.charts.push(Chart {
            title: format!("Ledger, {connections} connections"),
            unit: "transfers/s".to_owned(),
            lines: order.map(|one| (one.name().to_owned(), rate(one))).to_vec(),
        });
    }
    outcome
}
