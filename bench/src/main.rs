//! The load program: what a server does on this machine, in figures that can be repeated.
//!
//! ```text
//! cargo build --profile fast -p relaychat-engine
//! cargo run --profile fast -p relaychat-bench -- sends --senders 64 --secs 10
//! cargo run --profile fast -p relaychat-bench -- idle --sockets 5000
//! ```
//!
//! It starts the `relaychat` program beside it on an empty data folder and talks to it over the
//! wire like anybody else. Generator and server share the machine, so absolute times are noisy:
//! the server's CPU per message is the steadiest figure. It judges nothing; people compare.

#![expect(
    clippy::print_stdout,
    reason = "a command-line program: printing is its interface"
)]

mod http;
mod idle;
mod people;
mod process;
mod report;
mod sends;
mod server;
mod socket;

use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(about = "Measures a RelayChat server on this machine")]
struct Args {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Subcommand)]
enum Scenario {
    /// Durable one-to-one sends a second, with the time from send to ack.
    Sends {
        /// People who send at the same time, each in a chat of their own.
        #[arg(long, default_value_t = 64)]
        senders: usize,
        /// How long is measured, after two seconds to warm up.
        #[arg(long, default_value_t = 10)]
        secs: u64,
        /// How they send; both, one after the other, unless one is named.
        #[arg(long)]
        over: Option<Transport>,
    },
    /// Resident memory of the server per idle authenticated socket.
    Idle {
        /// Sockets to open.
        #[arg(long, default_value_t = 5000)]
        sockets: usize,
    },
}

/// How messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Transport {
    /// `send_message` frames.
    Socket,
    /// `POST /v1/chats/{chat_id}/messages` on kept-alive connections.
    Http,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    report::print_machine();
    match args.scenario {
        Scenario::Sends {
            senders,
            secs,
            over,
        } => {
            let transports = over.map_or(vec![Transport::Socket, Transport::Http], |one| vec![one]);
            for transport in transports {
                sends::run(senders, secs, transport).await?;
            }
        }
        Scenario::Idle { sockets } => idle::run(sockets).await?,
    }
    Ok(())
}
