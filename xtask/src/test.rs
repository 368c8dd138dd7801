//! `cargo xtask test`: every suite of the repository, in an order that builds nothing twice.
//!
//! ```text
//! tidy, deps, fmt text and metadata, a second
//! wasm            the client for browsers, its size limit
//! web             the web application: lint, types, unit tests, build
//! rust            all crates, with the binary built from the same compilation
//! postgres        the engine's tests again, on PostgreSQL
//! nodes           the engine's stories once more, on two nodes with PostgreSQL and Redis
//! clippy          lints
//! package         the npm package: types, unit tests, packed and talking to that binary
//! browser         two people in a real Chromium against that binary
//! embed           the shop of examples/embed-axum in that Chromium, on PostgreSQL
//! kotlin          the Kotlin library on the JVM, against that binary
//! room            programs in Rust, Kotlin and Swift and a browser in one group, and what they show
//! stranger        a client written from the documents alone, against that binary
//! schemathesis    generated requests against that binary
//! self-host       the settings, the unit and the proxies of examples/self-host
//! swift           the Swift package in a chroot with Swift, against that binary
//! faults          two nodes of that binary while Redis, PostgreSQL and nodes break
//! ```
//!
//! The engine's binary is the one `cargo test --features web` leaves behind: the same features,
//! so no second build. A suite without a single test fails: a skip must never look like a pass.

pub(crate) mod cargo;
mod count;
mod faults;
mod kotlin;
mod node;
mod outcome;
mod outside;
mod room;
mod self_host;
mod served;
mod swift;

use std::time::Instant;

use anyhow::{Result, bail};

use self::outcome::{Count, Outcome};
use crate::{dependencies, tidy};

/// What was asked for on the command line.
pub(crate) struct Options {
    /// More examples where a suite can use them.
    pub(crate) is_long: bool,
}

type Run = fn(&Options) -> Result<Vec<Count>>;

const SUITES: &[(&str, Run)] = &[
    ("tidy", run_tidy),
    ("deps", run_dependencies),
    ("fmt", cargo::fmt),
    ("wasm", node::wasm),
    ("web", node::app),
    ("rust", cargo::tests),
    ("postgres", cargo::postgres),
    ("nodes", cargo::nodes),
    ("clippy", cargo::clippy),
    ("package", node::package),
    ("browser", node::browser),
    ("embed", node::embed),
    ("kotlin", kotlin::suite),
    ("room", room::suite),
    ("stranger", outside::stranger),
    ("schemathesis", outside::schemathesis),
    ("self-host", self_host::suite),
    ("swift", swift::suite),
    ("faults", faults::run),
];

pub(crate) fn run(args: &[String]) -> Result<()> {
    let options = Options {
        is_long: args.iter().any(|arg| arg == "--long"),
    };
    let chosen: Vec<&String> = args.iter().filter(|arg| *arg != "--long").collect();
    for name in &chosen {
        if !SUITES.iter().any(|(known, _)| known == name) {
            let known: Vec<&str> = SUITES.iter().map(|(known, _)| *known).collect();
            bail!(
                "there is no suite `{name}`; there are: {}",
                known.join(", ")
            );
        }
    }
    let start = Instant::now();
    let outcomes: Vec<Outcome> = SUITES
        .iter()
        .filter(|(name, _)| chosen.is_empty() || chosen.iter().any(|wanted| wanted == name))
        .map(|(name, suite)| run_suite(name, *suite, &options))
        .collect();
    let failed = outcome::print(&outcomes, start.elapsed());
    if failed > 0 {
        // The last line of the output is the count, so nothing may be printed after it.
        std::process::exit(1);
    }
    Ok(())
}

fn run_suite(name: &str, suite: Run, options: &Options) -> Outcome {
    println!("\n== {name} ==");
    let start = Instant::now();
    let counts = suite(options).unwrap_or_else(|error| {
        println!("{name}: {error:#}");
        vec![Count::failure(name)]
    });
    Outcome::new(name, counts, start.elapsed())
}

fn run_tidy(_: &Options) -> Result<Vec<Count>> {
    let (checked, complaints) = tidy::check()?;
    Ok(vec![Count::checks("tidy", checked, &complaints)])
}

fn run_dependencies(_: &Options) -> Result<Vec<Count>> {
    let (checked, complaints) = dependencies::check()?;
    Ok(vec![Count::checks("deps", checked, &complaints)])
}
