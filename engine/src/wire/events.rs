//! Frames of events.
//!
//! Most events look the same to everybody who may see them, and are serialised once. What differs
//! is the chat that somebody was just added to: it carries their own membership; and how far a
//! member has read, which not everybody is told.

use relaychat_protocol::{UserId, frames::ServerFrame};

use super::{
    chats::{chat, chat_info, chat_settings, member, receipt},
    messages::message,
    users::{user, users},
};
use crate::domain::{chat::Chat, chat_view::ChatView, event::Event, member::Member, user::User};

/// The frames of an event for the members of its chat, in order. Not for those whom the event
/// added ([`chat_added`]) or removed (`chat_removed`), and nothing for a session that ended.
pub(crate) fn shared_frames(event: &Event) -> Vec<ServerFrame> {
    match event {
        Event::MessageSent {
            message: sent,
            sender: _,
        }
        | Event::LineWritten { line: sent } => vec![ServerFrame::Message {
            version: sent.version,
            message: Box::new(message(sent)),
        }],
        Event::MessageUpdated { message: updated } => vec![ServerFrame::MessageUpdated {
            version: updated.version,
            message: Box::new(message(updated)),
        }],
        Event::SettingsChanged { settings } => {
            vec![ServerFrame::ChatSettings(chat_settings(settings))]
        }
        Event::BlockChanged { .. } => vec![ServerFrame::BlocksChanged],
        // Who hears of these hears them with the marks that they may see.
        Event::WatermarksMoved { .. }
        | Event::MembersAdded { .. }
        | Event::RoleChanged { .. }
        | Event::PrivacyChanged { .. } => Vec::new(),
        Event::MemberRemoved { chat, user_id } => vec![ServerFrame::MemberRemoved {
            version: chat.version,
            chat_id: chat.id,
            user_id: *user_id,
            member_count: chat.member_count,
        }],
        Event::ChatUpdated { chat } => vec![ServerFrame::ChatUpdated {
            version: chat.version,
            chat: Box::new(chat_info(chat)),
        }],
        Event::UserUpdated {
            user: person,
            chat_ids: _,
        } => vec![ServerFrame::UserUpdated { user: user(person) }],
        Event::SessionEnded { session_id: _ } => Vec::new(),
    }
}

/// With which marks somebody sees a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// All of them: one's own.
    Own,
    /// Those that others are told.
    Told,
    /// What was delivered, and nothing that was read.
    Delivered,
}

/// The frames of an event that tell of a member and their marks. None where nothing has moved that
/// may be seen.
pub(crate) fn marks_frames(event: &Event, user_id: UserId, sight: Sight) -> Vec<ServerFrame> {
    let seen = |of: &Member| match sight {
        Sight::Own => of.clone(),
        Sight::Told => of.clone().told(),
        Sight::Delivered => of.clone().unread(),
    };
    let updated = |chat: &Chat, of: &Member, person: &User, (version, member_count)| {
        ServerFrame::MemberUpdated {
            version,
            chat_id: chat.id,
            member: member(&seen(of)),
            user: user(person),
            member_count,
        }
    };
    match event {
        Event::MessageSent { sender, .. } => vec![ServerFrame::Receipt(receipt(&seen(sender)))],
        Event::WatermarksMoved {
            member: moved,
            is_delivered,
        } => {
            let is_seen = match sight {
                Sight::Own => true,
                Sight::Told => *is_delivered || moved.watermarks.told.is_none(),
                Sight::Delivered => *is_delivered,
            };
            let frame = is_seen.then(|| ServerFrame::Receipt(receipt(&seen(moved))));
            frame.into_iter().collect()
        }
        Event::RoleChanged {
            chat,
            member: changed,
            user: person,
        } => vec![updated(
            chat,
            changed,
            person,
            (chat.version, chat.member_count),
        )],
        Event::MembersAdded { chat, added, .. } => {
            let before = chat.member_count.saturating_sub(added.len() as u64);
            let counted = (before + 1..).zip(added);
            let own = counted.filter(|(_, (new, ..))| new.user_id == user_id);
            own.map(|(member_count, (new, person, version))| {
                updated(chat, new, person, (*version, member_count))
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

/// The frame for somebody whom the event added to a chat; `None` when it added somebody else.
pub(crate) fn chat_added(event: &Event, viewer: UserId) -> Option<ServerFrame> {
    let Event::MembersAdded {
        chat: info,
        added,
        members,
        users: people,
        last_message,
    } = event
    else {
        return None;
    };
    let (me, ..) = added.iter().find(|(new, ..)| new.user_id == viewer)?;
    let view = ChatView {
        chat: info.clone(),
        me: me.clone(),
        last_message: last_message.clone(),
        // Whoever comes has set nothing yet.
        settings: None,
        // Whoever comes has read everything so far.
        deleted_unread: Vec::new(),
        mentioned_unread: Vec::new(),
        others: members
            .iter()
            .filter(|other| other.user_id != viewer)
            .map(|other| {
                let other = other.clone();
                other.seen_by(viewer, me.shows_read_receipts)
            })
            .collect(),
    };
    Some(ServerFrame::ChatAdded {
        chat: Box::new(chat(&view)),
        users: users(people),
    })
}
