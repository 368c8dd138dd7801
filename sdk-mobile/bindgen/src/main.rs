//! Writes the Kotlin and Swift sides of `relaychat-sdk-mobile` from the library that was built.
//!
//! A crate of its own, so that what reads libraries and writes sources stays out of the library.
//! What it is told is a language, a folder and the library; what the sides are called is in
//! `sdk-mobile/uniffi.toml`. It runs inside the workspace, where that file is found.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use camino::Utf8PathBuf;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

const USAGE: &str = "relaychat-bindgen kotlin|swift FOLDER LIBRARY";

#[expect(clippy::print_stderr, reason = "a program says what went wrong")]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let [language, folder, library] = args else {
        bail!("{USAGE}");
    };
    let language = match language.as_str() {
        "kotlin" => TargetLanguage::Kotlin,
        "swift" => TargetLanguage::Swift,
        other => bail!("there is no language `{other}`: {USAGE}"),
    };
    generate(GenerateOptions {
        languages: vec![language],
        source: Utf8PathBuf::from(library),
        out_dir: Utf8PathBuf::from(folder),
        config_override: None,
        format: false,
        crate_filter: None,
        metadata_no_deps: false,
    })
    .with_context(|| format!("nothing could be made from {library}"))
}
