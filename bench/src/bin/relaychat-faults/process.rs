//! A child process that is signalled, and never outlives its owner.

use std::{
    process::{Child, Command, ExitStatus, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// How long a port may take to answer.
const UP_DEADLINE: Duration = Duration::from_secs(60);

/// A process that can be killed and started again.
#[derive(Debug)]
pub(crate) struct Process(Mutex<Option<Child>>);

impl Process {
    /// Starts it, silent and without input.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let process = Self(Mutex::new(None));
        process.restart(command)?;
        Ok(process)
    }

    /// Starts another in its place.
    pub(crate) fn restart(&self, command: &mut Command) -> Result<()> {
        let shown = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("`{shown}` could not be started"))?;
        *self.lock() = Some(child);
        Ok(())
    }

    /// Sends a signal, such as `-STOP`.
    pub(crate) fn signal(&self, signal: &str) -> Result<()> {
        let id = self.lock().as_ref().map(Child::id);
        if let Some(id) = id {
            Command::new("kill")
                .arg(signal)
                .arg(id.to_string())
                .status()?;
        }
        Ok(())
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&self) -> Result<Option<ExitStatus>> {
        Ok(match self.lock().as_mut() {
            Some(child) => child.try_wait()?,
            None => None,
        })
    }

    /// Waits for its end.
    pub(crate) async fn wait(&self, at_most: Duration) -> Result<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if start.elapsed() > at_most {
                bail!("a process did not end within {at_most:?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(child) = self.lock().as_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A port nobody uses now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

/// Waits until something listens.
pub(crate) fn wait_for_port(port: u16) -> Result<()> {
    let start = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        if start.elapsed() > UP_DEADLINE {
            bail!("nothing listens on port {port}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
