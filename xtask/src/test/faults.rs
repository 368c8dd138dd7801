//! The fault program against two nodes of the program that the Rust suite compiled.

use anyhow::Result;

use super::Options;
use super::outcome::Count;
use super::{cargo, served};
use crate::command::{command, exists, watch};
use crate::{project, tools};

/// Faults of each kind, and how long Redis is stopped each time: two minutes in all.
const SHORT: [&str; 4] = ["--faults", "3", "--stop-secs", "15"];
/// As many as make a claim; a good hour.
const LONG: [&str; 4] = ["--faults", "100", "--stop-secs", "30"];

pub(super) fn run(options: &Options) -> Result<Vec<Count>> {
    if !exists("redis-server") {
        tools::apt_install(&["redis-server"])?;
    }
    if !std::path::Path::new("/usr/lib/postgresql").exists() {
        tools::apt_install(&["postgresql"])?;
    }
    let program = project::target().join("debug").join("relaychat-faults");
    if !program.exists() {
        cargo::build()?;
    }
    let relaychat = served::program()?;
    let args = if options.is_long { LONG } else { SHORT };
    let mut faults = command(&project::root(), &program, &args);
    let transcript = watch(faults.env("RELAYCHAT", relaychat))?;
    let is_counted = transcript.lines.iter().any(|line| line.contains("0 lost"));
    Ok(vec![Count::single(
        "two nodes under faults",
        transcript.is_success && is_counted,
    )])
}
