//! A Redis server of a test's own, to be treated badly.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use relaychat_engine::{
    broker::{Broker, Redis},
    test_support::DEADLINE,
};
use tempfile::TempDir;

use super::Fault;

/// How long a server stays away.
const AWAY: Duration = Duration::from_secs(2);

/// A running server, ended with this.
pub(crate) struct RedisServer {
    port: u16,
    process: Child,
    folder: TempDir,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        let folder = TempDir::new().expect("a folder");
        let server = Self {
            port,
            process: spawn(port, &folder),
            folder,
        };
        server.wait().await;
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Does it.
    pub(crate) fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::Flush => self.ask(&["FLUSHALL"]),
            Fault::Pause => self.signal("STOP"),
            Fault::Kill => {
                self.process.kill().expect("is killed");
                self.process.wait().expect("is gone");
            }
            Fault::CutOff => self.ask(&["CLIENT", "KILL", "TYPE", "normal"]),
        }
    }

    /// Undoes it, after a while.
    pub(crate) async fn recover(&mut self, fault: Fault) {
        match fault {
            Fault::Flush | Fault::CutOff => {}
            Fault::Pause => {
                tokio::time::sleep(AWAY).await;
                self.signal("CONT");
            }
            Fault::Kill => {
                tokio::time::sleep(AWAY).await;
                self.process = spawn(self.port, &self.folder);
            }
        }
        self.wait().await;
    }

    async fn wait(&self) {
        let redis = Redis::connect(&self.url()).expect("an address");
        let answers = async {
            while redis.check().await.is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(DEADLINE, answers)
            .await
            .expect("Redis answers");
    }

    fn ask(&self, words: &[&str]) {
        let status = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(words)
            .stdout(Stdio::null())
            .status()
            .expect("redis-cli of the package redis-tools");
        assert!(status.success());
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.process.id().to_string()])
            .status()
            .expect("kill");
        assert!(status.success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(port: u16, folder: &TempDir) -> Child {
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no", "--dir"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server of the package redis-server")
}
