//! PostgreSQL and Redis of this run's own, which can be broken.
//!
//! PostgreSQL keeps its default care for the disk: an acknowledged message must survive.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use crate::process::{Process, free_port, wait_for_port};

/// PostgreSQL on a new cluster.
#[derive(Debug)]
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    process: Process,
}

impl Postgres {
    /// Makes a cluster in `folder` and starts it.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let programs = programs()?;
        std::fs::create_dir_all(folder)?;
        if is_root() {
            // The server refuses to run as root; its package made a user for it.
            run(Command::new("chown").args(["-R", "postgres"]).arg(folder))?;
            let parent = folder.parent().context("a folder in a folder")?;
            run(Command::new("chmod").arg("a+rx").arg(parent))?;
        }
        let mut init = as_server(&programs.join("initdb"));
        init.args(["-A", "trust", "-U", "postgres", "-D"]);
        run(init
            .arg(folder.join("data"))
            .stdout(std::process::Stdio::null()))?;
        let port = free_port()?;
        let process = Process::start(&mut server(&programs, folder, port))?;
        wait_for_port(port)?;
        Ok(Self {
            programs,
            folder: folder.to_owned(),
            port,
            process,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it as `pg_ctl stop -m immediate` does, without a checkpoint, and starts it again.
    pub(crate) async fn restart_immediately(&self) -> Result<()> {
        self.process.signal("-QUIT")?;
        self.process.wait(Duration::from_secs(30)).await?;
        self.process
            .restart(&mut server(&self.programs, &self.folder, self.port))?;
        wait_for_port(self.port)
    }
}

fn server(programs: &Path, folder: &Path, port: u16) -> Command {
    let mut server = as_server(&programs.join("postgres"));
    server
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder);
    server.args(["-p", &port.to_string(), "-clisten_addresses=127.0.0.1"]);
    server.args(["-clog_min_messages=panic", "-cmax_connections=200"]);
    server.stderr(std::process::Stdio::null());
    server
}

/// A command as somebody who may run the server. `setpriv` keeps the process id.
fn as_server(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command.arg(program).current_dir("/");
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout == b"0\n")
}

/// The folder of the newest version, where Debian puts it.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL is not installed (Debian: apt-get install postgresql)")?;
    let mut folders: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("postgres").is_file())
        .collect();
    folders.sort();
    folders.pop().context("PostgreSQL's programs are missing")
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().context("a program is missing")?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// Redis without persistence: it is never the only copy of anything.
#[derive(Debug)]
pub(crate) struct Redis {
    folder: PathBuf,
    port: u16,
    process: Process,
}

impl Redis {
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let port = free_port()?;
        let process = Process::start(&mut redis(folder, port))
            .context("Redis is needed (Debian: apt-get install redis-server)")?;
        wait_for_port(port)?;
        Ok(Self {
            folder: folder.to_owned(),
            port,
            process,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills it; it is back after `pause`, empty.
    pub(crate) async fn kill(&self, pause: Duration) -> Result<()> {
        self.process.signal("-KILL")?;
        self.process.wait(Duration::from_secs(10)).await?;
        tokio::time::sleep(pause).await;
        self.process.restart(&mut redis(&self.folder, self.port))?;
        wait_for_port(self.port)
    }

    /// Empties it.
    pub(crate) fn flush(&self) -> Result<()> {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"FLUSHALL\r\n")?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer)?;
        ensure!(&answer == b"+OK\r\n", "Redis did not flush");
        Ok(())
    }

    /// It keeps its connections and answers nobody for so long.
    pub(crate) async fn stop_for(&self, pause: Duration) -> Result<()> {
        self.process.signal("-STOP")?;
        tokio::time::sleep(pause).await;
        self.process.signal("-CONT")
    }
}

fn redis(folder: &Path, port: u16) -> Command {
    let mut redis = Command::new("redis-server");
    redis.current_dir(folder);
    redis.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
    redis.args(["--save", "", "--appendonly", "no"]);
    redis
}
