//! The two nodes under test, supervised: what ends is started again.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tokio::sync::Mutex;

use crate::{
    http,
    process::{Process, free_port},
};

/// A start that finds no database ends; the supervisor tries for so long.
const UP_DEADLINE: Duration = Duration::from_secs(90);
/// How long a drained node may take.
const DRAIN_DEADLINE: Duration = Duration::from_secs(15);

/// All nodes.
#[derive(Debug)]
pub(crate) struct Nodes(Vec<Node>);

/// One `relaychat serve`.
#[derive(Debug)]
struct Node {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    settings: Vec<(&'static str, String)>,
    process: Process,
    /// One fault at a time.
    turn: Mutex<()>,
}

impl Nodes {
    /// Starts two nodes on one database.
    pub(crate) async fn start(
        program: &Path,
        folder: &Path,
        database: &str,
        redis: &str,
    ) -> Result<Self> {
        let mut nodes = Vec::new();
        for name in ["node-a", "node-b"] {
            let folder = folder.join(name);
            std::fs::create_dir_all(&folder)?;
            let settings = vec![
                ("RELAY_DATABASE_URL", database.to_owned()),
                ("RELAY_REDIS_URL", redis.to_owned()),
                ("RELAY_SECRET_KEY", "5e".repeat(32)),
                ("RELAY_RATE_LIMITS", "off".to_owned()),
                ("RELAY_LOG", "warn".to_owned()),
            ];
            let port = free_port()?;
            let mut command = command(program, &folder, port, &settings);
            let node = Node {
                program: program.to_owned(),
                folder,
                port,
                process: Process::start(&mut command)?,
                settings,
                turn: Mutex::default(),
            };
            node.wait_until_up().await?;
            nodes.push(node);
        }
        Ok(Self(nodes))
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        let address = |node: &Node| format!("127.0.0.1:{}", node.port);
        self.0.iter().map(address).collect()
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        let addresses = self.addresses().into_iter();
        addresses
            .map(|address| format!("http://{address}"))
            .collect()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// SIGKILL: nothing is written, nobody is told.
    pub(crate) async fn kill(&self, number: usize) -> Result<()> {
        let node = &self.0[number % self.0.len()];
        let _turn = node.turn.lock().await;
        node.process.signal("-KILL")?;
        node.process.wait(Duration::from_secs(10)).await?;
        node.run_again().await
    }

    /// Like [`Self::kill`], and it stays away.
    pub(crate) async fn kill_for_good(&self, number: usize) -> Result<()> {
        let node = &self.0[number % self.0.len()];
        let _turn = node.turn.lock().await;
        node.process.signal("-KILL")?;
        node.process.wait(Duration::from_secs(10)).await?;
        Ok(())
    }

    /// SIGTERM: sockets are told to come back, what is under way ends, exit code 0.
    pub(crate) async fn drain(&self, number: usize) -> Result<()> {
        let node = &self.0[number % self.0.len()];
        let _turn = node.turn.lock().await;
        node.process.signal("-TERM")?;
        let status = node.process.wait(DRAIN_DEADLINE).await?;
        ensure!(status.success(), "a drained node ended with {status}");
        node.run_again().await
    }

    /// Waits until all of them answer.
    pub(crate) async fn wait_until_up(&self) -> Result<()> {
        for node in &self.0 {
            let _turn = node.turn.lock().await;
            node.wait_until_up().await?;
        }
        Ok(())
    }
}

impl Node {
    async fn run_again(&self) -> Result<()> {
        self.spawn()?;
        self.wait_until_up().await
    }

    fn spawn(&self) -> Result<()> {
        let mut command = command(&self.program, &self.folder, self.port, &self.settings);
        self.process.restart(&mut command)
    }

    /// Whether it serves. It listens a little earlier, and may still find its database away then.
    async fn is_alive(&self) -> bool {
        let asking = http::is_fine(self.port, "/livez");
        let asked = tokio::time::timeout(Duration::from_secs(2), asking).await;
        asked.unwrap_or(false)
    }

    /// A node that cannot start (its database is away) is started again.
    async fn wait_until_up(&self) -> Result<()> {
        let start = Instant::now();
        while !self.is_alive().await {
            if self.process.ended()?.is_some() {
                tokio::time::sleep(Duration::from_millis(200)).await;
                self.spawn()?;
            }
            if start.elapsed() > UP_DEADLINE {
                let log = std::fs::read_to_string(self.folder.join("log"));
                bail!("a node does not come up:\n{}", log.unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

fn command(
    program: &Path,
    folder: &Path,
    port: u16,
    settings: &[(&'static str, String)],
) -> Command {
    let mut command = Command::new(program);
    command.args([
        "serve",
        "--data",
        "data",
        "--listen",
        &format!("127.0.0.1:{port}"),
    ]);
    command.current_dir(folder).env_clear();
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    let log = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .context("no log");
    if let Ok(log) = log {
        command.stderr(log);
    }
    command
}
