//! The load program: what a server does on this machine, beside floors and peers of the same run.
//!
//! ```text
//! cargo xtask bench --quick                  build, run everything briefly, print the tables
//! cargo xtask bench                          the tables, within a quarter of an hour
//! cargo xtask bench -- --long                more rounds, rates and sizes
//! cargo xtask bench -- --scenario fan --peer floor --peer relay-sqlite --rounds 3
//! ```
//!
//! Generator and servers share the machine, so absolute times are noisy. What counts are ratios of
//! processor time within one round: peers take turns, each ratio is taken in its own round, and the
//! median of the ratios is shown. Every run writes one line of JSON; tables, goals and laws are made
//! from these lines. A message that is lost, doubled or out of order fails the run.
//!
//! It knows nothing of the engine's code: it speaks the protocol over the wire like anybody else.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program: printing is its interface"
)]

mod http;
mod load;
mod marker;
mod peers;
mod process;
mod report;
mod scenarios;
mod store;
mod wire;

use std::{collections::HashMap, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use peers::{FloorKind, Name, Peer};
use report::{Record, Results};
use scenarios::{Extent, Scenario, Size, Work};

#[derive(Parser)]
#[command(about = "Measures RelayChat beside floors and peers on this machine")]
struct Args {
    #[command(subcommand)]
    serve: Option<Serve>,
    /// Fewer sockets and one short round of each.
    #[arg(long, conflicts_with = "long")]
    quick: bool,
    /// More rounds, rates and sizes than fit a quarter of an hour.
    #[arg(long)]
    long: bool,
    /// Only these peers; may be given several times.
    #[arg(long = "peer")]
    peers: Vec<Name>,
    /// Only scenarios whose name begins so; may be given several times.
    #[arg(long = "scenario")]
    scenarios: Vec<String>,
    /// Rounds of each scenario [default: 3, quick 1, long 5].
    #[arg(long)]
    rounds: Option<usize>,
    /// Folder of the results.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/results"))]
    results: PathBuf,
}

#[derive(Subcommand)]
enum Serve {
    /// Be a floor (started by the run itself).
    #[command(hide = true)]
    ServeFloor { kind: FloorKind },
    /// Be a client that comes back (started by the run itself).
    #[command(hide = true)]
    ServeClient {
        /// The server.
        url: String,
        /// The file of its store.
        store: PathBuf,
        /// How many unread messages it has in the end.
        #[arg(long)]
        unread: Option<u64>,
    },
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    match args.serve {
        Some(Serve::ServeFloor { kind }) => {
            let announce = |address: String| println!("listening on {address}");
            return kind.serve(announce).map(|()| ExitCode::SUCCESS);
        }
        Some(Serve::ServeClient { url, store, unread }) => {
            let report = scenarios::serve_client(&url, &store, unread)?;
            println!("{}", serde_json::to_string(&report)?);
            return Ok(ExitCode::SUCCESS);
        }
        None => {}
    }
    let extent = Extent {
        size: match (args.quick, args.long) {
            (true, _) => Size::Quick,
            (_, true) => Size::Long,
            _ => Size::Usual,
        },
        rounds: args.rounds,
    };
    let label = match extent.size {
        Size::Quick => "-quick",
        Size::Usual => "",
        Size::Long => "-long",
    };
    let mut run = Run {
        results: Results::create(args.results.clone(), label)?,
        peers: HashMap::new(),
        number: 0,
    };
    for mut scenario in scenarios::plan(extent) {
        let is_wanted = |wanted: &String| scenario.name.starts_with(wanted);
        if !args.scenarios.is_empty() && !args.scenarios.iter().any(is_wanted) {
            continue;
        }
        if !args.peers.is_empty() {
            scenario.peers.retain(|peer| args.peers.contains(peer));
        }
        run.scenario(&scenario)?;
    }
    let tables = report::markdown(&run.results);
    println!("{tables}");
    let path = run.results.finish(&tables)?;
    println!("Written to {}", path.display());
    let is_failed = |record: &Record| record.failure.is_some() || record.faults > 0;
    Ok(if run.results.records.iter().any(is_failed) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A whole run. Peers are started when they are first needed and stay until the end.
struct Run {
    results: Results,
    peers: HashMap<Name, std::result::Result<Box<dyn Peer>, String>>,
    number: u64,
}

impl Run {
    fn scenario(&mut self, scenario: &Scenario) -> Result<()> {
        for round in 0..scenario.rounds {
            for place in 0..scenario.peers.len() {
                // In turn, so that a slow phase of the machine meets everybody.
                let name = scenario.peers[(place + round) % scenario.peers.len()];
                self.number += 1;
                for record in self.once(scenario, name, round) {
                    eprintln!("{}", line(&record));
                    self.results.add(record)?;
                }
            }
        }
        Ok(())
    }

    fn once(&mut self, scenario: &Scenario, name: Name, round: usize) -> Vec<Record> {
        // Memory is that of a server that has done nothing else.
        if matches!(scenario.work, Work::Idle { .. }) {
            self.peers.remove(&name);
        }
        let peer = self
            .peers
            .entry(name)
            .or_insert_with(|| name.start().map_err(|error| format!("{error:#}")));
        let failed = |reason: String| {
            let mut record = Record::new(&scenario.name, name, round);
            record.failure = Some(reason);
            vec![record]
        };
        match peer {
            Ok(peer) => scenarios::run(scenario, (name, &mut **peer), (round, self.number))
                .unwrap_or_else(|error| failed(format!("{error:#}"))),
            Err(reason) => failed(reason.clone()),
        }
    }
}

/// A record for people who watch.
fn line(record: &Record) -> String {
    let figures: Vec<String> = match &record.failure {
        Some(reason) => vec![format!("FAILED: {reason}")],
        None => record
            .figures
            .iter()
            .filter(|(name, _)| !name.starts_with("last_p9") && !name.contains("p999"))
            .map(|(name, value)| format!("{name} {value:.2}"))
            .collect(),
    };
    let Record {
        scenario,
        peer,
        round,
        ..
    } = record;
    format!("{scenario:20} {peer:15} {round} {}", figures.join("  "))
}
