//! The outbox: what is to be told to the server, in order per chat, across restarts.
//!
//! # What it promises
//!
//! A message that [`Outbox::push`] has taken is sent once, or is seen to have failed, or is taken
//! back by the person; it is never dropped in silence and never sent twice. Messages of one chat
//! reach the server in the order in which they were sent here. All of it holds across lost
//! connections, lost answers, restarts of the server and kills of this program, from the moment in
//! which the store has the message (which is soon: see `unkept`).
//!
//! # How
//!
//! ```text
//!            files to upload              all uploaded              acknowledged
//!   Waiting ────────────────▶ Uploading ───────────────▶ Sending ────────────────▶ gone (the
//!    ▲  ▲                         │ failed for now          │ failed for now,       message is in
//!    │  └─────────────────────────┴─────────────────────────┘ connection lost,      the history)
//!    │ retry                      │                         │ restart
//!    │                            │ failed for good         │ failed for good
//!    └───── Failed ◀──────────────┴─────────────────────────┘
//!
//!   cancel:  Waiting, Uploading, Failed ──▶ gone at once
//!            Sending, or Waiting after it ──▶ taken back: not sent again; gone as soon as it is
//!                                             clear that the server does not have it, else sent
//!   edit:    Waiting, Uploading, Failed ──▶ the same, with another text
//!            Sending, or Waiting after it ──▶ refused: the server may have it as it was
//! ```
//!
//! **The id is the receipt.** A message has its id from the beginning, in the store too. After every
//! lost connection and every restart it is sent again under that id until there is an answer; the
//! server takes an id once and answers a repeat with the first result. So "sent, and the ack was
//! lost" needs no special care: the sync that follows a reconnection, or the repeat, settles it.
//!
//! **One at a time per chat.** Only the first message of a chat that has not failed is under way.
//! The others wait behind it, also behind its uploads: a message with a picture and the one after it
//! arrive in this order. Chats do not wait for each other.
//!
//! **A message that cannot go now blocks its chat and says so** (`OutgoingState::held_up_by`): the
//! network, a full server, a limit. It is tried again with back-off, not before the time that the
//! server asked for, for as long as it takes. **A message that will never go fails, and says so**:
//! what is wrong with it would be wrong tomorrow. It stays where it is, with its error, until the
//! person retries or removes it; those behind it go on. Which error is which: `policy`.
//!
//! **Taking back is honest.** What was never sent is gone at once. What was sent may be at the
//! server, and only the server can tell: if the answer, or the sync after a reconnection, brings it,
//! the cancel came too late and the message is shown as sent.
//!
//! **An id stands for one content**, so that here a message can only be edited until it has left; an
//! edit after that waits beside the queue (`changes`) until the message is there. After a kill this
//! device may not know that a message had left; then the server answers the edited one with
//! `message_id_reused`. It is not sent again: the catching up that follows brings the message as the
//! server has it, and the edit is made there.
//!
//! Read marks queue as well, coalesced to the highest of each chat: `marks`. They share the table of
//! the store and the enum of its records ([`KeptItem`](super::kept::KeptItem)) with what is wanted
//! of messages that were sent: `changes`.

use std::collections::{HashMap, VecDeque};

use relaychat_protocol::{
    AttachmentId, ChatId, MessageId,
    rest::{attachments::Attachment, messages::SendMessage},
};

use super::sorted::{SortedMap, SortedSet};
use crate::{Draft, Edit, OutgoingState, RelayError, Upload, connection::backoff};

mod item;
mod keeping;
mod policy;

use item::Phase;
pub(crate) use item::{OutgoingFile, OutgoingMessage};
use policy::Verdict;

/// How long an answer may take on a living connection before the message is sent again.
const ACK_MS: i64 = 20_000;

/// What to do for the outbox.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OutboxStep {
    Upload {
        message_id: MessageId,
        index: usize,
        upload: Upload,
    },
    Send {
        chat_id: ChatId,
        message: SendMessage,
    },
    /// Ask the server for what is new: whether it has a message that was taken back.
    CatchUp,
}

/// All messages on their way.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queues: SortedMap<ChatId, VecDeque<OutgoingMessage>>,
    chats: HashMap<MessageId, ChatId>,
    next_place: u64,
    /// Messages that are not in the store as they are here, or here no more.
    pub(crate) unkept: SortedSet<MessageId>,
}

