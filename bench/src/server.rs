//! The server that is measured: the `relaychat` program of the same profile, on an empty folder.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Everything that protects a server from one busy address, lifted: one address is all we have.
const LIFTED: [&str; 4] = ["--rate-limits", "off", "--sockets-per-ip", "1000000"];

/// A running server that ends with this.
pub(crate) struct Server {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    /// Removed at the end.
    _folder: TempDir,
}

impl Server {
    /// Starts it and waits for its banner.
    pub(crate) async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut child = Command::new(program()?)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .args(LIFTED)
            .args(["--log", "warn"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().expect("standard output is piped");
        let mut lines = BufReader::new(output).lines();
        let address = loop {
            let line = lines
                .next_line()
                .await?
                .context("the server ended before its banner")?;
            if let Some((_, address)) = line
                .split_once("Chat ")
                .and_then(|(_, url)| url.split_once("http://"))
            {
                break address.trim().to_owned();
            }
        };
        // Whatever it prints from now on must be read, or it would wait for us.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            child,
            address,
            _folder: folder,
        })
    }

    /// The process to read memory and processor time of.
    pub(crate) fn process_id(&self) -> u32 {
        self.child
            .id()
            .expect("the server runs until this is dropped")
    }
}

/// `relaychat` beside this program, or `RELAYCHAT`.
fn program() -> Result<PathBuf> {
    if let Some(program) = std::env::var_os("RELAYCHAT") {
        return Ok(program.into());
    }
    let program = std::env::current_exe()?.with_file_name("relaychat");
    anyhow::ensure!(
        program.exists(),
        "{} is missing: build it in the same profile with `cargo build --profile fast -p relaychat-engine`",
        program.display()
    );
    Ok(program)
}
