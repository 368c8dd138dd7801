//! The tools outside cargo that some tasks need: Node, a browser, a Python environment.
//!
//! What can live inside the project's target folder is put there by its own package manager.
//! System packages are installed only by `test`, only as root and only with apt; everybody
//! else gets a sentence that says what is missing and how to get it.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Result, bail};

use crate::command::{command, exists, run};
use crate::project;

/// Vite 8 and React 19's tooling start at this major version.
const NODE_MAJOR: u32 = 20;

/// Node and npm, recent enough.
pub(crate) fn require_node() -> Result<()> {
    if !exists("node") || !exists("npm") {
        bail!(
            "Node.js {NODE_MAJOR} or later with npm is needed for the web application and was not found on the PATH. Install it from your package manager or nodejs.org and try again."
        );
    }
    let version = crate::command::output(&mut command(&project::root(), "node", &["--version"]))?;
    let major: u32 = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(0);
    if major < NODE_MAJOR {
        bail!(
            "Node.js {} is too old: {NODE_MAJOR} or later is needed for the web application.",
            version.trim()
        );
    }
    Ok(())
}

/// Runs `npm ci` in a folder (npm's own lock file decides what is installed).
pub(crate) fn npm_ci(folder: &str) -> Result<()> {
    let args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    run(&mut command(&project::path(folder), "npm", &args))
}

/// A Chromium that can be driven: `CHROMIUM`, or the usual names, or Debian's package.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    apt_install(&["chromium"])?;
    match find_chromium() {
        Some(path) => Ok(path),
        None => bail!("no Chromium: install the package `chromium` or point CHROMIUM to a browser"),
    }
}

fn find_chromium() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .iter()
    .find_map(|name| find_on_path(name))
}

fn find_on_path(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// A Python of our own in the target folder with the packages of a requirements file.
pub(crate) fn python(requirements: &str) -> Result<PathBuf> {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    if let Some(python) = PYTHON.get() {
        return Ok(python.clone());
    }
    let folder = project::target().join("venv");
    let python = folder.join("bin").join("python");
    let step = crate::fresh::Step {
        name: "venv",
        inputs: &[requirements],
        outputs: &[],
    };
    if !python.exists() {
        std::fs::remove_file(project::target().join("xtask/venv")).ok();
    }
    step.run(|| {
        if !has_venv() {
            apt_install(&["python3", "python3-venv"])?;
        }
        let folder = folder.to_string_lossy().into_owned();
        run(&mut command(
            &project::root(),
            "python3",
            &["-m", "venv", &folder],
        ))?;
        let args = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            requirements,
        ];
        run(&mut command(&project::root(), &python, &args))
    })?;
    Ok(PYTHON.get_or_init(|| python).clone())
}

fn has_venv() -> bool {
    command(
        &project::root(),
        "python3",
        &["-c", "import venv, ensurepip"],
    )
    .status()
    .is_ok_and(|status| status.success())
}

/// Installs Debian packages when that is possible without asking anybody.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !is_root() || !exists("apt-get") {
        bail!(
            "missing: {names}. Install with your package manager (Debian: apt-get install {names}) and try again."
        );
    }
    let root = project::root();
    run(command(&root, "apt-get", &["update", "-qq"]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(packages);
    run(command(&root, "apt-get", &args).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Whether we are root.
pub(crate) fn is_root() -> bool {
    crate::command::output(&mut command(&project::root(), "id", &["-u"]))
        .is_ok_and(|id| id.trim() == "0")
}
