//! Conversations, as the host handles them.

use relaychat_protocol::{
    ChatId, ErrorCode,
    rest::chats::{ChatInfo, ChatPage, MemberPage},
};

use super::UserRef;
use crate::{Engine, HostError, wire};

/// The chats of an engine. Made by [`Engine::chats`].
#[derive(Clone, Debug)]
pub struct Chats(pub(super) Engine);

impl Chats {
    /// The one-to-one chat of two people, made if there is none.
    ///
    /// # Errors
    /// `validation_failed`: one of them does not exist, or they are one.
    pub async fn open_direct(
        &self,
        one: impl Into<UserRef>,
        other: impl Into<UserRef>,
    ) -> Result<ChatInfo, HostError> {
        let users = [one.into(), other.into()];
        let (chat, _) = self.0.services().open_direct_for(&users).await?;
        Ok(wire::chat_info(&chat))
    }

    /// A group. The same id with the same owner again is the same group, unchanged.
    ///
    /// # Errors
    /// `validation_failed`: somebody does not exist, the name is not acceptable, or the id names
    /// another chat.
    pub async fn create_group<U: Into<UserRef>>(
        &self,
        chat_id: ChatId,
        name: &str,
        owner: impl Into<UserRef>,
        users: impl IntoIterator<Item = U>,
    ) -> Result<ChatInfo, HostError> {
        let users: Vec<UserRef> = users.into_iter().map(Into::into).collect();
        let owner = owner.into();
        let services = self.0.services();
        let made = services.create_group_for(chat_id, name, &owner, &users);
        Ok(wire::chat_info(&made.await?.0))
    }

    /// A chat, if there is one.
    ///
    /// # Errors
    /// Only those of storage.
    pub async fn find(&self, chat_id: ChatId) -> Result<Option<ChatInfo>, HostError> {
        match self.0.services().find_chat(chat_id).await {
            Ok(chat) => Ok(Some(wire::chat_info(&chat))),
            Err(error) if error.code == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A page of the chats of a person as they see them, newest activity first, with what is unread
    /// in each.
    ///
    /// # Errors
    /// `not_found`: there is no such person. `validation_failed`: the cursor is none, or the page
    /// has not 1 to 100 chats.
    pub async fn list_of(
        &self,
        user: impl Into<UserRef>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<ChatPage, HostError> {
        let user = user.into();
        let services = self.0.services();
        let (chats, users, next) = services.list_chats_of(&user, cursor, Some(limit)).await?;
        Ok(wire::chat_page(&chats, &users, next))
    }

    /// Unread messages of a person in one of their chats.
    ///
    /// # Errors
    /// `not_found`: there is no such person, or they are not in the chat.
    pub async fn unread(
        &self,
        user: impl Into<UserRef>,
        chat_id: ChatId,
    ) -> Result<u64, HostError> {
        Ok(self.0.services().unread_in(&user.into(), chat_id).await?)
    }

    /// A page of the members of a chat, longest standing first.
    ///
    /// # Errors
    /// `not_found`: there is no such chat. `validation_failed`: the cursor is none, or the page has
    /// not 1 to 100 members.
    pub async fn members(
        &self,
        chat_id: ChatId,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<MemberPage, HostError> {
        let listed = self.0.services();
        let listed = listed.list_members_of(chat_id, cursor, Some(limit)).await;
        let (members, users, next) = listed?;
        Ok(wire::member_page(&members, &users, next))
    }

    /// Puts people into a group. Those who are in it already stay as they are.
    ///
    /// # Errors
    /// `not_found`: there is no such chat. `forbidden`: it is a one-to-one chat.
    /// `membership_managed`: a source of members decides
    /// ([`invalidate_membership`](Engine::invalidate_membership)). `validation_failed`: somebody
    /// does not exist.
    pub async fn add<U: Into<UserRef>>(
        &self,
        chat_id: ChatId,
        users: impl IntoIterator<Item = U>,
    ) -> Result<ChatInfo, HostError> {
        let users: Vec<UserRef> = users.into_iter().map(Into::into).collect();
        let chat = self.0.services().add_to_group(chat_id, &users).await?;
        Ok(wire::chat_info(&chat))
    }

    /// Takes somebody out of a group: from then on they hear nothing of it. Nothing happens when
    /// they are not in it.
    ///
    /// # Errors
    /// `not_found`: there is no such chat or person. `forbidden`: it is a one-to-one chat.
    /// `membership_managed`: a source of members decides.
    pub async fn remove(&self, chat_id: ChatId, user: impl Into<UserRef>) -> Result<(), HostError> {
        let removed = self.0.services();
        let removed = removed.remove_from_group(chat_id, &user.into()).await;
        Ok(removed?)
    }
}
