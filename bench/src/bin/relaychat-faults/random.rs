//! A small random generator, so that a run can be repeated.

/// xorshift64.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }

    /// A generator of its own.
    pub(crate) fn fork(&mut self) -> Self {
        Self::new(self.below(u64::MAX - 1) + 1)
    }
}
