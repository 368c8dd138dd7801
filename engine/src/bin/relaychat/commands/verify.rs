//! `relaychat verify`: whether a backup could be restored.

use anyhow::Context;
use clap::{ArgMatches, Command};
use relaychat_engine::backup;

use super::backup::{folder, named};
use crate::failure::Said;

/// The exit code of a backup that cannot be restored.
const DAMAGED: u8 = 1;

pub(crate) fn command() -> Command {
    Command::new("verify")
        .about("Read a whole backup and say whether it could be restored")
        .arg(folder("Folder of the backup").required(true))
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let folder = named(matches)?;
    let runtime = tokio::runtime::Runtime::new().context("the threads cannot be started")?;
    let verdict = runtime.block_on(backup::verify(folder))?;
    for problem in &verdict.problems {
        println!("damaged: {problem}");
    }
    if !verdict.problems.is_empty() {
        return Err(Said(DAMAGED).into());
    }
    let manifest = verdict.manifest;
    let rows = manifest.rows.iter();
    let rows: Vec<_> = rows
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    println!(
        "{} is whole: {}, {} files of uploads",
        folder.display(),
        rows.join(", "),
        manifest.blobs.len()
    );
    for key in &manifest.lost_blobs {
        println!("warning: the upload {key} was lost before the backup was made");
    }
    Ok(())
}
