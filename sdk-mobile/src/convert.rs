//! From the core's values to what phones see. Every field is named, so that a new one is a compile
//! error until somebody decides.

use std::sync::Arc;

use relaychat_sdk::{self as sdk, protocol::rest};

use crate::shapes::{
    Attachment, AttachmentKind, AttachmentLinks, ChangeKind, ChatKind, ChatListSplice,
    ChatListStatus, ChatSettings, ChatSummary, CodeRequested, ConnectionState, DeliveryState,
    Limits, Me, Member, Message, OutgoingState, PendingChange, Presence, Quote, Reaction, Role,
    Session, StorageState, SummaryState, TimelineItem, TimelineSplice, TimelineStatus, TokenReason,
    UnreadTotal, User, UserPage,
};

mod drafts;
mod events;

impl From<sdk::TokenReason> for TokenReason {
    fn from(reason: sdk::TokenReason) -> Self {
        match reason {
            sdk::TokenReason::Connect => Self::Connect,
            sdk::TokenReason::Expired => Self::Expired,
            sdk::TokenReason::Rejected => Self::Rejected,
        }
    }
}

impl From<&sdk::ConnectionState> for ConnectionState {
    fn from(state: &sdk::ConnectionState) -> Self {
        use sdk::ConnectionState as State;
        match state {
            State::Connecting => Self::Connecting,
            State::Connected => Self::Connected,
            State::Reconnecting {
                attempt,
                retry_at_ms,
            } => Self::Reconnecting {
                attempt: *attempt,
                retry_at_ms: *retry_at_ms,
            },
            State::Offline => Self::Offline,
            State::SignedOut { reason } => Self::SignedOut {
                reason: reason.map(str::to_owned),
            },
            State::Closed { error } => Self::Closed {
                failure: error.as_ref().map(Into::into),
            },
        }
    }
}

impl From<&sdk::StorageState> for StorageState {
    fn from(state: &sdk::StorageState) -> Self {
        match state {
            sdk::StorageState::Durable => Self::Durable,
            sdk::StorageState::MemoryOnly => Self::MemoryOnly,
            sdk::StorageState::Lost => Self::Lost,
        }
    }
}

impl From<&sdk::User> for User {
    fn from(user: &sdk::User) -> Self {
        let sdk::User {
            id,
            name,
            avatar_url,
        } = user;
        Self {
            id: id.to_string(),
            name: name.clone(),
            avatar_url: avatar_url.clone(),
        }
    }
}

impl From<&sdk::Me> for Me {
    fn from(me: &sdk::Me) -> Self {
        let sdk::Me {
            user,
            email,
            is_new,
            shows_read_receipts,
            shows_last_seen,
        } = me;
        Self {
            user: (&**user).into(),
            email: email.clone(),
            is_new: *is_new,
            shows_read_receipts: *shows_read_receipts,
            shows_last_seen: *shows_last_seen,
        }
    }
}

impl From<&sdk::UserPage> for UserPage {
    fn from(page: &sdk::UserPage) -> Self {
        let sdk::UserPage { items, next_cursor } = page;
        Self {
            items: each(items),
            next_cursor: next_cursor.clone(),
        }
    }
}

impl From<&sdk::Presence> for Presence {
    fn from(presence: &sdk::Presence) -> Self {
        let sdk::Presence {
            is_online,
            last_seen_at_ms,
        } = presence;
        Self {
            is_online: *is_online,
            last_seen_at_ms: *last_seen_at_ms,
        }
    }
}

impl From<sdk::CodeRequested> for CodeRequested {
    fn from(requested: sdk::CodeRequested) -> Self {
        let sdk::CodeRequested {
            request_id,
            expires_in_ms,
            resend_after_ms,
        } = requested;
        Self {
            request_id: request_id.to_string(),
            expires_in_ms,
            resend_after_ms,
        }
    }
}

impl From<sdk::Session> for Session {
    fn from(session: sdk::Session) -> Self {
        let sdk::Session {
            id,
            device_name,
            created_at_ms,
            last_used_at_ms,
            expires_at_ms,
            is_current,
        } = session;
        Self {
            id: id.to_string(),
            device_name,
            created_at_ms,
            last_used_at_ms,
            expires_at_ms,
            is_current,
        }
    }
}

