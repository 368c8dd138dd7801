//! Storage: where everything durable lives, behind one seam.
//!
//! # The contract
//!
//! Storage is a unit of work. [`Storage::begin`] gives a [`Transaction`]; repositories hang off it;
//! dropping it rolls back. What holds for every backend, each sentence with a test in
//! [`conformance`]:
//!
//! - A transaction reads its own writes. Nobody else sees them before `commit` has returned.
//! - `commit` returns after the data would survive a loss of power.
//! - Commits are totally ordered. Every transaction that writes draws one **change number**, larger
//!   than that of every transaction committed before it, and stamps the rows it writes with it.
//!   What sync does not see draws none: settings, server keys, invites, reports, last seen, logins, sessions, mails, uploads in parts, uploads that
//!   come in parts or that no message names, the index of words, and marks that come late.
//! - The [`AfterCommit`] closure runs once, after the commit and before any later commit's, with
//!   the change number. It does not run when the commit fails. It must not block.
//! - A snapshot sees one state of all tables: every change up to [`ChangeRepository::current`] and
//!   none beyond.
//! - Not found is `Ok(None)` or an absent entry, never an error. Lists are in the documented order.
//! - A write that would break uniqueness fails with [`StorageErrorKind::Conflict`], and the
//!   transaction is still usable.
//! - Any text comes back as it was written. It holds no NUL, which not every database can keep:
//!   whoever writes a text has refused it.
//! - A failed or dropped transaction leaves no trace; the same work may be tried again when the
//!   error [`is retryable`](StorageError::is_retryable).
//!
//! What is deliberately absent: any rule about who may do what. Repositories store and find.

mod attachments;
mod batches;
mod blocks;
mod changes;
mod chat_settings;
mod chats;
#[cfg(any(test, feature = "test-support"))]
pub mod conformance;
pub mod copy;
mod error;
mod host;
mod invites;
mod logins;
mod mails;
mod members;
mod mentions;
mod messages;
mod migrations;
mod notices;
mod owned;
mod pool_use;
pub mod postgres;
mod reactions;
mod reports;
mod search;
mod sessions;
mod sql;
pub mod sqlite;
mod staged;
#[cfg(any(test, feature = "test-support"))]
pub mod test_database;
#[cfg(test)]
mod tests;
mod uploads;
mod users;
mod webhooks;
#[cfg(test)]
pub(crate) mod written_rows;

use std::sync::Arc;

use async_trait::async_trait;
use relaychat_protocol::MessageId;

pub use attachments::{AttachmentPosition, AttachmentRepository};
pub use batches::{Batch, Decided};
pub use blocks::BlockRepository;
pub use changes::{ChangeRepository, Changed, Touched};
pub use chat_settings::ChatSettingsRepository;
pub use chats::{ChatPosition, ChatRepository};
pub use error::{StorageError, StorageErrorKind};
pub use host::HostRepository;
pub use invites::InviteRepository;
pub use logins::{LoginCounts, LoginRepository};
pub use mails::MailRepository;
pub use members::{MemberRepository, UnreadTotal};
pub use mentions::MentionRepository;
pub use messages::{MessageRepository, MessageWindow, OriginalTag};
pub use migrations::MigrationStep;
pub(crate) use migrations::newest_step;
pub use notices::{DueNotices, NoticeRepository, Retold};
pub use owned::OwnedRepository;
pub use pool_use::PoolUse;
pub use reactions::ReactionRepository;
pub use reports::{ReportFilter, ReportRepository};
pub use search::{SearchRepository, WordFilter};
pub use sessions::SessionRepository;
pub use staged::StagedRepository;
pub use uploads::UploadRepository;
pub use users::{UserFilter, UserPosition, UserRepository};
pub use webhooks::WebhookRepository;

