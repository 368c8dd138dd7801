//! The code in the READMEs is code that is compiled: it stands in an example, line by line.
//!
//! A README cannot be compiled itself: it lies outside of every crate and package, and its code
//! leaves out what a reader does not need. Indentation does not count.

use anyhow::{Context, Result};

use crate::project;

/// A document, the language of the code in it, and the example that is compiled.
struct Quoted {
    readme: &'static str,
    language: &'static str,
    example: &'static str,
}

const QUOTED: [Quoted; 3] = [
    Quoted {
        readme: "README.md",
        language: "rust",
        example: "engine/examples/embed.rs",
    },
    Quoted {
        readme: "README.md",
        language: "kotlin",
        example: "examples/kotlin-chat/src/main/kotlin/QuickStart.kt",
    },
    Quoted {
        readme: "sdk-mobile/swift/README.md",
        language: "swift",
        example: "sdk-mobile/swift/Tests/RelayChatTests/QuickStart.swift",
    },
];

pub(super) fn check(complaints: &mut Vec<String>) -> Result<()> {
    for quoted in &QUOTED {
        let readme = project::path(quoted.readme);
        let readme = std::fs::read_to_string(readme).context(quoted.readme)?;
        let example = std::fs::read_to_string(project::path(quoted.example)).unwrap_or_default();
        for first in strangers(&readme, quoted.language, &example) {
            let Quoted {
                readme, example, ..
            } = quoted;
            complaints.push(format!(
                "{readme}: the code from `{first}` on is not in {example}"
            ));
        }
    }
    Ok(())
}

/// The first lines of the document's blocks that are not in the example.
fn strangers(readme: &str, language: &str, example: &str) -> Vec<String> {
    let example = trimmed(example);
    readme
        .split(&format!("```{language}\n"))
        .skip(1)
        .filter_map(|rest| rest.split_once("```"))
        .filter(|(block, _)| !example.contains(&trimmed(block)))
        .map(|(block, _)| block.lines().next().unwrap_or_default().to_owned())
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
        assert!(strangers(fine, "rust", example).is_empty());
        assert_eq!(strangers(foreign, "rust", example), ["let a = 3;"]);
        assert!(strangers(foreign, "swift", example).is_empty());
    }
}
