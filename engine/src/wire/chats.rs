//! Chats, members and watermarks.

use relaychat_protocol::rest::{
    chat_settings::{ChatSettings as WireSettings, UpdateChatSettings},
    chats as wire,
    sync::Receipt,
};

use super::{
    messages::message,
    users::{avatar_address, users},
};
use crate::domain::{
    chat::{Chat, GroupChange, Rules},
    chat_settings::{ChatSettings, SettingsChange},
    chat_view::ChatView,
    member::{Member, Watermarks},
    user::User,
};

/// The part of a chat that is the same for all its members.
pub(crate) fn chat_info(chat: &Chat) -> wire::ChatInfo {
    let Chat {
        id,
        kind,
        name,
        description,
        avatar_id,
        rules,
        direct: _,
        apart: _,
        host_key,
        created_at_ms,
        last_activity_at_ms,
        version,
        last_seq,
        message_count,
        member_count,
    } = chat;
    let Rules { send, add, pin } = *rules;
    wire::ChatInfo {
        id: *id,
        kind: *kind,
        name: name.clone(),
        description: description.clone(),
        avatar_url: avatar_id.map(avatar_address),
        host_key: host_key.as_ref().map(|key| key.as_str().to_owned()),
        send_role: send,
        add_role: add,
        pin_role: pin,
        created_at_ms: *created_at_ms,
        last_activity_at_ms: *last_activity_at_ms,
        version: *version,
        last_seq: *last_seq,
        message_count: *message_count,
        member_count: *member_count,
    }
}

/// What to change of a group.
pub(crate) fn group_change(update: wire::UpdateChat) -> GroupChange {
    let wire::UpdateChat {
        name,
        description,
        send_role,
        add_role,
        pin_role,
    } = update;
    GroupChange {
        name,
        description,
        send_role,
        add_role,
        pin_role,
    }
}

/// A member.
pub(crate) fn member(member: &Member) -> wire::Member {
    let Member {
        chat_id: _,
        user_id,
        role,
        joined_at_ms,
        has_left: _,
        watermarks: marks,
        shows_read_receipts: _,
    } = member;
    wire::Member {
        user_id: *user_id,
        role: *role,
        joined_at_ms: *joined_at_ms,
        watermarks: watermarks(marks),
    }
}

/// How far a member has come.
pub(crate) fn watermarks(marks: &Watermarks) -> wire::Watermarks {
    let Watermarks {
        delivered_seq,
        delivered_at_ms,
        read_seq,
        read_at_ms,
        read_count,
        told: _,
    } = marks;
    wire::Watermarks {
        delivered_seq: *delivered_seq,
        delivered_at_ms: *delivered_at_ms,
        read_seq: *read_seq,
        read_at_ms: *read_at_ms,
        read_count: *read_count,
    }
}

/// A member's watermarks, as a receipt.
pub(crate) fn receipt(member: &Member) -> Receipt {
    Receipt {
        chat_id: member.chat_id,
        user_id: member.user_id,
        watermarks: watermarks(&member.watermarks),
    }
}

/// A chat as one of its members sees it.
pub(crate) fn chat(view: &ChatView) -> wire::Chat {
    let ChatView {
        chat,
        me,
        last_message,
        settings,
        deleted_unread,
        mentioned_unread,
        others,
    } = view;
    wire::Chat {
        info: chat_info(chat),
        me: member(me),
        unread_count: view.unread_count(),
        deleted_unread: ranges(deleted_unread),
        mentioned_unread: ranges(mentioned_unread),
        settings: settings.as_ref().map(chat_settings),
        last_message: last_message.as_ref().map(message),
        members: others.iter().map(member).collect(),
    }
}

/// What a member has set for themselves.
pub(crate) fn chat_settings(settings: &ChatSettings) -> WireSettings {
    let ChatSettings {
        user_id: _,
        chat_id,
        revision,
        pinned_at_ms,
        is_archived,
        is_marked_unread,
        muted_until_ms,
        draft,
    } = settings;
    WireSettings {
        chat_id: *chat_id,
        revision: *revision,
        pinned_at_ms: *pinned_at_ms,
        is_archived: *is_archived,
        is_marked_unread: *is_marked_unread,
        muted_until_ms: *muted_until_ms,
        draft: draft.clone(),
    }
}

/// What to change of them.
pub(crate) fn settings_change(update: UpdateChatSettings) -> SettingsChange {
    let UpdateChatSettings {
        is_pinned,
        is_archived,
        is_marked_unread,
        muted_until_ms,
        draft,
    } = update;
    SettingsChange {
        is_pinned,
        is_archived,
        is_marked_unread,
        muted_until_ms: muted_until_ms.map(|until_ms| (until_ms != 0).then_some(until_ms)),
        draft: draft.map(|text| (!text.trim().is_empty()).then_some(text)),
    }
}

/// Ascending places as closed ranges.
fn ranges(seqs: &[u64]) -> Vec<wire::SeqRange> {
    let mut ranges: Vec<wire::SeqRange> = Vec::new();
    for seq in seqs {
        match ranges.last_mut() {
            Some(last) if last.last_seq + 1 == *seq => last.last_seq = *seq,
            _ => ranges.push(wire::SeqRange {
                first_seq: *seq,
                last_seq: *seq,
            }),
        }
    }
    ranges
}

/// One chat with the people it names.
pub(crate) fn chat_with_users(view: &ChatView, people: &[User]) -> wire::ChatWithUsers {
    wire::ChatWithUsers {
        chat: chat(view),
        users: users(people),
    }
}

/// A page of chats.
pub(crate) fn chat_page(
    views: &[ChatView],
    people: &[User],
    next_cursor: Option<String>,
) -> wire::ChatPage {
    wire::ChatPage {
        items: views.iter().map(chat).collect(),
        users: users(people),
        next_cursor,
    }
}

/// A page of members.
pub(crate) fn member_page(
    members: &[Member],
    people: &[User],
    next_cursor: Option<String>,
) -> wire::MemberPage {
    wire::MemberPage {
        items: members.iter().map(member).collect(),
        users: users(people),
        next_cursor,
    }
}
