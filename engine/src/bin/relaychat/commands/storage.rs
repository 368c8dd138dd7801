//! `relaychat storage copy`: from one database to another, in either direction.

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command};
use relaychat_engine::storage::{
    StorageError, StorageErrorKind,
    copy::{Place, WhileRunning, copy},
};

use crate::failure::Problems;

const ABOUT: &str = "Copy everything from one database into another, which must be empty

Ids, sessions and keys stay as they are; the copy begins a new epoch, so that clients fetch anew \
instead of mixing both histories. Files are not in a database: give the new server the same \
uploads. Every table is counted and hashed on both sides before the copy is there at all.

Stop the server first. With --while-running the copy is what was there at the beginning, and what \
people write meanwhile stays behind: good for a rehearsal.";

pub(crate) fn command() -> Command {
    let place = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .required(true)
            .value_name("DATABASE")
            .help(help)
    };
    Command::new("storage")
        .about("Move an installation to another database")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("copy")
                .about("Copy everything from one database into another, which must be empty")
                .long_about(ABOUT)
                .arg(place("from", "sqlite:PATH or postgres://…?schema=NAME"))
                .arg(place("to", "The same; it is made if need be"))
                .arg(
                    Arg::new("while-running")
                        .long("while-running")
                        .action(ArgAction::SetTrue)
                        .help("Copy although a server has the source open"),
                ),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let (_, matches) = matches.subcommand().expect("clap requires one");
    let place = |name: &str| {
        let text = matches.get_one::<String>(name).expect("clap requires it");
        text.parse::<Place>().map_err(|error| problem(&error))
    };
    let (from, to) = (place("from")?, place("to")?);
    let while_running = if matches.get_flag("while-running") {
        WhileRunning::Allow
    } else {
        WhileRunning::Refuse
    };
    if let Place::Sqlite(path) = &from
        && !path.is_file()
    {
        let path = path.display();
        return Err(Problems::one(format!("there is no database {path}")));
    }
    let runtime = tokio::runtime::Runtime::new().context("the threads cannot be started")?;
    let copied = runtime.block_on(copy(&from, &to, while_running));
    let copied = copied.map_err(|error| problem(&error))?;
    for (table, rows) in &copied.tables {
        println!("{table:<24} {rows:>10} rows, verified");
    }
    println!(
        "{} rows copied, up to change {}; the copy begins a new epoch",
        copied.row_count(),
        copied.change
    );
    Ok(())
}

/// What somebody has to change, or what failed.
fn problem(error: &StorageError) -> anyhow::Error {
    let cause = std::error::Error::source(error);
    let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
    match error.kind {
        StorageErrorKind::Unusable => Problems::one(cause),
        _ => anyhow::anyhow!("the copy failed: {cause}"),
    }
}
