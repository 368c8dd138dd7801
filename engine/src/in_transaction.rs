//! Messages inside the host's own transaction: they exist if it commits, and not if it does not.
//!
//! ```no_run
//! # use relaychat_engine::{Engine, StagedDraft};
//! # async fn place_order(engine: &Engine, pool: &sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
//! let mut tx = pool.begin().await?;
//! sqlx::query("INSERT INTO orders (id) VALUES (123)").execute(&mut *tx).await?;
//! let staged = engine
//!     .in_transaction(&mut tx)
//!     .send_as(
//!         "customer:7",
//!         engine.chat_for("order:123").name("Order 123"),
//!         StagedDraft::text("I have placed an order"),
//!     )
//!     .await?;
//! tx.commit().await?;
//! staged.live().await?; // only whoever wants to know waits for it
//! # Ok(())
//! # }
//! ```
//!
//! For engines on PostgreSQL, and connections to the same database. Storing the message takes two
//! small statements and no lock that anybody else would wait for, however long the transaction stays
//! open. After the commit the message is numbered and told to everybody, usually within
//! milliseconds; by another node, or after a restart, if this process ends right then.
//!
//! Who may write is checked here when it can be known: a sender that the engine does not know or that
//! is not in the chat is refused, and the transaction is as good as before. For the chat of an object
//! whose members come from the host it cannot be known before the commit, since the rows that say who
//! belongs may be part of it: such a message is checked when it is sent, and a refusal is logged and
//! told by [`Staged::live`].

use std::{fmt, time::Duration};

use relaychat_protocol::{AttachmentId, ChatId, ErrorCode, MessageId};

use crate::{
    ChatFor, Engine, HostError,
    domain::{
        host_key::HostKey,
        staged::{StagedMessage, StagedTarget},
    },
    hooks::Who,
    services::{ServiceError, engine_id},
    storage::{
        StorageError,
        postgres::{HostConnection, Named, Staging},
    },
};

/// How often [`Staged::live`] looks; another node may be the one that sends.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Writes messages in a transaction of the host.
pub struct InTransaction<'a> {
    engine: &'a Engine,
    connection: &'a mut HostConnection,
}

impl fmt::Debug for InTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InTransaction").finish_non_exhaustive()
    }
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedDraft {
    id: Option<MessageId>,
    text: String,
    attachment_ids: Vec<AttachmentId>,
}

/// Where it goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// A chat.
    Chat(ChatId),
    /// The chat of an object of the host, found or made when the message is sent.
    Object(ChatFor),
}

/// A message that was written and is sent when its transaction commits.
#[derive(Clone, Debug)]
pub struct Staged {
    engine: Engine,
    message_id: MessageId,
}

/// A message that everybody in its chat has been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Live {
    /// The message.
    pub message_id: MessageId,
    /// Where it is.
    pub chat_id: ChatId,
    /// Its place there.
    pub seq: u64,
}

impl Engine {
    /// Writes messages in a transaction of the host: give it `&mut transaction`.
    pub fn in_transaction<'a>(&'a self, connection: &'a mut HostConnection) -> InTransaction<'a> {
        InTransaction {
            engine: self,
            connection,
        }
    }
}

impl StagedDraft {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            id: None,
            text: text.into(),
            attachment_ids: Vec::new(),
        }
    }

    /// The id, for a host that may run its transaction again: the same id is the same message.
    #[must_use]
    pub fn id(mut self, id: MessageId) -> Self {
        self.id = Some(id);
        self
    }

    /// Adds an upload of the sender.
    #[must_use]
    pub fn attach(mut self, id: AttachmentId) -> Self {
        self.attachment_ids.push(id);
        self
    }
}

impl From<ChatId> for Target {
    fn from(id: ChatId) -> Self {
        Self::Chat(id)
    }
}

impl From<ChatFor> for Target {
    fn from(chat: ChatFor) -> Self {
        Self::Object(chat)
    }
}

