//! Skipping what is already built: a step runs again only when its inputs changed.
//!
//! The stamp is a fingerprint of the inputs' contents, kept in the target folder. Contents,
//! not times: a fresh clone or a branch switch touches files without changing them. It is no
//! build system: steps know their order themselves.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project;

/// Folders that are results, never inputs.
const RESULTS: [&str; 5] = ["node_modules", "dist", "target", "pkg", "coverage"];

/// One step: its name, what it reads, and what must exist after it.
pub(crate) struct Step<'a> {
    pub(crate) name: &'a str,
    pub(crate) inputs: &'a [&'a str],
    pub(crate) outputs: &'a [&'a str],
}

impl Step<'_> {
    /// Runs `build` unless the inputs are those of the last success and all outputs exist.
    pub(crate) fn run(&self, build: impl FnOnce() -> Result<()>) -> Result<bool> {
        let stamp = project::target().join("xtask").join(self.name);
        let print = self.fingerprint()?;
        let outputs_exist = self.outputs.iter().all(|out| project::path(out).exists());
        if outputs_exist && fs::read_to_string(&stamp).is_ok_and(|old| old == print) {
            println!("{}: fresh", self.name);
            return Ok(false);
        }
        build()?;
        for out in self.outputs {
            anyhow::ensure!(
                project::path(out).exists(),
                "{}: {out} was not made",
                self.name
            );
        }
        fs::create_dir_all(stamp.parent().expect("the stamp lies in a folder"))?;
        fs::write(&stamp, print)?;
        Ok(true)
    }

    fn fingerprint(&self) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        for input in self.inputs {
            let path = project::path(input);
            let mut files = Vec::new();
            collect(&path, &mut files)?;
            files.sort();
            for file in files {
                file.strip_prefix(project::root())?.hash(&mut hasher);
                fs::read(&file)
                    .with_context(|| format!("cannot read {}", file.display()))?
                    .hash(&mut hasher);
            }
        }
        Ok(format!("{:016x}", hasher.finish()))
    }
}

/// All files below a path, without results; a path that does not exist has none.
pub(crate) fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let Ok(entries) = fs::read_dir(path) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if RESULTS.contains(&name.as_ref()) || name.starts_with(".git") && name != ".github" {
            continue;
        }
        collect(&entry.path(), files)?;
    }
    Ok(())
}
