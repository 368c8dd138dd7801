//! Changes of messages that were sent: edits, deletions, pins and reactions on their way to the server.
//!
//! Not in the queue of messages. What is kept is not what was done but what is wanted of each
//! message, so doing much to it offline comes down to little: the last text stays, a deletion
//! swallows the rest, a reaction that was taken back again is gone. All of it may be told twice, and
//! is, until there is an answer. Messages do not wait for each other; one thing at a time is under
//! way for each, and nothing before the message itself is acknowledged.
//!
//! **What the server refuses** is taken out of what is wanted and remembered with its reason until
//! the person tries again or drops it; the message is shown as the server has it. What was wanted of
//! a message that is not there any more, or was deleted, is dropped: its tombstone says it all.
//!
//! **What was told and not answered may be at the server.** Taking it back before there is an answer
//! therefore has to be told as well, however the message looks. And an answer only settles the
//! question it belongs to, which has a number: a question that was asked twice is answered twice.
//!
//! **Not here:** how a message looks with what is wanted of it. That is `projection::wanted`.

use relaychat_protocol::{ChatId, ErrorCode, MessageId, rest::messages::Mentions};
use serde::{Deserialize, Serialize};

use super::sorted::{SortedMap, SortedSet};
use crate::{Edit, RelayError, connection::backoff};

mod keeping;
#[cfg(test)]
mod tests;

/// How long an answer may take on a living connection before it is asked again.
const ACK_MS: i64 = 20_000;

/// What is wanted of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wishes {
    /// Another text, and when that was wished.
    #[serde(default)]
    pub(crate) edit: Option<(String, i64)>,
    /// That it goes.
    #[serde(default)]
    pub(crate) is_deleted: bool,
    /// Emojis that the caller's reactions should have, or not.
    #[serde(default)]
    pub(crate) reactions: Vec<(String, bool)>,
    /// Whom the edited message is meant for.
    #[serde(default)]
    pub(crate) mentions: Option<Mentions>,
    /// Since when it is to be pinned, 0 for not at all.
    #[serde(default)]
    pub(crate) pin: Option<i64>,
}

/// One of them, as the server is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Delete,
    /// The text, and whom it is meant for.
    Edit(String, Option<Mentions>),
    React(String, bool),
    Pin(bool),
}

impl Wish {
    /// Whether another wish is about the same: whichever comes last stays.
    fn is_about(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Delete, Self::Delete)
            | (Self::Edit(..), Self::Edit(..))
            | (Self::Pin(_), Self::Pin(_)) => true,
            (Self::React(emoji, _), Self::React(other, _)) => emoji == other,
            (Self::Delete | Self::Edit(..) | Self::React(..) | Self::Pin(_), _) => false,
        }
    }
}

impl Wishes {
    pub(crate) fn is_empty(&self) -> bool {
        self.edit.is_none() && !self.is_deleted && self.reactions.is_empty() && self.pin.is_none()
    }

    fn set_reaction(&mut self, emoji: &str, is_set: bool) {
        self.unset_reaction(emoji);
        self.reactions.push((emoji.to_owned(), is_set));
    }

    fn unset_reaction(&mut self, emoji: &str) {
        self.reactions.retain(|(known, _)| known != emoji);
    }

    fn first(&self) -> Option<Wish> {
        if self.is_deleted {
            return Some(Wish::Delete);
        }
        let pin = || self.pin.map(|since_ms| Wish::Pin(since_ms > 0));
        self.first_edit().or_else(pin).or_else(|| {
            let (emoji, is_set) = self.reactions.first()?;
            Some(Wish::React(emoji.clone(), *is_set))
        })
    }

    pub(crate) fn first_edit(&self) -> Option<Wish> {
        let (text, _) = self.edit.as_ref()?;
        Some(Wish::Edit(text.clone(), self.mentions.clone()))
    }

    /// Takes out what is a wish still. Gives it, to be remembered.
    fn take(&mut self, wish: &Wish) -> Self {
        let mut taken = Self::default();
        match wish {
            Wish::Delete => taken.is_deleted = std::mem::take(&mut self.is_deleted),
            Wish::Edit(text, mentions) if self.mentions == *mentions => {
                taken.edit = self.edit.take_if(|(wanted, _)| wanted == text);
                taken.mentions.clone_from(mentions);
            }
            Wish::Edit(..) => {}
            Wish::Pin(wished) => {
                taken.pin = self.pin.take_if(|since_ms| (*since_ms > 0) == *wished);
            }
            Wish::React(emoji, is_set) => {
                let wished = (emoji.clone(), *is_set);
                if self.reactions.contains(&wished) {
                    self.unset_reaction(emoji);
                    taken.reactions.push(wished);
                }
            }
        }
        taken
    }

    /// Adds older wishes. What is wanted now wins.
    fn add_older(&mut self, older: Self) {
        self.is_deleted |= older.is_deleted;
        if self.edit.is_none() {
            (self.edit, self.mentions) = (older.edit, older.mentions);
        }
        self.pin = self.pin.or(older.pin);
        for (emoji, is_set) in older.reactions {
            if self.reactions.iter().all(|(known, _)| *known != emoji) {
                self.reactions.push((emoji, is_set));
            }
        }
    }
}

