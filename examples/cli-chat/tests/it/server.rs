//! The real `relaychat`, which is killed and started again on the same data and port.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long anything may take before a story is given up: the machine may be busy with builds.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// Between two looks at something that tells nobody when it changes.
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) struct Server {
    program: PathBuf,
    pub(crate) folder: tempfile::TempDir,
    address: String,
    child: Option<Child>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let mut server = Self {
            program: program(),
            folder: tempfile::tempdir().expect("a folder"),
            address: free.local_addr().expect("an address").to_string(),
            child: None,
        };
        drop(free);
        server.run();
        server
    }

    pub(crate) fn run(&mut self) {
        let child = Command::new(&self.program)
            .args(["serve", "--rate-limits", "off", "--log", "warn"])
            .args(["--listen", &self.address, "--data", "data"])
            .current_dir(self.folder.path())
            .env_clear()
            .stdout(Stdio::null())
            .spawn();
        self.child = Some(child.expect("the program starts"));
        let start = Instant::now();
        while TcpStream::connect(&self.address).is_err() {
            assert!(start.elapsed() < DEADLINE, "the server does not start");
            std::thread::sleep(PAUSE);
        }
    }

    /// SIGKILL: nothing is written, nobody is told.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it is gone");
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The newest code that was mailed to an address, from the development inbox.
    pub(crate) fn code_for(&self, email: &str) -> String {
        let start = Instant::now();
        loop {
            let answer = self.get(&format!("/_/inbox/latest.json?email={email}"));
            let code = answer.split_once("\"code\":\"");
            if let Some((code, _)) = code.and_then(|(_, rest)| rest.split_once('"')) {
                return code.to_owned();
            }
            assert!(start.elapsed() < DEADLINE, "no code for {email}: {answer}");
            std::thread::sleep(PAUSE);
        }
    }

    fn get(&self, path: &str) -> String {
        let mut socket = TcpStream::connect(&self.address).expect("the server answers");
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        );
        socket.write_all(head.as_bytes()).expect("it is sent");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("it is text");
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The `relaychat` program: the one that `RELAYCHAT` names, else built as cargo would build it.
fn program() -> PathBuf {
    if let Some(built) = std::env::var_os("RELAYCHAT") {
        return built.into();
    }
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "-q",
            "-p",
            "relaychat-engine",
            "--bin",
            "relaychat",
        ])
        .args(["--message-format", "json"])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the program does not build");
    let text = String::from_utf8(output.stdout).expect("cargo writes JSON");
    let lines = text.lines();
    let artifacts = lines.filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut programs = artifacts.filter_map(|found| Some(found["executable"].as_str()?.to_owned()));
    programs.next().expect("cargo names the program").into()
}
