//! The outbox: messages on their way to the server, in order per chat.
//!
//! ```text
//!            files to upload              all uploaded              acknowledged
//!   Waiting ────────────────▶ Uploading ───────────────▶ Sending ────────────────▶ gone (the
//!      ▲                          │ failed for now          │ failed for now,       message is in
//!      ├──────────────────────────┴─────────────────────────┘ connection lost       the history)
//!      │ retry                    │ failed for good         │ failed for good
//!      └─────── Failed ◀──────────┴─────────────────────────┘
//! ```
//!
//! Per chat only the first message that has not failed is under way; the others wait behind it, so
//! that the server takes them in the order in which they were sent. A message is sent again with
//! the same id after every lost connection until the server answers: the server takes it once.

use std::collections::{HashMap, VecDeque};

use relaychat_protocol::{
    AttachmentId, ChatId, MessageId,
    rest::{attachments::Attachment, messages::SendMessage},
};

use crate::{
    DeliveryState, Draft, OutgoingState, RelayError, Upload, connection::backoff,
    observable::Publisher,
};

/// How long an answer may take on a living connection before the message is sent again.
const ACK_MS: i64 = 20_000;

/// One file of a message.
#[derive(Debug)]
pub(crate) struct OutgoingFile {
    pub(crate) upload: Upload,
    /// Names the file until the server does.
    pub(crate) local_id: AttachmentId,
    pub(crate) uploaded: Option<Attachment>,
    loaded_bytes: u64,
    total_bytes: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Waiting,
    Uploading,
    Sending { since_ms: i64 },
    Failed(RelayError),
}

/// One message on its way.
#[derive(Debug)]
pub(crate) struct OutgoingMessage {
    pub(crate) id: MessageId,
    pub(crate) chat_id: ChatId,
    pub(crate) text: String,
    pub(crate) files: Vec<OutgoingFile>,
    pub(crate) sent_at_ms: i64,
    phase: Phase,
    failures: u32,
    not_before_ms: i64,
    publisher: Publisher<OutgoingState>,
}

impl OutgoingMessage {
    pub(crate) fn state(&self) -> DeliveryState {
        match self.phase {
            Phase::Waiting => DeliveryState::Queued,
            Phase::Uploading => DeliveryState::Uploading,
            Phase::Sending { .. } => DeliveryState::Sending,
            Phase::Failed(_) => DeliveryState::Failed,
        }
    }

    pub(crate) fn error(&self) -> Option<&RelayError> {
        match &self.phase {
            Phase::Failed(error) => Some(error),
            Phase::Waiting | Phase::Uploading | Phase::Sending { .. } => None,
        }
    }

    /// Bytes that are uploaded, and bytes at all.
    pub(crate) fn progress(&self) -> (u64, u64) {
        self.files.iter().fold((0, 0), |(loaded, total), file| {
            (loaded + file.loaded_bytes, total + file.total_bytes)
        })
    }

    fn publish(&self) {
        let (loaded_bytes, total_bytes) = self.progress();
        self.publisher.set(OutgoingState {
            state: self.state(),
            loaded_bytes,
            total_bytes,
            error: self.error().cloned(),
            message: None,
        });
    }
}

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
}

/// All messages on their way.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queues: HashMap<ChatId, VecDeque<OutgoingMessage>>,
    chats: HashMap<MessageId, ChatId>,
}

impl Outbox {
    /// Takes a message behind the others of its chat.
    pub(crate) fn push(
        &mut self,
        chat_id: ChatId,
        id: MessageId,
        draft: Draft,
        now_ms: i64,
        mut local_id: impl FnMut() -> AttachmentId,
    ) -> crate::Observable<OutgoingState> {
        let Draft { text, uploads } = draft;
        let files = uploads.into_iter().map(|upload| OutgoingFile {
            local_id: local_id(),
            uploaded: None,
            loaded_bytes: 0,
            total_bytes: upload.content.size_bytes(),
            upload,
        });
        let message = OutgoingMessage {
            id,
            chat_id,
            text,
            files: files.collect(),
            sent_at_ms: now_ms,
            phase: Phase::Waiting,
            failures: 0,
            not_before_ms: 0,
            publisher: Publisher::new(OutgoingState {
                state: DeliveryState::Queued,
                loaded_bytes: 0,
                total_bytes: 0,
                error: None,
                message: None,
            }),
        };
        message.publish();
        let state = message.publisher.observe();
        self.chats.insert(id, chat_id);
        self.queues.entry(chat_id).or_default().push_back(message);
        state
    }

    /// The messages of a chat in the order in which they were sent.
    pub(crate) fn of_chat(&self, chat_id: ChatId) -> impl Iterator<Item = &OutgoingMessage> {
        self.queues.get(&chat_id).into_iter().flatten()
    }

    pub(crate) fn chat_of(&self, id: MessageId) -> Option<ChatId> {
        self.chats.get(&id).copied()
    }

    /// How far a message is, watched.
    pub(crate) fn observe(&self, id: MessageId) -> Option<crate::Observable<OutgoingState>> {
        let mut queue = self.of_chat(self.chat_of(id)?);
        let message = queue.find(|message| message.id == id)?;
        Some(message.publisher.observe())
    }

    fn find(&mut self, id: MessageId) -> Option<&mut OutgoingMessage> {
        let queue = self.queues.get_mut(self.chats.get(&id)?)?;
        queue.iter_mut().find(|message| message.id == id)
    }

