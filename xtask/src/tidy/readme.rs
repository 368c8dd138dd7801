//! The Rust code in the README is code that is compiled: it stands in an example, line by line.
//!
//! The README cannot be compiled itself: it lies outside of every crate, and its code leaves out
//! what a reader does not need. Indentation does not count.

use anyhow::{Context, Result};

use crate::project;

const EXAMPLE: &str = "engine/examples/embed.rs";

pub(super) fn check(complaints: &mut Vec<String>) -> Result<()> {
    let readme = std::fs::read_to_string(project::path("README.md")).context("README.md")?;
    let example = std::fs::read_to_string(project::path(EXAMPLE)).unwrap_or_default();
    complaints.extend(strangers(&readme, &example));
    Ok(())
}

/// The README's Rust blocks that are not in the example.
fn strangers(readme: &str, example: &str) -> Vec<String> {
    let example = trimmed(example);
    readme
        .split("```rust\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```"))
        .filter(|(block, _)| !example.contains(&trimmed(block)))
        .map(|(block, _)| {
            let first = block.lines().next().unwrap_or_default();
            format!("README.md: the code from `{first}` on is not in {EXAMPLE}")
        })
        .collect()
}

fn trimmed(code: &str) -> String {
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_the_readme_that_is_not_compiled_is_found() {
        let example = "fn main() {\n    let a = 1;\n    let b = 2;\n}\n";
        let fine = "text\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n";
        let foreign = "```rust\nlet a = 3;\n```\n";
        assert!(strangers(fine, example).is_empty());
        assert_eq!(strangers(foreign, example).len(), 1);
    }
}
