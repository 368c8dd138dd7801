//! The suites that cargo runs: all crates' tests, the lints, the format.
//!
//! Tests are compiled first and run after, so that the table shows time spent on tests and a
//! compile error is not taken for a failing test. Cargo names a test binary by its path only;
//! the first step tells which crate a path belongs to.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Result, bail};
use serde_json::Value;

use super::Options;
use super::count;
use super::outcome::Count;
use super::served;
use crate::command::{command, output, watch};
use crate::servers::Servers;
use crate::{project, web};

/// One set of features for all tests and for the binary that the later suites start.
pub(crate) const FEATURES: [&str; 3] = ["--workspace", "--features", "relaychat-engine/web"];

/// Runs of the model of the whole client in a long test: five minutes on two processors.
const CLIENT_CASES: &str = "100000";

/// The binary of the engine's stories.
const STORIES: &str = "engine: it";
/// Tests that are the same on every storage.
const OTHER_STORAGE: [&str; 16] = [
    "--skip",
    "storage::sqlite",
    "--skip",
    "storage::postgres",
    "--skip",
    "storage::copy",
    "--skip",
    "domain::",
    "--skip",
    "images::",
    "--skip",
    "mailer::",
    "--skip",
    "blobs::",
    "--skip",
    "backup::",
];

pub(super) fn fmt(_: &Options) -> Result<Vec<Count>> {
    let transcript = watch(&mut cargo(&["fmt", "--all", "--check"]))?;
    Ok(vec![Count::single("rustfmt", transcript.is_success)])
}

pub(super) fn clippy(_: &Options) -> Result<Vec<Count>> {
    web::run()?;
    let mut args = vec!["clippy", "--locked", "--all-targets"];
    args.extend(FEATURES);
    args.extend(["--", "-D", "warnings"]);
    let transcript = watch(&mut cargo(&args))?;
    Ok(vec![Count::single("clippy", transcript.is_success)])
}

pub(super) fn tests(options: &Options) -> Result<Vec<Count>> {
    let crates = build()?;
    let mut args = vec!["test", "--locked", "--no-fail-fast"];
    args.extend(FEATURES);
    let mut tests = cargo(&args);
    // Tests that start the program take this one instead of building it with other features.
    tests.env("RELAYCHAT", served::program()?);
    if options.is_long {
        tests.env("RELAYCHAT_CASES", CLIENT_CASES);
        // A month offline in full size.
        tests.env("RELAYCHAT_LONG", "1");
    }
    let servers = Servers::start()?;
    servers.tell(&mut tests);
    let transcript = watch(tests.env("CARGO_TERM_COLOR", "never"))?;
    let counts = read(&transcript.lines, &crates);
    if !transcript.is_success && counts.iter().all(|count| count.failed == 0) {
        bail!("cargo test failed outside a test");
    }
    Ok(counts)
}

/// The engine's stories once more, each on two nodes that share PostgreSQL and Redis.
pub(super) fn nodes(_: &Options) -> Result<Vec<Count>> {
    let crates = build()?;
    let stories = crates.iter().find(|(_, target)| *target == STORIES);
    let Some((program, _)) = stories else {
        bail!("the engine has no stories");
    };
    let args = ["--skip", "backup::"];
    let mut tests = command(&project::root().join("engine"), program, &args);
    tests
        .env("RELAYCHAT", served::program()?)
        .env("RELAYCHAT_TEST_STORAGE", "postgres")
        .env("RELAYCHAT_TEST_NODES", "2");
    let servers = Servers::start()?;
    servers.tell(&mut tests);
    let transcript = watch(&mut tests)?;
    let counts = transcript
        .lines
        .iter()
        .filter_map(|line| count::libtest(line));
    let counts = counts
        .map(|(passed, failed)| Count::new(format!("{STORIES} on two nodes"), passed, failed));
    Ok(counts.collect())
}

/// The engine's tests once more with PostgreSQL below them: the same compilation, another storage.
/// What names its database itself has run already and is left out.
pub(super) fn postgres(_: &Options) -> Result<Vec<Count>> {
    let crates = build()?;
    let servers = Servers::start()?;
    let mut counts = Vec::new();
    for (path, name) in &crates {
        if name != "engine: relaychat_engine" && name != "engine: it" {
            continue;
        }
        let mut tests = command(&project::path("engine"), path, &OTHER_STORAGE);
        tests.env("RELAYCHAT_TEST_STORAGE", "postgres");
        tests.env("RELAYCHAT", served::program()?);
        servers.tell(&mut tests);
        let transcript = watch(&mut tests)?;
        let results = transcript
            .lines
            .iter()
            .filter_map(|line| count::libtest(line));
        let (passed, failed) = results.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let counted = Count::new(name.clone(), passed, failed);
        counts.push(count::ended(counted, transcript.is_success));
    }
    Ok(counts)
}

/// Compiles all tests; gives the crate and target of each binary by its path.
///
/// The web application comes first, since the program embeds it.
pub(super) fn build() -> Result<BTreeMap<String, String>> {
    web::run()?;
    let mut args = vec![
        "test",
        "--locked",
        "--no-run",
        "--message-format=json-render-diagnostics",
    ];
    args.extend(FEATURES);
    let text = output(&mut cargo(&args))?;
    let mut crates = BTreeMap::new();
    for line in text.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let Some(path) = message["executable"].as_str() else {
            continue;
        };
        let manifest = message["manifest_path"].as_str().unwrap_or_default();
        let folder = manifest.trim_end_matches("/Cargo.toml");
        let folder = folder.rsplit('/').next().unwrap_or_default();
        let target = message["target"]["name"].as_str().unwrap_or_default();
        crates.insert(path.to_owned(), format!("{folder}: {target}"));
    }
    served::keep_program()?;
    Ok(crates)
}

/// One count for each test binary that has tests, and for each crate's documentation tests.
fn read(lines: &[String], crates: &BTreeMap<String, String>) -> Vec<Count> {
    let mut counts: Vec<Count> = Vec::new();
    let mut name = String::new();
    for line in lines {
        let line = line.trim();
        if let Some(path) = line
            .strip_prefix("Running ")
            .and_then(|rest| rest.split(['(', ')']).nth(1))
        {
            name = crates
                .iter()
                .find(|(full, _)| full.ends_with(path))
                .map_or_else(|| path.to_owned(), |(_, target)| target.clone());
        } else if let Some(tested) = line.strip_prefix("Doc-tests ") {
            name = format!("{tested}: documentation");
        } else if let Some((passed, failed)) = count::libtest(line)
            && passed + failed > 0
        {
            counts.push(Count::new(name.clone(), passed, failed));
        }
    }
    counts
}

fn cargo(args: &[&str]) -> Command {
    command(&project::root(), project::cargo(), args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_result_belongs_to_the_binary_named_before_it() {
        let crates = BTreeMap::from([(
            "/r/target/debug/deps/it-1".to_owned(),
            "engine: it".to_owned(),
        )]);
        let text = "     Running tests/it/main.rs (target/debug/deps/it-1)\n\
            test result: ok. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
            Doc-tests relaychat_engine\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let expected = vec![
            Count::new("engine: it", 3, 1),
            Count::new("relaychat_engine: documentation", 2, 0),
        ];
        assert_eq!(read(&lines, &crates), expected);
    }
}
