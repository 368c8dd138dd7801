//! Compiling for `wasm32-unknown-unknown`, wherever we are.
//!
//! 1. The installed toolchain has the target: use it.
//! 2. It comes from rustup: `rustup target add`, tried once and for a limited time.
//! 3. Otherwise (a distribution's toolchain, a closed network): Debian's `rustc-web` compiles the
//!    standard library from `rust-web-src`. It has a target folder of its own, since it is another
//!    compiler, and links with the other toolchain's `rust-lld`.
//!
//! Where none of them works there is one sentence that says what to install.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::{command, exists, output, run as run_command};
use crate::{project, tools};

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm";
/// Enough for 20 MB on a slow line; a closed network answers at once or never.
const RUSTUP_TIMEOUT: Duration = Duration::from_secs(90);
/// Where Debian's packages put the compiler and its sources.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCES: &str = "/usr/lib/rustlib/src/rust/library";

/// What is compiled.
pub(super) struct Artifact {
    /// How cargo calls it.
    pub(super) args: [&'static str; 2],
    /// Where its module lies in the folder of the profile.
    pub(super) file: &'static str,
}

/// Compiles it; gives the path of the module.
pub(super) fn compile(artifact: &Artifact) -> Result<PathBuf> {
    if has_target()? || add_target()? {
        return compile_plainly(artifact);
    }
    compile_with_std(artifact)
}

fn compile_plainly(artifact: &Artifact) -> Result<PathBuf> {
    run_command(&mut cargo(&project::target(), &artifact.args))?;
    Ok(module_in(&project::target(), artifact))
}

fn compile_with_std(artifact: &Artifact) -> Result<PathBuf> {
    require_debian()?;
    let target = project::path("target-web");
    let linker = linker()?;
    let [package, part] = artifact.args;
    run_command(
        cargo(&target, &[package, part, "-Zbuild-std=std,panic_abort"])
            .env("RUSTC", DEBIAN_RUSTC)
            // Building the standard library is not stable; Debian's compiler is a release.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker),
    )?;
    Ok(module_in(&target, artifact))
}

fn cargo(target: &Path, more: &[&str]) -> std::process::Command {
    let folder = target.to_string_lossy();
    let mut args = vec![
        "build",
        "--quiet",
        "--locked",
        "--profile",
        PROFILE,
        "--target",
        TARGET,
        "--target-dir",
        &folder,
    ];
    args.extend(more);
    let mut cargo = command(&project::root(), project::cargo(), &args);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remapped_paths().join("\u{1f}"));
    cargo
}

/// Panic messages name source files. Where those lay on this machine is nobody's business, and the
/// same sources should give the same module everywhere.
fn remapped_paths() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let crates = home.map(|home| home.join("registry").join("src"));
    let remap = |from: PathBuf, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    crates
        .map(|from| remap(from, "crates"))
        .into_iter()
        .chain([remap(project::root(), "relaychat")])
        .collect()
}

fn module_in(target: &Path, artifact: &Artifact) -> PathBuf {
    target.join(TARGET).join(PROFILE).join(artifact.file)
}

/// Whether the compiler that cargo uses has the target's standard library.
fn has_target() -> Result<bool> {
    let args = ["--print", "target-libdir", "--target", TARGET];
    let folder = output(&mut command(&project::root(), rustc(), &args))?;
    let Ok(entries) = std::fs::read_dir(folder.trim()) else {
        return Ok(false);
    };
    Ok(entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-")))
}

fn rustc() -> String {
    std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned())
}

/// Asks rustup for the target; remembers when that was in vain, since it can take its time.
fn add_target() -> Result<bool> {
    let in_vain = project::target().join("xtask").join("wasm-target-in-vain");
    if in_vain.exists() || !exists("rustup") {
        return Ok(false);
    }
    println!("$ rustup target add {TARGET}");
    let is_added = ends_well_in_time(
        command(
            &project::root(),
            "rustup",
            &["--quiet", "target", "add", TARGET],
        )
        .stdout(Stdio::null())
        .stderr(Stdio::null()),
        RUSTUP_TIMEOUT,
    )? && has_target()?;
    if !is_added {
        println!("rustup cannot get the target here: building the standard library instead");
        std::fs::create_dir_all(in_vain.parent().expect("it lies in a folder"))?;
        std::fs::write(&in_vain, "")?;
    }
    Ok(is_added)
}

fn ends_well_in_time(command: &mut std::process::Command, timeout: Duration) -> Result<bool> {
    let mut child = command.spawn().context("rustup could not be started")?;
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn require_debian() -> Result<()> {
    let is_there = || Path::new(DEBIAN_RUSTC).exists() && Path::new(DEBIAN_SOURCES).exists();
    if is_there() {
        return Ok(());
    }
    let installed = tools::apt_install(&["rustc-web", "rust-web-src"]);
    if is_there() {
        return Ok(());
    }
    let advice = format!(
        "the compiler has no target {TARGET}. Run `rustup target add {TARGET}`, or on Debian \
         install the packages rustc-web and rust-web-src, and try again"
    );
    installed.context(advice.clone())?;
    bail!("{advice}");
}

/// The linker for WebAssembly that comes with a toolchain of rustup; the one of a distribution's
/// LLVM is often too old.
fn linker() -> Result<PathBuf> {
    let linkers = [rustc(), "rustc".to_owned()];
    if let Some(linker) = linkers.iter().filter_map(|rustc| linker_of(rustc)).next() {
        return Ok(linker);
    }
    if exists("wasm-ld") {
        return Ok("wasm-ld".into());
    }
    bail!("no linker for WebAssembly: install the package lld and try again")
}

fn linker_of(rustc: &str) -> Option<PathBuf> {
    let ask = |args: &[&str]| output(&mut command(&project::root(), rustc, args)).ok();
    let sysroot = ask(&["--print", "sysroot"])?;
    let version = ask(&["-vV"])?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))?;
    let linker = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld");
    linker.exists().then_some(linker)
}
