//! `cargo xtask openapi`: rewrites the generated documents in `openapi/`.
//!
//! The engine knows its routes, so the generator is an example of the engine crate; this task
//! only runs it. That the committed files are fresh is a test of the engine.

use anyhow::Result;

use crate::{command, project};

pub(crate) fn run() -> Result<()> {
    let args = [
        "run",
        "--quiet",
        "-p",
        "relaychat-engine",
        "--example",
        "openapi",
    ];
    command::run(&mut command::command(
        &project::root(),
        project::cargo(),
        &args,
    ))
}
