//! Reading counts from what test runners print.
//!
//! Each runner has a summary line that is meant for people; the formats are pinned by the
//! lock files, and a run whose summary is not found counts as vacuous, never as passed.

use super::outcome::Count;

/// `test result: ok. 12 passed; 0 failed; 1 ignored; ...`: an ignored test counts as failed.
pub(super) fn libtest(line: &str) -> Option<(usize, usize)> {
    let rest = line.trim().strip_prefix("test result: ")?;
    let number = |label: &str| {
        rest.split([';', '.']).find_map(|part| {
            part.trim()
                .strip_suffix(label)?
                .trim()
                .parse::<usize>()
                .ok()
        })
    };
    Some((number("passed")?, number("failed")? + number("ignored")?))
}

/// Node's own runner in its spec or TAP form: `ℹ pass 3` or `# pass 3`; skipped counts as failed.
pub(super) fn node(name: &str, lines: &[String]) -> Count {
    let sum = |label: &str| -> usize {
        lines
            .iter()
            .filter_map(|line| {
                let rest = line.trim_start_matches(['#', 'ℹ', ' ']);
                rest.strip_prefix(label)?
                    .strip_prefix(' ')?
                    .trim()
                    .parse::<usize>()
                    .ok()
            })
            .sum()
    };
    let failed = sum("fail") + sum("cancelled") + sum("skipped") + sum("todo");
    Count::new(name, sum("pass"), failed)
}

/// Vitest: `      Tests  2 failed | 10 passed | 1 skipped (13)`.
pub(super) fn vitest(name: &str, lines: &[String]) -> Count {
    let mut count = Count::new(name, 0, 0);
    for line in lines {
        let plain = without_colour(line);
        let Some(rest) = plain.trim().strip_prefix("Tests ") else {
            continue;
        };
        for part in rest.split(['|', '(']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(label)) = (words.next(), words.next()) else {
                continue;
            };
            let number: usize = number.parse().unwrap_or(0);
            match label {
                "passed" => count.passed += number,
                _ => count.failed += number,
            }
        }
    }
    count
}

/// XCTest: `Executed 5 tests, with 1 test skipped and 0 failures (0 unexpected) in ...`, once for
/// each suite and at last for all; skipped counts as failed.
pub(super) fn xctest(name: &str, lines: &[String]) -> Count {
    let summary = lines.iter().rev().find_map(|line| {
        let (tests, rest) = line.trim().strip_prefix("Executed ")?.split_once(" test")?;
        let before = |label: &str| {
            let words = rest.split(label).next().filter(|_| rest.contains(label));
            words.and_then(|words| words.split_whitespace().last()?.parse::<usize>().ok())
        };
        let failed = before(" failure").unwrap_or(0) + before(" test").unwrap_or(0);
        Some((tests.parse::<usize>().ok()?, failed))
    });
    let (all, failed) = summary.unwrap_or((0, 0));
    Count::new(name, all.saturating_sub(failed), failed)
}

/// Swift Testing has one line for each test that ended: `✔ Test name() passed after ...`. Where
/// the terminal has no symbols, they are other characters; a skipped test counts as failed.
pub(super) fn swift_testing(name: &str, lines: &[String]) -> Count {
    let mut count = Count::new(name, 0, 0);
    for line in lines {
        let plain = without_colour(line);
        let Some((_, rest)) = plain.split_once(" Test ") else {
            continue;
        };
        if rest.starts_with("run ") || rest.starts_with("Suite ") {
            continue;
        }
        if rest.contains(" passed after ") {
            count.passed += 1;
        } else if rest.contains(" failed after ") || rest.contains(" skipped") {
            count.failed += 1;
        }
    }
    count
}

/// Our own Python scripts end with `N passed, M failed`.
pub(super) fn plain(name: &str, lines: &[String]) -> Count {
    let found = lines.iter().rev().find_map(|line| {
        let (passed, failed) = line.trim().split_once(" passed, ")?;
        Some((
            passed.parse().ok()?,
            failed.strip_suffix(" failed")?.parse().ok()?,
        ))
    });
    let (passed, failed) = found.unwrap_or((0, 0));
    Count::new(name, passed, failed)
}

