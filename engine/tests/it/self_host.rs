//! The program itself: starts on an empty folder, says where everything is, ends in good order, and
//! says in one sentence why it cannot start.

use std::{path::Path, process::Stdio, time::Duration};

use relaychat_engine::test_support::DEADLINE;
use relaychat_protocol::rest::auth::{CodeRequested, LoggedIn};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// A running program and what it prints.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
}

fn relaychat(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relaychat"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

impl Program {
    async fn start(data: &Path) -> Self {
        let mut child = relaychat(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let output = child.stdout.take().expect("is piped");
        let mut program = Self {
            child,
            lines: BufReader::new(output).lines(),
            url: String::new(),
        };
        let chat = program.line_with("  Chat").await;
        program.url = chat.trim_start_matches("  Chat").trim().to_owned();
        program
    }

    async fn line_with(&mut self, text: &str) -> String {
        tokio::time::timeout(DEADLINE, async {
            loop {
                let line = self
                    .lines
                    .next_line()
                    .await
                    .expect("reads")
                    .expect("prints on");
                if line.contains(text) {
                    return line;
                }
            }
        })
        .await
        .expect("prints it in time")
    }

    /// Logs in with the code that the program prints.
    async fn log_in(&mut self, email: &str) -> LoggedIn {
        let http = crate::http::http();
        let codes = format!("{}/v1/auth/codes", self.url);
        let asked = http
            .post(codes)
            .json(&json!({ "email": email }))
            .send()
            .await;
        let asked: CodeRequested = asked.expect("answers").json().await.expect("a request");
        let line = self.line_with(" otp ").await;
        let code = line.split_whitespace().nth(3).expect("a code").to_owned();
        assert!(
            line.contains(email) && line.ends_with("(valid 10 min)"),
            "{line}"
        );
        let verify = json!({ "request_id": asked.request_id, "code": code });
        let path = format!("{}/v1/auth/verify", self.url);
        let answer = http.post(path).json(&verify).send().await.expect("answers");
        answer.json().await.expect("logged in")
    }

    /// Ends it as a service manager does; gives the exit code.
    async fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().expect("runs").to_string();
        let signal = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(signal.expect("kill runs").success());
        let ended = tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await;
        ended
            .expect("ends within 15 s")
            .expect("an exit status")
            .code()
    }
}

/// The exit code and the errors of a program that must not start.
async fn refusal(mut command: Command) -> (Option<i32>, String) {
    let output = tokio::time::timeout(DEADLINE, command.output()).await;
    let output = output.expect("ends in time").expect("runs");
    let errors = String::from_utf8(output.stderr).expect("text");
    (output.status.code(), errors)
}

#[tokio::test]
async fn an_empty_folder_becomes_a_chat_server_that_ends_in_good_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path()).await;
    assert!(program.line_with("Dev inbox").await.contains("/_/inbox"));
    assert!(program.line_with("API").await.contains("/api/docs"));
    let first = program.log_in("alice@example.com").await;
    assert_eq!(program.terminate().await, Some(0));
    // The same folder again: the same secret, so the session goes on.
    let program = Program::start(folder.path()).await;
    let me = crate::http::http()
        .get(format!("{}/v1/me", program.url))
        .bearer_auth(&first.tokens.access_token)
        .send()
        .await
        .expect("answers");
    assert_eq!(me.status(), 200);
    let page = crate::http::http()
        .get(&program.url)
        .send()
        .await
        .expect("answers");
    assert_eq!(page.status(), 200, "something is at the root");
    assert_eq!(program.terminate().await, Some(0));
}

#[tokio::test]
async fn what_stops_it_is_said_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let running = Program::start(folder.path()).await;
    let address = running.url.trim_start_matches("http://").to_owned();

    let other = tempfile::tempdir().expect("a folder");
    let mut in_use = relaychat(other.path());
    in_use.env("RELAY_UNKNOWN", "x");
    let (code, errors) = refusal(in_use).await;
    assert!(
        code == Some(3) && errors.contains("RELAY_UNKNOWN"),
        "{errors}"
    );

    let mut in_use = Command::new(env!("CARGO_BIN_EXE_relaychat"));
    in_use
        .args(["serve", "--listen", &address, "--data"])
        .arg(other.path());
    let (code, errors) = refusal(in_use).await;
    assert!(code == Some(1) && errors.contains("is in use"), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");

    let (code, errors) = refusal(relaychat(Path::new("/proc/relaychat"))).await;
    assert!(
        code == Some(1) && errors.contains("cannot be made"),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");

    std::fs::write(other.path().join("relaychat.db"), [7; 9_000]).expect("writes");
    let (code, errors) = refusal(relaychat(other.path())).await;
    assert!(code == Some(1) && errors.contains("is damaged"), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");

    let mut public = relaychat(folder.path());
    public.args(["--public-url", "https://chat.example.com"]);
    let (code, errors) = refusal(public).await;
    assert!(
        code == Some(3) && errors.contains("smtp_url = "),
        "{errors}"
    );
    assert_eq!(running.terminate().await, Some(0));
}
