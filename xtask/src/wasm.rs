//! `cargo xtask wasm`: the npm package `@relaychat/client`, ready for `npm pack`.
//!
//! The client core is compiled to WebAssembly, wasm-bindgen writes the glue beside it (as a
//! library of the very version the crate uses, so that nobody installs a command of another one),
//! tsc compiles the façade, and the module is also written as a script for places that lose the
//! `.wasm`. Everything lands in `sdk-wasm/npm/dist`. At the end the sizes are printed, and a
//! module above the limit fails the task.

mod conformance;
mod module;
mod order;
mod sizes;
mod toolchain;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::command::{command, run as run_command};
use crate::fresh::Step;
use crate::{project, tools};

pub(crate) use conformance::run as conformance;

const PACKAGE: &str = "sdk-wasm/npm";
const DIST: &str = "sdk-wasm/npm/dist";

const CLIENT: toolchain::Artifact = toolchain::Artifact {
    args: ["--package=relaychat-sdk-wasm", "--lib"],
    file: "relaychat_sdk_wasm.wasm",
};

/// Everything that decides what the package contains.
const INPUTS: [&str; 15] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "openapi/Cargo.toml",
    "openapi/src",
    "sdk-core/Cargo.toml",
    "sdk-core/src",
    "sdk-wasm/Cargo.toml",
    "sdk-wasm/npm/package-lock.json",
    "sdk-wasm/npm/package.json",
    "sdk-wasm/npm/src",
    "sdk-wasm/npm/tsconfig.json",
    "sdk-wasm/src",
    "xtask/src/wasm",
];

pub(crate) fn run() -> Result<()> {
    tools::require_node()?;
    dependencies()?;
    let outputs = [
        "sdk-wasm/npm/dist/index.js",
        "sdk-wasm/npm/dist/index.d.ts",
        "sdk-wasm/npm/dist/react.js",
        "sdk-wasm/npm/dist/relaychat.js",
        "sdk-wasm/npm/dist/relaychat_bg.wasm",
        "sdk-wasm/npm/dist/relaychat_inline.js",
    ];
    let step = Step {
        name: "wasm",
        inputs: &INPUTS,
        outputs: &outputs,
    };
    let is_rebuilt = step.run(build)?;
    // Compressing as hard as it goes takes seconds: what was measured once stays measured.
    if is_rebuilt { Ok(()) } else { sizes::recall() }
}

/// The package's own development tools.
pub(crate) fn dependencies() -> Result<()> {
    let inputs = [
        "sdk-wasm/npm/package.json",
        "sdk-wasm/npm/package-lock.json",
    ];
    let step = Step {
        name: "wasm-npm",
        inputs: &inputs,
        outputs: &["sdk-wasm/npm/node_modules"],
    };
    step.run(|| tools::npm_ci(PACKAGE)).map(drop)
}

fn build() -> Result<()> {
    let compiled = toolchain::compile(&CLIENT)?;
    let dist = project::path(DIST);
    // A file that was renamed must not stay in the package under its old name.
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;
    module::bind(&compiled, module::NAME, &dist)?;
    module::minify_glue(&dist)?;
    module::optimise(&dist)?;
    module::inline(&dist)?;
    run_command(&mut command(
        &project::path(PACKAGE),
        "npm",
        &["run", "--silent", "build"],
    ))?;
    module::minify_facade(&dist)?;
    copy_licences()?;
    sizes::measure(&dist)
}

/// npm packs only what lies in the package's own folder.
fn copy_licences() -> Result<()> {
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let from = project::path(name);
        if from.exists() {
            copy(&from, &project::path(PACKAGE).join(name))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
