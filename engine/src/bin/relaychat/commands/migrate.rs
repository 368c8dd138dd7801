//! `relaychat migrate`: the steps of the database's tables. `serve` takes them by itself; this is
//! for those who want to do it at a time of their own, or look first.

use clap::{Arg, ArgAction, ArgMatches, Command};
use relaychat_engine::storage::MigrationStep;
use serde_json::json;

use super::wait_for;
use crate::{
    failure::{Problems, Said},
    settings::{Purpose, Settings},
    stores,
};

/// The exit code of a database that has steps to take.
const STEPS_WAIT: u8 = 1;

pub(crate) fn command() -> Command {
    let json = Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help("As JSON, for scripts");
    Command::new("migrate")
        .about("Bring the tables of the database up to date, or look what that would do")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("status")
                .about("List the steps; ends with 1 if some have not been taken")
                .arg(json),
        )
        .subcommand(Command::new("up").about("Take the steps that have not been taken"))
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let (name, matches) = matches.subcommand().expect("clap requires one");
    let settings = Settings::load(matches, Purpose::Use)?;
    if name == "up" {
        return wait_for(up(&settings));
    }
    let steps = wait_for(stores::steps(&settings.places))?;
    if matches.get_flag("json") {
        let rows = steps.iter().map(
            |step| json!({ "number": step.number, "name": step.name, "is_taken": step.is_taken }),
        );
        println!("{:#}", json!(rows.collect::<Vec<_>>()));
    } else {
        print_steps(&steps);
    }
    verdict(&steps)
}

async fn up(settings: &Settings) -> anyhow::Result<()> {
    let before = stores::steps(&settings.places).await?;
    stores::storage(&settings.places).await?.close().await;
    let taken = before.iter().filter(|step| !step.is_taken).count();
    println!("{taken} steps taken; the tables are up to date");
    Ok(())
}

fn print_steps(steps: &[MigrationStep]) {
    for step in steps {
        let state = if step.is_taken { "taken" } else { "waits" };
        let name = if step.name.is_empty() {
            "(of a newer version)"
        } else {
            step.name
        };
        println!("{:04}  {state}  {name}", step.number);
    }
}

fn verdict(steps: &[MigrationStep]) -> anyhow::Result<()> {
    if steps.iter().any(|step| step.name.is_empty()) {
        return Err(Problems::one(
            "the database was written by a newer version; use that one",
        ));
    }
    if steps.iter().any(|step| !step.is_taken) {
        return Err(Said(STEPS_WAIT).into());
    }
    Ok(())
}
