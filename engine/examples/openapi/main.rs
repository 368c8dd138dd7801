//! Writes the generated documents into `openapi/`: `openapi.json`, `errors.md` and the fixtures.
//! Run by `cargo xtask openapi`; that the committed files are fresh is tested.

mod fixtures;

use std::{fs, path::Path};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    write(
        &root.join("openapi.json"),
        &relaychat_engine::Engine::openapi(),
    )?;
    write(
        &root.join("errors.md"),
        &relaychat_protocol::glossary::markdown(),
    )?;
    let folder = root.join("fixtures");
    for (name, value) in fixtures::all() {
        let text = serde_json::to_string_pretty(&value)?;
        write(&folder.join(name).with_extension("json"), &text)?;
    }
    Ok(())
}

/// Writes a file that ends with a line break.
fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    let text = format!("{}\n", text.trim_end());
    fs::write(path, text).with_context(|| format!("{}", path.display()))
}