/// A question under way.
#[derive(Debug)]
struct Asked {
    wish: Wish,
    number: u64,
    since_ms: i64,
}

/// What is wanted of one message, and how far that is.
#[derive(Debug)]
pub(crate) struct MessageChange {
    chat_id: ChatId,
    wanted: Wishes,
    refused: Option<(Wishes, RelayError)>,
    in_flight: Option<Asked>,
    /// What the server was told and has not answered: it may have done so.
    told: Vec<Wish>,
    failures: u32,
    not_before_ms: i64,
}

impl MessageChange {
    fn new(chat_id: ChatId) -> Self {
        Self {
            chat_id,
            wanted: Wishes::default(),
            refused: None,
            in_flight: None,
            told: Vec::new(),
            failures: 0,
            not_before_ms: 0,
        }
    }

    pub(crate) fn wanted(&self) -> &Wishes {
        &self.wanted
    }

    pub(crate) fn refused(&self) -> Option<&(Wishes, RelayError)> {
        self.refused.as_ref()
    }

    /// Whether the server may have been told something about the same that this device has not seen.
    fn is_told(&self, about: &Wish) -> bool {
        self.told.iter().any(|told| told.is_about(about))
    }

    /// Takes the question under way, if it is the one with this number.
    fn answered(&mut self, number: u64) -> Option<Wish> {
        let asked = self.in_flight.take_if(|asked| asked.number == number)?;
        Some(asked.wish)
    }

