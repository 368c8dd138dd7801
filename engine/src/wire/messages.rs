//! Messages and what is attached to them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use relaychat_protocol::{
    ChatId, UserId,
    rest::{attachments as wire_attachments, messages as wire},
};

use super::users::users;
use crate::{
    domain::{
        attachment::Attachment,
        message::{Draft, Message},
    },
    services::HistoryPage,
};

/// A message.
pub(crate) fn message(message: &Message) -> wire::Message {
    let Message {
        id,
        chat_id,
        seq,
        version,
        count,
        sender_id,
        sent_at_ms,
        text,
        attachments,
    } = message;
    wire::Message {
        id: *id,
        chat_id: *chat_id,
        seq: *seq,
        version: *version,
        count: *count,
        sender_id: *sender_id,
        sent_at_ms: *sent_at_ms,
        text: text.clone(),
        attachments: attachments.iter().map(attachment).collect(),
    }
}

/// An uploaded file.
pub(crate) fn attachment(attachment: &Attachment) -> wire_attachments::Attachment {
    let Attachment {
        id,
        owner_id: _,
        usage: _,
        content_type,
        size_bytes,
        width,
        height,
        thumb_hash,
        file_name,
        created_at_ms: _,
    } = attachment;
    wire_attachments::Attachment {
        id: *id,
        kind: wire_attachments::AttachmentKind::Image,
        content_type: content_type.clone(),
        size_bytes: *size_bytes,
        width: *width,
        height: *height,
        thumb_hash: thumb_hash.as_ref().map(|bytes| STANDARD.encode(bytes)),
        file_name: file_name.clone(),
    }
}

/// What somebody wants to send.
pub(crate) fn draft(sender_id: UserId, chat_id: ChatId, message: wire::SendMessage) -> Draft {
    let wire::SendMessage {
        message_id,
        text,
        attachment_ids,
    } = message;
    Draft {
        id: message_id,
        chat_id,
        sender_id,
        text,
        attachment_ids,
    }
}

/// A part of a history.
pub(crate) fn history_page(page: &HistoryPage) -> wire::MessagePage {
    let HistoryPage {
        messages,
        users: people,
        has_before,
        has_after,
    } = page;
    wire::MessagePage {
        items: messages.iter().map(message).collect(),
        users: users(people),
        has_before: *has_before,
        has_after: *has_after,
    }
}