impl From<&rest::limits::Limits> for Limits {
    fn from(limits: &rest::limits::Limits) -> Self {
        // Only what a person who writes can meet; the rest is the core's affair.
        Self {
            text_bytes: limits.text_bytes,
            edit_window_ms: limits.edit_window_ms,
            attachments_per_message: limits.attachments_per_message,
            image_bytes: limits.image_bytes,
            file_bytes: limits.file_bytes,
            image_pixels: limits.image_pixels,
            image_content_types: limits.image_content_types.clone(),
            read_receipts: limits.read_receipts,
        }
    }
}

impl From<sdk::UnreadTotal> for UnreadTotal {
    fn from(total: sdk::UnreadTotal) -> Self {
        let sdk::UnreadTotal {
            unread_count,
            unread_chat_count,
        } = total;
        Self {
            unread_count,
            unread_chat_count,
        }
    }
}

impl From<sdk::AttachmentLinks> for AttachmentLinks {
    fn from(links: sdk::AttachmentLinks) -> Self {
        let sdk::AttachmentLinks {
            url,
            thumbnail_url,
            expires_at_ms,
        } = links;
        Self {
            url,
            thumbnail_url,
            expires_at_ms,
        }
    }
}

impl From<&sdk::Attachment> for Attachment {
    fn from(attachment: &sdk::Attachment) -> Self {
        let sdk::Attachment { info, local } = attachment;
        let rest::attachments::Attachment {
            id,
            kind,
            content_type,
            size_bytes,
            width,
            height,
            thumb_hash,
            file_name,
        } = info;
        let local_path = local.as_ref().and_then(|upload| match &upload.content {
            sdk::Content::File(file) => Some(file.path().to_string_lossy().into_owned()),
            sdk::Content::Bytes(_) => None,
        });
        Self {
            id: id.to_string(),
            kind: match kind {
                rest::attachments::AttachmentKind::Image => AttachmentKind::Image,
                rest::attachments::AttachmentKind::File => AttachmentKind::File,
                _ => AttachmentKind::Unknown,
            },
            content_type: content_type.clone(),
            size_bytes: *size_bytes,
            width: *width,
            height: *height,
            thumb_hash: thumb_hash.clone(),
            file_name: file_name.clone(),
            local_path,
        }
    }
}

impl From<sdk::DeliveryState> for DeliveryState {
    fn from(state: sdk::DeliveryState) -> Self {
        match state {
            sdk::DeliveryState::Queued => Self::Queued,
            sdk::DeliveryState::Uploading => Self::Uploading,
            sdk::DeliveryState::Sending => Self::Sending,
            sdk::DeliveryState::Sent => Self::Sent,
            sdk::DeliveryState::Delivered => Self::Delivered,
            sdk::DeliveryState::Read => Self::Read,
            sdk::DeliveryState::Failed => Self::Failed,
        }
    }
}

impl From<&sdk::Message> for Message {
    fn from(message: &sdk::Message) -> Self {
        let sdk::Message {
            id,
            seq,
            chat_id,
            sender,
            is_own,
            sent_at_ms,
            text,
            attachments,
            state,
            upload_permille,
            error,
            edited_at_ms,
            is_deleted,
            reply_to,
            reactions,
            mentions,
            pinned_at_ms,
            event,
            pending,
        } = message;
        Self {
            id: id.to_string(),
            seq: *seq,
            chat_id: chat_id.to_string(),
            sender: (&**sender).into(),
            is_own: *is_own,
            sent_at_ms: *sent_at_ms,
            text: text.clone(),
            attachments: attachments.iter().map(Into::into).collect(),
            state: state.map(Into::into),
            upload_permille: *upload_permille,
            failure: error.as_ref().map(Into::into),
            edited_at_ms: *edited_at_ms,
            is_deleted: *is_deleted,
            reply_to: reply_to.as_ref().map(Into::into),
            reactions: reactions.iter().map(Into::into).collect(),
            mentions: mentions.as_ref().map(Into::into),
            pinned_at_ms: *pinned_at_ms,
            event: event.as_ref().map(Into::into),
            pending: pending.as_ref().map(Into::into),
        }
    }
}

