//! Running other programs: loud about what is run, clear when it is missing or fails.
//!
//! Standard input is always closed, so that no tool can stop to ask a question.
//! This is no shell: arguments are passed as they are.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// A command in a folder, with closed standard input.
pub(crate) fn command(folder: &Path, program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command
}

/// Runs to the end with the output going to the terminal; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = describe(command);
    println!("$ {shown}");
    let status = command.status().with_context(|| missing(command))?;
    ensure_success(&shown, status)
}

/// Runs quietly and gives standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = describe(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| missing(command))?;
    ensure_success(&shown, output.status)?;
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not print UTF-8"))
}

/// What a command that was watched said and how it ended.
pub(crate) struct Transcript {
    pub(crate) lines: Vec<String>,
    pub(crate) is_success: bool,
}

/// Runs with both outputs in one stream: shown at once, and kept for counting.
pub(crate) fn watch(command: &mut Command) -> Result<Transcript> {
    println!("$ {}", describe(command));
    let (reader, writer) = std::io::pipe().context("no pipe to be had")?;
    let mut child = command
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .spawn()
        .with_context(|| missing(command))?;
    // The command still holds the writing end; without this the pipe never ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut lines = Vec::new();
    let mut reader = BufReader::new(reader);
    let mut raw = Vec::new();
    while reader.read_until(b'\n', &mut raw)? > 0 {
        let line = String::from_utf8_lossy(&raw).trim_end().to_owned();
        println!("{line}");
        lines.push(line);
        raw.clear();
    }
    let is_success = child.wait()?.success();
    Ok(Transcript { lines, is_success })
}

/// Whether a program can be started at all.
pub(crate) fn exists(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn ensure_success(shown: &str, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

fn describe(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn missing(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    format!("`{program}` could not be started: is it installed and on the PATH?")
}
