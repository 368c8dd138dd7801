//! A server process with a port and a folder of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Each is ready within two seconds; this is for machines with other work to do.
const START_DEADLINE: Duration = Duration::from_secs(60);

/// A server that is ended, with its data, when this is dropped.
pub(super) struct Process {
    child: Child,
    folder: PathBuf,
    /// Where it answers.
    pub(super) address: String,
}

impl Process {
    /// Starts `command` and waits until `port` takes connections.
    pub(super) fn start(
        command: &mut Command,
        folder: PathBuf,
        port: u16,
        address: String,
    ) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let log = std::fs::File::create(folder.with_extension("log"))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("`{program}` could not be started"))?;
        let mut process = Self {
            child,
            folder,
            address,
        };
        process.wait_for(port, &program)?;
        Ok(process)
    }

    fn wait_for(&mut self, port: u16, program: &str) -> Result<()> {
        let start = Instant::now();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while TcpStream::connect(address).is_err() {
            let ended = self.child.try_wait()?;
            if ended.is_some() || start.elapsed() > START_DEADLINE {
                let log = std::fs::read_to_string(self.folder.with_extension("log"));
                bail!("`{program}` does not answer:\n{}", log.unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // PostgreSQL ends its children on SIGINT, not when it is killed.
        let id = self.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().ok();
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(5) {
                self.child.kill().ok();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        std::fs::remove_dir_all(&self.folder).ok();
        std::fs::remove_file(self.folder.with_extension("log")).ok();
    }
}

/// A port nobody uses now.
pub(super) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// A new folder among the temporary files: sockets in it need a short path, and a server that runs
/// as another user must be able to get there.
pub(super) fn scratch(name: &str) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("relaychat-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
