//! A server process with a port and a folder of its own.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::process;

/// Each is ready within some seconds; this is for machines with other work to do.
const START_DEADLINE: Duration = Duration::from_secs(60);
/// How long a server may take to end by itself.
const END_DEADLINE: Duration = Duration::from_secs(5);

/// A process that is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Server(Child);

impl Server {
    /// Starts a server and waits until `port` takes connections.
    pub(crate) fn on_port(command: &mut Command, port: u16) -> Result<Self> {
        let mut server = Self(spawn(command.stdout(Stdio::null()))?);
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if server.0.try_wait()?.is_some() || began.elapsed() > START_DEADLINE {
                bail!("`{}` does not answer", name_of(command));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Starts a server and waits for a line of its output with `before` in it; what stands behind.
    pub(crate) fn with_banner(command: &mut Command, before: &str) -> Result<(Self, String)> {
        let mut server = Self(spawn(command.stdout(Stdio::piped()))?);
        let output = server.0.stdout.take().expect("standard output is piped");
        let mut lines = BufReader::new(output).lines();
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, behind)) = line.split_once(before) {
                let behind = behind.trim().to_owned();
                // Whatever it prints from now on must be read, or it would wait for us.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok((server, behind));
            }
        }
        bail!("`{}` ended before it was ready", name_of(command))
    }

    /// Starts a server without waiting for it.
    pub(crate) fn spawned(command: &mut Command) -> Result<Self> {
        Ok(Self(spawn(command.stdout(Stdio::null()))?))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Some servers are started by a script, and some have children: each is asked to end by
        // itself, and what is still there after a while is ended.
        let tree = process::tree(&[self.0.id()]);
        let signal = |signal: &str| {
            let ids = tree.iter().map(u32::to_string);
            let mut command = Command::new("kill");
            command.arg(signal).args(ids).stderr(Stdio::null());
            command.status().ok();
        };
        signal("-INT");
        let began = Instant::now();
        while matches!(self.0.try_wait(), Ok(None)) && began.elapsed() < END_DEADLINE {
            std::thread::sleep(Duration::from_millis(20));
        }
        signal("-KILL");
        self.0.wait().ok();
    }
}

fn spawn(command: &mut Command) -> Result<Child> {
    // Nothing of a server's belongs among our tables, and what outlives us must not hold our output.
    let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    child.with_context(|| {
        format!(
            "`{}` could not be started: is it installed and on the PATH?",
            name_of(command)
        )
    })
}

fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// A port nobody uses now.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Runs a command to its end; anything but success is an error with what it said.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{}` could not be started", name_of(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed: {}{}",
            name_of(command),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// Whether we are root: some servers refuse to run so and get another user.
pub(crate) fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.starts_with(b"0\n"))
}
