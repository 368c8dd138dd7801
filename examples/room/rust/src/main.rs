//! The Rust participant of `examples/room`: obeys one line after the other and answers each with a
//! line of JSON. The commands are in the README there.

mod participant;
mod session_file;
mod transcript;

use std::time::Duration;

use anyhow::{Result, bail};
use participant::Participant;
use relaychat_sdk::RelayError;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// How long a command may wait for the others.
const DEADLINE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, store_path] = args.as_slice() else {
        bail!("room-rust URL STORE");
    };
    let mut room = Participant::new(url, store_path)?;
    let mut lines = input();
    while let Some(line) = lines.recv().await {
        let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = tokio::time::timeout(DEADLINE, room.obey(command, rest)).await;
        say(&match answer {
            Ok(Ok(mut answer)) => {
                answer["ok"] = Value::Bool(true);
                answer
            }
            Ok(Err(error)) => failure(&error),
            Err(_) => json!({ "ok": false, "code": "timeout", "detail": room.shown() }),
        });
        if command == "quit" {
            return Ok(());
        }
    }
    room.leave().await;
    Ok(())
}

/// The lines of standard input. Reading it blocks, so a thread does.
fn input() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn failure(error: &anyhow::Error) -> Value {
    let code = error.downcast_ref::<RelayError>();
    let code = code.map_or("usage", |error| error.code);
    json!({ "ok": false, "code": code, "detail": format!("{error:#}") })
}

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn say(answer: &Value) {
    // A line is flushed by its end.
    println!("{answer}");
}
