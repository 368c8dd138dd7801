//! Starts the SMTP server of `tests/smtp_sink` and talks to it. A missing tool is a loud failure:
//! these tests are never skipped.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
};

pub(crate) const USER: &str = "relay chat";
pub(crate) const PASSWORD: &str = "p@ss:word/%";
/// Ports below could be taken by others between two starts; these tests keep theirs.
const START_MAX: Duration = Duration::from_secs(30);

/// How a connection becomes safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// By a command.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// A running SMTP server.
pub(crate) struct Sink {
    folder: tempfile::TempDir,
    port: u16,
    tls: Tls,
    process: Option<(Child, ChildStdin)>,
}

impl Sink {
    /// Starts a server with a certificate of its own.
    pub(crate) async fn start() -> Self {
        Self::start_with(Tls::StartTls).await
    }

    /// Starts a server with a certificate of its own and this way to be safe.
    pub(crate) async fn start_with(tls: Tls) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        make_certificate(folder.path()).await;
        let mut sink = Self {
            folder,
            port: 0,
            tls,
            process: None,
        };
        sink.up().await;
        sink
    }

    /// The address with user and password.
    pub(crate) fn url(&self) -> String {
        let scheme = match self.tls {
            Tls::StartTls => "smtp",
            Tls::Implicit => "smtps",
        };
        let port = self.port;
        format!("{scheme}://relay%20chat:p%40ss%3Aword%2F%25@localhost:{port}")
    }

    /// The root certificate that signed the server's.
    pub(crate) fn root_pem(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("ca.pem")).expect("the certificate was made")
    }

    /// Starts the server (again), on the same port.
    pub(crate) async fn up(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smtp_sink/sink.py");
        let mode = match self.tls {
            Tls::StartTls => "starttls",
            Tls::Implicit => "implicit",
        };
        let mut process = Command::new(python().await)
            // aiosmtpd warns about its own use of itself.
            .args(["-W", "ignore"])
            .arg(script)
            .arg(self.folder.path())
            .args([&self.port.to_string(), USER, PASSWORD, mode])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the SMTP server starts");
        let stdin = process.stdin.take().expect("is piped");
        let stdout = process.stdout.take().expect("is piped");
        let mut lines = BufReader::new(stdout).lines();
        let port = tokio::time::timeout(START_MAX, lines.next_line())
            .await
            .expect("the SMTP server listens in time")
            .expect("its output can be read")
            .expect("it prints its port; see its error above");
        self.port = port.parse().expect("a port");
        self.process = Some((process, stdin));
    }

    /// Ends the server: connections are refused from now on.
    pub(crate) async fn down(&mut self) {
        if let Some((mut process, _stdin)) = self.process.take() {
            process.kill().await.expect("ends");
        }
    }

    /// What to do with the next mails; see the script.
    pub(crate) fn set_mode(&self, mode: &str) {
        std::fs::write(self.folder.path().join("mode"), mode).expect("the folder is ours");
    }

    /// Everything that arrived, oldest first.
    pub(crate) fn mails(&self) -> Vec<serde_json::Value> {
        let lines = std::fs::read_to_string(self.folder.path().join("mails.jsonl"));
        let lines = lines.unwrap_or_default();
        lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }
}

async fn run(what: &str, program: &Path, arguments: &[&str], folder: &Path) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .await
        .unwrap_or_else(|error| panic!("{what} needs {}: {error}", program.display()));
    assert!(
        output.status.success(),
        "{what} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A root of our own and a certificate for localhost, for two days.
async fn make_certificate(folder: &Path) {
    let extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n";
    std::fs::write(folder.join("leaf.ext"), extensions).expect("the folder is ours");
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for command in [
        format!("req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=RelayChat-tests -days 2"),
        format!("req {key} -keyout key.pem -out leaf.csr -subj /CN=localhost"),
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
         -extfile leaf.ext -out cert.pem"
            .to_owned(),
    ] {
        let arguments: Vec<_> = command.split_whitespace().collect();
        let what = "making a certificate (Debian package: openssl)";
        run(what, Path::new("openssl"), &arguments, folder).await;
    }
}

/// A Python with aiosmtpd: the one named in `RELAYCHAT_TEST_PYTHON`, or one of our own in the
/// target folder, made on first use.
async fn python() -> PathBuf {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    let _turn = TURN.lock().await;
    if let Some(python) = PYTHON.get() {
        return python.clone();
    }
    let python = match std::env::var_os("RELAYCHAT_TEST_PYTHON") {
        Some(python) => PathBuf::from(python),
        None => make_python().await,
    };
    let check = ["-c", "import aiosmtpd"];
    run("the SMTP server", &python, &check, Path::new(".")).await;
    PYTHON.get_or_init(|| python).clone()
}

async fn make_python() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = target_folder();
    let folder = target.join("smtp-sink-venv");
    let python = folder.join("bin/python");
    // Several test programs may come here at once: whoever is first makes it under another name.
    if !folder.join("ready").exists() {
        let lock = std::fs::File::create(target.join("smtp-sink-venv.lock")).expect("writable");
        lock.lock().expect("a lock");
        if !folder.join("ready").exists() {
            let requirements = crate_folder.join("tests/smtp_sink/requirements.txt");
            let (folder_text, requirements) = (
                folder.to_string_lossy().into_owned(),
                requirements.to_string_lossy().into_owned(),
            );
            let what = "making a Python environment (Debian package: python3-venv)";
            let arguments = ["-m", "venv", "--clear", &folder_text];
            run(what, Path::new("python3"), &arguments, crate_folder).await;
            let arguments = ["-m", "pip", "install", "--quiet", "-r", &requirements];
            run(
                "installing aiosmtpd from PyPI",
                &python,
                &arguments,
                crate_folder,
            )
            .await;
            std::fs::write(folder.join("ready"), "").expect("writable");
        }
    }
    python
}

/// Where this test program lies, up to the folder that cargo marks as a cache.
fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    program
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").exists())
        .unwrap_or_else(|| program.parent().expect("a program lies in a folder"))
        .to_owned()
}
