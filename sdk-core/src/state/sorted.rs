//! Small ordered maps and sets on a `Vec`.
//!
//! The standard library's trees and sorts are made for millions of entries, and each kind of them is
//! a tenth of a percent and more of the WebAssembly module. What is kept here is few, or grows at its
//! end.

/// An ordered map.
#[derive(Clone, Debug)]
pub(crate) struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(key))
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let place = self.place(key).ok()?;
        Some(&self.0[place].1)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key).ok()?;
        Some(&mut self.0[place].1)
    }

    /// The value of a key, made if there is none.
    pub(crate) fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    /// The same, made by `make`.
    pub(crate) fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let place = match self.place(&key) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (key, make()));
                place
            }
        };
        &mut self.0[place].1
    }

    /// Puts a value in the place of the one with this key, if there is one.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// Forgets the first ones until no more than `len` are left.
    pub(crate) fn keep_last(&mut self, len: usize) {
        self.0.drain(..self.0.len().saturating_sub(len));
    }

    pub(crate) fn into_values(self) -> impl DoubleEndedIterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.place(key).ok()?;
        Some(self.0.remove(place).1)
    }

    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&V) -> bool) {
        self.0.retain(|(_, value)| is_kept(value));
    }

    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        self.0.first().map(|(key, value)| (key, value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

/// An ordered set.
#[derive(Clone, Debug)]
pub(crate) struct SortedSet<T>(Vec<T>);

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut set = Self::default();
        for value in values {
            set.insert(value);
        }
        set
    }
}

impl<T: Ord> SortedSet<T> {
    pub(crate) fn insert(&mut self, value: T) {
        if let Err(place) = self.0.binary_search(&value) {
            self.0.insert(place, value);
        }
    }

    pub(crate) fn remove(&mut self, value: &T) {
        if let Ok(place) = self.0.binary_search(value) {
            self.0.remove(place);
        }
    }

    /// Forgets all that come before `first`.
    pub(crate) fn forget_before(&mut self, first: &T) {
        self.0.retain(|value| value >= first);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }

    pub(crate) fn into_values(self) -> Vec<T> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_hold_what_the_standard_ones_hold(
            steps in prop::collection::vec((0..12_u8, any::<u8>(), any::<bool>()), 0..40)
        ) {
            let mut map = SortedMap::default();
            let mut set = SortedSet::default();
            let (mut model_map, mut model_set) = (BTreeMap::new(), BTreeSet::new());
            for (key, value, is_removed) in steps {
                if is_removed {
                    prop_assert_eq!(map.remove(&key), model_map.remove(&key));
                    set.remove(&key);
                    model_set.remove(&key);
                } else {
                    *map.or_default(key) = value;
                    model_map.insert(key, value);
                    set.insert(key);
                    model_set.insert(key);
                }
                prop_assert_eq!(map.first(), model_map.first_key_value());
                prop_assert_eq!(map.get(&key), model_map.get(&key));
                prop_assert!(map.keys().eq(model_map.keys()));
                prop_assert!(map.values().eq(model_map.values()));
                prop_assert!(set.iter().eq(model_set.iter()));
            }
        }
    }
}
