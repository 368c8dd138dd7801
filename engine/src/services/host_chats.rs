//! Chats, as the host handles them: for any of its people, bound by no role.
//!
//! What a host does here is what its people could do, done for them: the same use cases with the
//! same events. Only who is in a group it decides by itself. The rates of people do not bind it.

use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, SessionId, UserId,
    rest::chats::{ChatKind, Role},
};

use super::{
    Caller, Sent, ServiceError, Services, cursor,
    joining::{hand_over, joined, new_member},
    validate,
};
use crate::{
    domain::{
        chat::Chat,
        chat_view::ChatView,
        event::Event,
        host_login::UserRef,
        member::Member,
        message::{Draft, Mentions},
        user::User,
    },
    limits::LIST_PAGE,
    storage::{Transaction, UnreadTotal},
};

/// What a host sends for somebody.
#[derive(Clone, Debug)]
pub(crate) struct HostDraft {
    /// The message id: the same again is the same message.
    pub(crate) id: MessageId,
    pub(crate) text: String,
    pub(crate) attachment_ids: Vec<relaychat_protocol::AttachmentId>,
}

impl Services {
    /// A group, and whether it was made now: the same id again is the same group.
    pub(crate) async fn create_group_for(
        &self,
        chat_id: ChatId,
        name: &str,
        owner: &UserRef,
        users: &[UserRef],
    ) -> Result<(Chat, bool), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let owner = self.resolve_all(&mut *snapshot, std::slice::from_ref(owner));
        let owner = owner.await.map_err(|error| ServiceError {
            field: error.field.map(|_| "owner"),
            ..error
        })?;
        let users = self.resolve_all(&mut *snapshot, users).await?;
        drop(snapshot);
        let caller = owner.first().map(|owner| as_caller(owner.id));
        let caller = caller.ok_or_else(ServiceError::not_found)?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let made = self.create_group_chat(caller, chat_id, name, &ids).await?;
        let (view, _, is_new) = made;
        Ok((view.chat, is_new))
    }

    /// The one-to-one chat of two people, and whether it was made now.
    pub(crate) async fn open_direct_for(
        &self,
        users: &[UserRef],
    ) -> Result<(Chat, bool), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let people = self.resolve_all(&mut *snapshot, users).await?;
        drop(snapshot);
        let [a, b] = people.as_slice() else {
            return Err(ServiceError::invalid(
                "users",
                "A one-to-one chat takes two different people.",
            ));
        };
        let (view, _, is_new) = self.open_direct_chat(as_caller(a.id), b.id).await?;
        Ok((view.chat, is_new))
    }

    /// Any chat.
    pub(crate) async fn find_chat(&self, chat_id: ChatId) -> Result<Chat, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        chat_of(&mut *snapshot, chat_id).await
    }

    /// A page of the chats of a person, as they see them.
    pub(crate) async fn list_chats_of(
        &self,
        user: &UserRef,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Vec<ChatView>, Vec<User>, Option<String>), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let user = self.resolve(&mut *snapshot, user).await?;
        drop(snapshot);
        self.list_chats(as_caller(user.id), after, limit).await
    }

    /// Unread messages of a person over all chats.
    pub(crate) async fn unread_total_of(
        &self,
        user: &UserRef,
    ) -> Result<UnreadTotal, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let user = self.resolve(&mut *snapshot, user).await?;
        Ok(snapshot
            .members()
            .unread_total(user.id, self.now_ms())
            .await?)
    }

    /// Unread messages of a person in one of their chats.
    pub(crate) async fn unread_in(
        &self,
        user: &UserRef,
        chat_id: ChatId,
    ) -> Result<u64, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let user = self.resolve(&mut *snapshot, user).await?;
        let found = super::load::chat_of_member(&mut *snapshot, chat_id, user.id);
        let (chat, _) = found.await?;
        let view = super::load::chat_view(&mut *snapshot, user.id, chat);
        Ok(view.await?.0.unread_count())
    }

    /// A page of the members of any chat, longest standing first.
    pub(crate) async fn list_members_of(
        &self,
        chat_id: ChatId,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<(Vec<Member>, Vec<User>, Option<String>), ServiceError> {
        let limit = validate::page_limit(limit)?;
        let after = cursor::to_member(after)?;
        let mut snapshot = self.storage.snapshot().await?;
        chat_of(&mut *snapshot, chat_id).await?;
        let mut members = snapshot.members().list(chat_id, after, limit + 1).await?;
        let has_more = members.len() > limit as usize;
        members.truncate(limit as usize);
        let next = members
            .last()
            .filter(|_| has_more)
            .map(|last| cursor::of_member(last.joined_at_ms, last.user_id));
        let ids = members.iter().map(|member| member.user_id);
        let users = super::load::users(&mut *snapshot, ids).await?;
        let members = members.into_iter().map(Member::told).collect();
        Ok((members, users, next))
    }

    /// Puts people into a group. Those who are in it already stay as they are.
    pub(crate) async fn add_to_group(
        &self,
        chat_id: ChatId,
        users: &[UserRef],
    ) -> Result<Chat, ServiceError> {
        let now_ms = self.now_ms();
        let mut transaction = self.storage.begin().await?;
        let mut chat = group_of(&mut *transaction, chat_id).await?;
        self.refuse_sourced(&chat)?;
        let mut users = self.resolve_all(&mut *transaction, users).await?;
        let pairs: Vec<_> = users.iter().map(|user| (chat_id, user.id)).collect();
        let known = transaction.members().find_many(&pairs).await?;
        users.retain(|user| {
            let is_in = |member: &Member| member.user_id == user.id && !member.has_left;
            !known.iter().any(is_in)
        });
        if users.is_empty() {
            return Ok(chat);
        }
        self.check_places(&chat, users.len())?;
        let mut added = Vec::with_capacity(users.len());
        for user in users {
            let is_first = chat.member_count == 0;
            let role = if is_first { Role::Owner } else { Role::Member };
            chat.version += 1;
            chat.member_count += 1;
            let member = new_member(&chat, &user, role, now_ms);
            added.push((member, user, chat.version));
        }
        let rows: Vec<Member> = added.iter().map(|(member, ..)| member.clone()).collect();
        let stored = std::slice::from_ref(&chat);
        transaction.chats().update_many(stored).await?;
        transaction.members().upsert_many(&rows).await?;
        let event = joined(&mut *transaction, chat.clone(), added).await?;
        self.commit(transaction, vec![event]).await?;
        Ok(chat)
    }

    /// Takes somebody out of a group; nothing when they are not in it.
    pub(crate) async fn remove_from_group(
        &self,
        chat_id: ChatId,
        user: &UserRef,
    ) -> Result<(), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let chat = group_of(&mut *snapshot, chat_id).await?;
        let user = self.resolve(&mut *snapshot, user).await?;
        drop(snapshot);
        self.refuse_sourced(&chat)?;
        self.take_out(chat_id, user.id).await
    }

    /// Who is in the chat of an object is what the source says, where there is one: it would undo
    /// anything else.
    fn refuse_sourced(&self, chat: &Chat) -> Result<(), ServiceError> {
        if chat.host_key.is_some() && self.has_membership_source() {
            return Err(ServiceError::new(ErrorCode::MembershipManaged));
        }
        Ok(())
    }

    async fn take_out(&self, chat_id: ChatId, user_id: UserId) -> Result<(), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let mut chat = group_of(&mut *transaction, chat_id).await?;
        let pair = [(chat_id, user_id)];
        let found = transaction.members().find_many(&pair).await?;
        let Some(member) = found.into_iter().find(|member| !member.has_left) else {
            return Ok(());
        };
        let events = leave(&mut *transaction, &mut chat, member).await?;
        self.commit(transaction, events).await
    }

    /// Takes somebody out of all groups they are in, one commit each.
    pub(super) async fn leave_groups(&self, user_id: UserId) -> Result<(), ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let chat_ids = snapshot.users().list_chat_ids(user_id).await?;
        let mut groups = Vec::new();
        for ids in chat_ids.chunks(LIST_PAGE as usize) {
            let chats = snapshot.chats().find_many(ids).await?;
            groups.extend(
                chats
                    .into_iter()
                    .filter(|chat| chat.kind == ChatKind::Group),
            );
        }
        drop(snapshot);
        for group in groups {
            self.take_out(group.id, user_id).await?;
        }
        Ok(())
    }

    /// Sends a message for somebody who is in the chat.
    pub(crate) async fn send_as(
        &self,
        sender: &UserRef,
        chat_id: ChatId,
        draft: HostDraft,
    ) -> Result<Sent, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        let sender = self.resolve(&mut *snapshot, sender).await?;
        drop(snapshot);
        let HostDraft {
            id,
            text,
            attachment_ids,
        } = draft;
        let draft = Draft {
            id,
            chat_id,
            sender_id: sender.id,
            text,
            attachment_ids,
            reply_to_id: None,
            mentions: Mentions::default(),
        };
        self.send_for_host(draft).await
    }
}

