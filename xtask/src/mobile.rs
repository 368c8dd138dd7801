//! `cargo xtask mobile`: the library for phones, and its Kotlin and Swift sides written from it.
//!
//! The library is the one that the Rust tests compile, as everything else that the suites start:
//! one compilation for all languages. What is written lies in ignored folders of the packages and
//! is replaced only where it differs, so that their compilers see no change where there is none.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::command::{command, run as run_command};
use crate::test::cargo::FEATURES;
use crate::{project, web};

/// Where each file goes that the generator writes: into the folders of the packages.
const PLACES: [(&str, &str); 3] = [
    (
        "kotlin/dev/relaychat/sdk/relaychat_sdk_mobile.kt",
        "sdk-mobile/kotlin/generated/dev/relaychat/sdk/relaychat_sdk_mobile.kt",
    ),
    (
        "swift/RelayChatCore.swift",
        "sdk-mobile/swift/Sources/RelayChatCore/RelayChatCore.swift",
    ),
    (
        "swift/RelayChatFFI.h",
        "sdk-mobile/swift/Sources/RelayChatFFI/RelayChatFFI.h",
    ),
];

pub(crate) fn run() -> Result<()> {
    let library = generate()?;
    println!("mobile: {}", library.display());
    Ok(())
}

/// Builds the library and writes both sides; gives the library. Once in a run.
pub(crate) fn generate() -> Result<PathBuf> {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    if let Some(library) = LIBRARY.get() {
        return Ok(library.clone());
    }
    let library = build()?;
    let folder = library.parent().context("the library lies in a folder")?;
    let written = folder.join("written");
    fs::remove_dir_all(&written).ok();
    for language in ["kotlin", "swift"] {
        let to = written.join(language);
        fs::create_dir_all(&to)?;
        let program = project::program("debug", "relaychat-bindgen");
        let args = [language, &to.to_string_lossy(), &library.to_string_lossy()];
        // Inside of the workspace, where the generator finds `uniffi.toml`.
        run_command(&mut command(&project::root(), program, &args))?;
    }
    for (from, to) in PLACES {
        put(&written.join(from), &project::path(to))?;
    }
    Ok(LIBRARY.get_or_init(|| library).clone())
}

/// Compiles the library and the generator as the Rust suite does, and keeps a copy of the library
/// that no other build replaces.
fn build() -> Result<PathBuf> {
    // The features are those of the whole workspace, and the engine's embeds the web application:
    // any that is there will do.
    if !project::path("engine/web-dist/index.html").exists() {
        web::run()?;
    }
    let mut args = vec!["test", "--locked", "--no-run", "--quiet"];
    args.extend(FEATURES);
    args.extend(["--test", "facade", "--test", "bindgen"]);
    run_command(&mut command(&project::root(), project::cargo(), &args))?;
    let name = library_name();
    let kept = project::target().join("xtask").join("mobile").join(&name);
    put(&project::target().join("debug/deps").join(name), &kept)?;
    Ok(kept)
}

/// A library that says of one function that it is another one than the bindings know, and is the
/// real one in everything else.
pub(crate) fn other_library(library: &Path) -> Result<PathBuf> {
    let folder = library.parent().context("the library lies in a folder")?;
    let (source, other) = (folder.join("other.c"), folder.join("other.so"));
    let code = "unsigned short uniffi_relaychat_sdk_mobile_checksum_func_live_counts(void) { return 1; }\n";
    fs::write(&source, code)?;
    let (place, source, made) = (
        folder.to_string_lossy(),
        source.to_string_lossy(),
        other.to_string_lossy(),
    );
    let (search, rpath) = (format!("-L{place}"), format!("-Wl,-rpath,{place}"));
    let args = [
        "-shared",
        "-fPIC",
        "-nostdlib",
        "-o",
        &made,
        &source,
        "-Wl,--no-as-needed",
        &rpath,
        &search,
        "-lrelaychat_sdk_mobile",
    ];
    run_command(&mut command(&project::root(), "cc", &args))?;
    Ok(other)
}

/// What the library is called on this platform.
fn library_name() -> String {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    format!("{prefix}relaychat_sdk_mobile{suffix}")
}

/// Copies a file, unless it is there already.
fn put(from: &Path, to: &Path) -> Result<()> {
    let new = fs::read(from).with_context(|| format!("{} was not made", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
    // A program that runs keeps the old one.
    fs::remove_file(to).ok();
    fs::write(to, new).with_context(|| format!("cannot write {}", to.display()))
}
