//! What a host does with its engine beside mounting it: people, chats, sessions, keys, events.
//!
//! ```
//! # use relaychat_engine::{Engine, HostError, auth::Identity, host::Draft};
//! # async fn greet(engine: &Engine) -> Result<(), HostError> {
//! engine.users().ensure(Identity::new(42).name("Alice")).await?;
//! engine.users().ensure(Identity::new("support").name("Support")).await?;
//! let chat = engine.chats().open_direct("support", "42").await?;
//! engine.send_as("support", chat.id, Draft::text("Welcome!")).await?;
//! let badge = engine.users().unread_total("42").await?.unread_count;
//! # let _ = badge;
//! # Ok(())
//! # }
//! ```
//!
//! People are named by the host's own ids; a [`UserId`](relaychat_protocol::UserId) names one by the
//! engine's. What is done here is bound by no role and no rate, and no hook judges it: the host has
//! decided. Every call may fail with `unavailable` or `internal` when storage does; what else can
//! go wrong is said with each. The same abilities over HTTP are under `/v1/server`.

mod chats;
mod draft;
mod events;
mod export;
mod reports;
mod server_keys;
mod users;

pub use chats::Chats;
pub use draft::Draft;
pub use events::{Events, HostEvent};
pub use export::Export;
pub use reports::Reports;
pub use server_keys::{NewServerKey, ServerKeyInfo, ServerKeys};
pub use users::Users;

pub(crate) use events::Announcer;
use relaychat_protocol::{ChatId, rest::messages::Message};

pub use crate::domain::host_login::UserRef;
use crate::{Engine, HostError, services::HostDraft, wire};

impl Engine {
    /// People.
    #[must_use]
    pub fn users(&self) -> Users {
        Users(self.clone())
    }

    /// Conversations and who is in them.
    #[must_use]
    pub fn chats(&self) -> Chats {
        Chats(self.clone())
    }

    /// What people reported.
    #[must_use]
    pub fn reports(&self) -> Reports {
        Reports(self.clone())
    }

    /// Keys for servers of the host that call over HTTP.
    #[must_use]
    pub fn server_keys(&self) -> ServerKeys {
        ServerKeys(self.clone())
    }

    /// What happens from now on. Each event is told by the node that committed it, so that a host
    /// of several nodes hears it once.
    #[must_use]
    pub fn events(&self) -> Events {
        self.announcer().events()
    }

    /// Sends a message for somebody who is in the chat. Durable when this returns.
    ///
    /// # Errors
    /// `not_found`: the person does not exist or is not in the chat. `validation_failed`: the draft
    /// is empty or too long, or names an upload that is not the sender's. `message_id_reused`: the
    /// id was used for something else.
    pub async fn send_as(
        &self,
        sender: impl Into<UserRef>,
        chat_id: ChatId,
        draft: Draft,
    ) -> Result<Message, HostError> {
        let services = self.services();
        let draft = HostDraft {
            id: draft.id.unwrap_or_else(|| services.new_message_id()),
            text: draft.text,
            attachment_ids: draft.attachment_ids,
        };
        let sent = services.send_as(&sender.into(), chat_id, draft).await?;
        Ok(wire::message(&sent.message))
    }
}