/// Somebody as a caller, for what the host does for them.
fn as_caller(user_id: UserId) -> Caller {
    Caller {
        user_id,
        session_id: SessionId(uuid::Uuid::nil()),
        token_expires_at_ms: i64::MAX,
    }
}

async fn chat_of(transaction: &mut dyn Transaction, chat_id: ChatId) -> Result<Chat, ServiceError> {
    let found = transaction.chats().find_many(&[chat_id]).await?.pop();
    found.ok_or_else(ServiceError::not_found)
}

/// A chat whose members change.
async fn group_of(
    transaction: &mut dyn Transaction,
    chat_id: ChatId,
) -> Result<Chat, ServiceError> {
    let chat = chat_of(transaction, chat_id).await?;
    if chat.kind == ChatKind::Direct {
        return Err(ServiceError {
            detail: "Nobody joins or leaves a one-to-one chat.".to_owned(),
            ..ServiceError::new(ErrorCode::Forbidden)
        });
    }
    Ok(chat)
}

/// Somebody is in a group no longer.
async fn leave(
    transaction: &mut dyn Transaction,
    chat: &mut Chat,
    mut member: Member,
) -> Result<Vec<Event>, ServiceError> {
    let user_id = member.user_id;
    let was_owner = member.role == Role::Owner;
    member.has_left = true;
    member.role = Role::Member;
    chat.version += 1;
    chat.member_count -= 1;
    transaction.members().upsert_many(&[member]).await?;
    let mut events = vec![Event::MemberRemoved {
        chat: chat.clone(),
        user_id,
    }];
    if was_owner {
        events.extend(hand_over(transaction, chat).await?);
    }
    let stored = std::slice::from_ref(&*chat);
    transaction.chats().update_many(stored).await?;
    Ok(events)
}
