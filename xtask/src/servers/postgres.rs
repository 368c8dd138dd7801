//! PostgreSQL from the system's package, on a new cluster.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::process::{Process, free_port, scratch};
use crate::command::{command, output, run};
use crate::tools;

/// Nothing here waits for a disk. Enough connections for every test at once.
const SETTINGS: [&str; 6] = [
    "-cfsync=off",
    "-cfull_page_writes=off",
    "-cmax_connections=500",
    "-cshared_buffers=64MB",
    "-clisten_addresses=127.0.0.1",
    "-clog_min_messages=fatal",
];

pub(super) fn start() -> Result<Process> {
    let programs = programs()?;
    let folder = scratch("postgres")?;
    let port = free_port()?;
    let data = folder.join("data");
    let is_root = tools::is_root();
    if is_root {
        // The server refuses to run as root; its package made a user for it.
        let folder_text = folder.to_string_lossy().into_owned();
        run(&mut command(
            &folder,
            "chown",
            &["-R", "postgres", &folder_text],
        ))?;
    }
    let initdb = programs.join("initdb");
    let mut init = as_server(is_root, &initdb, &folder);
    init.args(["-A", "trust", "-U", "postgres", "--no-sync", "-D"])
        .arg(&data);
    output(&mut init)?;
    let mut server = as_server(is_root, &programs.join("postgres"), &folder);
    server.arg("-D").arg(&data).arg("-k").arg(&folder);
    server.args(["-p", &port.to_string()]).args(SETTINGS);
    let address = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    Process::start(&mut server, folder, port, address)
}

/// A command that runs as somebody who may run the server. `exec` keeps the process id.
fn as_server(is_root: bool, program: &Path, folder: &Path) -> Command {
    let program = program.to_string_lossy();
    if is_root {
        let args = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
        let mut command = command(folder, "setpriv", &args);
        command.arg(program.as_ref());
        command
    } else {
        command(folder, program.as_ref(), &[])
    }
}

/// The folder of the newest installed version.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = find() {
        return Ok(folder);
    }
    tools::apt_install(&["postgresql"])?;
    match find() {
        Some(folder) => Ok(folder),
        None => bail!("PostgreSQL is not where Debian puts it: /usr/lib/postgresql/VERSION/bin"),
    }
}

fn find() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("postgres").is_file())
        .collect();
    folders.sort();
    folders.pop()
}
