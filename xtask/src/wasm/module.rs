//! From cargo's `.wasm` to the files of the package: the glue, the optimised module, the script
//! with its bytes.
//!
//! What the glue exports is described by hand in the package's `src/relaychat.d.ts`; wasm-bindgen's
//! own type definitions are of no use there and are not written.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{PACKAGE, order, sizes};
use crate::command::{command, run as run_command};
use crate::project;

/// The glue is `relaychat.js`, the module `relaychat_bg.wasm`.
pub(super) const NAME: &str = "relaychat";
pub(super) const MODULE: &str = "relaychat_bg.wasm";
pub(super) const INLINE: &str = "relaychat_inline.js";

/// Writes the glue and the module of the name into the folder.
pub(super) fn bind(compiled: &Path, name: &str, dist: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        // The façade fetches the module itself: a second address would be bundled a second time.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(dist)
        .context("wasm-bindgen failed")
}

/// Makes the glue small: people download it, and nobody reads it.
pub(super) fn minify_glue(dist: &Path) -> Result<()> {
    let glue = format!("{NAME}.js");
    esbuild(dist, &[glue], &["--minify"])
}

/// Takes spaces and long ways of saying something out of the façade. Its names stay: they are what
/// one sees in a stack.
pub(super) fn minify_facade(dist: &Path) -> Result<()> {
    let glue = format!("{NAME}.js");
    let mut scripts = sizes::scripts(dist)?;
    scripts.retain(|script| ![INLINE, &glue].contains(&script.as_str()));
    esbuild(dist, &scripts, &["--minify-whitespace", "--minify-syntax"])
}

/// Rewrites scripts of the package in place.
fn esbuild(dist: &Path, scripts: &[String], options: &[&str]) -> Result<()> {
    let paths: Vec<String> = scripts
        .iter()
        .map(|script| dist.join(script).to_string_lossy().into_owned())
        .collect();
    let dist = dist.to_string_lossy();
    let folders = [format!("--outdir={dist}"), format!("--outbase={dist}")];
    let mut args = vec!["exec", "--", "esbuild"];
    args.extend(paths.iter().chain(&folders).map(String::as_str));
    args.extend(["--format=esm", "--log-level=warning", "--allow-overwrite"]);
    args.extend(options);
    run_command(&mut command(&project::path(PACKAGE), "npm", &args))
}

/// Lets binaryen try, puts what is alike together, and keeps the result when what is downloaded
/// becomes smaller.
pub(super) fn optimise(dist: &Path) -> Result<()> {
    let module = dist.join(MODULE);
    let tried = dist.join("optimised.wasm");
    // Found by trying: inlining and the last passes of -Oz make the module smaller and its gzip
    // larger; a flat form in between lets the second round find more than the first.
    let passes = [
        "--generate-global-effects",
        "--flatten",
        "--rereloop",
        "-O3",
        "--skip-pass=inlining-optimizing",
        "-O3",
        "--skip-pass=inlining-optimizing",
    ];
    wasm_opt(&module, &tried, &passes)?;
    let before = sizes::gzip(&fs::read(&module)?)?;
    let optimised = sizes::gzip(&fs::read(&tried)?)?;
    fs::write(&tried, order::named(&fs::read(&tried)?)?)?;
    wasm_opt(&tried, &tried, &["--reorder-functions-by-name"])?;
    let after = sizes::gzip(&fs::read(&tried)?)?;
    if after < before {
        fs::rename(&tried, &module)?;
    } else {
        fs::remove_file(&tried)?;
    }
    println!("wasm-opt: {before} -> {optimised}, in a better order {after} bytes gzip");
    Ok(())
}

fn wasm_opt(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
    let mut args = vec![
        "exec",
        "--",
        "wasm-opt",
        // The first kilobyte is the last of the stack: nothing is addressed there.
        "--low-memory-unused",
        // What rustc's wasm32 target has on by default.
        "--enable-bulk-memory",
        "--enable-multivalue",
        "--enable-mutable-globals",
        "--enable-nontrapping-float-to-int",
        "--enable-reference-types",
        "--enable-sign-ext",
    ];
    args.extend(passes);
    args.extend([&*from, "-o", &to]);
    run_command(&mut command(&project::path(PACKAGE), "npm", &args))
}

/// The same bytes as a script, loaded only where the `.wasm` cannot be had.
pub(super) fn inline(dist: &Path) -> Result<()> {
    let encoded = base64(&fs::read(dist.join(MODULE))?);
    fs::write(dist.join(INLINE), format!("export default '{encoded}'\n"))?;
    Ok(())
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let is_padding = place > chunk.len();
            let index = (group >> (18 - 6 * place)) & 63;
            text.push(if is_padding {
                '='
            } else {
                char::from(ALPHABET[index as usize])
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads_as_the_standard_says() {
        for (bytes, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }
}
