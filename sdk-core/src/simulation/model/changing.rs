//! People edit, delete, pin and react to messages that were sent, of their own and of others; what came
//! of it is compared with what they wished.

use std::collections::{BTreeMap, HashMap, HashSet};

use relaychat_protocol::{
    ChatId, MessageId, UserId,
    rest::messages::{Mentions, Message as WireMessage},
};

use super::{Device, Model};
use crate::{
    Client, Message,
    transport::fake::{
        chaos::Random,
        world::amend::{Amendment, TOO_LATE},
    },
};

/// What people react with: few, so that they meet.
const EMOJIS: [&str; 3] = ["👍", "🎉", "😂"];

/// What a message says to whoever looks at it, but for ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    id: MessageId,
    text: String,
    files: usize,
    edited_at_ms: Option<i64>,
    is_deleted: bool,
    pinned_at_ms: Option<i64>,
    /// Each with its count, whether it is the viewer's, and by whom it is.
    reactions: Vec<(String, u64, bool, Vec<UserId>)>,
}

impl Shown {
    /// As a client shows it. Nothing is pending but what was refused.
    pub(super) fn of(message: &Message) -> Self {
        if let Some(pending) = &message.pending {
            assert!(pending.error.is_some(), "{message:?} has not come to rest");
        }
        let reactions = message.reactions.iter().map(|one| {
            let ids = one.users.iter().map(|user| user.id).collect();
            (one.emoji.clone(), one.count, one.is_own, ids)
        });
        Self {
            id: message.id,
            text: message.text.clone(),
            files: message.attachments.len(),
            edited_at_ms: message.edited_at_ms,
            is_deleted: message.is_deleted,
            pinned_at_ms: message.pinned_at_ms,
            reactions: reactions.collect(),
        }
    }

    /// As the server has it, for somebody.
    pub(super) fn to(viewer: UserId, message: &WireMessage) -> Self {
        let reactions = message.reactions.iter().map(|one| {
            let is_own = one.user_ids.contains(&viewer);
            (one.emoji.clone(), one.count, is_own, one.user_ids.clone())
        });
        Self {
            id: message.id,
            text: message.text.clone(),
            files: message.attachments.len(),
            edited_at_ms: message.edited_at_ms,
            is_deleted: message.deleted_at_ms.is_some(),
            pinned_at_ms: message.pinned_at_ms,
            reactions: reactions.collect(),
        }
    }
}

/// What somebody wished last of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Wished {
    edit: Option<String>,
    is_deleted: bool,
    reactions: BTreeMap<&'static str, bool>,
}

/// What was wished on a device.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// What must come true or be refused.
    of: HashMap<MessageId, Wished>,
    /// All that was ever wished: a message, and an emoji or nothing for its text.
    ever: HashSet<(MessageId, &'static str)>,
}

impl Wishes {
    pub(super) fn edit(&mut self, id: MessageId, text: &str) {
        self.ever.insert((id, ""));
        let wished = self.of.entry(id).or_default();
        (wished.edit, wished.is_deleted) = (Some(text.to_owned()), false);
    }

    fn delete(&mut self, id: MessageId) {
        let wished = self.of.entry(id).or_default();
        *wished = Wished {
            is_deleted: true,
            ..Wished::default()
        };
    }

    fn react(&mut self, id: MessageId, emoji: &'static str, is_set: bool) {
        self.ever.insert((id, emoji));
        let wished = self.of.entry(id).or_default();
        wished.reactions.insert(emoji, is_set);
    }

    /// Nothing of it must come true any more.
    pub(super) fn drop_of(&mut self, id: MessageId) {
        self.of.remove(&id);
    }

    /// The device died: the store may not have had them.
    pub(super) fn drop_all(&mut self) {
        self.of.clear();
    }
}