impl From<&sdk::Quote> for Quote {
    fn from(quote: &sdk::Quote) -> Self {
        let sdk::Quote {
            message_id,
            seq,
            sender,
            text,
            attachment_count,
            is_deleted,
        } = quote;
        Self {
            message_id: message_id.to_string(),
            seq: *seq,
            sender: (&**sender).into(),
            text: text.clone(),
            attachment_count: *attachment_count,
            is_deleted: *is_deleted,
        }
    }
}

impl From<&sdk::Reaction> for Reaction {
    fn from(reaction: &sdk::Reaction) -> Self {
        let sdk::Reaction {
            emoji,
            count,
            is_own,
            users,
        } = reaction;
        Self {
            emoji: emoji.clone(),
            count: *count,
            is_own: *is_own,
            users: users.iter().map(|user| (&**user).into()).collect(),
        }
    }
}

impl From<&sdk::PendingChange> for PendingChange {
    fn from(pending: &sdk::PendingChange) -> Self {
        let sdk::PendingChange { kind, error } = pending;
        Self {
            kind: match kind {
                sdk::ChangeKind::Edit => ChangeKind::Edit,
                sdk::ChangeKind::Delete => ChangeKind::Delete,
                sdk::ChangeKind::Reaction => ChangeKind::Reaction,
                sdk::ChangeKind::Pin => ChangeKind::Pin,
            },
            failure: error.as_ref().map(Into::into),
        }
    }
}

impl From<&sdk::TimelineItem> for TimelineItem {
    fn from(item: &sdk::TimelineItem) -> Self {
        use sdk::TimelineItem as Item;
        let key = item.key().to_owned();
        match item {
            Item::Start { key: _ } => Self::Start { key },
            Item::DateDivider { key: _, day_ms } => Self::DateDivider {
                key,
                day_ms: *day_ms,
            },
            Item::UnreadDivider { key: _, count } => Self::UnreadDivider { key, count: *count },
            Item::Message { key: _, message } => Self::Posted {
                key,
                message: (&**message).into(),
            },
            Item::Event { key: _, message } => Self::Told {
                key,
                message: (&**message).into(),
            },
        }
    }
}

impl From<&sdk::TimelineState> for TimelineStatus {
    fn from(state: &sdk::TimelineState) -> Self {
        let sdk::TimelineState {
            items: _,
            is_loading,
            is_loading_before,
            has_before,
            is_loading_after,
            has_after,
            error,
        } = state;
        Self {
            is_loading: *is_loading,
            is_loading_before: *is_loading_before,
            has_before: *has_before,
            is_loading_after: *is_loading_after,
            has_after: *has_after,
            failure: error.as_ref().map(Into::into),
        }
    }
}

impl From<sdk::VectorDiff<Arc<sdk::TimelineItem>>> for TimelineSplice {
    fn from(diff: sdk::VectorDiff<Arc<sdk::TimelineItem>>) -> Self {
        Self {
            index: place(diff.index),
            removed_count: place(diff.removed_count),
            inserted: each(&diff.inserted),
        }
    }
}

impl From<rest::chats::Role> for Role {
    fn from(role: rest::chats::Role) -> Self {
        match role {
            rest::chats::Role::Member => Self::Member,
            rest::chats::Role::Admin => Self::Admin,
            rest::chats::Role::Owner => Self::Owner,
        }
    }
}

impl From<&sdk::Member> for Member {
    fn from(member: &sdk::Member) -> Self {
        let sdk::Member {
            user,
            role,
            joined_at_ms,
            delivered_seq,
            read_seq,
        } = member;
        Self {
            user: (&**user).into(),
            role: (*role).into(),
            joined_at_ms: *joined_at_ms,
            delivered_seq: *delivered_seq,
            read_seq: *read_seq,
        }
    }
}

