//! What a page has to download, and the limits.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};

use super::module::{INLINE, MODULE};
use crate::project;

/// One part of the package and how large it may be in gzip, in bytes.
struct Part {
    name: &'static str,
    limit: usize,
    contains: fn(&str) -> bool,
}

/// The module's limit is what the founding design calls hard; 200 kB is its aim. Those
/// of the façade and of the React entry are the budget of the founding design.
const PARTS: [Part; 4] = [
    Part {
        name: "relaychat_bg.wasm",
        limit: 250_000,
        contains: |file| file == MODULE,
    },
    Part {
        name: "façade and glue",
        limit: 25_000,
        contains: |file| {
            file.ends_with(".js") && !is_react(file) && !is_format(file) && file != INLINE
        },
    },
    Part {
        name: "React entry",
        limit: 8_000,
        contains: is_react,
    },
    Part {
        name: "format entry",
        limit: 3_000,
        contains: is_format,
    },
];

/// What belongs to the façade beside the files at the top. The fake client for tests does not: no
/// page downloads it.
const FOLDERS: [&str; 2] = ["tabs/", "format/"];

/// An entry of its own, for pages that show formatted text.
fn is_format(file: &str) -> bool {
    file == "format.js" || file.starts_with("format/")
}

fn is_react(file: &str) -> bool {
    ["react.js", "composer.js"].contains(&file)
}

/// Prints the sizes and fails above a limit.
pub(super) fn measure(dist: &Path) -> Result<()> {
    let mut table = format!(
        "{:<20} {:>9} {:>9} {:>9}\n",
        "bytes", "raw", "gzip", "brotli"
    );
    let mut too_large = Vec::new();
    for part in &PARTS {
        let bytes = read(dist, part.contains)?;
        let gzipped = gzip(&bytes)?;
        table += &format!(
            "{:<20} {:>9} {:>9} {:>9}\n",
            part.name,
            bytes.len(),
            gzipped,
            brotli(&bytes)?
        );
        if gzipped > part.limit {
            too_large.push(format!(
                "{} is {gzipped} bytes in gzip, the limit is {}",
                part.name, part.limit
            ));
        }
    }
    print!("{table}");
    if !too_large.is_empty() {
        bail!("{}", too_large.join("; "));
    }
    let kept = kept();
    fs::create_dir_all(kept.parent().expect("it lies in a folder"))?;
    fs::write(kept, table)?;
    Ok(())
}

/// Prints what was measured when the package was built.
pub(super) fn recall() -> Result<()> {
    print!("{}", fs::read_to_string(kept()).unwrap_or_default());
    Ok(())
}

fn kept() -> std::path::PathBuf {
    project::target().join("xtask").join("wasm-sizes")
}

/// The scripts that pages download, under their paths in the package.
pub(super) fn scripts(dist: &Path) -> Result<Vec<String>> {
    let mut names = files(dist)?;
    names.retain(|name| name.ends_with(".js"));
    Ok(names)
}

/// All files of a part, one behind the other.
fn read(dist: &Path, contains: fn(&str) -> bool) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for name in files(dist)?.iter().filter(|name| contains(name)) {
        bytes.extend(fs::read(dist.join(name))?);
    }
    Ok(bytes)
}

fn files(dist: &Path) -> Result<Vec<String>> {
    let mut names = list(dist, "")?;
    for folder in FOLDERS {
        names.extend(list(dist, folder)?);
    }
    names.sort();
    Ok(names)
}

/// The files of a folder of the package, under their paths in it.
fn list(dist: &Path, folder: &str) -> Result<Vec<String>> {
    let path = dist.join(folder);
    fs::read_dir(&path)
        .with_context(|| format!("cannot list {}", path.display()))?
        .map(|entry| Ok(format!("{folder}{}", entry?.file_name().to_string_lossy())))
        .collect()
}

/// The number of bytes in gzip.
pub(super) fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// The number of bytes in brotli, as hard as it goes.
fn brotli(bytes: &[u8]) -> Result<usize> {
    /// The largest window that every browser takes.
    const WINDOW_BITS: u32 = 22;
    const QUALITY: u32 = 11;
    const BUFFER_BYTES: usize = 1 << 16;
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), BUFFER_BYTES, QUALITY, WINDOW_BITS);
    encoder.write_all(bytes)?;
    Ok(encoder.into_inner().len())
}
