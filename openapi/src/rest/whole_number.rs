//! Whole numbers in bodies, however they are written.

use serde::Deserialize;

/// The largest whole number that every reader of JSON keeps exactly: 2^53 - 1.
const WHOLE_MAX: u64 = 9_007_199_254_740_991;

/// A whole number however it is written: to JSON, `7.0` is an integer like `7`.
pub(super) fn read<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Plain(u64),
        WithPoint(f64),
    }
    match Option::<Written>::deserialize(input)? {
        None => Ok(None),
        Some(Written::Plain(number)) if number <= WHOLE_MAX => Ok(Some(number)),
        Some(Written::WithPoint(number))
            if number.fract() == 0.0 && (0.0..=9_007_199_254_740_991.0).contains(&number) =>
        {
            Ok(Some(number as u64))
        }
        Some(_) => Err(serde::de::Error::custom("not a whole number below 2^53")),
    }
}

/// The same for a time or a span of time, none of which is below zero.
pub(super) fn read_ms<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    Ok(read(input)?.map(u64::cast_signed))
}

#[cfg(test)]
mod tests {
    use crate::rest::server::IssueToken;

    #[test]
    fn a_time_is_read_however_it_is_written_and_never_below_zero() {
        let read = |text| serde_json::from_str::<IssueToken>(text).map(|body| body.ttl_ms);
        for text in [r#"{"ttl_ms": 60000}"#, r#"{"ttl_ms": 60000.0}"#] {
            assert_eq!(read(text).expect("reads"), Some(60_000), "{text}");
        }
        assert_eq!(read("{}").expect("reads"), None);
        for text in [r#"{"ttl_ms": -1}"#, r#"{"ttl_ms": 0.5}"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
