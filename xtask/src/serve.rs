//! `cargo xtask serve`: from a fresh clone to the running chat.
//!
//! Builds the web application and the engine with it embedded, skipping what is fresh, then
//! becomes `relaychat serve`. It decides nothing about the server: every argument behind `--`
//! is passed on, and the data folder is the server's own default unless one is named.

use anyhow::Result;

use crate::command::{command, run as run_command};
use crate::{project, web};

pub(crate) fn run(args: &[String]) -> Result<()> {
    let (own, passed) = match args.iter().position(|arg| arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[][..]),
    };
    let (release, unknown): (Vec<_>, Vec<_>) = own.iter().partition(|arg| *arg == "--release");
    anyhow::ensure!(
        unknown.is_empty(),
        "unknown argument {}; arguments of the server go behind `--`",
        unknown[0]
    );
    web::run()?;
    let mut build = vec!["build", "-p", "relaychat-engine", "--features", "web"];
    let folder = if release.is_empty() {
        "debug"
    } else {
        build.extend(["--profile", "fast"]);
        "fast"
    };
    run_command(&mut command(&project::root(), project::cargo(), &build))?;
    become_server(folder, passed)
}

/// Replaces this process, so that signals reach the server and nobody else.
#[cfg(unix)]
fn become_server(folder: &str, args: &[String]) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = std::process::Command::new(project::relaychat(folder))
        .arg("serve")
        .args(data_folder(args))
        .args(args)
        .exec();
    Err(error.into())
}

#[cfg(not(unix))]
fn become_server(folder: &str, args: &[String]) -> Result<()> {
    let mut server = std::process::Command::new(project::relaychat(folder));
    let status = server
        .arg("serve")
        .args(data_folder(args))
        .args(args)
        .status()?;
    anyhow::ensure!(status.success(), "relaychat ended with {status}");
    Ok(())
}

/// A data folder beside the sources (ignored by git), unless the caller names one.
fn data_folder(args: &[String]) -> Vec<std::ffi::OsString> {
    let is_named = args
        .iter()
        .any(|arg| arg == "--data" || arg.starts_with("--data="));
    if is_named || std::env::var_os("RELAY_DATA").is_some() {
        return Vec::new();
    }
    vec!["--data".into(), project::path("relaychat-data").into()]
}