    /// What to do now, given a living connection.
    pub(crate) fn steps(&mut self, now_ms: i64) -> Vec<OutboxStep> {
        let queues = self.queues.values_mut();
        let heads = queues.filter_map(|queue| {
            let mut alive = queue
                .iter_mut()
                .filter(|message| !matches!(message.phase, Phase::Failed(_)));
            alive.next()
        });
        heads.filter_map(|head| step(head, now_ms)).collect()
    }

    /// When [`Outbox::steps`] has something to do that it did not have before.
    pub(crate) fn deadline_ms(&self, now_ms: i64) -> Option<i64> {
        let messages = self.queues.values().flatten();
        let deadlines = messages.filter_map(|message| match message.phase {
            Phase::Waiting if message.not_before_ms > now_ms => Some(message.not_before_ms),
            Phase::Sending { since_ms } => Some(since_ms + ACK_MS),
            Phase::Waiting | Phase::Uploading | Phase::Failed(_) => None,
        });
        deadlines.min()
    }

    /// The connection is gone: what was sent without an answer is sent again later.
    pub(crate) fn abandon(&mut self) {
        for message in self.queues.values_mut().flatten() {
            if matches!(message.phase, Phase::Sending { .. }) {
                message.phase = Phase::Waiting;
                message.publish();
            }
            message.not_before_ms = 0;
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
        let Some(message) = self.find(id) else { return };
        if let Some(file) = message.files.get_mut(index) {
            file.loaded_bytes = file.total_bytes;
            file.uploaded = Some(attachment);
        }
        (message.phase, message.failures) = (Phase::Waiting, 0);
        message.publish();
    }

    /// An upload or a send failed: for now, or for good.
    pub(crate) fn failed(&mut self, id: MessageId, error: RelayError, now_ms: i64, unit: f64) {
        let Some(message) = self.find(id) else { return };
        message.failures += 1;
        // A refused token is the connection's business; the message waits for a better one.
        if error.retryable || error.is_unauthenticated() {
            let wait_ms = match error.retry_after_ms {
                Some(wait_ms) => wait_ms,
                None => backoff::wait_ms(message.failures, unit),
            };
            message.not_before_ms = now_ms.saturating_add_unsigned(wait_ms);
            message.phase = Phase::Waiting;
        } else {
            message.phase = Phase::Failed(error);
        }
        message.publish();
    }

    /// Puts a failed message back to its place in the queue.
    pub(crate) fn retry(&mut self, id: MessageId) {
        let Some(message) = self.find(id) else { return };
        if matches!(message.phase, Phase::Failed(_)) {
            // The server may have forgotten files that no message named.
            for file in &mut message.files {
                (file.uploaded, file.loaded_bytes) = (None, 0);
            }
            (message.phase, message.failures) = (Phase::Waiting, 0);
            message.not_before_ms = 0;
            message.publish();
        }
    }

    /// Takes a message back that the server cannot have yet. One that is being sent is beyond that.
    pub(crate) fn cancel(&mut self, id: MessageId) -> Option<ChatId> {
        let message = self.find(id)?;
        if matches!(message.phase, Phase::Sending { .. }) {
            return None;
        }
        let message = self.remove(id)?;
        let chat_id = message.chat_id;
        message.phase_ended(RelayError::cancelled());
        Some(chat_id)
    }

    /// The server has it.
    pub(crate) fn settle(&mut self, id: MessageId) -> Option<OutgoingMessage> {
        self.remove(id)
    }

    fn remove(&mut self, id: MessageId) -> Option<OutgoingMessage> {
        let chat_id = self.chats.remove(&id)?;
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
        self.chats.clear();
        for message in self.queues.drain().flat_map(|(_, queue)| queue) {
            message.phase_ended(error.clone());
        }
    }
}

impl OutgoingMessage {
    fn phase_ended(mut self, error: RelayError) {
        self.phase = Phase::Failed(error);
        self.publish();
    }

    /// Tells whoever waits that the server has it.
    pub(crate) fn tell_sent(&self, message: std::sync::Arc<crate::Message>) {
        let (_, total_bytes) = self.progress();
        self.publisher.set(OutgoingState {
            state: DeliveryState::Sent,
            loaded_bytes: total_bytes,
            total_bytes,
            error: None,
            message: Some(message),
        });
    }
}

/// The next step of the first message of a queue, if it is due.
fn step(message: &mut OutgoingMessage, now_ms: i64) -> Option<OutboxStep> {
    let is_overdue =
        matches!(message.phase, Phase::Sending { since_ms } if now_ms - since_ms >= ACK_MS);
    let is_due = message.phase == Phase::Waiting && message.not_before_ms <= now_ms;
    if !is_due && !is_overdue {
        return None;
    }
    let missing = message
        .files
        .iter()
        .position(|file| file.uploaded.is_none());
    let step = if let Some(index) = missing {
        message.phase = Phase::Uploading;
        OutboxStep::Upload {
            message_id: message.id,
            index,
            upload: message.files[index].upload.clone(),
        }
    } else {
        message.phase = Phase::Sending { since_ms: now_ms };
        let uploaded = message
            .files
            .iter()
            .filter_map(|file| file.uploaded.as_ref());
        OutboxStep::Send {
            chat_id: message.chat_id,
            message: SendMessage {
                message_id: message.id,
                text: message.text.clone(),
                attachment_ids: uploaded.map(|attachment| attachment.id).collect(),
            },
        }
    };
    message.publish();
    Some(step)
}

#[cfg(test)]
mod tests;
