//! The shape of one file: its length, its opening, and words that never stay in code.

use super::source::Source;

/// House rule: aim at 80 to 150 lines, ask why at 300, fail here.
const LONGEST_FILE_LINES: usize = 600;
/// House rule: a `lib.rs` lists its modules and has no logic.
const LONGEST_LIB_LINES: usize = 120;

/// Words that no Rust line may hold, tests included.
const NEVER_IN_RUST: [(&str, &str); 6] = [
    ("todo!(", "unfinished work does not land"),
    ("unimplemented!(", "unfinished work does not land"),
    ("dbg!(", "debugging output"),
    ("#[ignore", "a skipped test looks like a passed one"),
    ("#[allow(", "use #[expect(lint, reason = \"...\")]"),
    ("#![allow(", "use #![expect(lint, reason = \"...\")]"),
];

/// Words that no Rust line outside tests may hold.
const NEVER_OUTSIDE_TESTS: [(&str, &str); 2] = [
    (
        ".unwrap()",
        "handle the error, or `expect` why it cannot happen",
    ),
    ("Uuid::new_v4(", "randomness is injected"),
];

/// Words that no TypeScript line may hold.
const NEVER_IN_TYPESCRIPT: [(&str, &str); 6] = [
    ("@ts-ignore", "say what is wrong with the type, or fix it"),
    ("@ts-nocheck", "say what is wrong with the type, or fix it"),
    ("debugger;", "debugging"),
    ("test.only(", "runs one test and hides the others"),
    ("it.skip(", "a skipped test looks like a passed one"),
    ("test.skip(", "a skipped test looks like a passed one"),
];

pub(super) fn check(source: &Source, complaints: &mut Vec<String>) {
    let length = source.lines.len();
    if length > LONGEST_FILE_LINES {
        complaints.push(source.complaint(length, "more than 600 lines: cut the file"));
    }
    if source.is_rust() {
        rust(source, complaints);
    } else if source.path.contains(".ts") {
        words(source, &NEVER_IN_TYPESCRIPT, |_| true, complaints);
    }
}

fn rust(source: &Source, complaints: &mut Vec<String>) {
    // The lists of forbidden words cannot help holding them.
    if source.path == "xtask/src/tidy/shape.rs" {
        return;
    }
    if source.path.ends_with("/mod.rs") {
        complaints.push(source.complaint(1, "foo.rs + foo/, no mod.rs"));
    }
    if source.path.ends_with("src/lib.rs") && source.lines.len() > LONGEST_LIB_LINES {
        complaints.push(source.complaint(1, "a lib.rs has at most 120 lines and no logic"));
    }
    if !opens_with_doc(source) {
        complaints.push(source.complaint(1, "the module does not open with `//!`"));
    }
    words(source, &NEVER_IN_RUST, |_| true, complaints);
    words(source, &NEVER_OUTSIDE_TESTS, |is_test| !is_test, complaints);
}

fn opens_with_doc(source: &Source) -> bool {
    source
        .lines
        .iter()
        .find(|line| !line.raw.trim().is_empty())
        .is_some_and(|line| line.raw.starts_with("//!"))
}

fn words(
    source: &Source,
    forbidden: &[(&str, &str)],
    applies: impl Fn(bool) -> bool,
    complaints: &mut Vec<String>,
) {
    for line in source.lines.iter().filter(|line| applies(line.is_test)) {
        for (word, why) in forbidden {
            if line.code.contains(word) {
                complaints.push(source.complaint(line.number, &format!("`{word}`: {why}")));
            }
        }
    }
}
