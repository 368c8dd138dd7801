//! Lists as streams of changes, for programs that draw only what changed.
//!
//! A change is a splice: some values give place to others. What it takes to get from one snapshot to
//! the next is found by the identity of the values (an unchanged one keeps its `Arc`), so a slow
//! reader gets the way from what it saw last to the newest, never a queue of old steps.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{Stream, StreamExt, stream};

use crate::{
    observable::Observable,
    platform::{BoxStream, MaybeSend, MaybeSync},
};

/// One change of a list: at `index`, `removed_count` values give place to `inserted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorDiff<T> {
    /// Where.
    pub index: usize,
    /// How many values go.
    pub removed_count: usize,
    /// What comes in their place.
    pub inserted: Vec<T>,
}

impl<T> VectorDiff<T> {
    /// Makes the change.
    ///
    /// # Panics
    /// When the list is not the one that the change was made for.
    pub fn apply(self, list: &mut Vec<T>) {
        let Self {
            index,
            removed_count,
            inserted,
        } = self;
        list.splice(index..index + removed_count, inserted);
    }
}

/// The changes of a list from a snapshot on: batches that belong together. Ends with the client.
pub struct Diffs<T>(BoxStream<'static, Vec<VectorDiff<Arc<T>>>>);

impl<T> std::fmt::Debug for Diffs<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Diffs")
    }
}

impl<T> Stream for Diffs<T> {
    type Item = Vec<VectorDiff<Arc<T>>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

/// The list that `of` finds in what is watched, and its changes. `kept` lives as long as the stream.
pub(crate) fn diffs<S, T, K>(
    observable: &Observable<S>,
    of: fn(&S) -> &[Arc<T>],
    kept: K,
) -> (Vec<Arc<T>>, Diffs<T>)
where
    S: MaybeSend + MaybeSync + 'static,
    T: MaybeSend + MaybeSync + 'static,
    K: MaybeSend + MaybeSync + 'static,
{
    let subscription = observable.subscribe();
    let first = of(&subscription.get()).to_vec();
    let start = (subscription, first.clone(), kept);
    let changes = stream::unfold(start, move |(mut subscription, seen, kept)| async move {
        loop {
            let now = subscription.changed().await?;
            let now = of(&now).to_vec();
            let batch = between(&seen, &now);
            if !batch.is_empty() {
                return Some((batch, (subscription, now, kept)));
            }
        }
    });
    (first, Diffs(Box::pin(changes)))
}

/// The splices that make `after` out of `before`, for who keeps the snapshots. A value is known by
/// its `Arc`.
#[must_use]
pub fn between<T>(before: &[Arc<T>], after: &[Arc<T>]) -> Vec<VectorDiff<Arc<T>>> {
    let places = after.iter().enumerate();
    let places: HashMap<_, _> = places
        .map(|(place, value)| (Arc::as_ptr(value), place))
        .collect();
    let moved: Vec<_> = before
        .iter()
        .enumerate()
        .filter_map(|(from, value)| Some((from, *places.get(&Arc::as_ptr(value))?)))
        .collect();
    let mut diffs = Vec::new();
    let (mut seen, mut made) = (0, 0);
    let end = (before.len(), after.len());
    for (from, to) in longest_ascending(&moved).into_iter().chain([end]) {
        if from > seen || to > made {
            diffs.push(VectorDiff {
                index: made,
                removed_count: from - seen,
                inserted: after[made..to].to_vec(),
            });
        }
        (seen, made) = (from + 1, to + 1);
    }
    diffs
}

/// The longest part of the pairs, which ascend on the left, that ascends on the right too: what
/// need not be moved.
fn longest_ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The pair that ends the best run of each length, and the pair before each pair in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![None; pairs.len()];
    for (index, (_, to)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *to);
        previous[index] = length.checked_sub(1).map(|before| ends[before]);
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        run.push(pairs[index]);
        next = previous[index];
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(before: &[Arc<u32>], after: &[Arc<u32>]) -> Vec<VectorDiff<Arc<u32>>> {
        let diffs = between(before, after);
        let mut list = before.to_vec();
        for diff in diffs.clone() {
            diff.apply(&mut list);
        }
        assert_eq!(list, after);
        diffs
    }

    fn values(count: u32) -> Vec<Arc<u32>> {
        (0..count).map(Arc::new).collect()
    }

    #[test]
    fn a_value_that_moves_to_the_front_moves_no_other() {
        let before = values(5);
        let mut after = before.clone();
        let last = after.remove(3);
        after.insert(0, Arc::clone(&last));
        let [first, second] = &check(&before, &after)[..] else {
            panic!("two splices");
        };
        assert_eq!((first.index, first.removed_count), (0, 0));
        assert_eq!(first.inserted, [last]);
        assert_eq!((second.index, second.removed_count), (4, 1));
    }

    #[test]
    fn unchanged_lists_have_no_changes_and_a_changed_value_is_one_splice() {
        let before = values(5);
        assert_eq!(check(&before, &before), []);
        let mut after = before.clone();
        after[2] = Arc::new(2);
        let diffs = check(&before, &after);
        assert_eq!(
            (diffs.len(), diffs[0].index, diffs[0].removed_count),
            (1, 2, 1)
        );
    }

    proptest! {
        #[test]
        fn the_changes_between_any_two_lists_lead_from_one_to_the_other(
            before in Just((0..12_u32).collect::<Vec<_>>()).prop_shuffle(),
            after in Just((0..12_u32).collect::<Vec<_>>()).prop_shuffle(),
            lengths in (0..12_usize, 0..12_usize),
        ) {
            let all = values(12);
            let of = |order: &[u32]| -> Vec<_> {
                order.iter().map(|place| Arc::clone(&all[*place as usize])).collect()
            };
            check(&of(&before[..lengths.0]), &of(&after[..lengths.1]));
        }
    }
}
