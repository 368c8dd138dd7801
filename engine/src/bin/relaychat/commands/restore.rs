//! `relaychat restore`: a backup into an empty data folder, or a new epoch after a foreign restore.

use std::path::Path;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command};
use relaychat_engine::backup::{self, Target};

use super::backup::{folder, named, sqlite};
use crate::{
    failure::Problems,
    files::DataFolder,
    settings::{
        Purpose, Settings,
        places::{BlobPlace, Places},
    },
    stores,
};

pub(crate) fn command() -> Command {
    let new_epoch = Arg::new("new_epoch")
        .long("new-epoch")
        .action(ArgAction::SetTrue)
        .conflicts_with("folder")
        .help(
            "Restore nothing; only let clients start over, after a database was put back otherwise",
        );
    Command::new("restore")
        .about("Put a backup into an empty data folder")
        .long_about(
            "Put a backup into an empty data folder. It is checked first. Clients that have seen \
             more than it holds start over by themselves. Stop the server before.",
        )
        .arg(folder("Folder of the backup").required_unless_present("new_epoch"))
        .arg(new_epoch)
}

pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let settings = Settings::load(matches, Purpose::Use)?;
    let runtime = tokio::runtime::Runtime::new().context("the threads cannot be started")?;
    if matches.get_flag("new_epoch") {
        return runtime.block_on(begin_epoch(&settings.places));
    }
    runtime.block_on(put_back(&settings.places, named(matches)?))
}

async fn begin_epoch(places: &Places) -> anyhow::Result<()> {
    let storage = stores::storage(places).await?;
    backup::begin_epoch(&*storage).await?;
    storage.close().await;
    println!("a new epoch has begun: clients start over when they connect");
    Ok(())
}

async fn put_back(places: &Places, folder: &Path) -> anyhow::Result<()> {
    let database = sqlite(places)?;
    let mut taken = vec![database.to_path_buf()];
    if let BlobPlace::Folder(media) = &places.blobs {
        taken.push(media.clone());
    }
    for path in taken {
        let is_empty = std::fs::read_dir(&path).is_ok_and(|mut inside| inside.next().is_none());
        if path.exists() && !is_empty {
            let shown = path.display();
            return Err(Problems::one(format!(
                "{shown} is there already; restore into another folder with --data"
            )));
        }
    }
    // Looked at before anything is made, and again when it is put back.
    backup::Manifest::read(folder)?;
    DataFolder::open(&places.data)?;
    let target = Target {
        database,
        blobs: &*stores::blobs(places)?,
        files: &places.data,
    };
    let manifest = backup::restore(folder, target).await?;
    println!(
        "{} holds {} messages and {} files of uploads",
        places.data.display(),
        manifest.rows.get("messages").copied().unwrap_or_default(),
        manifest.blobs.len()
    );
    Ok(())
}
