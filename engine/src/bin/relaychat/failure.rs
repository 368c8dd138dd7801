//! How the program ends when it cannot do what was asked.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | it failed; the same may work later |
//! | 3 | what was asked cannot work until somebody changes something |

use std::process::ExitCode;

/// The exit code of what cannot work as it was asked.
const CANNOT_WORK: u8 = 3;

/// Everything that has to be changed, one sentence each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(|problem| format!("error: {problem}")).collect::<Vec<_>>().join("\n"))]
pub(crate) struct Problems(pub(crate) Vec<String>);

impl Problems {
    /// A single one.
    pub(crate) fn one(problem: impl Into<String>) -> anyhow::Error {
        Self(vec![problem.into()]).into()
    }
}

/// Something was said already; only the exit code is left.
#[derive(Debug, thiserror::Error)]
#[error("the outcome has been printed")]
pub(crate) struct Said(pub(crate) u8);

/// Says what went wrong and gives the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(Said(code)) = error.downcast_ref() {
        return ExitCode::from(*code);
    }
    if let Some(problems) = error.downcast_ref::<Problems>() {
        eprintln!("{problems}");
        return ExitCode::from(CANNOT_WORK);
    }
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

/// Ends after the command line could not be read: help and version are no failure.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() {
        ExitCode::from(CANNOT_WORK)
    } else {
        ExitCode::SUCCESS
    }
}
