//! The commands, one a file: each has `command`, how it is written, and `run`, what it does.

pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod health;
pub(crate) mod key;
pub(crate) mod mail;
pub(crate) mod migrate;
pub(crate) mod openapi;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod storage;
pub(crate) mod token;
pub(crate) mod user;
pub(crate) mod verify;
pub(crate) mod version;

use anyhow::Context;
use clap::ArgMatches;
use relaychat_engine::Engine;

use crate::{
    settings::{Purpose, Settings},
    stores,
};

/// Does what has to be waited for, in a runtime of its own.
pub(crate) fn wait_for<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Runtime::new().context("the threads cannot be started")?;
    runtime.block_on(work)
}

/// Does something with an engine that is there for this alone, beside a running server or without
/// one.
pub(crate) fn beside(
    matches: &ArgMatches,
    work: impl AsyncFnOnce(&Engine) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let settings = Settings::load(matches, Purpose::Use)?;
    wait_for(async {
        let engine = stores::beside(&settings).await?;
        let done = work(&engine).await;
        engine.close().await;
        done
    })
}
