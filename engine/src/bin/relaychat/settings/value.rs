//! Kinds of values: how each is written, checked, and shown.
//!
//! A value stays the text that was given until it is asked for; what cannot be read is a problem
//! noted once, when everything is checked.

use std::net::SocketAddr;

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One line of text; the word stands in `--help`.
    Text(&'static str),
    /// A socket address.
    Address,
    /// A whole number, at least the one given here.
    Count(u64),
    /// A size, such as `10MiB`.
    Bytes,
    /// A length of time, such as `15m`.
    Duration,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Several, separated by commas, or a list in a file; the word stands in `--help`.
    List(&'static str),
}

/// Units of time, in milliseconds.
const TIMES: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];
/// Units of size, in bytes.
const SIZES: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// What was given: one text, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    One(String),
    Many(Vec<String>),
}

impl Value {
    /// The one text; the first of several.
    pub(crate) fn one(&self) -> &str {
        match self {
            Self::One(text) => text.trim(),
            Self::Many(texts) => texts.first().map_or("", |text| text.trim()),
        }
    }

    /// All texts; one is cut at its commas.
    pub(crate) fn many(&self) -> Vec<&str> {
        let texts: Vec<&str> = match self {
            Self::One(text) => text.split(',').collect(),
            Self::Many(texts) => texts.iter().map(String::as_str).collect(),
        };
        let texts = texts.into_iter().map(str::trim);
        texts.filter(|text| !text.is_empty()).collect()
    }
}

impl Kind {
    /// What stands for a value in `--help`.
    pub(crate) fn placeholder(self) -> String {
        match self {
            Self::Text(word) | Self::List(word) => word.to_owned(),
            Self::Address => "ADDRESS:PORT".to_owned(),
            Self::Count(_) => "COUNT".to_owned(),
            Self::Bytes => "SIZE".to_owned(),
            Self::Duration => "TIME".to_owned(),
            Self::Choice(words) => words.join("|").to_uppercase(),
        }
    }

    /// What a value must be like, for the documentation.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Text(_) => "text".to_owned(),
            Self::Address => "address and port, such as `127.0.0.1:8080`".to_owned(),
            Self::Count(0) => "whole number".to_owned(),
            Self::Count(least) => format!("whole number from {least}"),
            Self::Bytes => "size, such as `10MiB` (B, KiB, MiB, GiB)".to_owned(),
            Self::Duration => "time, such as `15m` (ms, s, m, h, d)".to_owned(),
            Self::Choice(words) => format!("`{}`", words.join("` or `")),
            Self::List(_) => "list, in variables and flags separated by commas".to_owned(),
        }
    }

    /// Why `value` cannot be of this kind; the sentence goes on after the value.
    pub(crate) fn complaint(self, value: &Value) -> Option<String> {
        if matches!(value, Value::Many(_)) && !matches!(self, Self::List(_)) {
            return Some("must be one value, not a list".to_owned());
        }
        let text = value.one();
        match self {
            Self::Text(_) if text.is_empty() => Some("must not be empty".to_owned()),
            Self::Text(_) | Self::List(_) => None,
            Self::Address => text
                .parse::<SocketAddr>()
                .is_err()
                .then(|| "is not an address and port such as 127.0.0.1:8080".to_owned()),
            Self::Count(least) => match self.number(text) {
                Some(count) if count >= least => None,
                Some(_) => Some(format!("must be at least {least}")),
                None => Some("is not a whole number".to_owned()),
            },
            Self::Bytes => self
                .number(text)
                .is_none()
                .then(|| "is not a size such as 10MiB (B, KiB, MiB, GiB)".to_owned()),
            Self::Duration => self
                .number(text)
                .is_none()
                .then(|| "is not a time with its unit, such as 15m (ms, s, m, h, d)".to_owned()),
            Self::Choice(words) => {
                (!words.contains(&text)).then(|| format!("is none of {}", words.join(", ")))
            }
        }
    }

    /// The number that `text` stands for: a count, bytes, or milliseconds.
    pub(crate) fn number(self, text: &str) -> Option<u64> {
        match self {
            Self::Count(_) => text.replace('_', "").parse().ok(),
            Self::Bytes => with_unit(text, &SIZES).or_else(|| text.parse().ok()),
            Self::Duration => with_unit(text, &TIMES),
            _ => None,
        }
    }

    /// How `number` is written.
    pub(crate) fn text(self, number: u64) -> String {
        let units: &[(&str, u64)] = match self {
            Self::Bytes => &SIZES,
            Self::Duration => &TIMES,
            _ => return number.to_string(),
        };
        let fits = |(_, size): &&(&str, u64)| number > 0 && number.is_multiple_of(*size);
        let (unit, size) = units.iter().find(fits).unwrap_or(&units[units.len() - 1]);
        format!("{}{unit}", number / size)
    }
}

/// A whole number followed by one of `units`.
fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let (_, size) = units.iter().find(|(name, _)| *name == unit.trim())?;
    number.parse::<u64>().ok()?.checked_mul(*size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, text: &str, expected: Option<u64>) {
        assert_eq!(kind.number(text), expected, "{text}");
        if let Some(number) = expected {
            assert_eq!(kind.number(&kind.text(number)), Some(number), "{text}");
        }
    }

    #[test]
    fn numbers_are_written_with_their_unit() {
        check(Kind::Duration, "15m", Some(900_000));
        check(Kind::Duration, "90 s", Some(90_000));
        check(Kind::Duration, "0s", Some(0));
        check(Kind::Duration, "15", None);
        check(Kind::Duration, "m", None);
        check(Kind::Duration, "1y", None);
        check(Kind::Duration, "99999999999999999999d", None);
        check(Kind::Duration, "9999999999999999d", None);
        check(Kind::Bytes, "10MiB", Some(10_485_760));
        check(Kind::Bytes, "512", Some(512));
        check(Kind::Bytes, "10 apples", None);
        check(Kind::Bytes, "-1", None);
        check(Kind::Count(0), "10_000", Some(10_000));
        check(Kind::Count(0), "1.5", None);
    }

    #[test]
    fn the_largest_unit_that_fits_is_shown() {
        assert_eq!(Kind::Duration.text(1_296_000_000), "15d");
        assert_eq!(Kind::Duration.text(90_000), "90s");
        assert_eq!(Kind::Duration.text(0), "0ms");
        assert_eq!(Kind::Bytes.text(1_048_576), "1MiB");
        assert_eq!(Kind::Bytes.text(1_000), "1000B");
    }
}
