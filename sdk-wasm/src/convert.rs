//! From the core's values to what JavaScript sees. Every field is named, so that a new one is a
//! compile error until somebody decides.

use std::sync::Arc;

use relaychat_sdk::{self as sdk, DeliveryState, protocol::rest};

use crate::shapes;

impl<'a> From<&'a sdk::RelayError> for shapes::Error<'a> {
    fn from(error: &'a sdk::RelayError) -> Self {
        Self {
            code: error.code,
            message: &error.detail,
            retryable: error.retryable,
            retry_after_ms: error.retry_after_ms,
            field: error.field.as_deref(),
        }
    }
}

impl<'a> From<&'a sdk::ConnectionState> for shapes::Connection<'a> {
    fn from(state: &'a sdk::ConnectionState) -> Self {
        use sdk::ConnectionState as State;
        match state {
            State::Connecting => Self::Connecting,
            State::Connected => Self::Connected,
            State::Reconnecting {
                attempt,
                retry_at_ms,
            } => Self::Reconnecting {
                attempt: *attempt,
                retry_at: *retry_at_ms,
            },
            State::Offline => Self::Offline,
            State::SignedOut { reason } => Self::SignedOut { reason: *reason },
            State::Closed { error } => Self::Closed {
                error: error.as_ref().map(Into::into),
            },
        }
    }
}

impl<'a> From<&'a sdk::User> for shapes::User<'a> {
    fn from(user: &'a sdk::User) -> Self {
        let sdk::User {
            id,
            name,
            avatar_url,
        } = user;
        Self {
            id: *id,
            name,
            avatar_url: avatar_url.as_deref(),
        }
    }
}

impl<'a> From<&'a sdk::Me> for shapes::Me<'a> {
    fn from(me: &'a sdk::Me) -> Self {
        let sdk::Me {
            user,
            email,
            is_new,
            shows_read_receipts,
            shows_last_seen,
        } = me;
        let shapes::User {
            id,
            name,
            avatar_url,
        } = (&**user).into();
        Self {
            id,
            name,
            avatar_url,
            email: email.as_deref(),
            is_new: *is_new,
            shows_read_receipts: *shows_read_receipts,
            shows_last_seen: *shows_last_seen,
        }
    }
}

impl<'a> From<&'a sdk::UserPage> for shapes::UserPage<'a> {
    fn from(page: &'a sdk::UserPage) -> Self {
        let sdk::UserPage { items, next_cursor } = page;
        Self {
            items: users(items),
            next_cursor: next_cursor.as_deref(),
        }
    }
}

impl<'a> From<&'a sdk::SearchHit> for shapes::SearchHit<'a> {
    fn from(hit: &'a sdk::SearchHit) -> Self {
        let sdk::SearchHit {
            message,
            chat,
            highlights,
        } = hit;
        let units = |bytes: usize| {
            let text = message.text.get(..bytes).unwrap_or_default();
            text.chars().map(char::len_utf16).sum()
        };
        Self {
            message: (&**message).into(),
            chat: chat.as_deref().map(Into::into),
            highlights: highlights
                .iter()
                .map(|range| [units(range.start), units(range.end)])
                .collect(),
        }
    }
}

impl<'a> From<&'a sdk::SearchPage> for shapes::SearchPage<'a> {
    fn from(page: &'a sdk::SearchPage) -> Self {
        let sdk::SearchPage {
            items,
            next_cursor,
            is_local,
        } = page;
        Self {
            items: items.iter().map(Into::into).collect(),
            next_cursor: next_cursor.as_deref(),
            is_local: *is_local,
        }
    }
}

