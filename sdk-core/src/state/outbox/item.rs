//! One message on its way: its phase, what to do for it next, and what is told of it.

use std::sync::Arc;

use relaychat_protocol::{
    AttachmentId, ChatId, MessageId,
    rest::{
        attachments::Attachment,
        messages::{Mentions, SendMessage},
    },
};

use super::{ACK_MS, OutboxStep};
use crate::{
    DeliveryState, Draft, Message, Observable, OutgoingState, RelayError, Upload,
    observable::Publisher, outgoing::wire_mentions,
};

/// One file of a message.
#[derive(Debug)]
pub(crate) struct OutgoingFile {
    pub(crate) upload: Upload,
    /// Names the file until the server does.
    pub(crate) local_id: AttachmentId,
    pub(crate) uploaded: Option<Attachment>,
    pub(super) loaded_bytes: u64,
    pub(super) total_bytes: u64,
}

impl OutgoingFile {
    pub(super) fn new(upload: Upload, local_id: AttachmentId) -> Self {
        Self {
            local_id,
            uploaded: None,
            loaded_bytes: 0,
            total_bytes: upload.content.size_bytes(),
            upload,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
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
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) mentions: Mentions,
    pub(crate) sent_at_ms: i64,
    /// Lower ones are sent earlier.
    pub(super) place: u64,
    pub(super) phase: Phase,
    /// It left this device once: the server may have it.
    pub(super) was_sent: bool,
    /// The person took it back after that.
    pub(super) is_cancelled: bool,
    /// It was given another text than it was queued with.
    pub(crate) is_edited: bool,
    /// The server has another content under its id: what that is, it tells by and by.
    pub(super) is_id_taken: bool,
    /// The store has its files.
    pub(super) are_files_kept: bool,
    /// Its files were uploaded a second time, since the server did not know them any more.
    pub(super) was_uploaded_again: bool,
    pub(super) failures: u32,
    pub(super) not_before_ms: i64,
    /// Until when the server asked to be left alone. A new connection does not change that.
    pub(super) asked_until_ms: i64,
    pub(super) held_up_by: Option<RelayError>,
    publisher: Publisher<OutgoingState>,
}

impl OutgoingMessage {
    pub(super) fn new(
        (chat_id, id): (ChatId, MessageId),
        draft: Draft,
        sent_at_ms: i64,
        place: u64,
        mut local_id: impl FnMut() -> AttachmentId,
    ) -> Self {
        let Draft {
            text,
            uploads,
            reply_to,
            mentions,
        } = draft;
        let files = uploads.into_iter();
        let files = files.map(|upload| OutgoingFile::new(upload, local_id()));
        let message = Self {
            id,
            chat_id,
            text,
            files: files.collect(),
            reply_to,
            mentions,
            sent_at_ms,
            place,
            phase: Phase::Waiting,
            was_sent: false,
            is_cancelled: false,
            is_edited: false,
            is_id_taken: false,
            are_files_kept: false,
            was_uploaded_again: false,
            failures: 0,
            not_before_ms: 0,
            asked_until_ms: 0,
            held_up_by: None,
            publisher: Publisher::new(OutgoingState {
                state: DeliveryState::Queued,
                loaded_bytes: 0,
                total_bytes: 0,
                held_up_by: None,
                error: None,
                message: None,
            }),
        };
        message.publish();
        message
    }

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

    pub(super) fn is_failed(&self) -> bool {
        matches!(self.phase, Phase::Failed(_))
    }

    /// Whether the server can have nothing of it.
    pub(super) fn is_editable(&self) -> bool {
        !self.was_sent && !self.is_cancelled && !self.is_id_taken
    }

    pub(super) fn is_sending(&self) -> bool {
        matches!(self.phase, Phase::Sending { .. })
    }

    /// Bytes that are uploaded, and bytes at all.
    pub(crate) fn progress(&self) -> (u64, u64) {
        self.files.iter().fold((0, 0), |(loaded, total), file| {
            (loaded + file.loaded_bytes, total + file.total_bytes)
        })
    }

