//! The outbox in the store: what is written of a message, and how it comes back.

use relaychat_protocol::{ChatId, ErrorCode, MessageId};

use super::{Outbox, OutgoingFile, OutgoingMessage, Phase};
use crate::{
    Content, Draft, RelayError, Upload,
    state::kept::{Changes, KeptFile, KeptItem, KeptMessage, KeptOutgoing},
};

impl Outbox {
    /// Adds what the store is behind in to `changes`; gives the messages it is about.
    pub(crate) fn take_unkept(&mut self, changes: &mut Changes) -> Vec<MessageId> {
        let ids = std::mem::take(&mut self.unkept).into_values();
        for id in &ids {
            let Some(message) = self.find(*id) else {
                changes.settled_ids.push(*id);
                continue;
            };
            if !message.are_files_kept {
                message.are_files_kept = true;
                let files = message.files.iter().enumerate();
                let files = files.map(|(index, file)| ((*id, index), file.upload.content.clone()));
                changes.uploads.extend(files);
            }
            changes.outgoing.push(message.to_kept());
        }
        ids
    }

    /// They were not written.
    pub(crate) fn put_back(&mut self, ids: Vec<MessageId>) {
        for id in ids {
            self.unkept.insert(id);
            if let Some(message) = self.find(id) {
                message.are_files_kept = false;
            }
        }
    }

    /// The store was cleared: everything goes into it again.
    pub(crate) fn note_everything(&mut self) {
        let ids: Vec<_> = self.chats.keys().copied().collect();
        self.put_back(ids);
    }

    /// Takes what an earlier run has left, in front of what this one has queued already.
    pub(crate) fn restore(
        &mut self,
        mut kept: Vec<(ChatId, KeptMessage)>,
        mut uploads: Vec<((MessageId, usize), Content)>,
    ) {
        kept.retain(|(_, message)| !self.chats.contains_key(&message.message_id));
        kept.sort_by_key(|(_, message)| message.place);
        let first_place = kept.last().map_or(0, |(_, message)| message.place + 1);
        for message in self.queues.values_mut().flatten() {
            message.place += first_place;
            self.unkept.insert(message.id);
        }
        self.next_place += first_place;
        for (chat_id, message) in kept.into_iter().rev() {
            let id = message.message_id;
            let message = OutgoingMessage::from_kept(chat_id, message, &mut uploads);
            self.chats.insert(id, chat_id);
            self.queues.or_default(chat_id).push_front(message);
        }
    }
}

impl OutgoingMessage {
    fn to_kept(&self) -> KeptOutgoing {
        let files = self.files.iter().map(|file| KeptFile {
            local_id: file.local_id,
            content_type: file.upload.content_type.clone(),
            file_name: file.upload.file_name.clone(),
            pixels: file.upload.pixels,
            uploaded: file.uploaded.clone(),
        });
        KeptOutgoing {
            chat_id: self.chat_id,
            item: KeptItem::Message(KeptMessage {
                message_id: self.id,
                place: self.place,
                text: self.text.clone(),
                sent_at_ms: self.sent_at_ms,
                files: files.collect(),
                was_sent: self.was_sent,
                is_cancelled: self.is_cancelled,
                is_edited: self.is_edited,
                error: self.error().map(Into::into),
                reply_to: self.reply_to,
                mentions: self.mentions.clone(),
            }),
        }
    }

    fn from_kept(
        chat_id: ChatId,
        kept: KeptMessage,
        uploads: &mut Vec<((MessageId, usize), Content)>,
    ) -> Self {
        let KeptMessage {
            message_id,
            place,
            text,
            sent_at_ms,
            files,
            was_sent,
            is_cancelled,
            is_edited,
            error,
            reply_to,
            mentions,
        } = kept;
        let draft = Draft {
            reply_to,
            mentions,
            ..Draft::text(text)
        };
        // The draft has no files: they come below, under the ids they had.
        let no_id = || relaychat_protocol::AttachmentId(uuid::Uuid::nil());
        let mut message = Self::new((chat_id, message_id), draft, sent_at_ms, place, no_id);
        let mut error = error.map(RelayError::from);
        for (index, file) in files.into_iter().enumerate() {
            let KeptFile {
                local_id,
                content_type,
                file_name,
                pixels,
                uploaded,
            } = file;
            let place = uploads
                .iter()
                .position(|(of, _)| *of == (message_id, index));
            let content = place.map(|place| uploads.swap_remove(place).1);
            if content.is_none() && uploaded.is_none() {
                error = Some(RelayError::of(
                    ErrorCode::ValidationFailed,
                    "a file of the message was lost",
                ));
            }
            let upload = Upload {
                content: content.unwrap_or(Content::Bytes(bytes::Bytes::new())),
                content_type,
                file_name,
                pixels,
            };
            let mut file = OutgoingFile::new(upload, local_id);
            if uploaded.is_some() {
                file.loaded_bytes = file.total_bytes;
            }
            file.uploaded = uploaded;
            message.files.push(file);
        }
        (message.was_sent, message.is_cancelled) = (was_sent, is_cancelled);
        message.is_edited = is_edited;
        message.are_files_kept = true;
        if let Some(error) = error {
            message.phase = Phase::Failed(error);
        }
        message.publish();
        message
    }
}
