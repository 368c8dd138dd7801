//! Frames of events.
//!
//! Most events look the same to everybody who may see them, and are serialised once. What differs
//! is the chat that somebody was just added to: it carries their own membership.

use relaychat_protocol::{UserId, frames::ServerFrame};

use super::{
    chats::{chat, chat_info, chat_settings, member, receipt},
    messages::message,
    users::{user, users},
};
use crate::domain::{chat_view::ChatView, event::Event};

/// The frames of an event for the members of its chat, in order. Not for those whom the event
/// added ([`chat_added`]) or removed (`chat_removed`), and nothing for a session that ended.
pub(crate) fn shared_frames(event: &Event) -> Vec<ServerFrame> {
    match event {
        Event::MessageSent {
            message: sent,
            sender,
        } => vec![
            ServerFrame::Message {
                version: sent.version,
                message: Box::new(message(sent)),
            },
            ServerFrame::Receipt(receipt(sender)),
        ],
        Event::MessageUpdated { message: updated } => vec![ServerFrame::MessageUpdated {
            version: updated.version,
            message: Box::new(message(updated)),
        }],
        Event::SettingsChanged { settings } => {
            vec![ServerFrame::ChatSettings(chat_settings(settings))]
        }
        Event::BlockChanged { .. } => vec![ServerFrame::BlocksChanged],
        Event::WatermarksMoved { member } => vec![ServerFrame::Receipt(receipt(member))],
        Event::MembersAdded {
            chat,
            added,
            members: _,
            users: _,
            last_message: _,
        } => {
            let before = chat.member_count.saturating_sub(added.len() as u64);
            (before + 1..)
                .zip(added)
                .map(
                    |(member_count, (new, person, version))| ServerFrame::MemberUpdated {
                        version: *version,
                        chat_id: chat.id,
                        member: member(new),
                        user: user(person),
                        member_count,
                    },
                )
                .collect()
        }
        Event::MemberRemoved { chat, user_id } => vec![ServerFrame::MemberRemoved {
            version: chat.version,
            chat_id: chat.id,
            user_id: *user_id,
            member_count: chat.member_count,
        }],
        Event::RoleChanged {
            chat,
            member: changed,
            user: person,
        } => vec![ServerFrame::MemberUpdated {
            version: chat.version,
            chat_id: chat.id,
            member: member(changed),
            user: user(person),
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
            .cloned()
            .collect(),
    };
    Some(ServerFrame::ChatAdded {
        chat: Box::new(chat(&view)),
        users: users(people),
    })
}
