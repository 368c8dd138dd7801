//! The participant as a program: what it answers while nobody else is there.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde_json::Value;

#[test]
fn every_line_has_its_answer_and_what_is_wrong_ends_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("room.db");
    let mut child = Command::new(env!("CARGO_BIN_EXE_room-rust"))
        .args(["http://127.0.0.1:1", &store.to_string_lossy()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("it is piped");
    input
        .write_all(b"login a@example.com\nsing\nsend hello\ncode 123456\noffline\nquit\n")
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("it is text");
    let answers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let codes: Vec<&str> = answers
        .iter()
        .map(|answer| answer["code"].as_str().unwrap_or("ok"))
        .collect();
    assert_eq!(codes, ["network", "usage", "usage", "usage", "ok", "ok"]);
}
