//! `relaychat`: the engine as one program.
//!
//! The only place that reads the environment and files of settings, prints, exits, installs a
//! logger and an allocator. Everything else it does through the engine's public interface, so what
//! it can do a host application can do too.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the program talks to a person at a terminal"
)]

mod args;
mod banner;
mod demo;
mod files;
mod logging;
mod openapi;
mod page;
mod serve;
mod settings;
mod signals;

use std::process::ExitCode;

use args::{Arguments, Command};
use clap::Parser;

/// Gives memory back after many sockets have gone, which the system's allocator does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Serve(given) => serve::run(*given),
        Command::Demo(command) => demo::run(command),
        Command::Openapi => openapi::run(),
        Command::Version => {
            println!("relaychat {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
