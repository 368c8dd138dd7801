//! PostgreSQL from the system's package on a new cluster, with its usual care for the disk.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::server::{Server, free_port, is_root, run};

/// Durable as installed (`fsync`, `synchronous_commit`, `full_page_writes` on); only the memory is
/// that of a small server.
const SETTINGS: [&str; 5] = [
    "-cshared_buffers=128MB",
    "-cmax_wal_size=2GB",
    "-cmax_connections=100",
    "-clisten_addresses=127.0.0.1",
    "-clog_min_messages=fatal",
];

/// Ten seconds: the first start of an empty cluster takes one.
const READY_TRIES: u32 = 200;
const READY_PAUSE: Duration = Duration::from_millis(50);

/// A running server; its data goes with it.
#[derive(Debug)]
pub(crate) struct Postgres {
    server: Server,
    pub(crate) url: String,
    _folder: TempDir,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("relaychat-pg-").tempdir()?;
        let port = free_port()?;
        if is_root() {
            // The server refuses to run as root; its package made a user for it.
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let mut init = as_server(&programs.join("initdb"));
        init.current_dir(folder.path());
        init.args(["-A", "trust", "-U", "postgres", "-D"])
            .arg(&data);
        run(&mut init)?;
        let mut command = as_server(&programs.join("postgres"));
        command.current_dir(folder.path());
        command.arg("-D").arg(&data).arg("-k").arg(folder.path());
        command.args(["-p", &port.to_string()]).args(SETTINGS);
        let server = Server::on_port(&mut command, port)?;
        wait_until_ready(&programs, port);
        Ok(Self {
            server,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            _folder: folder,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.server.id()
    }
}

/// It takes connections a moment before it takes questions.
fn wait_until_ready(programs: &Path, port: u16) {
    let is_ready = || {
        let mut ask = Command::new(programs.join("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        run(&mut ask).is_ok()
    };
    for _ in 0..READY_TRIES {
        if is_ready() {
            return;
        }
        std::thread::sleep(READY_PAUSE);
    }
}

/// A command that runs as somebody who may run the server.
fn as_server(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        command.arg(program);
        command
    } else {
        Command::new(program)
    }
}

/// The folder of the newest installed version.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL is missing: install the package `postgresql`")?;
    let folders = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let newest = folders
        .filter(|folder| folder.join("postgres").is_file())
        .max();
    newest.context("PostgreSQL is missing: install the package `postgresql`")
}
