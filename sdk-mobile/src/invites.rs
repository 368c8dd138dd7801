//! Links with which people join groups by themselves.

use std::sync::Arc;

use relaychat_sdk as sdk;

use crate::{CancelToken, CoreChat, CoreClient, RelayError, client::id};

/// A link to a group, as those see it who may add people.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Invite {
    pub id: String,
    /// What the link carries; the address around it is the application's.
    pub token: String,
    /// Who made it.
    pub created_by: String,
    pub created_at_ms: i64,
    /// Until when people can join with it; absent: until it is revoked.
    pub expires_at_ms: Option<i64>,
    /// How many people can join with it; absent: any number.
    pub max_uses: Option<u64>,
    /// How many have joined with it.
    pub uses: u64,
}

/// How long a new link is good, and for how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct InviteTerms {
    /// Until when people can join with it; absent: until it is revoked.
    #[uniffi(default = None)]
    pub expires_at_ms: Option<i64>,
    /// How many people can join with it, at least 1; absent: any number.
    #[uniffi(default = None)]
    pub max_uses: Option<u64>,
}

/// What somebody sees of a group before they join it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct InvitePreview {
    pub chat_id: String,
    pub name: String,
    /// Absolute address of its picture.
    pub avatar_url: Option<String>,
    pub member_count: u64,
    /// Whether the caller is one of them.
    pub is_member: bool,
}

#[uniffi::export]
impl CoreChat {
    /// Makes a link with which people join the group by themselves. For those who add people.
    #[uniffi::method(default(cancel = None))]
    pub async fn create_invite(
        &self,
        terms: InviteTerms,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Invite, RelayError> {
        let chat = self.chat.clone();
        let create = async move { Ok((&chat.create_invite(terms.into()).await?).into()) };
        self.shared.host.call(cancel, create).await
    }

    /// The links with which people can join now, newest first. For those who add people.
    #[uniffi::method(default(cancel = None))]
    pub async fn invites(
        &self,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<Vec<Invite>, RelayError> {
        let chat = self.chat.clone();
        let list = async move { Ok(chat.invites().await?.iter().map(Into::into).collect()) };
        self.shared.host.call(cancel, list).await
    }

    /// Takes a link back: nobody joins with it any more. Who has joined stays.
    #[uniffi::method(default(cancel = None))]
    pub async fn revoke_invite(
        &self,
        invite_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let chat = self.chat.clone();
        let revoke = async move { chat.revoke_invite(id(&invite_id)?).await };
        self.shared.host.call(cancel, revoke).await
    }
}

#[uniffi::export]
impl CoreClient {
    /// The group that a link with this token leads to, without joining it. A link that has ended, is
    /// used up, revoked or made up is `not_found`.
    #[uniffi::method(default(cancel = None))]
    pub async fn preview_invite(
        &self,
        token: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<InvitePreview, RelayError> {
        let client = self.client().clone();
        let preview = async move { Ok((&client.preview_invite(&token).await?).into()) };
        self.host().call(cancel, preview).await
    }

    /// Joins the group that a link with this token leads to: on return it is in the list. Gives its
    /// id.
    #[uniffi::method(default(cancel = None))]
    pub async fn accept_invite(
        &self,
        token: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<String, RelayError> {
        let client = self.client().clone();
        let accept = async move { Ok(client.accept_invite(&token).await?.to_string()) };
        self.host().call(cancel, accept).await
    }
}

impl From<InviteTerms> for sdk::InviteTerms {
    fn from(terms: InviteTerms) -> Self {
        let InviteTerms {
            expires_at_ms,
            max_uses,
        } = terms;
        Self {
            expires_at_ms,
            max_uses,
        }
    }
}

impl From<&sdk::Invite> for Invite {
    fn from(invite: &sdk::Invite) -> Self {
        let sdk::Invite {
            id,
            token,
            created_by,
            created_at_ms,
            expires_at_ms,
            max_uses,
            uses,
        } = invite;
        Self {
            id: id.to_string(),
            token: token.clone(),
            created_by: created_by.to_string(),
            created_at_ms: *created_at_ms,
            expires_at_ms: *expires_at_ms,
            max_uses: *max_uses,
            uses: *uses,
        }
    }
}

impl From<&sdk::InvitePreview> for InvitePreview {
    fn from(preview: &sdk::InvitePreview) -> Self {
        let sdk::InvitePreview {
            chat_id,
            name,
            avatar_url,
            member_count,
            is_member,
        } = preview;
        Self {
            chat_id: chat_id.to_string(),
            name: name.clone(),
            avatar_url: avatar_url.clone(),
            member_count: *member_count,
            is_member: *is_member,
        }
    }
}
