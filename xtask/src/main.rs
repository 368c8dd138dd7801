//! `cargo xtask TASK`: everything one does with this repository, one file per task.
//!
//! The dispatcher only picks the task and prints what went wrong; it knows nothing of
//! what a task does. Tasks are plain functions over the arguments behind their name.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "xtask is a command-line program: printing is its interface"
)]

mod bench;
mod command;
mod dependencies;
mod fresh;
mod mobile;
mod openapi;
mod project;
mod serve;
mod servers;
mod test;
mod tidy;
mod tools;
mod wasm;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask TASK

  serve [--release] [-- ARGS]    build what is missing and run `relaychat serve ARGS`
  test [--long] [SUITE...]       run every suite, or the ones named
  ci                             what continuous integration runs: the same as `test`
  servers                        start what tests need (PostgreSQL, Redis, S3) and wait
  bench [--quick] [-- ARGS]      measure beside floors and peers, a quarter of an hour (quick: four minutes)
  tidy                           check the house rules
  openapi                        rewrite openapi.json, errors.md and the fixtures
  wasm                           build the npm package
  mobile                         build the library for phones and write its Kotlin and Swift sides
  web                            build the web application
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((task, rest)) = args.split_first() else {
        print!("{USAGE}");
        return ExitCode::from(2);
    };
    let outcome = match task.as_str() {
        "serve" => serve::run(rest),
        "test" | "ci" => test::run(rest),
        "servers" => servers::run(),
        "bench" => bench::run(rest),
        "tidy" => tidy::run(),
        "openapi" => openapi::run(),
        "wasm" => wasm::run(),
        "mobile" => mobile::run(),
        "web" => web::run(),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(anyhow::anyhow!("there is no task `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {task}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
