//! `relaychat backup`: the database and all uploads into a folder, while the server goes on.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use clap::{Arg, ArgMatches, Command, value_parser};
use relaychat_engine::{
    backup::{self, Source},
    clock::{Clock, SystemClock},
};

use crate::{
    failure::Problems,
    settings::{
        Purpose, Settings,
        places::{Database, Places},
    },
    stores,
};

/// How the secret is called, in the data folder and in a backup.
pub(crate) const SECRET: &str = "secret.key";

pub(crate) fn command() -> Command {
    Command::new("backup")
        .about("Copy the database and all uploads into a folder, while the server runs")
        .long_about(
            "Copy the database and all uploads into a folder, while the server runs. A folder that \
             holds a backup already is brought up to date; only what is new is copied. The secret \
             is copied too: keep the folder as safe as the server.",
        )
        .arg(folder("Folder of the backup, made if need be"))
}

/// The argument that names a folder.
pub(crate) fn folder(help: &'static str) -> Arg {
    Arg::new("folder")
        .value_name("FOLDER")
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

/// The folder that was named.
pub(crate) fn named(matches: &ArgMatches) -> anyhow::Result<&Path> {
    let folder = matches.get_one::<PathBuf>("folder");
    let folder = folder.map(PathBuf::as_path);
    folder.ok_or_else(|| Problems::one("the folder of the backup is missing"))
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let folder = named(matches)?;
    let settings = Settings::load(matches, Purpose::Use)?;
    let runtime = tokio::runtime::Runtime::new().context("the threads cannot be started")?;
    runtime.block_on(make(&settings.places, folder))
}

async fn make(places: &Places, folder: &Path) -> anyhow::Result<()> {
    let database = sqlite(places)?;
    if !database.exists() {
        let shown = database.display();
        return Err(Problems::one(format!("there is no database at {shown}")));
    }
    let began_at_ms = SystemClock.now_ms();
    let secret = places.data.join(SECRET);
    let files = [(SECRET, secret.as_path())];
    let source = Source {
        database,
        blobs: &*stores::blobs(places)?,
        files: if secret.exists() { &files } else { &[] },
    };
    let made = backup::backup(source, folder).await?;
    let manifest = made.manifest;
    let took_ms = (SystemClock.now_ms() - began_at_ms).unsigned_abs();
    println!(
        "{} holds {} messages and {} files of uploads ({} new), made in {:.1} s",
        folder.display(),
        manifest.rows.get("messages").copied().unwrap_or_default(),
        manifest.blobs.len(),
        made.copied_blobs,
        Duration::from_millis(took_ms).as_secs_f64(),
    );
    for key in &manifest.lost_blobs {
        println!("warning: the upload {key} was lost before");
    }
    Ok(())
}

/// The file of the database; PostgreSQL has its own tools.
pub(crate) fn sqlite(places: &Places) -> anyhow::Result<&Path> {
    match &places.database {
        Database::Sqlite(path) => Ok(path),
        Database::Postgres { .. } => Err(Problems::one(
            "a PostgreSQL database is backed up with pg_dump, and its uploads with the tools of \
             their store; after putting an older state back, run relaychat restore --new-epoch",
        )),
    }
}
