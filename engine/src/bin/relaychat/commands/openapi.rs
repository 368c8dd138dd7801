//! `relaychat openapi`: the document of the REST API.

use clap::{ArgMatches, Command};
use relaychat_engine::Engine;

pub(crate) fn command() -> Command {
    Command::new("openapi").about("Print the OpenAPI document of the REST API")
}

pub(crate) fn run(_: &ArgMatches) -> anyhow::Result<()> {
    println!("{}", Engine::openapi());
    Ok(())
}
