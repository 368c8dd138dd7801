//! The program itself as a process of its own: how the stories start, read and end it.

use std::{path::Path, process::Stdio, time::Duration};

use relaychat_engine::test_support::DEADLINE;
use relaychat_protocol::rest::auth::{CodeRequested, LoggedIn};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// A running program and what it prints.
pub(crate) struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) url: String,
}

/// The program with `arguments`, far from any settings of the machine.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relaychat"));
    command
        .args(arguments)
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A server on a folder and a free port.
pub(crate) fn relaychat(data: &Path) -> Command {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(data);
    command
}

impl Program {
    pub(crate) async fn start(data: &Path) -> Self {
        Self::run(relaychat(data)).await
    }

    /// Starts a server that prints its banner.
    pub(crate) async fn run(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("starts");
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

    pub(crate) async fn line_with(&mut self, text: &str) -> String {
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
    pub(crate) async fn log_in(&mut self, email: &str) -> LoggedIn {
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
    pub(crate) async fn terminate(self) -> Option<i32> {
        self.signal("-TERM").await;
        self.ended().await
    }

    /// Sends a signal.
    pub(crate) async fn signal(&self, signal: &str) {
        let id = self.child.id().expect("runs").to_string();
        let sent = Command::new("kill").args([signal, &id]).status().await;
        assert!(sent.expect("kill runs").success());
    }

    /// Everything it still prints until it ends.
    pub(crate) async fn rest(mut self) -> String {
        let mut rest = String::new();
        let read = async {
            while let Ok(Some(line)) = self.lines.next_line().await {
                rest.push_str(&line);
                rest.push('\n');
            }
        };
        tokio::time::timeout(DEADLINE, read)
            .await
            .expect("ends in time");
        rest
    }

    /// Waits for its end; gives the exit code.
    pub(crate) async fn ended(mut self) -> Option<i32> {
        let ended = tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await;
        ended
            .expect("ends within 15 s")
            .expect("an exit status")
            .code()
    }
}

/// The exit code and the errors of a program that must not start.
pub(crate) async fn refusal(mut command: Command) -> (Option<i32>, String) {
    let output = tokio::time::timeout(DEADLINE, command.output()).await;
    let Ok(output) = output else {
        return (None, "it started".to_owned());
    };
    let output = output.expect("runs");
    let errors = String::from_utf8(output.stderr).expect("text");
    (output.status.code(), errors)
}
