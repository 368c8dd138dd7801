//! `relaychat config`: look at settings without starting anything.

use std::{fs, io::Write};

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::{
    failure::Problems,
    settings::{
        Purpose, Settings,
        layers::{CONFIG, FILE, Given},
        shown,
    },
};

pub(crate) fn command() -> Command {
    let json = Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .help("As JSON, for scripts");
    Command::new("config")
        .about("Look at the settings, or write a file of them")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("check").about("Say whether the server could start with these settings"),
        )
        .subcommand(
            Command::new("show")
                .about("Print each setting in force and where it came from, secrets masked")
                .arg(json),
        )
        .subcommand(
            Command::new("init")
                .about("Write relaychat.toml with every setting in it, commented out"),
        )
        .subcommand(Command::new("docs").about("Print the reference of all settings in Markdown"))
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    match matches.subcommand().expect("clap requires one") {
        ("check", matches) => check(matches),
        ("show", matches) => show(matches),
        ("init", matches) => init(matches),
        _ => {
            print!("{}", shown::reference());
            Ok(())
        }
    }
}

fn check(matches: &ArgMatches) -> anyhow::Result<()> {
    let given = Given::gather(matches);
    let (count, file) = (given.count(), given.file.clone());
    Settings::decide(given, Purpose::Check).map_err(Problems)?;
    let file = file.map_or("no file".to_owned(), |file| format!("{file} read"));
    println!("ok: {file}, {count} settings differ from their defaults");
    Ok(())
}

/// Shows what there is before it says what is wrong with it.
fn show(matches: &ArgMatches) -> anyhow::Result<()> {
    let given = Given::gather(matches);
    if matches.get_flag("json") {
        println!("{:#}", shown::effective_json(&given));
    } else {
        println!("{}", shown::effective(&given));
    }
    Settings::decide(given, Purpose::Check).map_err(Problems)?;
    Ok(())
}

fn init(matches: &ArgMatches) -> anyhow::Result<()> {
    let path = matches
        .get_one::<String>(CONFIG)
        .map_or(FILE, String::as_str);
    let mut file = match fs::File::create_new(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Problems::one(format!(
                "{path} is there already; it is left as it is"
            )));
        }
        Err(error) => return Err(Problems::one(format!("{path} cannot be written: {error}"))),
    };
    file.write_all(shown::starting_file().as_bytes())
        .with_context(|| format!("{path} cannot be written"))?;
    println!("{path} holds every setting, commented out");
    Ok(())
}
