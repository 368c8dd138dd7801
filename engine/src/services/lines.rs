//! Lines: what the history of a group tells of its changes ("Ann added Bob").
//!
//! A line is a message that nobody wrote. It has a place and takes a step of the version, the one
//! after those of the change, so that history, gaps and catching up need nothing new; and it is not
//! counted, so that nobody has anything more to read. It is written in the transaction of the
//! change and moves neither the chat in anybody's list nor anybody's marks.
//!
//! What the host does has no line: it speaks with no role, and can send a message.

use relaychat_protocol::{
    MessageId, UserId,
    rest::{
        chats::Role,
        messages::{ChatEvent, ChatEventKind},
    },
};

use super::{Caller, ServiceError, Services};
use crate::{
    domain::{
        chat::Chat,
        event::Event,
        message::{Mentions, Message},
    },
    limits::PEOPLE_PER_LINE,
    storage::Transaction,
};

impl Services {
    /// Writes what `caller` did to a group that is stored as `chat`, in order, and gives the
    /// events. Nothing where the host wants no lines.
    pub(super) async fn write_lines(
        &self,
        transaction: &mut dyn Transaction,
        caller: Caller,
        chat: &mut Chat,
        told: Vec<ChatEvent>,
    ) -> Result<Vec<Event>, ServiceError> {
        if told.is_empty() || !self.settings.writes_lines {
            return Ok(Vec::new());
        }
        let now_ms = self.now_ms();
        let mut lines = Vec::with_capacity(told.len());
        for event in told {
            chat.last_seq += 1;
            chat.version += 1;
            let id = MessageId(self.new_id());
            lines.push(line(chat, (id, caller.user_id), event, now_ms));
        }
        transaction.messages().insert_many(&lines).await?;
        let chats = std::slice::from_ref(&*chat);
        transaction.chats().update_many(chats).await?;
        let written = |line| Event::LineWritten { line };
        Ok(lines.into_iter().map(written).collect())
    }
}

/// The line at the head of a chat.
fn line(
    chat: &Chat,
    (id, sender_id): (MessageId, UserId),
    told: ChatEvent,
    now_ms: i64,
) -> Message {
    Message {
        id,
        chat_id: chat.id,
        seq: chat.last_seq,
        version: chat.version,
        count: chat.message_count,
        sender_id,
        sent_at_ms: now_ms,
        text: String::new(),
        attachments: Vec::new(),
        edited_at_ms: None,
        deleted_at_ms: None,
        reply_to: None,
        reactions: Vec::new(),
        mentions: Mentions::default(),
        pinned_at_ms: None,
        event: Some(Box::new(told)),
    }
}

/// Somebody added people.
pub(super) fn members_added(mut user_ids: Vec<UserId>) -> ChatEvent {
    let member_count = Some(user_ids.len() as u64);
    user_ids.truncate(PEOPLE_PER_LINE);
    ChatEvent {
        user_ids,
        member_count,
        ..ChatEvent::new(ChatEventKind::MembersAdded)
    }
}

/// Somebody left, or removed somebody.
pub(super) fn member_went(caller: Caller, user_id: UserId) -> ChatEvent {
    match caller.user_id == user_id {
        true => ChatEvent::new(ChatEventKind::MemberLeft),
        false => ChatEvent {
            user_ids: vec![user_id],
            ..ChatEvent::new(ChatEventKind::MemberRemoved)
        },
    }
}

/// Somebody gave a role.
pub(super) fn role_changed(user_id: UserId, role: Role) -> ChatEvent {
    ChatEvent {
        user_ids: vec![user_id],
        role: Some(role),
        ..ChatEvent::new(ChatEventKind::RoleChanged)
    }
}

/// What is told of changed settings. Rules are not.
pub(super) fn settings_changed(before: &Chat, after: &Chat) -> Vec<ChatEvent> {
    let mut told = Vec::new();
    if before.name != after.name {
        told.push(ChatEvent {
            name: after.name.clone(),
            ..ChatEvent::new(ChatEventKind::Renamed)
        });
    }
    if before.description != after.description {
        told.push(ChatEvent::new(ChatEventKind::Described));
    }
    if before.avatar_id != after.avatar_id {
        told.push(ChatEvent::new(ChatEventKind::PictureChanged));
    }
    told
}
