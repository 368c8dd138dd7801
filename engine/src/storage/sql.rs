//! The repositories in SQL, written once for all databases.
//!
//! Statements are built with sea-query and run through a [`Connection`], which a driver implements
//! in a few dozen lines; what databases write differently is asked of it. Rows are types of their
//! own: each file has its rows, their conversions to and from the domain, and one repository.
//!
//! Not here: connections, begin and commit, pragmas, error codes. Those are the driver's.

mod attachments;
mod batches;
mod blocks;
mod changes;
mod chat_settings;
mod chats;
mod connection;
mod host;
mod invites;
mod logins;
mod mails;
mod members;
mod mentions;
mod message_parts;
mod messages;
mod notes;
mod notices;
mod owned;
mod reactions;
mod reports;
mod row;
mod search;
mod sessions;
pub(super) mod staged;
mod uploads;
mod users;
mod webhooks;
mod writer;

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Query};

pub(super) use batches::{BATCH_ROWS, BatchRows};
pub(super) use chats::ChatRow;
pub(super) use connection::{Connection, FromRow};
pub(super) use members::MemberRow;
pub(super) use messages::MessageRow;
pub(super) use search::{Found, PLACE_BITS, WantedWords, Words};
pub(super) use writer::{Driver, Known, Turn, Writer};

use super::{
    AfterCommit, AttachmentRepository, BlockRepository, ChangeRepository, ChatRepository,
    ChatSettingsRepository, Decided, HostRepository, InviteRepository, LoginRepository,
    MailRepository, MemberRepository, MentionRepository, MessageRepository, NoticeRepository,
    OwnedRepository, ReactionRepository, ReportRepository, SearchRepository, SessionRepository,
    StagedRepository, StorageError, Transaction, UploadRepository, UserRepository,
    WebhookRepository,
};

/// The table of the epoch and the newest change number: one row.
const META: &str = "relay_meta";
/// Its column that says how often webhooks were changed.
const WEBHOOKS_VERSION: &str = "webhooks_version";

/// A unit of work on a connection: all repositories at once.
pub(super) struct SqlTransaction<C> {
    connection: C,
    /// The change number of this transaction, once it was drawn.
    change: Option<i64>,
    /// The version of the list of webhooks, once this transaction has read or changed it.
    webhooks_version: Option<i64>,
    /// The newest number before it, where that was read on the way.
    newest: Option<i64>,
}

impl<C: Connection> SqlTransaction<C> {
    /// A transaction that has begun on `connection`.
    pub(super) fn new(connection: C) -> Self {
        Self {
            connection,
            change: None,
            webhooks_version: None,
            newest: None,
        }
    }

    /// The change number of this transaction, drawn at the first write that sync must see. The row
    /// it comes from is locked until the end of the transaction, so that number order is commit
    /// order.
    async fn change(&mut self) -> Result<i64, StorageError> {
        if let Some(change) = self.change {
            return Ok(change);
        }
        let draw = Query::update()
            .table(META)
            .value("change", Expr::col("change").add(1))
            .returning(Query::returning().columns(["change", WEBHOOKS_VERSION]))
            .take();
        let change = self
            .connection
            .write_returning("draw a change number", &draw);
        let (change, webhooks_version): (i64, i64) = change.await?;
        self.change = Some(change);
        self.webhooks_version = Some(webhooks_version);
        Ok(change)
    }
}

#[async_trait]
impl<C: Connection> Transaction for SqlTransaction<C> {
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }

    fn logins(&mut self) -> &mut dyn LoginRepository {
        self
    }

    fn sessions(&mut self) -> &mut dyn SessionRepository {
        self
    }

    fn chats(&mut self) -> &mut dyn ChatRepository {
        self
    }

    fn members(&mut self) -> &mut dyn MemberRepository {
        self
    }

    fn chat_settings(&mut self) -> &mut dyn ChatSettingsRepository {
        self
    }

    fn blocks(&mut self) -> &mut dyn BlockRepository {
        self
    }

    fn invites(&mut self) -> &mut dyn InviteRepository {
        self
    }

    fn messages(&mut self) -> &mut dyn MessageRepository {
        self
    }

    fn reactions(&mut self) -> &mut dyn ReactionRepository {
        self
    }

    fn mentions(&mut self) -> &mut dyn MentionRepository {
        self
    }

    fn search(&mut self) -> &mut dyn SearchRepository {
        self
    }

    fn attachments(&mut self) -> &mut dyn AttachmentRepository {
        self
    }

    fn uploads(&mut self) -> &mut dyn UploadRepository {
        self
    }

    fn reports(&mut self) -> &mut dyn ReportRepository {
        self
    }

    fn mails(&mut self) -> &mut dyn MailRepository {
        self
    }

    fn notices(&mut self) -> &mut dyn NoticeRepository {
        self
    }

    fn webhooks(&mut self) -> &mut dyn WebhookRepository {
        self
    }

    fn staged(&mut self) -> &mut dyn StagedRepository {
        self
    }

    fn changes(&mut self) -> &mut dyn ChangeRepository {
        self
    }

    fn host(&mut self) -> &mut dyn HostRepository {
        self
    }

    fn owned(&mut self) -> &mut dyn OwnedRepository {
        self
    }

    async fn commit(self: Box<Self>, after: AfterCommit) -> Result<(), StorageError> {
        let Self {
            connection,
            change,
            webhooks_version: _,
            newest: _,
        } = *self;
        let change = change.map(row::unsigned).transpose()?;
        connection.commit(Box::new(move || after(change))).await
    }

    async fn commit_batch(
        self: Box<Self>,
        decided: Decided,
        after: AfterCommit,
    ) -> Result<(), StorageError> {
        self.finish(decided, after).await
    }
}
