//! Where things are in the repository: the root, the target folder and cargo itself.
//!
//! Every task works from any current folder, so paths start here and nowhere else.

use std::path::{Path, PathBuf};

/// The repository's root: the folder above this crate.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate lies one level below the root")
        .to_path_buf()
}

/// A path below the root.
pub(crate) fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// The one target folder of all builds with the default toolchain.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => path("target"),
    }
}

/// The cargo that runs us, so that nested builds use the same toolchain.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// The `relaychat` program of a profile's folder (`debug`, `release`).
pub(crate) fn relaychat(profile_folder: &str) -> PathBuf {
    program(profile_folder, "relaychat")
}

/// Any program of a profile's folder.
pub(crate) fn program(profile_folder: &str, name: &str) -> PathBuf {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    target().join(profile_folder).join(name)
}
