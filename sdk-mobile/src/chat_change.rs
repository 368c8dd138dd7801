//! What can be changed in a group.

use std::sync::Arc;

use relaychat_sdk::{self as sdk, protocol::rest::chats};

use crate::{CancelToken, CoreChat, RelayError, Role, Upload, client::id};

/// A change of a group.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ChatChange {
    /// Another name, 1 to 80 characters.
    Name { name: String },
    /// What the group is about; empty removes it.
    Description { text: String },
    /// Another picture; its centre is cut to a square.
    Avatar { image: Upload },
    /// No picture.
    NoAvatar,
    /// More members. Those who are in it already stay as they are.
    AddMembers { user_ids: Vec<String> },
    /// One member less.
    RemoveMember { user_id: String },
    /// A member may do more or less. A new owner takes the caller's place, who becomes an admin.
    SetRole { user_id: String, role: Role },
    /// Who writes messages: the lowest role that does, at most the caller's own.
    SendRole { role: Role },
    /// Who adds people and makes links, in the same way.
    AddRole { role: Role },
    /// Who pins messages, in the same way.
    PinRole { role: Role },
    /// The caller goes.
    Leave,
}

#[uniffi::export]
impl CoreChat {
    /// Changes a group. Everybody in it sees it; on return the caller does too.
    #[uniffi::method(default(cancel = None))]
    pub async fn change(
        &self,
        change: ChatChange,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), RelayError> {
        let chat = self.chat.clone();
        let change = async move { chat.change(change.try_into()?).await };
        self.shared.host.call(cancel, change).await
    }
}

impl TryFrom<ChatChange> for sdk::ChatChange {
    type Error = sdk::RelayError;

    fn try_from(change: ChatChange) -> Result<Self, sdk::RelayError> {
        Ok(match change {
            ChatChange::Name { name } => Self::Name(name),
            ChatChange::Description { text } => Self::Description(text),
            ChatChange::Avatar { image } => Self::Avatar(image.into()),
            ChatChange::NoAvatar => Self::NoAvatar,
            ChatChange::AddMembers { user_ids } => {
                let ids: Result<_, _> = user_ids.iter().map(|text| id(text)).collect();
                Self::AddMembers(ids?)
            }
            ChatChange::RemoveMember { user_id } => Self::RemoveMember(id(&user_id)?),
            ChatChange::SetRole { user_id, role } => Self::Role(id(&user_id)?, role.into()),
            ChatChange::SendRole { role } => Self::SendRole(role.into()),
            ChatChange::AddRole { role } => Self::AddRole(role.into()),
            ChatChange::PinRole { role } => Self::PinRole(role.into()),
            ChatChange::Leave => Self::Leave,
        })
    }
}

impl From<Role> for chats::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Admin => Self::Admin,
            Role::Owner => Self::Owner,
        }
    }
}
