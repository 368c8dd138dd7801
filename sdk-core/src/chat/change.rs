//! What can be changed in a group: what it is called, its picture, who is in it, and who may what.
//!
//! Asked of the server at once and not queued: what somebody may do in a group is decided where it
//! is known who may, and half of a handover must not happen a day later.

use relaychat_protocol::{
    ErrorCode, UserId,
    rest::chats::{Role, UpdateChat},
};

use super::Chat;
use crate::{RelayError, Upload};

/// A change of a group.
#[derive(Clone, Debug)]
pub enum ChatChange {
    /// Another name, 1 to 80 characters.
    Name(String),
    /// What the group is about, at most 500 characters; empty removes it.
    Description(String),
    /// Another picture; its centre is cut to a square.
    Avatar(Upload),
    /// No picture.
    NoAvatar,
    /// More members. Those who are in it already stay as they are.
    AddMembers(Vec<UserId>),
    /// One member less.
    RemoveMember(UserId),
    /// A member may do more or less from now on. A new owner takes the caller's place, who becomes
    /// an admin.
    Role(UserId, Role),
    /// Who writes messages: the lowest role that does, at most the caller's own.
    SendRole(Role),
    /// Who adds people and makes links, in the same way.
    AddRole(Role),
    /// Who pins messages, in the same way.
    PinRole(Role),
    /// The caller goes. When the owner goes, whoever has been there longest takes over.
    Leave,
}

impl Chat {
    /// Changes a group. Everybody in it sees it; on return the caller does too.
    ///
    /// # Errors
    /// `forbidden` when the caller's role does not allow it, `membership_managed` when the host
    /// decides who is in the group, `validation_failed`, or what the network says.
    pub async fn change(&self, change: ChatChange) -> Result<(), RelayError> {
        let (api, id) = (self.runtime.api(), self.id);
        let mut update = UpdateChat::default();
        let answer = match change {
            ChatChange::Name(name) => {
                update.name = Some(name);
                None
            }
            ChatChange::Description(text) => {
                update.description = Some(text);
                None
            }
            ChatChange::SendRole(role) => {
                update.send_role = Some(role);
                None
            }
            ChatChange::AddRole(role) => {
                update.add_role = Some(role);
                None
            }
            ChatChange::PinRole(role) => {
                update.pin_role = Some(role);
                None
            }
            ChatChange::Avatar(image) => Some(api.set_chat_avatar(id, &image).await?),
            ChatChange::NoAvatar => Some(api.remove_chat_avatar(id).await?),
            ChatChange::AddMembers(user_ids) => Some(api.add_members(id, user_ids).await?),
            ChatChange::Role(user_id, role) => Some(api.set_role(id, user_id, role).await?),
            ChatChange::RemoveMember(user_id) => {
                api.remove_member(id, user_id).await?;
                Some(api.get_chat(id).await?)
            }
            ChatChange::Leave => return self.leave().await,
        };
        let changed = match answer {
            Some(changed) => changed,
            None => api.update_chat(id, update).await?,
        };
        self.runtime.learn_chat(changed);
        Ok(())
    }

    async fn leave(&self) -> Result<(), RelayError> {
        let me = self.runtime.me().get();
        let Some(me) = &*me else {
            return Err(RelayError::of(
                ErrorCode::Unauthenticated,
                "nobody is logged in",
            ));
        };
        self.runtime
            .api()
            .remove_member(self.id, me.user.id)
            .await?;
        self.runtime.forget_chat(self.id);
        Ok(())
    }
}
