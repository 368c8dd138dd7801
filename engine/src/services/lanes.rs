//! Keeps the messages of one sender to one chat in order while the host judges them.
//!
//! Without hooks a message is in the queue of the writer before the next one is looked at. A hook
//! takes its time, and a later message may be judged sooner; so each message takes a place in its
//! lane when it comes, and goes into the queue after those before it have, or were refused.
//! Messages of others, and to other chats, do not wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use relaychat_protocol::{ChatId, UserId};
use tokio::sync::watch;

type Lane = (UserId, ChatId);
/// The last place of each lane that is in use: its number, and what closes when it is left.
type LastPlaces = HashMap<Lane, (u64, watch::Receiver<()>)>;

/// All lanes in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    last: LastPlaces,
    next_number: u64,
}

impl Lanes {
    /// Takes the next place of a lane.
    pub(super) fn enter(&self, user_id: UserId, chat_id: ChatId) -> Place {
        let lane = (user_id, chat_id);
        let (is_left, left) = watch::channel(());
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.next_number += 1;
        let number = state.next_number;
        let before = state.last.insert(lane, (number, left));
        Place {
            lanes: self.clone(),
            lane,
            number,
            before: before.map(|(_, left)| left),
            _is_left: is_left,
        }
    }

    #[cfg(test)]
    fn count(&self) -> usize {
        self.0.lock().expect("unpoisoned").last.len()
    }
}

/// A place in a lane. Dropping it lets the next one go on.
#[derive(Debug)]
pub(super) struct Place {
    lanes: Lanes,
    lane: Lane,
    number: u64,
    before: Option<watch::Receiver<()>>,
    _is_left: watch::Sender<()>,
}

impl Place {
    /// Waits until those before have left.
    pub(super) async fn wait(&mut self) {
        if let Some(before) = &mut self.before {
            // Nothing is ever sent: it ends with an error, when the sender is dropped.
            while before.changed().await.is_ok() {}
        }
        self.before = None;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.lanes.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_last = |(number, _): &(u64, _)| *number == self.number;
        if state.last.get(&self.lane).is_some_and(is_last) {
            state.last.remove(&self.lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_place_waits_for_those_before_it_and_lanes_that_are_empty_are_forgotten() {
        let (user, chat) = (UserId(Uuid::nil()), ChatId(Uuid::nil()));
        let lanes = Lanes::default();
        let first = lanes.enter(user, chat);
        let mut second = lanes.enter(user, chat);
        let mut third = lanes.enter(user, chat);
        let mut other = lanes.enter(user, ChatId(Uuid::max()));
        other.wait().await;
        drop(other);
        let mut waits = Box::pin(third.wait());
        assert!(futures_util::poll!(&mut waits).is_pending());
        drop(first);
        second.wait().await;
        assert!(futures_util::poll!(&mut waits).is_pending());
        drop(second);
        waits.await;
        drop(third);
        assert_eq!(lanes.count(), 0);
    }
}
