//! Chats.

use relaychat_protocol::{
    ChatId, UserId,
    rest::{
        chats::{
            AddMembers, ChatPage, ChatWithUsers, CreateGroupChat, OpenDirectChat, Role,
            SetChatAvatar, UpdateChat, UpdateMember,
        },
        users::UnreadTotal,
    },
};

use super::{Api, encode, json};
use crate::{RelayError, Upload, platform, transport::Method};

/// Chats a page: more than a screen shows.
const CHATS_PAGE: u32 = 50;

/// Tries of making a group whose answer got lost. The group's id makes repeats harmless.
const CREATE_TRIES: u32 = 3;

impl Api<'_> {
    pub(crate) async fn list_chats(self, cursor: &str) -> Result<ChatPage, RelayError> {
        let cursor = encode(cursor);
        self.get(&format!("/chats?limit={CHATS_PAGE}&cursor={cursor}"))
            .await
    }

    pub(crate) async fn unread_total(self) -> Result<UnreadTotal, RelayError> {
        self.get("/me/unread").await
    }

    pub(crate) async fn get_chat(self, chat_id: ChatId) -> Result<ChatWithUsers, RelayError> {
        self.get(&format!("/chats/{chat_id}")).await
    }

    pub(crate) async fn open_direct_chat(
        self,
        user_id: UserId,
    ) -> Result<ChatWithUsers, RelayError> {
        let body = json(&OpenDirectChat { user_id });
        self.send(Method::Post, "/chats/direct", body).await
    }

    pub(crate) async fn create_group(
        self,
        name: &str,
        user_ids: Vec<UserId>,
    ) -> Result<ChatWithUsers, RelayError> {
        let body = CreateGroupChat {
            chat_id: ChatId(platform::uuid_v7()),
            name: name.to_owned(),
            user_ids,
        };
        let mut tries = 1;
        loop {
            let answer = self.send(Method::Post, "/chats/group", json(&body)).await;
            match answer {
                Err(error) if error.code == "network" && tries < CREATE_TRIES => tries += 1,
                answer => return answer,
            }
        }
    }

    pub(crate) async fn update_chat(
        self,
        chat_id: ChatId,
        change: UpdateChat,
    ) -> Result<ChatWithUsers, RelayError> {
        self.send(Method::Patch, &format!("/chats/{chat_id}"), json(&change))
            .await
    }

    pub(crate) async fn set_chat_avatar(
        self,
        chat_id: ChatId,
        image: &Upload,
    ) -> Result<ChatWithUsers, RelayError> {
        let attachment_id = self.upload_image(image).await?.id;
        let body = json(&SetChatAvatar { attachment_id });
        self.send(Method::Put, &avatar(chat_id), body).await
    }

    pub(crate) async fn remove_chat_avatar(
        self,
        chat_id: ChatId,
    ) -> Result<ChatWithUsers, RelayError> {
        self.send(Method::Delete, &avatar(chat_id), None).await
    }

    pub(crate) async fn add_members(
        self,
        chat_id: ChatId,
        user_ids: Vec<UserId>,
    ) -> Result<ChatWithUsers, RelayError> {
        let path = format!("/chats/{chat_id}/members");
        self.send(Method::Post, &path, json(&AddMembers { user_ids }))
            .await
    }

    pub(crate) async fn set_role(
        self,
        chat_id: ChatId,
        user_id: UserId,
        role: Role,
    ) -> Result<ChatWithUsers, RelayError> {
        let path = member(chat_id, user_id);
        self.send(Method::Patch, &path, json(&UpdateMember { role }))
            .await
    }

    pub(crate) async fn remove_member(
        self,
        chat_id: ChatId,
        user_id: UserId,
    ) -> Result<(), RelayError> {
        self.call(Method::Delete, &member(chat_id, user_id), None)
            .await?;
        Ok(())
    }
}

fn avatar(chat_id: ChatId) -> String {
    format!("/chats/{chat_id}/avatar")
}

fn member(chat_id: ChatId, user_id: UserId) -> String {
    format!("/chats/{chat_id}/members/{user_id}")
}