impl Outbox {
    /// Takes a message behind the others of its chat.
    pub(crate) fn push(
        &mut self,
        chat_id: ChatId,
        id: MessageId,
        draft: Draft,
        now_ms: i64,
        local_id: impl FnMut() -> AttachmentId,
    ) -> crate::Observable<OutgoingState> {
        let message = OutgoingMessage::new((chat_id, id), draft, now_ms, self.next_place, local_id);
        self.next_place += 1;
        let state = message.observe();
        self.unkept.insert(id);
        self.chats.insert(id, chat_id);
        self.queues.or_default(chat_id).push_back(message);
        state
    }

    /// The messages of a chat in the order in which they were sent.
    pub(crate) fn of_chat(&self, chat_id: ChatId) -> impl Iterator<Item = &OutgoingMessage> {
        self.queues.get(&chat_id).into_iter().flatten()
    }

    pub(crate) fn chat_of(&self, id: MessageId) -> Option<ChatId> {
        self.chats.get(&id).copied()
    }

    /// Messages that have not failed.
    #[cfg(test)]
    pub(crate) fn alive(&self) -> impl Iterator<Item = &OutgoingMessage> {
        let messages = self.queues.values().flatten();
        messages.filter(|message| !message.is_failed())
    }

    /// Whether it is a message with files.
    pub(crate) fn has_files(&self, id: MessageId) -> bool {
        self.get(id)
            .is_some_and(|message| !message.files.is_empty())
    }

    /// Whether it can be given another text: the server has nothing of it.
    pub(crate) fn is_editable(&self, id: MessageId) -> bool {
        self.get(id).is_some_and(OutgoingMessage::is_editable)
    }

    pub(crate) fn get(&self, id: MessageId) -> Option<&OutgoingMessage> {
        let mut queue = self.of_chat(self.chat_of(id)?);
        queue.find(|message| message.id == id)
    }

    /// How far a message is, watched.
    pub(crate) fn observe(&self, id: MessageId) -> Option<crate::Observable<OutgoingState>> {
        self.get(id).map(OutgoingMessage::observe)
    }

    fn find(&mut self, id: MessageId) -> Option<&mut OutgoingMessage> {
        let queue = self.queues.get_mut(self.chats.get(&id)?)?;
        queue.iter_mut().find(|message| message.id == id)
    }

    /// A message that changes, in the store too.
    fn change(&mut self, id: MessageId) -> Option<&mut OutgoingMessage> {
        if self.chats.contains_key(&id) {
            self.unkept.insert(id);
        }
        self.find(id)
    }

    /// What to do now, given a living connection.
    pub(crate) fn steps(&mut self, now_ms: i64) -> Vec<OutboxStep> {
        let queues = self.queues.values_mut();
        let heads = queues.filter_map(|queue| {
            let mut alive = queue.iter_mut().filter(|message| !message.is_failed());
            alive.next()
        });
        let steps: Vec<_> = heads.filter_map(|head| head.step(now_ms)).collect();
        for step in &steps {
            if let OutboxStep::Send { message, .. } = step {
                self.unkept.insert(message.message_id);
            }
        }
        steps
    }

    /// When [`Outbox::steps`] has something to do that it did not have before.
    pub(crate) fn deadline_ms(&self, now_ms: i64) -> Option<i64> {
        let messages = self.queues.values().flatten();
        messages
            .filter_map(|message| message.deadline_ms(now_ms))
            .min()
    }

    /// The connection is gone: what was sent without an answer is sent again later.
    pub(crate) fn abandon(&mut self) {
        for message in self.queues.values_mut().flatten() {
            message.abandon();
        }
    }

    pub(crate) fn upload_progressed(
        &mut self,
        id: MessageId,
        index: usize,
        (loaded_bytes, total_bytes): (u64, u64),
    ) {
        let Some(message) = self.find(id) else { return };
        if let Some(file) = message.files.get_mut(index) {
            (file.loaded_bytes, file.total_bytes) = (loaded_bytes.min(total_bytes), total_bytes);
        }
        message.publish();
    }

    pub(crate) fn uploaded(&mut self, id: MessageId, index: usize, attachment: Attachment) {
        let Some(message) = self.change(id) else {
            return;
        };
        if let Some(file) = message.files.get_mut(index) {
            file.loaded_bytes = file.total_bytes;
            file.uploaded = Some(attachment);
        }
        message.wait(None, 0);
    }

