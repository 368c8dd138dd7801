//! Chats that belong to objects of the host, found or made by what the host calls the object.
//!
//! Of two who make one at the same time, one makes it and both get it: the key is unique in storage.
//! A chat is made first and gets its members then, so that a change which the host tells of in
//! between is never lost: it either finds the chat, or came before the members were read.

use relaychat_protocol::{ChatId, rest::chats::ChatKind};

use super::{ServiceError, Services, membership, validate};
use crate::{
    domain::{
        chat::Chat,
        host_key::{HOST_KEY_BYTES, HostKey},
    },
    membership::HostMember,
    storage::{StorageErrorKind, Transaction},
};

/// A chat to find or make.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    /// The object.
    pub(crate) key: HostKey,
    /// What the chat is called if it is made; the key unless given.
    pub(crate) name: Option<String>,
    /// Who is in it if it is made and the engine has no source of members.
    pub(crate) members: Vec<HostMember>,
}

/// A key, or what is wrong with it.
pub(crate) fn host_key(text: &str) -> Result<HostKey, ServiceError> {
    HostKey::parse(text).ok_or_else(|| {
        ServiceError::invalid(
            "host_key",
            format!("A host key is 1 to {HOST_KEY_BYTES} bytes without white space."),
        )
    })
}

impl Services {
    /// The chat of an object, and whether it was made now.
    pub(crate) async fn chat_for(&self, anchor: Anchor) -> Result<(Chat, bool), ServiceError> {
        let Anchor { key, name, members } = anchor;
        // What is wrong is told whether or not the chat is there already.
        let name = match &name {
            Some(name) => validate::name("name", name)?,
            None => validate::name_of_external_id(key.as_str()),
        };
        let members = membership::checked(members)
            .map_err(|error| ServiceError::invalid("members", format!("Members: {error}.")))?;
        let (chat, is_new) = match self.find_for(&key).await? {
            Some(chat) => (chat, false),
            None => self.make_for(&key, name, members).await?,
        };
        if !self.has_membership_source() {
            return Ok((chat, is_new));
        }
        // A chat that nobody is in is of no use to the host: here a failure is told.
        if chat.member_count == 0 {
            self.refresh_membership(&key).await?;
        } else {
            self.keep_membership_fresh(chat.id).await?;
        }
        let chat = self.find_for(&key).await?;
        Ok((chat.ok_or_else(ServiceError::not_found)?, is_new))
    }

    async fn find_for(&self, key: &HostKey) -> Result<Option<Chat>, ServiceError> {
        let mut snapshot = self.storage.snapshot().await?;
        Ok(snapshot.chats().find_by_host_key(key).await?)
    }

    async fn make_for(
        &self,
        key: &HostKey,
        name: String,
        members: Vec<HostMember>,
    ) -> Result<(Chat, bool), ServiceError> {
        let mut transaction = self.storage.begin().await?;
        let (chat, is_new) = self
            .find_or_insert_anchored(&mut *transaction, key, name)
            .await?;
        if !is_new {
            return Ok((chat, false));
        }
        if self.has_membership_source() {
            self.commit(transaction, Vec::new()).await?;
            return Ok((chat, true));
        }
        let set = self.set_members(&mut *transaction, chat.id, members);
        let (chat, events) = set.await?;
        self.commit(transaction, events).await?;
        Ok((chat, true))
    }

    async fn find_or_insert_anchored(
        &self,
        transaction: &mut dyn Transaction,
        key: &HostKey,
        name: String,
    ) -> Result<(Chat, bool), ServiceError> {
        if let Some(chat) = transaction.chats().find_by_host_key(key).await? {
            return Ok((chat, false));
        }
        let now_ms = self.now_ms();
        let chat = Chat {
            name: Some(name),
            host_key: Some(key.clone()),
            ..Chat::new(ChatId(self.new_id()), ChatKind::Group, now_ms)
        };
        match transaction.chats().insert(&chat).await {
            Ok(()) => Ok((chat, true)),
            Err(error) if error.kind == StorageErrorKind::Conflict => {
                let found = transaction.chats().find_by_host_key(key).await?;
                Ok((found.ok_or(error)?, false))
            }
            Err(error) => Err(error.into()),
        }
    }
}
