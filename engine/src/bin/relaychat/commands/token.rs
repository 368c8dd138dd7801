//! `relaychat token`: an access token for a person, for trying out the API and for scripts.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use relaychat_engine::host::UserRef;
use serde_json::json;

use super::{beside, user};
use crate::{failure::Problems, settings::value::Kind};

pub(crate) fn command() -> Command {
    Command::new("token")
        .about("Print an access token for a person")
        .arg(
            user::who()
                .long("user")
                .help("The person's id, address, or what the host calls them"),
        )
        .arg(
            Arg::new("ttl")
                .long("ttl")
                .value_name("TIME")
                .default_value("1h")
                .help("How long it is valid, at most as long as a session"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("As JSON, with its session and its end"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let ttl = matches.get_one::<String>("ttl").expect("has a default");
    let Some(ttl_ms) = Kind::Duration.number(ttl) else {
        return Err(Problems::one(format!(
            "ttl: {ttl:?} is not a time such as 1h"
        )));
    };
    beside(matches, async |engine| {
        let person = user::find(engine, matches).await?;
        let person = UserRef::Id(person.id);
        let ttl = Duration::from_millis(ttl_ms);
        let issued = engine.users().issue_token(person, ttl).await?;
        if matches.get_flag("json") {
            println!("{:#}", json!(issued));
        } else {
            println!("{}", issued.access_token);
        }
        Ok(())
    })
}
