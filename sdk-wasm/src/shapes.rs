//! How values look in JavaScript: the Rust side of `npm/src/types.ts`.
//!
//! Borrowed, written once and thrown away. `convert` fills them.

use relaychat_sdk::protocol::{
    AttachmentId, ChatId, MessageId, UserId,
    rest::{
        attachments::AttachmentKind,
        chats::{ChatKind, Role},
        messages::ChatEventKind,
    },
};
use serde::Serialize;

use crate::patch::Entry;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Error<'a> {
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
    pub(crate) retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum Connection<'a> {
    Connecting,
    Connected,
    #[serde(rename_all = "camelCase")]
    Reconnecting {
        attempt: u32,
        retry_at: i64,
    },
    Offline,
    SignedOut {
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
    },
    Closed {
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Error<'a>>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User<'a> {
    pub(crate) id: UserId,
    pub(crate) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) avatar_url: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me<'a> {
    pub(crate) id: UserId,
    pub(crate) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) avatar_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<&'a str>,
    pub(crate) is_new: bool,
    pub(crate) shows_read_receipts: bool,
    pub(crate) shows_last_seen: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserPage<'a> {
    pub(crate) items: Vec<User<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchHit<'a> {
    pub(crate) message: Message<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chat: Option<ChatSummary<'a>>,
    /// In units of JavaScript's strings.
    pub(crate) highlights: Vec<[usize; 2]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchPage<'a> {
    pub(crate) items: Vec<SearchHit<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<&'a str>,
    pub(crate) is_local: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeRequested {
    pub(crate) request_id: String,
    pub(crate) expires_in_ms: u64,
    pub(crate) resend_after_ms: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Presence {
    pub(crate) is_online: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_seen_at: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member<'a> {
    pub(crate) user: User<'a>,
    pub(crate) role: Role,
    pub(crate) joined_at: i64,
    pub(crate) delivered_seq: u64,
    pub(crate) read_seq: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attachment<'a> {
    pub(crate) id: AttachmentId,
    pub(crate) kind: AttachmentKind,
    pub(crate) content_type: &'a str,
    pub(crate) size_bytes: u64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The façade makes a picture of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thumb_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_name: Option<&'a str>,
    /// The façade has the file and puts its address here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_local: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message<'a> {
    pub(crate) id: MessageId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seq: Option<u64>,
    pub(crate) chat_id: ChatId,
    pub(crate) sender: User<'a>,
    pub(crate) is_own: bool,
    pub(crate) sent_at: i64,
    pub(crate) text: &'a str,
    pub(crate) attachments: Vec<Attachment<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upload_progress: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Error<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edited_at: Option<i64>,
    pub(crate) is_deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<Quote<'a>>,
    pub(crate) reactions: Vec<Reaction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mentions: Option<Mentions<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pinned_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<ChatEvent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pending: Option<Pending<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatEvent<'a> {
    pub(crate) kind: ChatEventKind,
    pub(crate) users: Vec<User<'a>>,
    pub(crate) member_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mentions<'a> {
    pub(crate) user_ids: &'a [UserId],
    pub(crate) is_everyone: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quote<'a> {
    pub(crate) message_id: MessageId,
    pub(crate) seq: u64,
    pub(crate) sender: User<'a>,
    pub(crate) text: &'a str,
    pub(crate) attachment_count: u64,
    pub(crate) is_deleted: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reaction<'a> {
    pub(crate) emoji: &'a str,
    pub(crate) count: u64,
    pub(crate) is_own: bool,
    pub(crate) users: Vec<User<'a>>,
}

#[derive(Serialize)]
pub(crate) struct Reactor<'a> {
    pub(crate) user: User<'a>,
    pub(crate) at: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReactionPage<'a> {
    pub(crate) items: Vec<Reactor<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct Pending<'a> {
    pub(crate) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Error<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum TimelineItem<'a> {
    Message { key: &'a str, message: Message<'a> },
    Event { key: &'a str, message: Message<'a> },
    DateDivider { key: &'a str, day: i64 },
    UnreadDivider { key: &'a str, count: u64 },
    Start { key: &'a str },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Timeline<'a> {
    pub(crate) items: Vec<Entry<TimelineItem<'a>>>,
    pub(crate) is_loading: bool,
    pub(crate) is_loading_before: bool,
    pub(crate) has_before: bool,
    pub(crate) is_loading_after: bool,
    pub(crate) has_after: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Error<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatSummary<'a> {
    pub(crate) id: ChatId,
    pub(crate) kind: ChatKind,
    pub(crate) title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) avatar_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peer: Option<User<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_message: Option<Message<'a>>,
    pub(crate) send_role: Role,
    pub(crate) add_role: Role,
    pub(crate) pin_role: Role,
    pub(crate) last_activity_at: i64,
    pub(crate) unread_count: u64,
    pub(crate) mention_count: u64,
    pub(crate) last_seq: u64,
    pub(crate) read_seq: u64,
    pub(crate) member_count: u64,
    pub(crate) is_pinned: bool,
    pub(crate) is_archived: bool,
    pub(crate) is_marked_unread: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) muted_until: Option<i64>,
    pub(crate) typing: Vec<User<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatList<'a> {
    pub(crate) items: Vec<Entry<ChatSummary<'a>>>,
    pub(crate) is_loading: bool,
    pub(crate) has_more: bool,
    pub(crate) unread_count: u64,
    pub(crate) unread_chat_count: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outgoing<'a> {
    pub(crate) state: &'static str,
    /// Absent when there is nothing to upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) loaded_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_bytes: Option<u64>,
    /// Why the last try failed, while it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) held_up_by: Option<Error<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Error<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limits<'a> {
    pub(crate) text_bytes: u64,
    pub(crate) edit_window_ms: u64,
    pub(crate) read_receipts: bool,
    pub(crate) attachments_per_message: u64,
    pub(crate) image_bytes: u64,
    pub(crate) file_bytes: u64,
    pub(crate) image_pixels: u64,
    pub(crate) image_content_types: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttachmentLinks<'a> {
    pub(crate) url: &'a str,
    pub(crate) thumbnail_url: &'a str,
}
