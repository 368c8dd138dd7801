//! `cargo xtask web`: the npm package, then the web application, then its files where the
//! engine embeds them.
//!
//! Each step is skipped while its inputs are unchanged. What the steps do inside is decided
//! by their own package files; nothing here knows a bundler.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::command::{command, run as run_command};
use crate::fresh::Step;
use crate::{project, tools, wasm};

const APP: &str = "examples/web-chat";
/// Where the engine's feature `web` looks for the files to embed.
const EMBEDDED: &str = "engine/web-dist";

pub(crate) fn run() -> Result<()> {
    tools::require_node()?;
    wasm::run()?;
    dependencies()?;
    app()
}

/// The web application's npm packages.
pub(crate) fn dependencies() -> Result<()> {
    let inputs = [
        "examples/web-chat/package.json",
        "examples/web-chat/package-lock.json",
    ];
    let step = Step {
        name: "web-npm",
        inputs: &inputs,
        outputs: &["examples/web-chat/node_modules"],
    };
    step.run(|| tools::npm_ci(APP)).map(drop)
}

/// Builds the application and copies it beside the engine's sources.
pub(crate) fn app() -> Result<()> {
    // The module is named because folders of results are left out.
    let inputs = [APP, "sdk-wasm/npm", "sdk-wasm/npm/dist/relaychat_bg.wasm"];
    let outputs = [
        "examples/web-chat/dist/index.html",
        "engine/web-dist/index.html",
    ];
    let step = Step {
        name: "web-app",
        inputs: &inputs,
        outputs: &outputs,
    };
    step.run(|| {
        run_command(&mut command(
            &project::path(APP),
            "npm",
            &["run", "--silent", "build"],
        ))?;
        let embedded = project::path(EMBEDDED);
        if embedded.exists() {
            fs::remove_dir_all(&embedded)?;
        }
        copy_tree(&project::path(APP).join("dist"), &embedded)
    })
    .map(drop)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