impl From<sdk::CodeRequested> for shapes::CodeRequested {
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

impl From<&sdk::Presence> for shapes::Presence {
    fn from(presence: &sdk::Presence) -> Self {
        let sdk::Presence {
            is_online,
            last_seen_at_ms,
        } = presence;
        Self {
            is_online: *is_online,
            last_seen_at: *last_seen_at_ms,
        }
    }
}

impl<'a> From<&'a sdk::Member> for shapes::Member<'a> {
    fn from(member: &'a sdk::Member) -> Self {
        let sdk::Member {
            user,
            role,
            joined_at_ms,
            delivered_seq,
            read_seq,
        } = member;
        Self {
            user: (&**user).into(),
            role: *role,
            joined_at: *joined_at_ms,
            delivered_seq: *delivered_seq,
            read_seq: *read_seq,
        }
    }
}

impl<'a> From<&'a sdk::Attachment> for shapes::Attachment<'a> {
    fn from(attachment: &'a sdk::Attachment) -> Self {
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
        Self {
            id: *id,
            kind: *kind,
            content_type,
            size_bytes: *size_bytes,
            width: *width,
            height: *height,
            thumb_hash: thumb_hash.as_deref(),
            file_name: file_name.as_deref(),
            is_local: local.is_some(),
        }
    }
}

impl<'a> From<&'a sdk::Message> for shapes::Message<'a> {
    fn from(message: &'a sdk::Message) -> Self {
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
            id: *id,
            seq: *seq,
            chat_id: *chat_id,
            sender: (&**sender).into(),
            is_own: *is_own,
            sent_at: *sent_at_ms,
            text,
            attachments: attachments.iter().map(Into::into).collect(),
            state: state.map(word),
            upload_progress: upload_permille.map(|permille| f32::from(permille) / 1000.0),
            error: error.as_ref().map(Into::into),
            edited_at: *edited_at_ms,
            is_deleted: *is_deleted,
            reply_to: reply_to.as_ref().map(Into::into),
            reactions: reactions.iter().map(Into::into).collect(),
            mentions: mentions.as_ref().map(|mentions| shapes::Mentions {
                user_ids: &mentions.user_ids,
                is_everyone: mentions.is_everyone,
            }),
            pinned_at: *pinned_at_ms,
            event: event.as_ref().map(|event| shapes::ChatEvent {
                kind: event.kind,
                users: self::users(&event.users),
                member_count: event.member_count,
                role: event.role,
                name: event.name.as_deref(),
            }),
            pending: pending.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a sdk::Quote> for shapes::Quote<'a> {
    fn from(quote: &'a sdk::Quote) -> Self {
        let sdk::Quote {
            message_id,
            seq,
            sender,
            text,
            attachment_count,
            is_deleted,
        } = quote;
        Self {
            message_id: *message_id,
            seq: *seq,
            sender: (&**sender).into(),
            text,
            attachment_count: *attachment_count,
            is_deleted: *is_deleted,
        }
    }
}

impl<'a> From<&'a sdk::Reaction> for shapes::Reaction<'a> {
    fn from(reaction: &'a sdk::Reaction) -> Self {
        let sdk::Reaction {
            emoji,
            count,
            is_own,
            users,
        } = reaction;
        Self {
            emoji,
            count: *count,
            is_own: *is_own,
            users: self::users(users),
        }
    }
}

impl<'a> From<&'a sdk::ReactionPage> for shapes::ReactionPage<'a> {
    fn from(page: &'a sdk::ReactionPage) -> Self {
        let sdk::ReactionPage { items, next_cursor } = page;
        let reactor = |reactor: &'a sdk::Reactor| {
            let sdk::Reactor {
                user,
                reacted_at_ms,
            } = reactor;
            shapes::Reactor {
                user: (&**user).into(),
                at: *reacted_at_ms,
            }
        };
        Self {
            items: items.iter().map(reactor).collect(),
            next_cursor: next_cursor.as_deref(),
        }
    }
}

