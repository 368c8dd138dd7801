//! Joining and leaving groups: what all use cases share that change who is in one.
//!
//! A group always has an owner: when the owner leaves, the longest-standing admin takes over, or
//! else the longest-standing member. Works in whatever transaction the use case is in.
//!
//! How many a group may have is looked at in the transaction that adds them: writers come one after
//! another, so that of two who want the last place one gets it. A chat that belongs to an object of
//! the host is exempt. Who is in it is the host's word, and a part of it would be a third opinion:
//! neither what the host says nor what anybody chose.

use relaychat_protocol::{ErrorCode, rest::chats::Role};

use super::{ServiceError, Services, load};
use crate::{
    domain::{
        chat::Chat,
        event::Event,
        member::{Member, Watermarks},
        message::Message,
        user::User,
    },
    limits::{LIST_PAGE, MEMBERS_PER_CHAT_VIEW},
    storage::Transaction,
};

/// Users do not change who is in a chat that belongs to an object of the host.
pub(super) fn refuse_managed(chat: &Chat) -> Result<(), ServiceError> {
    match chat.host_key {
        Some(_) => Err(ServiceError::new(ErrorCode::MembershipManaged)),
        None => Ok(()),
    }
}

impl Services {
    /// Refuses so many new people where a group would have more members than it may.
    pub(super) fn check_places(&self, chat: &Chat, coming: usize) -> Result<(), ServiceError> {
        let wanted = chat.member_count.saturating_add(coming as u64);
        if chat.host_key.is_none() && wanted > self.settings.group_members {
            return Err(ServiceError::new(ErrorCode::GroupFull));
        }
        Ok(())
    }
}

/// The event of people who came, with what they see of the chat.
pub(super) async fn joined(
    transaction: &mut dyn Transaction,
    chat: Chat,
    added: Vec<(Member, User, u64)>,
) -> Result<Event, ServiceError> {
    let members = transaction
        .members()
        .list_first(&[chat.id], MEMBERS_PER_CHAT_VIEW + 1)
        .await?;
    let newest = [(chat.id, chat.last_seq)];
    let last_message = match chat.last_seq {
        0 => None,
        _ => transaction.messages().find_at(&newest).await?.pop(),
    };
    let named = members.iter().map(|member| member.user_id);
    let told = last_message.iter().flat_map(Message::named);
    // In a large group the new ones are not among the first members, but are told of themselves.
    let come = added.iter().map(|(_, user, _)| user.id);
    let users = load::users(transaction, named.chain(told).chain(come)).await?;
    Ok(Event::MembersAdded {
        chat,
        added,
        members,
        users,
        last_message,
    })
}

/// Makes somebody else the owner; nothing when nobody is left.
pub(super) async fn hand_over(
    transaction: &mut dyn Transaction,
    chat: &mut Chat,
) -> Result<Option<Event>, ServiceError> {
    let members = transaction.members().list(chat.id, None, LIST_PAGE).await?;
    let admin = members.iter().find(|member| member.role == Role::Admin);
    let Some(heir) = admin.or(members.first()) else {
        return Ok(None);
    };
    let mut heir = heir.clone();
    heir.role = Role::Owner;
    chat.version += 1;
    transaction
        .members()
        .upsert_many(std::slice::from_ref(&heir))
        .await?;
    let found = transaction.users().find_many(&[heir.user_id]).await?;
    Ok(found.into_iter().next().map(|user| Event::RoleChanged {
        chat: chat.clone(),
        member: heir,
        user,
    }))
}

/// A person who joins now. What was said before counts as read, so that nobody starts with a
/// thousand unread messages; it stays readable.
pub(super) fn new_member(chat: &Chat, user: &User, role: Role, now_ms: i64) -> Member {
    Member {
        chat_id: chat.id,
        user_id: user.id,
        role,
        joined_at_ms: now_ms,
        has_left: false,
        watermarks: Watermarks {
            delivered_seq: chat.last_seq,
            delivered_at_ms: None,
            read_seq: chat.last_seq,
            read_at_ms: None,
            read_count: chat.message_count,
            told: None,
        },
        shows_read_receipts: user.privacy.shows_read_receipts,
    }
}
