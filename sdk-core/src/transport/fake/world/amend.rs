//! How the simulated server amends messages: edits, deletions, pins, reactions.
//!
//! As the real one does: each amendment is one step of the chat and tells the whole message, what
//! changes nothing is no step, and of a deleted message nothing is left but its place.

use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, UserId,
    frames::ServerFrame,
    rest::{
        chats::{ChatKind, Role, SeqRange},
        messages::{Mentions, Message, Reaction},
    },
};

use super::{World, WorldChat};

/// An edit to a text with this in it comes too late, always.
pub(crate) const TOO_LATE: &str = "too late";

/// What is to be done to a message.
#[derive(Clone, Debug)]
pub(crate) enum Amendment {
    Edit(String, Option<Mentions>),
    Delete,
    React(String, bool),
    Pin(bool),
}

impl World {
    /// Amends a message; the message after it.
    pub(crate) fn amend(
        &mut self,
        user_id: UserId,
        (chat_id, message_id): (ChatId, MessageId),
        amendment: Amendment,
    ) -> Result<Message, ErrorCode> {
        let place = self.sent.get(&message_id).copied();
        let place = place.filter(|(of, _)| *of == chat_id && self.is_member(chat_id, user_id));
        let (_, place) = place.ok_or(ErrorCode::NotFound)?;
        let chat = self.chats.get_mut(&chat_id).ok_or(ErrorCode::NotFound)?;
        let mut message = chat.messages[place].clone();
        check(chat, &message, user_id, &amendment)?;
        let now_ms = i64::try_from(self.change).expect("small");
        if !apply(&mut message, user_id, amendment, now_ms) {
            return Ok(message);
        }
        self.change += 1;
        message.version = chat.info.version + 1;
        (chat.info.version, chat.changed) = (message.version, self.change);
        chat.updated.insert(message.seq, self.change);
        chat.messages[place] = message.clone();
        let event = ServerFrame::MessageUpdated {
            version: message.version,
            message: Box::new(message.clone()),
        };
        self.tell_members(chat_id, &event);
        Ok(message)
    }
}

fn check(
    chat: &WorldChat,
    message: &Message,
    user_id: UserId,
    amendment: &Amendment,
) -> Result<(), ErrorCode> {
    let is_own = message.sender_id == user_id;
    let mut members = chat.members.iter();
    let is_admin = chat.info.kind == ChatKind::Group
        && members.any(|member| member.user_id == user_id && member.role >= Role::Admin);
    let is_deleted = message.deleted_at_ms.is_some();
    match amendment {
        Amendment::Edit(..) if !is_own => Err(ErrorCode::Forbidden),
        Amendment::Delete if !is_own && !is_admin => Err(ErrorCode::Forbidden),
        Amendment::Pin(_) if chat.info.kind == ChatKind::Group && !is_admin => {
            Err(ErrorCode::Forbidden)
        }
        Amendment::Edit(..) | Amendment::React(..) | Amendment::Pin(_) if is_deleted => {
            Err(ErrorCode::MessageDeleted)
        }
        Amendment::Edit(text, _) if text.contains(TOO_LATE) => Err(ErrorCode::EditTooLate),
        Amendment::Edit(..) | Amendment::Delete | Amendment::React(..) | Amendment::Pin(_) => {
            Ok(())
        }
    }
}

/// Does it; false if that changes nothing.
fn apply(message: &mut Message, user_id: UserId, amendment: Amendment, now_ms: i64) -> bool {
    match amendment {
        Amendment::Edit(text, mentions) => {
            if (&message.text, &message.mentions) == (&text, &mentions) {
                return false;
            }
            (message.text, message.mentions) = (text, mentions);
            message.edited_at_ms = Some(now_ms);
        }
        Amendment::Delete => {
            if message.deleted_at_ms.is_some() {
                return false;
            }
            message.text.clear();
            message.attachments.clear();
            message.reactions.clear();
            (message.edited_at_ms, message.reply_to, message.mentions) = (None, None, None);
            (message.deleted_at_ms, message.pinned_at_ms) = (Some(now_ms), None);
        }
        Amendment::Pin(is_pinned) => {
            if message.pinned_at_ms.is_some() == is_pinned {
                return false;
            }
            message.pinned_at_ms = is_pinned.then_some(now_ms);
        }
        Amendment::React(emoji, is_set) => return react(message, user_id, emoji, is_set),
    }
    true
}

fn react(message: &mut Message, user_id: UserId, emoji: String, is_set: bool) -> bool {
    let reactions = &mut message.reactions;
    let place = reactions.iter().position(|known| known.emoji == emoji);
    let is_there = place.is_some_and(|place| reactions[place].user_ids.contains(&user_id));
    if is_there == is_set {
        return false;
    }
    let place = place.unwrap_or_else(|| {
        reactions.push(Reaction {
            emoji,
            count: 0,
            user_ids: Vec::new(),
        });
        reactions.len() - 1
    });
    let user_ids = &mut reactions[place].user_ids;
    match is_set {
        true => user_ids.push(user_id),
        false => user_ids.retain(|known| *known != user_id),
    }
    reactions[place].count = user_ids.len() as u64;
    reactions.retain(|reaction| reaction.count > 0);
    true
}

/// Places of a chat's messages above a read mark that are like this, counted one by one.
pub(super) fn unread(
    chat: &WorldChat,
    read_seq: u64,
    is_like_this: impl Fn(&Message) -> bool,
) -> Vec<SeqRange> {
    let mut ranges: Vec<SeqRange> = Vec::new();
    let unread = chat.messages.iter().filter(|one| one.seq > read_seq);
    for seq in unread.filter(|one| is_like_this(one)).map(|one| one.seq) {
        match ranges.last_mut() {
            Some(range) if range.last_seq + 1 == seq => range.last_seq = seq,
            _ => ranges.push(SeqRange {
                first_seq: seq,
                last_seq: seq,
            }),
        }
    }
    ranges
}
