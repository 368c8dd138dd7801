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
mod commands;
mod failure;
mod files;
mod logging;
mod metrics;
mod page;
mod preflight;
mod settings;
mod signals;
mod stores;

use std::process::ExitCode;

/// Gives memory back after many sockets have gone, which the system's allocator does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // What all TLS of this process is made with. Nobody was here before, so it cannot fail.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let matches = match args::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return failure::usage(&error),
    };
    match args::run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}