    fn due_ms(&self) -> Option<i64> {
        self.wanted.first()?;
        let overdue_ms = self.in_flight.as_ref().map(|asked| asked.since_ms + ACK_MS);
        Some(overdue_ms.unwrap_or(self.not_before_ms))
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct MessageChanges {
    of: SortedMap<MessageId, MessageChange>,
    /// Messages whose changes are not in the store as they are here, or here no more.
    pub(crate) unkept: SortedSet<MessageId>,
    /// Of the latest question.
    number: u64,
}

impl MessageChanges {
    pub(crate) fn get(&self, id: MessageId) -> Option<&MessageChange> {
        self.of.get(&id)
    }

    pub(crate) fn chat_of(&self, id: MessageId) -> Option<ChatId> {
        self.get(id).map(|change| change.chat_id)
    }

    fn entry(&mut self, chat_id: ChatId, id: MessageId) -> &mut MessageChange {
        self.unkept.insert(id);
        let change = self.of.or_insert_with(id, || MessageChange::new(chat_id));
        change.not_before_ms = 0;
        change
    }

    /// Another text, and when it was wished. `is_there`: the server has it already.
    pub(crate) fn edit(
        &mut self,
        (chat_id, id): (ChatId, MessageId),
        edit: (String, i64),
        mentions: Option<Mentions>,
        is_there: bool,
    ) {
        let change = self.entry(chat_id, id);
        let is_told = change.is_told(&Wish::Edit(String::new(), None));
        change.refused = None;
        change.wanted.edit = (!is_there || is_told).then_some(edit);
        change.wanted.mentions = mentions;
        self.drop_if_done(id);
    }

    /// Takes back the text that is wanted, to be given to the message itself: it has not left.
    pub(crate) fn take_edit(&mut self, id: MessageId) -> Option<Edit> {
        let change = self.of.get_mut(&id)?;
        let (text, _) = change.wanted.edit.take()?;
        let mentions = change.wanted.mentions.take().unwrap_or_default();
        self.unkept.insert(id);
        self.drop_if_done(id);
        Some(Edit {
            text,
            mentions: Some(mentions),
        })
    }

    /// That it goes, whatever else was wanted.
    pub(crate) fn delete(&mut self, chat_id: ChatId, id: MessageId) {
        let change = self.entry(chat_id, id);
        change.refused = None;
        change.wanted = Wishes {
            is_deleted: true,
            ..Wishes::default()
        };
    }

    /// A reaction of the caller, or none. `is_there`: the server has it so already.
    pub(crate) fn react(
        &mut self,
        (chat_id, id): (ChatId, MessageId),
        (emoji, is_set): (&str, bool),
        is_there: bool,
    ) {
        let change = self.entry(chat_id, id);
        let is_told = change.is_told(&Wish::React(emoji.to_owned(), is_set));
        if is_there && !is_told {
            change.wanted.unset_reaction(emoji);
        } else {
            change.wanted.set_reaction(emoji, is_set);
        }
        self.drop_if_done(id);
    }

    /// Since when a message is pinned, 0 for not at all. `is_there`: the server has it so already.
    pub(crate) fn pin(
        &mut self,
        (chat_id, id): (ChatId, MessageId),
        since_ms: i64,
        is_there: bool,
    ) {
        let change = self.entry(chat_id, id);
        let is_told = change.is_told(&Wish::Pin(true));
        change.wanted.pin = (!is_there || is_told).then_some(since_ms);
        self.drop_if_done(id);
    }

    /// Messages of a chat that are wanted pinned.
    pub(crate) fn wanted_pins(&self, chat_id: ChatId) -> impl Iterator<Item = MessageId> {
        let is_wanted =
            move |change: &MessageChange| change.chat_id == chat_id && change.wanted.pin > Some(0);
        let wanted = self.of.iter().filter(move |(_, change)| is_wanted(change));
        wanted.map(|(id, _)| *id)
    }

    /// Tries once more what was refused.
    pub(crate) fn retry(&mut self, id: MessageId) {
        if let Some(change) = self.of.get_mut(&id)
            && let Some((wishes, _)) = change.refused.take()
        {
            change.wanted.add_older(wishes);
            (change.failures, change.not_before_ms) = (0, 0);
            self.unkept.insert(id);
        }
    }

    /// Drops what was refused; if nothing was, what is not under way.
    pub(crate) fn cancel(&mut self, id: MessageId) {
        if let Some(change) = self.of.get_mut(&id) {
            if change.refused.take().is_none() {
                change.wanted = Wishes::default();
            }
            self.unkept.insert(id);
            self.drop_if_done(id);
        }
    }

    /// What to ask now, given a living connection. `is_sent`: whether the server has the message.
    pub(crate) fn steps(
        &mut self,
        now_ms: i64,
        is_sent: impl Fn(MessageId) -> bool,
    ) -> Vec<(ChatId, (MessageId, u64), Wish)> {
        let (mut steps, mut number) = (Vec::new(), self.number);
        for (id, change) in self.of.iter_mut() {
            if change.due_ms().is_none_or(|due_ms| due_ms > now_ms) || !is_sent(*id) {
                continue;
            }
            if let Some(wish) = change.wanted.first() {
                number += 1;
                change.in_flight = Some(Asked {
                    wish: wish.clone(),
                    number,
                    since_ms: now_ms,
                });
                if !change.told.contains(&wish) {
                    change.told.push(wish.clone());
                }
                steps.push((change.chat_id, (*id, number), wish));
            }
        }
        self.number = number;
        steps
    }

    /// When [`Self::steps`] has something to do that it did not have before.
    pub(crate) fn deadline_ms(&self, is_sent: impl Fn(MessageId) -> bool) -> Option<i64> {
        let waiting = self.of.iter().filter(|(id, _)| is_sent(**id));
        waiting.filter_map(|(_, change)| change.due_ms()).min()
    }

    /// The server did what it was asked under this number.
    pub(crate) fn done(&mut self, id: MessageId, number: u64) {
        let Some(change) = self.of.get_mut(&id) else {
            return;
        };
        if let Some(wish) = change.answered(number) {
            change.told.retain(|told| !told.is_about(&wish));
            change.wanted.take(&wish);
            (change.failures, change.not_before_ms) = (0, 0);
            self.unkept.insert(id);
        }
        self.drop_if_done(id);
    }

    /// What was asked under this number failed: for now, or for good.
    pub(crate) fn failed(
        &mut self,
        (id, number): (MessageId, u64),
        error: RelayError,
        now_ms: i64,
        unit: f64,
    ) {
        let Some(change) = self.of.get_mut(&id) else {
            return;
        };
        let Some(wish) = change.answered(number) else {
            return;
        };
        if error.retryable || error.is_unauthenticated() {
            change.failures += 1;
            let wait_ms = backoff::wait_ms(change.failures, unit);
            let wait_ms = error.retry_after_ms.unwrap_or(wait_ms);
            change.not_before_ms = now_ms.saturating_add_unsigned(wait_ms);
            return;
        }
        self.unkept.insert(id);
        let is_gone = [ErrorCode::NotFound, ErrorCode::MessageDeleted]
            .iter()
            .any(|code| code.as_str() == error.code);
        if is_gone {
            self.of.remove(&id);
            return;
        }
        change.told.retain(|told| *told != wish);
        // What was wanted anew while it was under way has not been refused.
        let wishes = change.wanted.take(&wish);
        if !wishes.is_empty() {
            change.refused = Some((wishes, error));
        }
        self.drop_if_done(id);
    }

    /// The connection is gone; what is not confirmed is asked again later.
    pub(crate) fn abandon(&mut self) {
        for change in self.of.values_mut() {
            (change.in_flight, change.not_before_ms) = (None, 0);
        }
    }

    /// The caller is not in this chat any more.
    pub(crate) fn forget(&mut self, chat_id: ChatId) {
        let mut forgotten = Vec::new();
        for (id, change) in self.of.iter() {
            if change.chat_id == chat_id {
                forgotten.push(*id);
            }
        }
        for id in forgotten {
            self.of.remove(&id);
            self.unkept.insert(id);
        }
    }

    /// Nothing is left to be told.
    #[cfg(test)]
    pub(crate) fn is_quiet(&self) -> bool {
        self.of.values().all(|change| change.wanted.is_empty())
    }

    fn drop_if_done(&mut self, id: MessageId) {
        let is_done = |change: &MessageChange| {
            change.wanted.is_empty() && change.refused.is_none() && change.in_flight.is_none()
        };
        if self.get(id).is_some_and(is_done) {
            self.of.remove(&id);
        }
    }
}