    pub(super) fn observe(&self) -> Observable<OutgoingState> {
        self.publisher.observe()
    }

    pub(super) fn publish(&self) {
        self.tell(self.error().cloned());
    }

    /// Tells whoever waits that it is over, and why.
    pub(super) fn tell_ended(&self, error: RelayError) {
        self.tell(Some(error));
    }

    fn tell(&self, error: Option<RelayError>) {
        let (loaded_bytes, total_bytes) = self.progress();
        self.publisher.set(OutgoingState {
            state: match error {
                Some(_) => DeliveryState::Failed,
                None => self.state(),
            },
            loaded_bytes,
            total_bytes,
            held_up_by: self.held_up_by.clone().filter(|_| error.is_none()),
            error,
            message: None,
        });
    }

    /// Tells whoever waits that the server has it.
    pub(crate) fn tell_sent(&self, message: Arc<Message>) {
        let (_, total_bytes) = self.progress();
        self.publisher
            .set(OutgoingState::sent(message, total_bytes));
    }

    /// Back to the queue, until `not_before_ms`.
    pub(super) fn wait(&mut self, held_up_by: Option<RelayError>, not_before_ms: i64) {
        if held_up_by.is_none() {
            self.failures = 0;
        }
        (self.phase, self.held_up_by) = (Phase::Waiting, held_up_by);
        self.not_before_ms = not_before_ms;
        self.publish();
    }

    pub(super) fn fail(&mut self, error: RelayError) {
        (self.phase, self.held_up_by) = (Phase::Failed(error), None);
        self.publish();
    }

    pub(super) fn forget_uploads(&mut self) {
        for file in &mut self.files {
            (file.uploaded, file.loaded_bytes) = (None, 0);
        }
    }

    /// The connection is gone.
    pub(super) fn abandon(&mut self) {
        if self.is_sending() {
            self.phase = Phase::Waiting;
        }
        self.not_before_ms = self.asked_until_ms;
        self.publish();
    }

    pub(super) fn deadline_ms(&self, now_ms: i64) -> Option<i64> {
        match self.phase {
            Phase::Waiting if self.is_cancelled => None,
            Phase::Waiting if self.not_before_ms > now_ms => Some(self.not_before_ms),
            Phase::Sending { since_ms } => Some(since_ms + ACK_MS),
            Phase::Waiting | Phase::Uploading | Phase::Failed(_) => None,
        }
    }

    /// The next step, if it is due. The message is the first one of its chat.
    pub(super) fn step(&mut self, now_ms: i64) -> Option<OutboxStep> {
        let is_overdue =
            matches!(self.phase, Phase::Sending { since_ms } if now_ms - since_ms >= ACK_MS);
        let is_due = self.phase == Phase::Waiting && self.not_before_ms <= now_ms;
        if self.is_cancelled && is_overdue {
            self.phase = Phase::Waiting;
            return Some(OutboxStep::CatchUp);
        }
        if self.is_cancelled || self.is_id_taken || !is_due && !is_overdue {
            return None;
        }
        let mut files = self.files.iter();
        let step = if let Some(index) = files.position(|file| file.uploaded.is_none()) {
            self.phase = Phase::Uploading;
            OutboxStep::Upload {
                message_id: self.id,
                index,
                upload: self.files[index].upload.clone(),
            }
        } else {
            self.phase = Phase::Sending { since_ms: now_ms };
            self.was_sent = true;
            let uploaded = self.files.iter().filter_map(|file| file.uploaded.as_ref());
            OutboxStep::Send {
                chat_id: self.chat_id,
                message: SendMessage {
                    message_id: self.id,
                    text: self.text.clone(),
                    attachment_ids: uploaded.map(|attachment| attachment.id).collect(),
                    reply_to_id: self.reply_to,
                    mentions: wire_mentions(self.mentions.clone()),
                },
            }
        };
        self.publish();
        Some(step)
    }
}
