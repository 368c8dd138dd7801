//! The dependency rules that need no further tool: licences, bans, oldest versions, sources.
//!
//! `deny.toml` says the same (and adds advisories) for `cargo deny`, which takes minutes to
//! build; this check reads `cargo metadata` and takes a second, so it runs every time.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{command, project};

/// Licences that ask for nothing but a notice, as in `deny.toml`.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// UniFFI and its parser: what is changed in its own files stays open; nothing is asked of what
/// links it.
const SHARED_ALIKE: (&str, [&str; 9]) = (
    "MPL-2.0",
    [
        "uniffi",
        "uniffi_bindgen",
        "uniffi_core",
        "uniffi_internal_macros",
        "uniffi_macros",
        "uniffi_meta",
        "uniffi_pipeline",
        "uniffi_udl",
        "weedle2",
    ],
);

/// One TLS stack: rustls. The others bring a system library each.
const BANNED: [&str; 3] = ["openssl", "openssl-sys", "native-tls"];

/// What one crate alone may depend on. The engine reaches SQLite through sqlx; the client's store
/// is a file of its own on a phone, without a pool. Both link the one `libsqlite3-sys`. UniFFI is
/// for the glue to phones; that it can bring its own generator is a feature that nobody switches on.
const RESERVED: [(&str, &[&str]); 3] = [
    ("rusqlite", &["relaychat-sdk"]),
    ("uniffi", &["relaychat-sdk-mobile"]),
    (
        "uniffi_bindgen",
        &["relaychat-sdk-mobile-bindgen", "uniffi"],
    ),
];

/// Crates with a known advisory below a version, and crates that must match another.
const OLDEST: [(&str, u64, u64); 2] = [("jsonwebtoken", 10, 3), ("rustls", 0, 23)];

/// What ships: other platforms' own crates are not downloaded for a check.
const PLATFORMS: [&str; 2] = [
    "--filter-platform=x86_64-unknown-linux-gnu",
    "--filter-platform=wasm32-unknown-unknown",
];

/// The number of packages read and what is wrong with them.
pub(crate) fn check() -> Result<(usize, Vec<String>)> {
    let mut args = vec![
        "metadata",
        "--format-version=1",
        "--locked",
        "--all-features",
    ];
    args.extend(PLATFORMS);
    let text = command::output(&mut command::command(
        &project::root(),
        project::cargo(),
        &args,
    ))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let mut complaints = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        for complaint in complaints_about(package, name, version) {
            complaints.push(format!("{name} {version}: {complaint}"));
        }
    }
    Ok((packages.len(), complaints))
}

fn complaints_about(package: &Value, name: &str, version: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if BANNED.contains(&name) {
        complaints.push("is banned: rustls is the one TLS stack".to_owned());
    }
    for (reserved, users) in RESERVED {
        if !users.contains(&name) && depends_on(package, reserved) {
            let users = users.join(" and ");
            complaints.push(format!("depends on {reserved}, which only {users} may"));
        }
    }
    let has_old = OLDEST
        .iter()
        .any(|(old, major, minor)| *old == name && parse(version) < (*major, *minor));
    if has_old {
        complaints.push("is older than the version without its known advisory".to_owned());
    }
    if package["source"]
        .as_str()
        .is_some_and(|source| source.starts_with("git+"))
    {
        complaints.push("comes from git, not from the registry".to_owned());
    }
    let licence = package["license"].as_str().unwrap_or_default();
    let is_excepted = SHARED_ALIKE.0 == licence && SHARED_ALIKE.1.contains(&name);
    if !is_allowed(licence) && !is_excepted && package["license_file"].is_null() {
        complaints.push(format!("licence `{licence}` is not on the list"));
    }
    complaints
}

fn depends_on(package: &Value, name: &str) -> bool {
    let dependencies = package["dependencies"].as_array();
    dependencies.is_some_and(|all| all.iter().any(|one| one["name"] == name))
}

fn parse(version: &str) -> (u64, u64) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// Whether an SPDX expression can be satisfied with licences of the list alone.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) && rest.is_empty()
}

fn either(words: &mut &[&str]) -> bool {
    let mut is_one_allowed = both(words);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        is_one_allowed |= both(words);
    }
    is_one_allowed
}

fn both(words: &mut &[&str]) -> bool {
    let mut are_all_allowed = single(words);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        are_all_allowed &= single(words);
    }
    are_all_allowed
}

fn single(words: &mut &[&str]) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let is_allowed = either(words);
            *words = words.strip_prefix(&[")"]).unwrap_or(words);
            is_allowed
        }
        [licence, "WITH", exception, rest @ ..] => {
            *words = rest;
            LICENCES.contains(&format!("{licence} WITH {exception}").as_str())
        }
        [licence, rest @ ..] => {
            *words = rest;
            LICENCES.contains(licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_licences_is_allowed_when_one_alternative_is() {
        for (expression, expected) in [
            ("MIT OR Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("ISC AND GPL-2.0-only", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
            ("MIT AND (GPL-2.0-only OR ISC)", true),
            ("", false),
        ] {
            assert_eq!(is_allowed(expression), expected, "{expression}");
        }
    }

    #[test]
    fn a_reserved_crate_is_for_its_user_alone() {
        let package = serde_json::json!({"license": "MIT", "dependencies": [{"name": "rusqlite"}]});
        assert_eq!(
            complaints_about(&package, "relaychat-sdk", "1.0.0"),
            [""; 0]
        );
        let complaints = complaints_about(&package, "relaychat-engine", "1.0.0");
        assert_eq!(complaints.len(), 1, "{complaints:?}");
    }

    #[test]
    fn every_dependency_follows_the_rules() {
        let (read, complaints) = check().expect("cargo metadata answers");
        assert!(read > 100, "only {read} packages were read");
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }
}
