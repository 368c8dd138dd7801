//! Time and randomness of one thread that come out the same again: for tests that print a seed.

use std::cell::Cell;

use tokio::time::Instant;

thread_local! {
    static START: Cell<Option<Instant>> = const { Cell::new(None) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// Begins anew, on the paused time of the runtime this is called on.
pub(crate) fn begin(seed: u64) {
    START.set(Some(Instant::now()));
    COUNT.set(seed << 32);
}

/// Where the time begins: any moment will do.
const BEGIN_MS: i64 = 1_800_000_000_000;

pub(super) fn now_ms() -> Option<i64> {
    START
        .get()
        .map(|start| BEGIN_MS + super::whole_ms(start.elapsed()))
}

pub(super) fn uuid_v7() -> Option<uuid::Uuid> {
    let millis = u64::try_from(now_ms()?).unwrap_or(0);
    COUNT.set(COUNT.get() + 1);
    // Spread over all bits, since the last ones are taken for random numbers.
    let mixed = u128::from(COUNT.get()).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let [_, _, _, _, _, _, bytes @ ..] = (mixed ^ (mixed >> 64)).to_be_bytes();
    Some(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}
