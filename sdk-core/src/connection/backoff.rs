//! How long to wait before the next attempt: exponential with full jitter.
//!
//! Full jitter (anything from nothing to the whole step) spreads a crowd that lost its server at
//! the same moment best: <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>.

/// The longest first wait: a restarted server is back within a second.
const BASE_MS: u64 = 500;
/// The longest wait at all: a person who looks at the screen should not wait longer.
const CAP_MS: u64 = 30_000;

/// The wait before attempt number `attempt` (1 is the first one after a failure), for a random
/// `unit` from 0 to 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the product lies between 0 and the cap"
)]
pub(crate) fn wait_ms(attempt: u32, unit: f64) -> u64 {
    (longest_ms(attempt) as f64 * unit.clamp(0.0, 1.0)) as u64
}

fn longest_ms(attempt: u32) -> u64 {
    let doublings = attempt.saturating_sub(1).min(16);
    (BASE_MS << doublings).min(CAP_MS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_wait_doubles_up_to_the_cap() {
        let longest: Vec<_> = (1..=9).map(longest_ms).collect();
        let expected = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
        assert_eq!(longest, expected);
    }

    proptest! {
        #[test]
        fn a_wait_is_within_its_step_and_grows_with_the_random_number(
            attempt in any::<u32>(), low in 0.0..1.0_f64, high in 0.0..1.0_f64,
        ) {
            let (low, high) = (low.min(high), low.max(high));
            prop_assert!(wait_ms(attempt, high) <= longest_ms(attempt));
            prop_assert!(wait_ms(attempt, low) <= wait_ms(attempt, high));
        }
    }
}
