//! `relaychat version`.

use clap::{ArgMatches, Command};

pub(crate) fn command() -> Command {
    Command::new("version").about("Print the version")
}

pub(crate) fn run(_: &ArgMatches) -> anyhow::Result<()> {
    println!("relaychat {}", env!("CARGO_PKG_VERSION"));
    Ok(())
}
