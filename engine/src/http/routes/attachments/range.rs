//! What a `Range` header asks for (RFC 9110, 14).

use std::ops::Range;

/// What part of a file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: nothing was asked for, or in a way we need not serve (several ranges, other
    /// units, nonsense).
    Whole,
    /// This range, end exclusive.
    Range(Range<u64>),
    /// It lies outside.
    Outside,
}

impl Part {
    /// The part that `header` asks for of a file of `size_bytes`.
    pub(super) fn of(header: &str, size_bytes: u64) -> Self {
        let Some((unit, range)) = header.split_once('=') else {
            return Self::Whole;
        };
        let Some((first, last)) = range.trim().split_once('-') else {
            return Self::Whole;
        };
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return Self::Whole;
        }
        match (number(first), number(last)) {
            (Some(Some(first)), Some(last)) => {
                let end = last.map_or(size_bytes, |last| last.saturating_add(1).min(size_bytes));
                match first {
                    _ if last.is_some_and(|last| last < first) => Self::Whole,
                    _ if first >= size_bytes => Self::Outside,
                    _ => Self::Range(first..end),
                }
            }
            (Some(None), Some(Some(length))) => match length.min(size_bytes) {
                0 => Self::Outside,
                length => Self::Range(size_bytes - length..size_bytes),
            },
            _ => Self::Whole,
        }
    }
}

/// A number, or nothing; `None` for anything else. A number beyond all sizes is just large.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true if text.is_empty() => Some(None),
        true => Some(Some(text.parse().unwrap_or(u64::MAX))),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, size_bytes: u64, expected: Part) {
        assert_eq!(
            Part::of(header, size_bytes),
            expected,
            "{header} of {size_bytes}"
        );
    }

    #[test]
    fn one_range_is_served_as_it_was_asked_for() {
        check("bytes=0-0", 10, Part::Range(0..1));
        check("bytes=0-9", 10, Part::Range(0..10));
        check("bytes=5-", 10, Part::Range(5..10));
        check("bytes=5-99", 10, Part::Range(5..10));
        check("bytes=-3", 10, Part::Range(7..10));
        check("bytes=-99", 10, Part::Range(0..10));
        check("Bytes = 2-3", 10, Part::Range(2..4));
        check("bytes=0-18446744073709551615", 10, Part::Range(0..10));
        check("bytes=0-99999999999999999999999", 10, Part::Range(0..10));
    }

    #[test]
    fn what_lies_outside_is_told() {
        check("bytes=10-", 10, Part::Outside);
        check("bytes=99-100", 10, Part::Outside);
        check("bytes=99999999999999999999999-", 10, Part::Outside);
        check("bytes=-0", 10, Part::Outside);
        check("bytes=0-", 0, Part::Outside);
        check("bytes=-5", 0, Part::Outside);
    }

    #[test]
    fn anything_else_is_ignored() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=--5",
            "bytes=+1-2",
            "bytes=1",
            "bytes=0x1-2",
            "=0-1",
        ] {
            check(header, 10, Part::Whole);
        }
    }
}
