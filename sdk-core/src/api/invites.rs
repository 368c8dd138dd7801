//! Links with which people join groups.

use relaychat_protocol::{
    ChatId, InviteId,
    rest::{
        chats::ChatWithUsers,
        invites::{CreateInvite, Invite, InviteList, InvitePreview, InviteToken},
    },
};

use super::{Api, json};
use crate::{
    RelayError,
    transport::{Body, Method},
};

impl Api<'_> {
    pub(crate) async fn create_invite(
        self,
        chat_id: ChatId,
        terms: CreateInvite,
    ) -> Result<Invite, RelayError> {
        self.send(Method::Post, &invites(chat_id), json(&terms))
            .await
    }

    pub(crate) async fn list_invites(self, chat_id: ChatId) -> Result<InviteList, RelayError> {
        self.get(&invites(chat_id)).await
    }

    pub(crate) async fn revoke_invite(
        self,
        chat_id: ChatId,
        invite_id: InviteId,
    ) -> Result<(), RelayError> {
        let path = format!("{}/{invite_id}", invites(chat_id));
        self.call(Method::Delete, &path, None).await?;
        Ok(())
    }

    pub(crate) async fn preview_invite(self, token: &str) -> Result<InvitePreview, RelayError> {
        self.send(Method::Post, "/invites/preview", carried(token))
            .await
    }

    pub(crate) async fn accept_invite(self, token: &str) -> Result<ChatWithUsers, RelayError> {
        self.send(Method::Post, "/invites/accept", carried(token))
            .await
    }
}

fn invites(chat_id: ChatId) -> String {
    format!("/chats/{chat_id}/invites")
}

fn carried(token: &str) -> Option<Body> {
    json(&InviteToken {
        token: token.to_owned(),
    })
}
