//! The fault program: breaks everything a cluster stands on, again and again, and counts what that
//! did to people's messages.
//!
//! ```text
//! cargo run -p relaychat-bench --bin relaychat-faults -- --faults 3
//! ```
//!
//! Twenty real clients in five chats talk through a proxy that hands connections to two nodes in
//! turn. The nodes share a PostgreSQL and a Redis of their own. Meanwhile Redis is killed, emptied
//! and stopped, PostgreSQL is restarted without a shutdown, nodes are killed and drained, all at
//! moments that a seed decides. Work goes in rounds: after each, everything is mended, and every
//! device must show every acknowledged message once and in order, and know the same as a device
//! that starts anew. At the end a node dies with people on it, and nobody may stay online who is
//! gone.
//!
//! It fails as vacuous when too little was broken or sent. It says nothing about speed.

#![expect(
    clippy::print_stdout,
    reason = "a command-line program: printing is its interface"
)]

mod faults;
mod http;
mod nodes;
mod people;
mod presence;
mod process;
mod proxy;
mod random;
mod servers;
mod verify;

use std::{path::PathBuf, sync::Arc, time::Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;

use faults::{Counts, Plan};
use nodes::Nodes;
use people::Crowd;
use proxy::Proxy;
use random::Random;
use servers::{Postgres, Redis};

/// Fewer messages than this in a round would prove little.
const MESSAGES_AT_LEAST: usize = 300;

/// What can be chosen.
#[derive(Parser)]
#[command(about = "Breaks a cluster again and again and counts what that did to messages")]
struct Args {
    /// Faults of each kind, in all.
    #[arg(long, default_value_t = 3)]
    faults: usize,
    /// Faults of each kind in one round.
    #[arg(long, default_value_t = 3)]
    faults_a_round: usize,
    /// How long Redis is stopped each time, in seconds.
    #[arg(long, default_value_t = 30)]
    stop_secs: u64,
    /// Decides the moments. The same seed breaks at the same moments of the plan.
    #[arg(long, default_value_t = 0x5eed_0003)]
    seed: u64,
    /// The `relaychat` program.
    #[arg(long, env = "RELAYCHAT")]
    program: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    ensure!(
        args.faults > 0 && args.faults_a_round > 0,
        "a run that breaks nothing proves nothing"
    );
    println!("seed {:#x}", args.seed);
    let folder = tempfile::Builder::new()
        .prefix("relaychat-faults-")
        .tempdir()?;
    let postgres = Arc::new(Postgres::start(&folder.path().join("postgres"))?);
    let redis = Arc::new(Redis::start(&folder.path().join("redis"))?);
    let program = args.program.canonicalize().context("no such program")?;
    let nodes = Nodes::start(&program, folder.path(), &postgres.url(), &redis.url()).await?;
    let nodes = Arc::new(nodes);
    let proxy = Proxy::start(nodes.addresses()).await?;
    let crowd = Crowd::log_in(&proxy.url(), &nodes.urls()).await?;
    let mut random = Random::new(args.seed);
    let mut counts = Counts::default();
    let mut checked = 0;
    let start = Instant::now();
    while counts.least() < args.faults {
        let plan = Plan {
            each: args.faults_a_round.min(args.faults - counts.least()),
            stop_secs: args.stop_secs,
        };
        let round = crowd.begin_round().await?;
        let broken = plan
            .carry_out(&mut random, &nodes, &postgres, &redis, &crowd)
            .await?;
        nodes.wait_until_up().await?;
        let written = round.end(&crowd).await?;
        ensure!(
            written.count() >= MESSAGES_AT_LEAST,
            "vacuous: {} messages in a round",
            written.count()
        );
        let rows = verify::round(&crowd, &written).await?;
        counts.add(&broken);
        checked += written.count();
        println!(
            "{:>5} s  {counts}  {} messages, {rows} on devices",
            start.elapsed().as_secs(),
            written.count(),
        );
    }
    let ghosts_ms = presence::no_ghosts(&crowd, &nodes).await?;
    println!("a killed node's people were offline for the others after {ghosts_ms} ms");
    println!("{counts}  {checked} acknowledged messages: 0 lost, 0 doubled, 0 out of order");
    Ok(())
}