/// A place where everything durable lives.
#[async_trait]
pub trait Storage: std::fmt::Debug + Send + Sync + 'static {
    /// Begins a transaction that writes. Waits its turn: writers come one after another.
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError>;

    /// Begins a transaction that writes a batch, and reads what every batch is decided from. As
    /// `begin`, in fewer steps.
    async fn begin_batch(&self, ids: &[MessageId]) -> Result<Batch, StorageError> {
        Batch::load(self.begin().await?, ids).await
    }

    /// Begins a transaction that only reads, from one state of all tables. Never waits for writers.
    /// Its writes fail with [`StorageErrorKind::ReadOnly`]; it is ended by dropping it.
    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError>;

    /// Where a transaction of the host finds the engine's tables, for storages that lie in a
    /// database of the host: the schema.
    fn host_schema(&self) -> Option<&str> {
        None
    }

    /// Waits until a transaction of the host may have left something to send. Never for a storage
    /// that no host can write into.
    async fn staged_elsewhere(&self) -> Result<(), StorageError> {
        std::future::pending().await
    }

    /// How full the pool of connections is, for storages that have one.
    fn pool_use(&self) -> Option<PoolUse> {
        None
    }

    /// Ends all connections, after the transactions in flight. Later calls fail.
    async fn close(&self);
}

/// A storage, or what becomes one when it is opened: what the engine's builder takes.
#[async_trait]
pub trait OpenStorage: std::fmt::Debug + Send + 'static {
    /// The storage, ready to be used.
    async fn open(self: Box<Self>) -> Result<Arc<dyn Storage>, StorageError>;
}

#[async_trait]
impl<S: Storage> OpenStorage for S {
    async fn open(self: Box<Self>) -> Result<Arc<dyn Storage>, StorageError> {
        Ok(Arc::new(*self))
    }
}

/// One that others hold too.
#[async_trait]
impl OpenStorage for Arc<dyn Storage> {
    async fn open(self: Box<Self>) -> Result<Arc<dyn Storage>, StorageError> {
        Ok(*self)
    }
}

/// Runs right after a commit with the change number, or `None` when nothing was written.
pub type AfterCommit = Box<dyn FnOnce(Option<u64>) + Send>;

/// A unit of work. Dropping it rolls back.
#[async_trait]
pub trait Transaction: Send {
    /// People.
    fn users(&mut self) -> &mut dyn UserRepository;
    /// Requests for one-time codes.
    fn logins(&mut self) -> &mut dyn LoginRepository;
    /// Sessions and refresh tokens.
    fn sessions(&mut self) -> &mut dyn SessionRepository;
    /// Conversations.
    fn chats(&mut self) -> &mut dyn ChatRepository;
    /// Who is in them.
    fn members(&mut self) -> &mut dyn MemberRepository;
    /// What they set for themselves.
    fn chat_settings(&mut self) -> &mut dyn ChatSettingsRepository;
    /// Who does not want to hear of whom.
    fn blocks(&mut self) -> &mut dyn BlockRepository;
    /// Links with which people join them.
    fn invites(&mut self) -> &mut dyn InviteRepository;
    /// What was said.
    fn messages(&mut self) -> &mut dyn MessageRepository;
    /// How people reacted to it.
    fn reactions(&mut self) -> &mut dyn ReactionRepository;
    /// Whom messages are meant for in particular.
    fn mentions(&mut self) -> &mut dyn MentionRepository;
    /// The words in what was said.
    fn search(&mut self) -> &mut dyn SearchRepository;
    /// Uploaded files (their rows; the bytes are blobs).
    fn attachments(&mut self) -> &mut dyn AttachmentRepository;
    /// Uploads that come in parts.
    fn uploads(&mut self) -> &mut dyn UploadRepository;
    /// What people told the host of messages and of people.
    fn reports(&mut self) -> &mut dyn ReportRepository;
    /// Mail that waits to be sent.
    fn mails(&mut self) -> &mut dyn MailRepository;
    /// What the host is to be told.
    fn notices(&mut self) -> &mut dyn NoticeRepository;
    /// Addresses of the host that are told.
    fn webhooks(&mut self) -> &mut dyn WebhookRepository;
    /// Messages that a host has written and that wait to be sent.
    fn staged(&mut self) -> &mut dyn StagedRepository;
    /// What changed since when, the epoch, and the engine's own settings.
    fn changes(&mut self) -> &mut dyn ChangeRepository;
    /// Keys of the host's servers, and its logins that were ended.
    fn host(&mut self) -> &mut dyn HostRepository;
    /// Everything of one person.
    fn owned(&mut self) -> &mut dyn OwnedRepository;

    /// Makes everything durable, then runs `after`.
    async fn commit(self: Box<Self>, after: AfterCommit) -> Result<(), StorageError>;

    /// Writes what a batch came to and commits. As the repositories and `commit`, in fewer steps.
    async fn commit_batch(
        self: Box<Self>,
        decided: Decided,
        after: AfterCommit,
    ) -> Result<(), StorageError>;
}
