//! Which parts of a chat's history are here: closed ranges of `seq` without holes.

/// Disjoint, ascending ranges that do not touch each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    /// Adds a range and joins what it touches.
    pub(crate) fn insert(&mut self, first: u64, last: u64) {
        if first > last {
            return;
        }
        let (mut first, mut last) = (first, last);
        self.0.retain(|&(other_first, other_last)| {
            let touches = other_first <= last.saturating_add(1) && first <= other_last + 1;
            if touches {
                (first, last) = (first.min(other_first), last.max(other_last));
            }
            !touches
        });
        let place = self.0.partition_point(|&(other, _)| other < first);
        self.0.insert(place, (first, last));
    }

    /// Takes a range out.
    pub(crate) fn remove(&mut self, first: u64, last: u64) {
        let parts = std::mem::take(&mut self.0).into_iter();
        let left = parts.flat_map(|(from, to)| {
            let before = (from, to.min(first.saturating_sub(1)));
            let after = (from.max(last.saturating_add(1)), to);
            [before, after].into_iter().filter(|(from, to)| from <= to)
        });
        self.0 = left.collect();
    }

    /// All ranges, ascending.
    pub(crate) fn all(&self) -> &[(u64, u64)] {
        &self.0
    }

    /// How many numbers they have.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// The range that has `seq` in it.
    pub(crate) fn containing(&self, seq: u64) -> Option<(u64, u64)> {
        let found = self
            .0
            .iter()
            .find(|(first, last)| (*first..=*last).contains(&seq));
        found.copied()
    }

    /// The range with the newest messages.
    pub(crate) fn newest(&self) -> Option<(u64, u64)> {
        self.0.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_that_touch_become_one() {
        let mut ranges = Ranges::default();
        for (first, last) in [(5, 6), (10, 12), (7, 7), (1, 2), (8, 9), (4, 3)] {
            ranges.insert(first, last);
        }
        assert_eq!(ranges.0, [(1, 2), (5, 12)]);
        assert_eq!(ranges.containing(9), Some((5, 12)));
        assert_eq!(ranges.containing(3), None);
        assert_eq!(ranges.newest(), Some((5, 12)));
    }

    proptest! {
        #[test]
        fn ranges_hold_exactly_what_was_put_in_and_not_taken_out(
            steps in prop::collection::vec((1_u64..60, 0_u64..8, 0..4), 0..20)
        ) {
            let mut ranges = Ranges::default();
            let mut expected = BTreeSet::new();
            for (first, more, kind) in steps {
                if kind == 0 {
                    ranges.remove(first, first + more);
                    expected.retain(|seq| !(first..=first + more).contains(seq));
                } else {
                    ranges.insert(first, first + more);
                    expected.extend(first..=first + more);
                }
            }
            for seq in 0..80 {
                prop_assert_eq!(ranges.containing(seq).is_some(), expected.contains(&seq));
            }
            for pair in ranges.0.windows(2) {
                prop_assert!(pair[0].1 + 1 < pair[1].0, "{:?}", pair);
            }
        }
    }
}
