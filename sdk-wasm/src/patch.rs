//! Snapshots as JSON, of which an unchanged item of a list is only a number.
//!
//! The core shares what did not change between two snapshots, so comparing pointers is enough: an
//! item of the snapshot that was read before is written as its place there, anything else in full.
//! JavaScript then keeps its own object, and a long list costs little when one message changes.

use std::{collections::HashMap, sync::Arc};

use serde::Serialize;

/// An item of a list.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Entry<S> {
    /// The item at this place of the snapshot before.
    Same(usize),
    /// A new or changed one.
    New(S),
}

/// The entries of `now`, given what was read before.
pub(crate) fn entries<'a, T, S: From<&'a T>>(
    now: &'a [Arc<T>],
    before: Option<&[Arc<T>]>,
) -> Vec<Entry<S>> {
    let known: HashMap<*const (), usize> = before
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(place, item)| (address(item), place))
        .collect();
    now.iter()
        .map(|item| match known.get(&address(item)) {
            Some(place) => Entry::Same(*place),
            None => Entry::New(S::from(item)),
        })
        .collect()
}

/// Without its type, so that the module has one kind of map and not one for every kind of item.
fn address<T>(item: &Arc<T>) -> *const () {
    Arc::as_ptr(item).cast()
}

pub(crate) fn to_json(value: &impl Serialize) -> String {
    // Without showing serde_json's error, whose texts would be in the module for nothing.
    serde_json::to_string(value)
        .unwrap_or_else(|_| unreachable!("string keys, and nothing that can fail"))
}
