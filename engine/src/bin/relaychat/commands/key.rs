//! `relaychat key`: keys with which servers of a host call the engine over REST.

use clap::{Arg, ArgAction, ArgMatches, Command};
use relaychat_engine::Engine;
use relaychat_protocol::ServerKeyId;
use serde_json::json;

use super::beside;
use crate::failure::Problems;

pub(crate) fn command() -> Command {
    let json = || {
        Arg::new("json")
            .long("json")
            .action(ArgAction::SetTrue)
            .help("As JSON, for scripts")
    };
    Command::new("key")
        .about("Make and revoke keys with which your servers call the API")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("create")
                .about("Make a key and print it; it is shown this once")
                .arg(
                    Arg::new("purpose")
                        .value_name("PURPOSE")
                        .required(true)
                        .help("What it is for"),
                )
                .arg(json()),
        )
        .subcommand(
            Command::new("list")
                .about("List the keys, without themselves")
                .arg(json()),
        )
        .subcommand(
            Command::new("revoke")
                .about("Make a key useless")
                .arg(Arg::new("id").value_name("ID").required(true)),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let (name, matches) = matches.subcommand().expect("clap requires one");
    beside(matches, async |engine| match name {
        "create" => create(engine, matches).await,
        "list" => list(engine, matches).await,
        _ => revoke(engine, matches).await,
    })
}

async fn create(engine: &Engine, matches: &ArgMatches) -> anyhow::Result<()> {
    let name = matches.get_one::<String>("purpose").expect("is required");
    let made = engine.server_keys().create(name).await?;
    if matches.get_flag("json") {
        println!(
            "{:#}",
            json!({ "id": made.info.id, "name": made.info.name, "key": made.key })
        );
    } else {
        println!("{}", made.key);
    }
    Ok(())
}

async fn list(engine: &Engine, matches: &ArgMatches) -> anyhow::Result<()> {
    let keys = engine.server_keys().list().await?;
    let rows = keys.iter().map(|key| {
        json!({
            "id": key.id,
            "name": key.name,
            "created_at_ms": key.created_at_ms,
            "revoked_at_ms": key.revoked_at_ms,
        })
    });
    if matches.get_flag("json") {
        println!("{:#}", json!(rows.collect::<Vec<_>>()));
        return Ok(());
    }
    for key in &keys {
        let state = if key.revoked_at_ms.is_some() {
            "revoked"
        } else {
            "good"
        };
        println!("{}  {state:<7}  {}", key.id, key.name);
    }
    println!("{} keys", keys.len());
    Ok(())
}

async fn revoke(engine: &Engine, matches: &ArgMatches) -> anyhow::Result<()> {
    let id = matches.get_one::<String>("id").expect("is required");
    let Ok(id) = id.parse::<ServerKeyId>() else {
        return Err(Problems::one(format!("{id:?} is not the id of a key")));
    };
    engine.server_keys().revoke(id).await?;
    println!("{id} is revoked");
    Ok(())
}
