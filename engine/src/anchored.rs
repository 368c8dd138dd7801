//! The host's handle on chats that belong to its objects.
//!
//! ```
//! # use relaychat_engine::{Engine, HostError, membership::HostMember};
//! # async fn order_placed(engine: &Engine) -> Result<(), HostError> {
//! let chat = engine
//!     .chat_for("order:123")
//!     .name("Order 123")
//!     .members([HostMember::new("customer:7").name("Ann")])
//!     .await?;
//! println!("{} ({})", chat.id, if chat.is_new { "made" } else { "found" });
//! # Ok(())
//! # }
//! ```
//!
//! A key is 1 to 200 bytes without white space; the engine sees no structure in it. Two keys that
//! differ in a byte are two objects. A chat keeps its key for ever, and users cannot change who is
//! in it (`membership_managed`): the host decides, by a
//! [`MembershipSource`](crate::membership::MembershipSource), or once when the chat is made.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use relaychat_protocol::{ChatId, UserId};

use crate::{
    Engine, HostError,
    domain::staged::StagedTarget,
    membership::HostMember,
    services::{self, Anchor},
};

/// The chat of an object, to be found or made. Awaiting it does so.
#[derive(Clone, Debug)]
#[must_use = "nothing happens unless it is awaited"]
pub struct ChatFor {
    engine: Engine,
    key: String,
    name: Option<String>,
    members: Vec<HostMember>,
}

/// A chat that belongs to an object of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnchoredChat {
    /// Names the chat.
    pub id: ChatId,
    /// What the host calls the object.
    pub host_key: String,
    /// What the chat is called.
    pub name: String,
    /// How many members it has.
    pub member_count: u64,
    /// Whether it was made now.
    pub is_new: bool,
}

impl Engine {
    /// The chat that belongs to an object of the host, such as `order:123`: found, or made the
    /// first time. Any number of requests at once get one chat.
    pub fn chat_for(&self, host_key: impl Into<String>) -> ChatFor {
        ChatFor {
            engine: self.clone(),
            key: host_key.into(),
            name: None,
            members: Vec::new(),
        }
    }

    /// Says that who belongs to an object has changed: the engine asks its source and applies the
    /// difference before this returns. `false` when the object has no chat, or the engine no source.
    ///
    /// # Errors
    /// The source or storage does not answer. Nobody was added or removed.
    pub async fn invalidate_membership(&self, host_key: &str) -> Result<bool, HostError> {
        let key = services::host_key(host_key)?;
        Ok(self.services().refresh_membership(&key).await?)
    }

    /// The same for all objects in whose chats a person is now; tells how many. Of objects that
    /// the person has newly come to, nothing is known here: name those one by one.
    ///
    /// # Errors
    /// The source or storage does not answer; what was read before the failure is applied.
    pub async fn invalidate_memberships_of(&self, user_id: UserId) -> Result<u64, HostError> {
        Ok(self.services().refresh_memberships_of(user_id).await?)
    }
}

impl ChatFor {
    /// What the chat is called if it is made: 1 to 80 characters. The key unless given.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Who is in the chat if it is made. Without effect on an engine with a source of members, and
    /// on a chat that is found.
    pub fn members(mut self, members: impl IntoIterator<Item = HostMember>) -> Self {
        self.members = members.into_iter().collect();
        self
    }

    /// Where a message goes that is sent to this chat later.
    pub(crate) fn staged_target(self) -> Result<StagedTarget, HostError> {
        let key = services::host_key(&self.key)?;
        let name = self.name;
        Ok(StagedTarget::Object { key, name })
    }

    async fn find_or_make(self) -> Result<AnchoredChat, HostError> {
        let Self {
            engine,
            key,
            name,
            members,
        } = self;
        let anchor = Anchor {
            key: services::host_key(&key)?,
            name,
            members,
        };
        let (chat, is_new) = engine.services().chat_for(anchor).await?;
        Ok(AnchoredChat {
            id: chat.id,
            host_key: key,
            name: chat.name.unwrap_or_default(),
            member_count: chat.member_count,
            is_new,
        })
    }
}

impl IntoFuture for ChatFor {
    type Output = Result<AnchoredChat, HostError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.find_or_make())
    }
}