/// JUnit's console: `[        14 tests successful      ]`; skipped and aborted ones count as failed.
pub(super) fn junit(name: &str, lines: &[String]) -> Count {
    let sum = |label: &str| -> usize {
        let numbers = lines.iter().filter_map(|line| {
            let inside = line.trim().strip_prefix('[')?.strip_suffix(']')?;
            inside
                .trim()
                .strip_suffix(label)?
                .trim()
                .parse::<usize>()
                .ok()
        });
        numbers.sum()
    };
    let failed = sum("tests failed") + sum("tests skipped") + sum("tests aborted");
    Count::new(name, sum("tests successful"), failed)
}

/// A runner that fails without counting a failure (it crashed, say) counts as one.
pub(super) fn ended(mut count: Count, is_success: bool) -> Count {
    if !is_success && count.failed == 0 {
        count.failed = 1;
    }
    count
}

fn without_colour(line: &str) -> String {
    let mut plain = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_ignored_rust_test_counts_as_failed() {
        let line = "test result: ok. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.10s";
        assert_eq!(libtest(line), Some((12, 3)));
        assert_eq!(libtest("running 3 tests"), None);
    }

    #[test]
    fn a_skipped_node_test_counts_as_failed() {
        let text =
            "ℹ tests 4\nℹ suites 0\nℹ pass 3\nℹ fail 0\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0";
        assert_eq!(node("n", &lines(text)), Count::new("n", 3, 1));
        assert_eq!(
            node("n", &lines("# pass 2\n# fail 1")),
            Count::new("n", 2, 1)
        );
    }

    #[test]
    fn a_skipped_vitest_test_counts_as_failed() {
        let text =
            " Test Files  1 passed (1)\n      Tests  2 failed | 10 passed | 1 skipped (13)\n";
        assert_eq!(vitest("v", &lines(text)), Count::new("v", 10, 3));
        let coloured = "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m5 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (5)\u{1b}[39m";
        assert_eq!(vitest("v", &lines(coloured)), Count::new("v", 5, 0));
    }

    #[test]
    fn a_skipped_xctest_counts_as_failed() {
        let text = "\t Executed 2 tests, with 0 failures (0 unexpected) in 0.1 (0.1) seconds\n\
            \t Executed 5 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.3 (0.3) seconds\n\
            ✔ Test run with 8 tests passed after 0.1 seconds.";
        assert_eq!(xctest("x", &lines(text)), Count::new("x", 2, 3));
        assert_eq!(xctest("x", &lines("error: crashed")), Count::new("x", 0, 0));
    }

    #[test]
    fn the_tests_of_swift_testing_are_counted_and_its_run_is_not() {
        let text = "◇ Test one() started.\n✔ Test one() passed after 0.001 seconds.\n\
            ✘ Test two() recorded an issue at Tests.swift:3:5: Expectation failed\n\
            ✘ Test two() failed after 0.002 seconds with 1 issue.\n\
            ➜ Test three() skipped.\n\
            ✘ Test run with 3 tests failed after 0.1 seconds with 1 issue.";
        assert_eq!(swift_testing("s", &lines(text)), Count::new("s", 1, 2));
    }

    #[test]
    fn a_skipped_junit_test_counts_as_failed() {
        let text = "[        14 tests found           ]\n[         1 tests skipped         ]\n\
            [         0 tests aborted         ]\n[        11 tests successful      ]\n\
            [         2 tests failed          ]";
        assert_eq!(junit("j", &lines(text)), Count::new("j", 11, 3));
    }

    #[test]
    fn a_script_without_its_last_line_has_no_tests() {
        assert_eq!(
            plain("p", &lines("x\n7 passed, 1 failed\n")),
            Count::new("p", 7, 1)
        );
        assert_eq!(plain("p", &lines("Traceback")), Count::new("p", 0, 0));
    }
}
