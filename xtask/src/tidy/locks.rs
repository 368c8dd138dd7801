//! npm's lock files name every platform's packages.
//!
//! A lock file made where some optional packages could not be seen leaves them out, and `npm ci`
//! then refuses it on every machine. Nothing else about npm is checked here.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::project;

const LOCK_FILES: [&str; 3] = [
    "examples/web-chat/package-lock.json",
    "sdk-wasm/npm/fixtures/package-lock.json",
    "sdk-wasm/npm/package-lock.json",
];

pub(super) fn check(complaints: &mut Vec<String>) -> Result<()> {
    for path in LOCK_FILES {
        let text = std::fs::read_to_string(project::path(path)).context(path)?;
        let lock: Value = serde_json::from_str(&text).context(path)?;
        complaints.extend(missing(&lock).map(|name| format!("{path}: {name} is missing")));
    }
    Ok(())
}

/// Optional dependencies without an entry of their own.
fn missing(lock: &Value) -> impl Iterator<Item = String> {
    let packages = lock["packages"].as_object();
    packages
        .into_iter()
        .flatten()
        .flat_map(move |(place, package)| {
            let optional = package["optionalDependencies"].as_object();
            let names = optional.into_iter().flatten().map(|(name, _)| name.clone());
            names.filter(move |name| {
                let nested = &lock["packages"][format!("{place}/node_modules/{name}")];
                let shared = &lock["packages"][format!("node_modules/{name}")];
                nested.is_null() && shared.is_null()
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_package_without_an_entry_is_found() {
        let lock = serde_json::json!({ "packages": {
            "node_modules/a": { "optionalDependencies": { "b": "1.0.0", "c": "1.0.0" } },
            "node_modules/b": { "version": "1.0.0" },
        }});
        assert_eq!(missing(&lock).collect::<Vec<_>>(), ["c"]);
    }
}
