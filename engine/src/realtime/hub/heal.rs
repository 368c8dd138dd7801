//! Setting right what was missed: memberships as storage has them, and a word to the sockets
//! concerned.

use std::collections::HashSet;

use relaychat_protocol::{ChatId, UserId, frames::close_code};

use super::{Audience, Hub, State, publish::once_each};
use crate::{
    realtime::{frames, outbox::Close},
    services::{ChatsOf, KnownMissed},
};

/// The socket came while everything was read anew, and is in none of it.
const RESYNC: Close = Close {
    code: close_code::RESYNC,
    reason: "the server lost track",
};

/// What storage said of the changes that were missed.
#[derive(Clone, Debug)]
pub(crate) enum Healed {
    /// What they touched.
    Known(KnownMissed),
    /// They are too many or not known: the chats of everybody who is here.
    Everything(ChatsOf),
}

impl Healed {
    /// Up to which number this sets everything right.
    pub(crate) fn change(&self) -> u64 {
        match self {
            Self::Known(missed) => missed.change,
            Self::Everything(chats) => chats.change,
        }
    }
}

impl Hub {
    /// Puts memberships as they are at a change number, and has the sockets concerned catch up.
    pub(crate) fn heal(&self, healed: &Healed) {
        let now_ms = self.elapsed_ms();
        let mut state = self.lock();
        let concerned = match healed {
            Healed::Known(missed) => state.heal_known(missed, now_ms),
            Healed::Everything(chats) => state.heal_everything(chats, now_ms),
        };
        let catch_up = frames::catch_up();
        for outbox in once_each(concerned) {
            outbox.push_event(None, &catch_up, now_ms);
        }
        state.recall.forget(healed.change());
        state.published_change = state.published_change.max(healed.change());
    }
}

impl State {
    fn heal_known(&mut self, missed: &KnownMissed, now_ms: u64) -> Audience {
        for &(chat_id, user_id, is_member) in &missed.members {
            if is_member {
                self.join_silently(chat_id, user_id);
            } else {
                self.left(chat_id, user_id, now_ms);
            }
        }
        for (user_id, others) in &missed.apart {
            self.set_apart(*user_id, others);
        }
        for (user_id, privacy) in &missed.privacy {
            self.set_privacy(*user_id, *privacy);
        }
        let chats = missed.chats.iter().filter_map(|id| self.chats.get(id));
        let own = missed.users.iter().filter_map(|id| self.users.get(id));
        let own = own.map(|online| &online.sockets);
        chats.chain(own).flatten().cloned().collect()
    }

    fn heal_everything(&mut self, chats: &ChatsOf, now_ms: u64) -> Audience {
        let mut known = HashSet::new();
        for (user_id, present) in &chats.chats {
            known.insert(*user_id);
            let present: HashSet<ChatId> = present.iter().copied().collect();
            for outbox in self.sockets_of(*user_id) {
                let entry = self.sockets.get(&outbox.id);
                let had: Vec<ChatId> = entry.map(|entry| entry.chats.clone()).unwrap_or_default();
                let gone = had.iter().filter(|chat_id| !present.contains(chat_id));
                for chat_id in gone {
                    self.left(*chat_id, *user_id, now_ms);
                }
            }
            for chat_id in present {
                self.join_silently(chat_id, *user_id);
            }
        }
        for (user_id, others) in &chats.apart {
            self.set_apart(*user_id, others);
        }
        for (user_id, privacy) in &chats.privacy {
            self.set_privacy(*user_id, *privacy);
        }
        let mut concerned = Audience::new();
        for entry in self.sockets.values() {
            if known.contains(&entry.outbox.user_id) {
                concerned.push(entry.outbox.clone());
            } else {
                entry.outbox.close(RESYNC);
            }
        }
        concerned
    }

    /// Somebody is in a chat; they hear of it by catching up.
    fn join_silently(&mut self, chat_id: ChatId, user_id: UserId) {
        for outbox in self.sockets_of(user_id) {
            self.subscribe(&outbox, chat_id);
            self.note_added(&outbox, chat_id);
        }
    }
}