impl InTransaction<'_> {
    /// Writes a message of somebody, named as the host names them (or `id:` with the engine's own
    /// id). Several messages of one transaction are sent in the order of the calls.
    ///
    /// # Errors
    /// The sender is unknown or not in the chat, a hook refuses, the draft cannot be stored: the
    /// transaction is as it was. Or a statement failed: then the transaction has failed.
    pub async fn send_as(
        &mut self,
        sender: impl ToString,
        target: impl Into<Target>,
        draft: StagedDraft,
    ) -> Result<Staged, HostError> {
        let services = self.engine.services();
        let StagedDraft {
            id,
            text,
            attachment_ids,
        } = draft;
        let target = match target.into() {
            Target::Chat(id) => StagedTarget::Chat(id),
            Target::Object(chat) => chat.staged_target()?,
        };
        let mut message = StagedMessage {
            id: id.unwrap_or_else(|| services.new_message_id()),
            target,
            sender: sender.to_string(),
            text,
            attachment_ids,
            is_judged: false,
            staged_at_ms: services.clock.now_ms(),
        };
        services.check_staged(&message)?;
        let schema = services.storage.host_schema().ok_or_else(not_postgres)?;
        let mut staging = Staging::new(self.connection, schema).map_err(storage)?;
        if let Some((who, chat_id)) = place(&mut staging, self.engine, &message).await? {
            services.judge_staged(who, chat_id, &mut message).await?;
        }
        staging.stage(&message).await.map_err(storage)?;
        Ok(Staged {
            engine: self.engine.clone(),
            message_id: message.id,
        })
    }
}

/// The sender and the chat, as far as they can be known before the commit; an error when the sender
/// is not in the chat.
async fn place(
    staging: &mut Staging<'_>,
    engine: &Engine,
    message: &StagedMessage,
) -> Result<Option<(Who, ChatId)>, HostError> {
    let chat = match &message.target {
        StagedTarget::Chat(id) => Some(id.0),
        StagedTarget::Object { key, .. } => find_chat(staging, engine, key).await?,
    };
    let Some(chat) = chat else { return Ok(None) };
    let named = match engine_id(&message.sender) {
        Some(id) => Named::Id(id.0),
        None => Named::External(&message.sender),
    };
    let sender = staging.find_user(named).await.map_err(storage)?;
    let (user, name) = sender.ok_or_else(|| no_member("The engine does not know the sender."))?;
    if !staging.is_member(chat, user).await.map_err(storage)? {
        return Err(no_member("The sender is not in this chat."));
    }
    let mut who = Who::new(user.into(), name);
    who.external_id = engine_id(&message.sender)
        .is_none()
        .then(|| message.sender.clone());
    Ok(Some((who, chat.into())))
}

/// The chat of an object, when its members are known before the commit.
async fn find_chat(
    staging: &mut Staging<'_>,
    engine: &Engine,
    key: &HostKey,
) -> Result<Option<uuid::Uuid>, HostError> {
    if engine.services().has_membership_source() {
        return Ok(None);
    }
    let found = staging.find_chat(key).await.map_err(storage)?;
    let none = || no_member("The object has no chat, and no source says who would be in it.");
    found.map(Some).ok_or_else(none)
}

impl Staged {
    /// The message.
    #[must_use]
    pub fn message_id(&self) -> MessageId {
        self.message_id
    }

    /// Waits until the message has been sent. To be called after the commit.
    ///
    /// # Errors
    /// It was refused when it was to be sent, its transaction was not committed, or storage does
    /// not answer.
    pub async fn live(&self) -> Result<Live, HostError> {
        loop {
            let found = self.engine.services().find_staged(self.message_id).await?;
            if let Some(message) = found {
                return Ok(Live {
                    message_id: message.id,
                    chat_id: message.chat_id,
                    seq: message.seq,
                });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

fn no_member(detail: &str) -> HostError {
    let error = ServiceError {
        detail: detail.to_owned(),
        ..ServiceError::not_found()
    };
    error.into()
}

fn not_postgres() -> HostError {
    let error = ServiceError {
        detail: "Only an engine on PostgreSQL can write in a transaction of the host.".to_owned(),
        ..ServiceError::new(ErrorCode::Internal)
    };
    error.into()
}

fn storage(error: StorageError) -> HostError {
    ServiceError::from(error).into()
}
