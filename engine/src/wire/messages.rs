//! Messages and what is attached to them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use relaychat_protocol::{
    ChatId, UserId,
    rest::{attachments as wire_attachments, messages as wire, search as wire_search},
};

use super::users::users;
use crate::{
    domain::{
        attachment::{Attachment, Kind},
        message::{Draft, Mentions, Message, Quote, Reaction, UserReaction},
        user::User,
    },
    services::{FilePage, HistoryPage, ReactionPage, SearchPage},
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
        edited_at_ms,
        deleted_at_ms,
        reply_to,
        reactions,
        mentions,
        pinned_at_ms,
        event,
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
        edited_at_ms: *edited_at_ms,
        deleted_at_ms: *deleted_at_ms,
        reply_to: reply_to.as_ref().map(|one| Box::new(quote(one))),
        reactions: reactions.iter().map(reaction).collect(),
        mentions: told(mentions),
        pinned_at_ms: *pinned_at_ms,
        event: event.clone(),
    }
}

fn told(mentions: &Mentions) -> Option<wire::Mentions> {
    let Mentions {
        user_ids,
        is_everyone,
    } = mentions;
    (!mentions.is_empty()).then(|| wire::Mentions {
        user_ids: user_ids.clone(),
        is_everyone: *is_everyone,
    })
}

/// Whom somebody mentions: each once.
pub(crate) fn mentions(mentions: Option<wire::Mentions>) -> Mentions {
    let wire::Mentions {
        mut user_ids,
        is_everyone,
    } = mentions.unwrap_or_default();
    user_ids.sort_unstable();
    user_ids.dedup();
    Mentions {
        user_ids,
        is_everyone,
    }
}

fn quote(quote: &Quote) -> wire::Quote {
    let Quote {
        message_id,
        seq,
        sender_id,
        text,
        attachment_count,
        is_deleted,
    } = quote;
    wire::Quote {
        message_id: *message_id,
        seq: *seq,
        sender_id: *sender_id,
        text: text.clone(),
        attachment_count: *attachment_count,
        is_deleted: *is_deleted,
    }
}

fn reaction(reaction: &Reaction) -> wire::Reaction {
    let Reaction {
        emoji,
        count,
        user_ids,
    } = reaction;
    wire::Reaction {
        emoji: emoji.clone(),
        count: *count,
        user_ids: user_ids.clone(),
    }
}

/// A page of those who reacted with an emoji.
pub(crate) fn reaction_page(page: &ReactionPage) -> wire::ReactionPage {
    let ReactionPage {
        reactions,
        users: people,
        next_cursor,
    } = page;
    let one = |reaction: &UserReaction| {
        let UserReaction {
            emoji: _,
            user_id,
            reacted_at_ms,
        } = reaction;
        wire::UserReaction {
            user_id: *user_id,
            reacted_at_ms: *reacted_at_ms,
        }
    };
    wire::ReactionPage {
        items: reactions.iter().map(one).collect(),
        users: users(people),
        next_cursor: next_cursor.clone(),
    }
}

/// What is pinned in a chat.
pub(crate) fn pin_list((messages, people): &(Vec<Message>, Vec<User>)) -> wire::PinList {
    wire::PinList {
        items: messages.iter().map(message).collect(),
        users: users(people),
    }
}

/// A part of what was found.
pub(crate) fn search_page(page: &SearchPage) -> wire_search::SearchPage {
    let SearchPage {
        messages,
        users: people,
        next_cursor,
    } = page;
    wire_search::SearchPage {
        items: messages.iter().map(message).collect(),
        users: users(people),
        next_cursor: next_cursor.clone(),
    }
}

/// An uploaded file.
pub(crate) fn attachment(attachment: &Attachment) -> wire_attachments::Attachment {
    let Attachment {
        id,
        owner_id: _,
        kind,
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
        kind: attachment_kind(*kind),
        content_type: content_type.clone(),
        size_bytes: *size_bytes,
        width: *width,
        height: *height,
        thumb_hash: thumb_hash.as_ref().map(|bytes| STANDARD.encode(bytes)),
        file_name: file_name.clone(),
    }
}

/// A part of the files of a chat.
pub(crate) fn attachment_page(page: &FilePage) -> wire_attachments::AttachmentPage {
    let FilePage {
        files,
        users: people,
        next_cursor,
    } = page;
    let one = |(message, file): &(Message, Attachment)| wire_attachments::ChatAttachment {
        message_id: message.id,
        seq: message.seq,
        sender_id: message.sender_id,
        sent_at_ms: message.sent_at_ms,
        attachment: attachment(file),
    };
    wire_attachments::AttachmentPage {
        items: files.iter().map(one).collect(),
        users: users(people),
        next_cursor: next_cursor.clone(),
    }
}

/// What a file is.
pub(crate) fn attachment_kind(kind: Kind) -> wire_attachments::AttachmentKind {
    match kind {
        Kind::Image => wire_attachments::AttachmentKind::Image,
        Kind::File => wire_attachments::AttachmentKind::File,
    }
}

/// What somebody wants to send.
pub(crate) fn draft(sender_id: UserId, chat_id: ChatId, message: wire::SendMessage) -> Draft {
    let wire::SendMessage {
        message_id,
        text,
        attachment_ids,
        reply_to_id,
        mentions: mentioned,
    } = message;
    Draft {
        id: message_id,
        chat_id,
        sender_id,
        text,
        attachment_ids,
        reply_to_id,
        mentions: mentions(mentioned),
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
