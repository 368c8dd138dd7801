//! The checks of a store as a module for a page: the package's store is tried in a real browser.
//!
//! What it consists of is compiled for the package anyhow; only what is left of it is linked.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::module;
use super::toolchain::{self, Artifact};
use crate::fresh::Step;
use crate::project;

const CHECKS: Artifact = Artifact {
    args: ["--package=relaychat-sdk", "--example=web_store_conformance"],
    file: "examples/web_store_conformance.wasm",
};

/// Gives the folder with `conformance.js` and its module.
pub(crate) fn run() -> Result<PathBuf> {
    let folder = project::target()
        .join("xtask")
        .join("web-store-conformance");
    let module = folder.join("conformance_bg.wasm");
    let step = Step {
        name: "web-store-conformance-built",
        inputs: &[
            "Cargo.lock",
            "Cargo.toml",
            "openapi/src",
            "sdk-core/Cargo.toml",
            "sdk-core/examples",
            "sdk-core/src",
            "xtask/src/wasm",
        ],
        outputs: &[&module.to_string_lossy()],
    };
    step.run(|| {
        let compiled = toolchain::compile(&CHECKS)?;
        fs::create_dir_all(&folder)?;
        module::bind(&compiled, "conformance", &folder)
    })?;
    Ok(folder)
}
