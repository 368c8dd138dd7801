//! A running `relaychat serve` for the suites that talk to it from outside.
//!
//! Each server has a data folder of its own and a free port, and ends with its guard. It is the
//! program that the Rust suite compiled; outside of a whole run it is built first.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::command::{command, output};
use crate::project;

/// An empty folder is ready in under a second; this is for machines with other work to do.
const START_DEADLINE: Duration = Duration::from_secs(60);

/// Whether this run has compiled the program.
static IS_KEPT: AtomicBool = AtomicBool::new(false);

/// A server that is ended when this is dropped.
pub(super) struct Served {
    child: Child,
    folder: PathBuf,
    /// Where it answers, such as `http://127.0.0.1:40123`.
    pub(super) url: String,
}

impl Served {
    /// Starts a server on an empty data folder.
    pub(super) fn start(name: &str, settings: &[(&str, &str)]) -> Result<Self> {
        let folder = project::target().join("xtask").join(format!("{name}-data"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(
            folder
                .parent()
                .expect("the folder lies in the target folder"),
        )?;
        let log = fs::File::create(folder.with_extension("log"))?;
        let mut child = Command::new(program()?)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&folder)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?)
            .spawn()
            .context("`relaychat serve` could not be started")?;
        let output = child.stdout.take().expect("standard output is piped");
        let address = wait_for_address(output, log);
        let mut served = Self {
            child,
            folder,
            url: String::new(),
        };
        served.url = address.recv_timeout(START_DEADLINE).with_context(|| {
            let log = fs::read_to_string(served.folder.with_extension("log"));
            format!(
                "`relaychat serve` printed no address:\n{}",
                log.unwrap_or_default()
            )
        })?;
        Ok(served)
    }

    /// Runs the program beside the server, on the same data, and gives what it printed.
    pub(super) fn beside(&self, settings: &[(&str, &str)], args: &[&str]) -> Result<String> {
        let mut beside = command(&project::root(), program()?, args);
        beside.envs(settings.iter().copied());
        output(beside.env("RELAY_DATA", &self.folder))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// The program with the web application in it, as it was compiled for the tests.
///
/// It is a copy of its own: whoever builds the program with other features in the meantime
/// replaces the one in the profile's folder.
pub(super) fn program() -> Result<PathBuf> {
    let kept = kept_program();
    // One of an earlier run may be of another state of the tree.
    if !IS_KEPT.load(Ordering::Relaxed) || !kept.exists() {
        super::cargo::build()?;
    }
    Ok(kept)
}

/// Keeps the program that was just compiled.
pub(super) fn keep_program() -> Result<PathBuf> {
    let kept = kept_program();
    fs::create_dir_all(kept.parent().expect("it lies in a folder"))?;
    // A running copy cannot be written to, but it can be replaced.
    fs::remove_file(&kept).ok();
    fs::copy(project::relaychat("debug"), &kept).context("the compiled program is missing")?;
    IS_KEPT.store(true, Ordering::Relaxed);
    Ok(kept)
}

fn kept_program() -> PathBuf {
    let name = format!("relaychat{}", std::env::consts::EXE_SUFFIX);
    project::target().join("xtask").join(name)
}

/// Copies the output to the log for as long as there is any, and sends the address of the banner.
fn wait_for_address(
    output: impl std::io::Read + Send + 'static,
    mut log: fs::File,
) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            writeln!(log, "{line}").ok();
            if let Some(url) = banner_address(&line) {
                sender.send(url).ok();
            }
        }
    });
    receiver
}

/// The address in the banner's line `  Chat       http://127.0.0.1:8080`.
fn banner_address(line: &str) -> Option<String> {
    let url = line.trim().strip_prefix("Chat ")?.trim();
    url.starts_with("http://").then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_banner_only() {
        let url = banner_address("  Chat       http://127.0.0.1:8080").expect("the banner's line");
        assert_eq!(url, "http://127.0.0.1:8080");
        assert_eq!(
            banner_address("  API        http://127.0.0.1:8080/api/docs"),
            None
        );
    }
}