impl Device {
    /// Somebody changes a message that they see.
    pub(super) fn change(&mut self, chat_id: ChatId, random: &mut Random, count: u64) {
        let Some(client) = &self.client else { return };
        let back = usize::try_from(random.below(8)).expect("small");
        let emoji = *random.pick(&EMOJIS).expect("there are some");
        let seen = client.runtime().look(|state| {
            let held: Vec<_> = state.histories.get(&chat_id)?.held().cloned().collect();
            let message = held.get(held.len().checked_sub(back + 1)?)?;
            Some(state.message(message, None))
        });
        let Some(seen) = seen.filter(|seen| !seen.is_deleted) else {
            return;
        };
        let chat = client.chat(chat_id);
        match random.below(12) {
            0..=3 if seen.is_own || random.is(100) => {
                let late = if random.is(100) { TOO_LATE } else { "in time" };
                let text = format!("{count} is better, and {late}");
                chat.edit(seen.id, text.as_str())
                    .expect("it says something");
                self.wishes.edit(seen.id, &text);
            }
            4 if seen.is_own || random.is(100) => {
                chat.delete(seen.id);
                self.wishes.delete(seen.id);
            }
            5 => {
                chat.cancel(seen.id);
                self.wishes.drop_of(seen.id);
            }
            6 => chat.retry(seen.id),
            7 | 8 => chat.pin(seen.id, seen.pinned_at_ms.is_none()),
            _ => {
                let mut own = seen.reactions.iter().filter(|one| one.is_own);
                let is_on = !own.any(|one| one.emoji == emoji);
                chat.react(seen.id, emoji, is_on);
                self.wishes.react(seen.id, emoji, is_on);
            }
        }
    }
}

impl Model {
    /// Somebody without a device here changes messages, sometimes more than a sync answer holds.
    pub(super) fn others_change(&mut self, chat_id: ChatId) {
        let writer = self.writer(chat_id);
        let most = *self.random.pick(&[2, 4, 70]).expect("some");
        let (count, back) = (self.random.below(most), self.random.below(20));
        let (random, number) = (&mut self.random, &mut self.count);
        self.server.world(|world| {
            let newest = world.messages(chat_id).iter().rev();
            let newest: Vec<_> = newest.cloned().collect();
            let first = usize::try_from(back).expect("small");
            for message in newest.iter().skip(first).step_by(2) {
                if *number > 0 && message.seq + 2 * count < newest.len() as u64 {
                    return;
                }
                *number += 1;
                let emoji = *random.pick(&EMOJIS).expect("there are some");
                let mentions = random.is(300).then(|| Mentions {
                    user_ids: Vec::new(),
                    is_everyone: true,
                });
                let what = match random.below(10) {
                    0 | 1 => Amendment::Edit(format!("another says {number}"), mentions),
                    2 => Amendment::Delete,
                    3 | 4 => Amendment::Pin(random.is(700)),
                    _ => Amendment::React(emoji.to_owned(), random.is(700)),
                };
                // What may not be is as well.
                let _ = world.amend(writer, (chat_id, message.id), what);
            }
        });
    }

    /// What was wished on a device has come true, or was refused and says so.
    pub(super) fn check_wishes(&self, device: usize, client: &Client) {
        if self.server.has_late_changes() || self.was_restored {
            return;
        }
        let user_id = self.devices[device].user_id;
        for (id, wished) in &self.devices[device].wishes.of {
            let found = self.chats.iter().find_map(|chat_id| {
                let find = |one: &&WireMessage| one.id == *id;
                self.server
                    .world(|world| world.messages(*chat_id).iter().find(find).cloned())
            });
            let Some(message) = found.filter(|message| message.deleted_at_ms.is_none()) else {
                continue;
            };
            let is_own = message.sender_id == user_id;
            let edit = wished.edit.as_deref();
            let is_doomed = wished.is_deleted || edit.is_some_and(|text| text.contains(TOO_LATE));
            if is_doomed || edit.is_some() && !is_own {
                assert!(!is_own || !wished.is_deleted, "{wished:?} of {message:?}");
                let is_seen = client.runtime().look(|state| {
                    let change = state.changes.get(*id);
                    change.is_some_and(|change| change.refused().is_some())
                });
                assert!(is_seen, "{device}: {wished:?} was not refused: {message:?}");
            } else if let Some(text) = edit.filter(|_| !self.is_shared(device, *id, "")) {
                assert_eq!(message.text, text, "{device}: {message:?}");
            }
            for (emoji, is_set) in &wished.reactions {
                if self.is_shared(device, *id, emoji) {
                    continue;
                }
                let mut reactions = message.reactions.iter();
                let is_there =
                    reactions.any(|one| one.emoji == *emoji && one.user_ids.contains(&user_id));
                assert_eq!(is_there, *is_set, "{device}: {wished:?} of {message:?}");
            }
        }
    }

    /// Whether another device, or somebody without one, has wished the same of a message: then the
    /// last one to arrive is the one that stays.
    fn is_shared(&self, device: usize, id: MessageId, of: &'static str) -> bool {
        let user_id = self.devices[device].user_id;
        let mut others = self.devices.iter().enumerate();
        user_id == self.devices[2].user_id
            || others.any(|(index, other)| {
                index != device && other.user_id == user_id && other.wishes.ever.contains(&(id, of))
            })
    }
}