impl<'a> From<&'a sdk::PendingChange> for shapes::Pending<'a> {
    fn from(pending: &'a sdk::PendingChange) -> Self {
        let sdk::PendingChange { kind, error } = pending;
        Self {
            kind: match kind {
                sdk::ChangeKind::Edit => "edit",
                sdk::ChangeKind::Delete => "delete",
                sdk::ChangeKind::Reaction => "reaction",
                sdk::ChangeKind::Pin => "pin",
            },
            error: error.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a sdk::TimelineItem> for shapes::TimelineItem<'a> {
    fn from(item: &'a sdk::TimelineItem) -> Self {
        use sdk::TimelineItem as Item;
        match item {
            Item::Start { key } => Self::Start { key },
            Item::DateDivider { key, day_ms } => Self::DateDivider { key, day: *day_ms },
            Item::UnreadDivider { key, count } => Self::UnreadDivider { key, count: *count },
            Item::Message { key, message } => Self::Message {
                key,
                message: (&**message).into(),
            },
            Item::Event { key, message } => Self::Event {
                key,
                message: (&**message).into(),
            },
        }
    }
}

impl<'a> From<&'a sdk::ChatSummary> for shapes::ChatSummary<'a> {
    fn from(summary: &'a sdk::ChatSummary) -> Self {
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
            id: *id,
            kind: *kind,
            title,
            host_key: host_key.as_deref(),
            description: description.as_deref(),
            avatar_url: avatar_url.as_deref(),
            peer: peer.as_deref().map(Into::into),
            last_message: last_message.as_deref().map(Into::into),
            send_role: *send_role,
            add_role: *add_role,
            pin_role: *pin_role,
            last_activity_at: *last_activity_at_ms,
            unread_count: *unread_count,
            mention_count: *mention_count,
            last_seq: *last_seq,
            read_seq: *read_seq,
            member_count: *member_count,
            is_pinned: pinned_at_ms.is_some(),
            is_archived: *is_archived,
            is_marked_unread: *is_marked_unread,
            muted_until: *muted_until_ms,
            typing: users(typing),
        }
    }
}

impl<'a> From<&'a sdk::OutgoingState> for shapes::Outgoing<'a> {
    fn from(outgoing: &'a sdk::OutgoingState) -> Self {
        let sdk::OutgoingState {
            state,
            loaded_bytes,
            total_bytes,
            held_up_by,
            error,
            message,
        } = outgoing;
        let has_upload = *total_bytes > 0;
        Self {
            state: word(*state),
            loaded_bytes: has_upload.then_some(*loaded_bytes),
            total_bytes: has_upload.then_some(*total_bytes),
            held_up_by: held_up_by.as_ref().map(Into::into),
            error: error.as_ref().map(Into::into),
            message: message.as_deref().map(Into::into),
        }
    }
}

impl<'a> From<&'a rest::limits::Limits> for shapes::Limits<'a> {
    fn from(limits: &'a rest::limits::Limits) -> Self {
        // Only what a person who writes can meet; the rest is the core's affair.
        Self {
            text_bytes: limits.text_bytes,
            edit_window_ms: limits.edit_window_ms,
            read_receipts: limits.read_receipts,
            attachments_per_message: limits.attachments_per_message,
            image_bytes: limits.image_bytes,
            file_bytes: limits.file_bytes,
            image_pixels: limits.image_pixels,
            image_content_types: &limits.image_content_types,
        }
    }
}

impl<'a> From<&'a sdk::AttachmentLinks> for shapes::AttachmentLinks<'a> {
    fn from(links: &'a sdk::AttachmentLinks) -> Self {
        let sdk::AttachmentLinks {
            url,
            thumbnail_url,
            expires_at_ms: _,
        } = links;
        Self { url, thumbnail_url }
    }
}

pub(crate) fn users(users: &[Arc<sdk::User>]) -> Vec<shapes::User<'_>> {
    users.iter().map(|user| (&**user).into()).collect()
}

pub(crate) fn storage(state: sdk::StorageState) -> &'static str {
    match state {
        sdk::StorageState::Durable => "durable",
        sdk::StorageState::MemoryOnly => "memory_only",
        sdk::StorageState::Lost => "lost",
    }
}

fn word(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "queued",
        DeliveryState::Uploading => "uploading",
        DeliveryState::Sending => "sending",
        DeliveryState::Sent => "sent",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Read => "read",
        DeliveryState::Failed => "failed",
    }
}
