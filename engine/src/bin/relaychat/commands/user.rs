//! `relaychat user`: who is here, what is kept of a person, and putting an end to either.
//!
//! Works beside a running server or without one. A server that shares Redis hears of a change at
//! once; one that is alone notices when the person's token is renewed.

use clap::{Arg, ArgAction, ArgMatches, Command};
use futures_util::TryStreamExt;
use relaychat_engine::{Engine, host::UserRef};
use relaychat_protocol::{UserId, rest::server::HostUser};
use serde_json::{Value, json};

use super::beside;
use crate::failure::Problems;

/// People read at once.
const PAGE: u32 = 100;

pub(crate) fn command() -> Command {
    let json = || {
        Arg::new("json")
            .long("json")
            .action(ArgAction::SetTrue)
            .help("As JSON, for scripts")
    };
    let one = |name: &'static str, about: &'static str| Command::new(name).about(about).arg(who());
    Command::new("user")
        .about("Look at people, let them in or not, hand out or delete what is kept of them")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("list")
                .about("List everybody, by name")
                .arg(json()),
        )
        .subcommand(one("show", "Show a person and their devices").arg(json()))
        .subcommand(one(
            "disable",
            "Log a person out everywhere and let them in no more",
        ))
        .subcommand(one("enable", "Let a person in again"))
        .subcommand(
            one(
                "delete",
                "Delete a person: what they wrote stays, without a name",
            )
            .arg(
                Arg::new("yes")
                    .long("yes")
                    .action(ArgAction::SetTrue)
                    .help("Really: there is no way back"),
            ),
        )
        .subcommand(one(
            "export",
            "Print all data of a person, a JSON object a line",
        ))
}

/// The argument that says who is meant.
pub(crate) fn who() -> Arg {
    Arg::new("who")
        .value_name("PERSON")
        .required(true)
        .help("The person's id, address, or what the host calls them")
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let (name, matches) = matches.subcommand().expect("clap requires one");
    if name == "delete" && !matches.get_flag("yes") {
        return Err(Problems::one("deleting cannot be taken back: add --yes"));
    }
    beside(matches, async |engine| match name {
        "list" => list(engine, matches).await,
        "show" => show(engine, matches).await,
        "export" => export(engine, matches).await,
        "delete" => {
            let person = find(engine, matches).await?;
            engine.users().delete(UserRef::Id(person.id)).await?;
            println!("{} is deleted", person.id);
            Ok(())
        }
        change => set(engine, matches, change == "disable").await,
    })
}

/// The one person who is meant.
pub(crate) async fn find(engine: &Engine, matches: &ArgMatches) -> anyhow::Result<HostUser> {
    let who = matches.get_one::<String>("who").expect("is required");
    let users = engine.users();
    let found = match who.parse::<UserId>() {
        Ok(id) => users.find(UserRef::Id(id)).await?,
        Err(_) if who.contains('@') => users.find_by_email(who).await?,
        Err(_) => None,
    };
    let found = match found {
        Some(found) => Some(found),
        None => users.find(UserRef::External(who.to_owned())).await?,
    };
    found.ok_or_else(|| Problems::one(format!("nobody here is {who:?}")))
}

async fn list(engine: &Engine, matches: &ArgMatches) -> anyhow::Result<()> {
    let mut people: Vec<HostUser> = Vec::new();
    let mut cursor = None;
    loop {
        let (page, next) = engine.users().list(cursor.as_deref(), PAGE).await?;
        people.extend(page);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    if matches.get_flag("json") {
        println!("{:#}", json!(people));
        return Ok(());
    }
    for person in &people {
        println!("{}  {:<24}  {}", person.id, called(person), person.name);
    }
    println!("{} people", people.len());
    Ok(())
}

async fn show(engine: &Engine, matches: &ArgMatches) -> anyhow::Result<()> {
    let person = find(engine, matches).await?;
    let devices = engine.users().sessions(UserRef::Id(person.id)).await?;
    let mut shown = json!(person);
    if matches.get_flag("json") {
        shown["devices"] = json!(devices);
        println!("{shown:#}");
        return Ok(());
    }
    shown["devices"] = json!(devices.len());
    for (name, value) in shown.as_object().into_iter().flatten() {
        println!("{name:<18} {}", plain(value));
    }
    Ok(())
}

async fn set(engine: &Engine, matches: &ArgMatches, is_out: bool) -> anyhow::Result<()> {
    let person = UserRef::Id(find(engine, matches).await?.id);
    let users = engine.users();
    let changed = if is_out {
        users.disable(person).await?
    } else {
        users.enable(person).await?
    };
    let state = if is_out {
        "is let in no more"
    } else {
        "is let in again"
    };
    println!("{} {state}", changed.id);
    Ok(())
}

async fn export(engine: &Engine, matches: &ArgMatches) -> anyhow::Result<()> {
    let person = find(engine, matches).await?;
    let mut lines = engine.users().export(UserRef::Id(person.id)).await?;
    while let Some(line) = lines.try_next().await? {
        println!("{}", line.trim_end());
    }
    Ok(())
}

/// What the host calls the person.
fn called(person: &HostUser) -> &str {
    person.external_id.as_deref().unwrap_or("-")
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
