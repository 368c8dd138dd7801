//! One source file as the rules see it: lines of code without comments and tests.
//!
//! Line comments are cut and the rest of a file from `#[cfg(test)]` on a module is marked as
//! test code (the house order puts tests last). Strings are left alone: a forbidden word in a
//! string is rare, and wrong more often than not.

use std::path::Path;

use anyhow::{Context, Result};

use crate::project;

pub(super) struct Source {
    /// Relative to the root, with forward slashes.
    pub(super) path: String,
    pub(super) lines: Vec<Line>,
}

pub(super) struct Line {
    pub(super) number: usize,
    pub(super) raw: String,
    /// Without a comment; empty when nothing else is on the line.
    pub(super) code: String,
    pub(super) is_test: bool,
}

impl Source {
    /// Reads a file if its kind is checked.
    pub(super) fn read(file: &Path) -> Result<Option<Self>> {
        let path = file
            .strip_prefix(project::root())
            .context("a source outside the repository")?
            .to_string_lossy()
            .replace('\\', "/");
        let is_checked = [".rs", ".ts", ".tsx", ".mjs", ".py", ".sql"]
            .iter()
            .any(|ending| path.ends_with(ending));
        if !is_checked {
            return Ok(None);
        }
        let text = std::fs::read_to_string(file).with_context(|| path.clone())?;
        Ok(Some(Self::parse(path, &text)))
    }

    pub(super) fn parse(path: String, text: &str) -> Self {
        let mut is_test = is_test_path(&path);
        let raw: Vec<&str> = text.lines().collect();
        let mut lines = Vec::with_capacity(raw.len());
        for (index, line) in raw.iter().enumerate() {
            if line.trim() == "#[cfg(test)]" && follows_module(&raw[index + 1..]) {
                is_test = true;
            }
            lines.push(Line {
                number: index + 1,
                raw: (*line).to_owned(),
                code: without_comment(line),
                is_test,
            });
        }
        Self { path, lines }
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(super) fn complaint(&self, line: usize, text: &str) -> String {
        format!("{}:{line}: {text}", self.path)
    }
}

/// Integration tests, test support and conformance suites are tests as a whole.
fn is_test_path(path: &str) -> bool {
    path.contains("/tests/")
        || path.contains("/e2e/")
        || path.contains(".test.")
        || path.ends_with("conformance.rs")
        || path.contains("conformance/")
        || path.contains("test_support")
        || path.ends_with("/tests.rs")
}

/// A whole module of tests, in place (`mod tests {`); one in its own file is not the tail.
fn follows_module(rest: &[&str]) -> bool {
    rest.iter()
        .find(|line| !line.trim_start().starts_with("#["))
        .is_some_and(|line| line.trim_start().starts_with("mod ") && line.trim_end().ends_with('{'))
}

fn without_comment(line: &str) -> String {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") || trimmed.starts_with('*') || trimmed.starts_with("/*") {
        return String::new();
    }
    match line.find(" // ") {
        Some(at) => line[..at].to_owned(),
        None => line.to_owned(),
    }
}
