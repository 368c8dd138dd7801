//! Chats.

use relaychat_protocol::{
    ChatId, UserId,
    rest::chats::{ChatPage, ChatWithUsers, CreateGroupChat, OpenDirectChat},
};

use super::{Api, encode, json};
use crate::{RelayError, platform, transport::Method};

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
}