    /// An upload or a send failed: for now, or for good. True if the server must be asked what it has.
    pub(crate) fn failed(
        &mut self,
        id: MessageId,
        error: RelayError,
        now_ms: i64,
        unit: f64,
    ) -> bool {
        let Some(message) = self.change(id) else {
            return false;
        };
        // An answer that is no ack: the server does not have it.
        message.was_sent = false;
        if message.is_cancelled {
            self.end(id, RelayError::cancelled());
            return false;
        }
        message.failures += 1;
        match policy::judge(&error, message) {
            Verdict::GiveUp => message.fail(error),
            Verdict::CatchUp => {
                message.is_id_taken = true;
                message.wait(Some(error), 0);
                return true;
            }
            Verdict::UploadAgain => {
                message.forget_uploads();
                message.wait(Some(error), now_ms);
            }
            Verdict::TryAgain => {
                let asked_ms = error.retry_after_ms.unwrap_or(0);
                let wait_ms = match asked_ms {
                    0 => backoff::wait_ms(message.failures, unit),
                    asked_ms => asked_ms,
                };
                message.asked_until_ms = now_ms.saturating_add_unsigned(asked_ms);
                message.wait(Some(error), now_ms.saturating_add_unsigned(wait_ms));
            }
        }
        false
    }

    /// Puts a failed message back to its place in the queue.
    pub(crate) fn retry(&mut self, id: MessageId) {
        if self.get(id).is_none_or(|message| !message.is_failed()) {
            return;
        }
        if let Some(message) = self.change(id) {
            // The server may have forgotten files that no message named.
            message.forget_uploads();
            (message.failures, message.asked_until_ms) = (0, 0);
            message.is_id_taken = false;
            message.wait(None, 0);
        }
    }

    /// Gives a message another text, and perhaps other mentions, unless it has left already.
    pub(crate) fn edit(&mut self, id: MessageId, edit: Edit) -> Result<(), RelayError> {
        let message = self.find(id).filter(|message| message.is_editable());
        let message = message.ok_or_else(RelayError::already_sent)?;
        (message.text, message.is_edited) = (edit.text, true);
        if let Some(mentions) = edit.mentions {
            message.mentions = mentions;
        }
        self.unkept.insert(id);
        Ok(())
    }

    /// Takes a message back. One that may be at the server is only not sent again: see above.
    /// True if it is clear that the server must be asked.
    pub(crate) fn cancel(&mut self, id: MessageId) -> bool {
        let Some(message) = self.change(id) else {
            return false;
        };
        if message.was_sent && !message.is_failed() {
            message.is_cancelled = true;
            return !message.is_sending();
        }
        self.end(id, RelayError::cancelled());
        false
    }

    /// All that the server had before this connection is known now: what was taken back and is
    /// still here, it does not have, and an id that is taken is somebody else's. Gives the chats of
    /// such messages.
    pub(crate) fn caught_up(&mut self) -> Vec<ChatId> {
        let mut chats = Vec::new();
        let mut ended = Vec::new();
        for message in self.queues.values_mut().flatten() {
            if message.is_cancelled && !message.is_sending() {
                ended.push(message.id);
            } else if message.is_id_taken && !message.is_failed() {
                let error = message.held_up_by.take();
                message.fail(error.unwrap_or_else(RelayError::already_sent));
                self.unkept.insert(message.id);
            } else {
                continue;
            }
            chats.push(message.chat_id);
        }
        for id in ended {
            self.end(id, RelayError::cancelled());
        }
        chats
    }

    /// The server has it.
    pub(crate) fn settle(&mut self, id: MessageId) -> Option<OutgoingMessage> {
        self.remove(id)
    }

    fn end(&mut self, id: MessageId, error: RelayError) {
        if let Some(message) = self.remove(id) {
            message.tell_ended(error);
        }
    }

    fn remove(&mut self, id: MessageId) -> Option<OutgoingMessage> {
        let chat_id = self.chats.remove(&id)?;
        self.unkept.insert(id);
        let queue = self.queues.get_mut(&chat_id)?;
        let place = queue.iter().position(|message| message.id == id)?;
        let message = queue.remove(place);
        if queue.is_empty() {
            self.queues.remove(&chat_id);
        }
        message
    }

    /// Forgets everything; whoever waits hears `error`.
    pub(crate) fn clear(&mut self, error: &RelayError) {
        self.tell_all_ended(error);
        *self = Self::default();
    }

    /// The client ends. Whoever waits hears `error`; what the store has is sent by the next client.
    pub(crate) fn tell_all_ended(&mut self, error: &RelayError) {
        for message in self.queues.values().flatten() {
            message.tell_ended(error.clone());
        }
    }
}

#[cfg(test)]
mod tests;
