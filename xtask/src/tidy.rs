//! `cargo xtask tidy`: the house rules that a machine can check.
//!
//! Who may import whom is a table of path pattern and forbidden words (`rules`); shape is a
//! handful of checks on each file (`shape`). It reads text, not syntax: a rule that needs the
//! compiler belongs to clippy. It runs as a test too, so that no way around it exists.

mod locks;
mod readme;
mod rules;
mod shape;
mod source;

use anyhow::{Result, bail};

use self::source::Source;
use crate::{fresh, project};

/// The folders with sources of ours.
const FOLDERS: [&str; 8] = [
    "openapi",
    "engine",
    "sdk-core",
    "sdk-wasm",
    "sdk-mobile",
    "examples",
    "xtask",
    "bench",
];

pub(crate) fn run() -> Result<()> {
    let (checked, complaints) = check()?;
    for complaint in &complaints {
        println!("{complaint}");
    }
    if !complaints.is_empty() {
        bail!("{} complaints in {checked} files", complaints.len());
    }
    println!("tidy: {checked} files");
    Ok(())
}

/// The number of files read and what is wrong with them.
pub(crate) fn check() -> Result<(usize, Vec<String>)> {
    let sources = sources()?;
    let mut complaints = Vec::new();
    for source in &sources {
        shape::check(source, &mut complaints);
        rules::check(source, &mut complaints);
    }
    locks::check(&mut complaints)?;
    readme::check(&mut complaints)?;
    complaints.sort();
    Ok((sources.len(), complaints))
}

fn sources() -> Result<Vec<Source>> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        fresh::collect(&project::path(folder), &mut files)?;
    }
    files
        .iter()
        .filter_map(|file| Source::read(file).transpose())
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        let (checked, complaints) = super::check().expect("the sources can be read");
        assert!(checked > 20, "only {checked} files were found");
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }
}
