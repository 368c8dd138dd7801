//! The numbers at the end of a run: a table of suites and the last line that a machine reads.

use std::time::Duration;

/// How many tests of one part of a suite passed and failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) name: String,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Count {
    pub(crate) fn new(name: impl Into<String>, passed: usize, failed: usize) -> Self {
        Self {
            name: name.into(),
            passed,
            failed,
        }
    }

    /// One check that is either fine or not.
    pub(crate) fn single(name: &str, is_success: bool) -> Self {
        Self::new(name, usize::from(is_success), usize::from(!is_success))
    }

    /// The suite could not even run.
    pub(crate) fn failure(name: &str) -> Self {
        Self::new(name, 0, 1)
    }

    /// Many small checks of one kind: prints the complaints, counts the suite as one test.
    pub(crate) fn checks(name: &str, checked: usize, complaints: &[String]) -> Self {
        for complaint in complaints {
            println!("{complaint}");
        }
        println!("{name}: {checked} checked, {} complaints", complaints.len());
        Self::single(name, complaints.is_empty() && checked > 0)
    }
}

/// A suite that ran.
pub(super) struct Outcome {
    name: String,
    counts: Vec<Count>,
    took: Duration,
}

impl Outcome {
    /// A suite or a part of it without a single test counts as one failure.
    pub(super) fn new(name: &str, mut counts: Vec<Count>, took: Duration) -> Self {
        if counts.is_empty() {
            println!("{name}: no tests ran");
            counts.push(Count::failure(name));
        }
        for count in &mut counts {
            if count.passed + count.failed == 0 {
                println!("{name}: {} has no tests", count.name);
                count.failed = 1;
            }
        }
        Self {
            name: name.to_owned(),
            counts,
            took,
        }
    }
}

/// Prints the table and the last line; gives the number of failures.
pub(super) fn print(outcomes: &[Outcome], took: Duration) -> usize {
    println!(
        "\n{:<14} {:<34} {:>7} {:>7} {:>9}",
        "suite", "part", "passed", "failed", "seconds"
    );
    for outcome in outcomes {
        for (index, count) in outcome.counts.iter().enumerate() {
            let seconds = match index {
                0 => format!("{:.1}", outcome.took.as_secs_f64()),
                _ => String::new(),
            };
            let suite = if index == 0 {
                outcome.name.as_str()
            } else {
                ""
            };
            println!(
                "{suite:<14} {:<34} {:>7} {:>7} {seconds:>9}",
                count.name, count.passed, count.failed
            );
        }
    }
    println!("in {:.0} s", took.as_secs_f64());
    let counts = || outcomes.iter().flat_map(|outcome| &outcome.counts);
    let passed: usize = counts().map(|count| count.passed).sum();
    let failed: usize = counts().map(|count| count.failed).sum();
    println!("{passed} passed, {failed} failed");
    failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_without_tests_fails() {
        let vacuous = Outcome::new("empty", Vec::new(), Duration::ZERO);
        assert_eq!(vacuous.counts, vec![Count::failure("empty")]);
        let part = Outcome::new("part", vec![Count::new("x", 0, 0)], Duration::ZERO);
        assert_eq!(part.counts[0].failed, 1);
    }
}