impl From<&sdk::ChatSummary> for ChatSummary {
    fn from(summary: &sdk::ChatSummary) -> Self {
        let sdk::ChatSummary {
            id,
            kind,
            title,
            host_key,
            description,
            avatar_url,
            peer,
            last_message,
            send_role,
            add_role,
            pin_role,
            last_activity_at_ms,
            unread_count,
            mention_count,
            last_seq,
            read_seq,
            member_count,
            pinned_at_ms,
            is_archived,
            is_marked_unread,
            muted_until_ms,
            typing,
        } = summary;
        Self {
            id: id.to_string(),
            kind: match kind {
                rest::chats::ChatKind::Direct => ChatKind::Direct,
                rest::chats::ChatKind::Group => ChatKind::Group,
            },
            title: title.clone(),
            host_key: host_key.clone(),
            description: description.clone(),
            avatar_url: avatar_url.clone(),
            peer: peer.as_deref().map(Into::into),
            last_message: last_message.as_deref().map(Into::into),
            send_role: (*send_role).into(),
            add_role: (*add_role).into(),
            pin_role: (*pin_role).into(),
            last_activity_at_ms: *last_activity_at_ms,
            unread_count: *unread_count,
            mention_count: *mention_count,
            last_seq: *last_seq,
            read_seq: *read_seq,
            member_count: *member_count,
            is_pinned: pinned_at_ms.is_some(),
            is_archived: *is_archived,
            is_marked_unread: *is_marked_unread,
            muted_until_ms: *muted_until_ms,
            typing: each(typing),
        }
    }
}

impl From<ChatSettings> for sdk::ChatSettings {
    fn from(settings: ChatSettings) -> Self {
        let ChatSettings {
            is_pinned,
            is_archived,
            is_marked_unread,
            muted_until_ms,
        } = settings;
        Self {
            is_pinned,
            is_archived,
            is_marked_unread,
            muted_until_ms: muted_until_ms.map(|until_ms| (until_ms != 0).then_some(until_ms)),
        }
    }
}

impl From<&sdk::Lookup<sdk::ChatSummary>> for SummaryState {
    fn from(found: &sdk::Lookup<sdk::ChatSummary>) -> Self {
        match found {
            sdk::Lookup::Pending => Self::Pending,
            sdk::Lookup::Missing => Self::Missing,
            sdk::Lookup::Found(summary) => Self::Found {
                summary: (&**summary).into(),
            },
        }
    }
}

impl From<&sdk::ChatListState> for ChatListStatus {
    fn from(state: &sdk::ChatListState) -> Self {
        let sdk::ChatListState {
            items: _,
            is_loading,
            has_more,
            unread_count,
            unread_chat_count,
        } = state;
        Self {
            is_loading: *is_loading,
            has_more: *has_more,
            unread_count: *unread_count,
            unread_chat_count: *unread_chat_count,
        }
    }
}

impl From<sdk::VectorDiff<Arc<sdk::ChatSummary>>> for ChatListSplice {
    fn from(diff: sdk::VectorDiff<Arc<sdk::ChatSummary>>) -> Self {
        Self {
            index: place(diff.index),
            removed_count: place(diff.removed_count),
            inserted: each(&diff.inserted),
        }
    }
}

impl From<&sdk::OutgoingState> for OutgoingState {
    fn from(outgoing: &sdk::OutgoingState) -> Self {
        let sdk::OutgoingState {
            state,
            loaded_bytes,
            total_bytes,
            held_up_by,
            error,
            message,
        } = outgoing;
        Self {
            state: (*state).into(),
            loaded_bytes: *loaded_bytes,
            total_bytes: *total_bytes,
            held_up_by: held_up_by.as_ref().map(Into::into),
            failure: error.as_ref().map(Into::into),
            message: message.as_deref().map(Into::into),
        }
    }
}

/// Each of the core's shared values as a copy.
pub(crate) fn each<'a, T, U: From<&'a T>>(values: &'a [Arc<T>]) -> Vec<U> {
    values.iter().map(|value| (&**value).into()).collect()
}

/// A list on a phone is never longer than this counts.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
