//! The one connection that writes, and the queue for it.
//!
//! ```text
//!   begin ─┐                 ┌─ BEGIN … statements … COMMIT ─ after() ─┐
//!   begin ─┼─▶ fair mutex ─▶ │              one turn                  │ ─▶ next turn
//!   begin ─┘                 └────── or dropped: ROLLBACK ────────────┘
//! ```
//!
//! The same for all databases; what a database says to begin, and how it connects, is its
//! [`Driver`]'s part. Turns of other processes are the database's part.

use std::sync::Arc;

use relaychat_protocol::MessageId;
use sqlx::Connection;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{BatchRows, MessageRow};
use crate::storage::{StorageError, StorageErrorKind};

/// What differs between databases.
pub(in crate::storage) trait Driver:
    std::fmt::Debug + Send + Sync + 'static
{
    /// A connection.
    type Connection: Connection + std::fmt::Debug;

    /// Opens a connection.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection, sqlx::Error>> + Send;

    /// Begins a transaction that writes, when no other process writes.
    fn begin(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Like [`Self::begin`], and reads the newest change and the messages with these ids.
    fn begin_batch(
        &self,
        connection: &mut Self::Connection,
        ids: &[MessageId],
    ) -> impl Future<Output = Result<Known, sqlx::Error>> + Send;

    /// Writes the rows of a batch and runs `COMMIT`.
    fn end_with(
        &self,
        connection: &mut Self::Connection,
        rows: BatchRows,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Runs `COMMIT` or `ROLLBACK`.
    fn end(
        &self,
        connection: &mut Self::Connection,
        statement: &'static str,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Whether the connection was lost, so that another may do better.
    fn is_lost(error: &sqlx::Error) -> bool;

    /// The error of the seam.
    fn error(operation: &'static str, error: sqlx::Error) -> StorageError;
}

/// What a batch is decided from.
#[derive(Debug, Default)]
pub(in crate::storage) struct Known {
    /// The newest change.
    pub(in crate::storage) newest: i64,
    /// The version of the list of webhooks.
    pub(in crate::storage) webhooks_version: i64,
    /// Those of the messages asked for that exist.
    pub(in crate::storage) messages: Vec<MessageRow>,
}

/// The connection that writes. Clones share it.
#[derive(Debug)]
pub(in crate::storage) struct Writer<D: Driver> {
    slot: Arc<Mutex<Slot<D>>>,
}

impl<D: Driver> Clone for Writer<D> {
    fn clone(&self) -> Self {
        Self {
            slot: Arc::clone(&self.slot),
        }
    }
}

#[derive(Debug)]
struct Slot<D: Driver> {
    driver: D,
    /// None after a failure that left the connection in doubt: the next turn opens a new one.
    connection: Option<D::Connection>,
    is_closed: bool,
}

/// The connections are closed.
fn closed(operation: &'static str) -> StorageError {
    let kind = StorageErrorKind::Unavailable;
    StorageError::new(kind, operation, "storage is closed")
}

impl<D: Driver> Writer<D> {
    /// A queue for `connection`.
    pub(in crate::storage) fn new(driver: D, connection: D::Connection) -> Self {
        let slot = Slot {
            driver,
            connection: Some(connection),
            is_closed: false,
        };
        Self {
            slot: Arc::new(Mutex::new(slot)),
        }
    }

    /// Waits its turn and begins a transaction. Turns come in the order of the calls.
    pub(in crate::storage) async fn begin(&self) -> Result<Turn<D>, StorageError> {
        Ok(self.take_turn(None).await?.0)
    }

    /// Like [`Self::begin`], and reads on the way what a batch is decided from.
    pub(in crate::storage) async fn begin_batch(
        &self,
        ids: &[MessageId],
    ) -> Result<(Turn<D>, Known), StorageError> {
        self.take_turn(Some(ids)).await
    }

    async fn take_turn(&self, ids: Option<&[MessageId]>) -> Result<(Turn<D>, Known), StorageError> {
        let slot = Arc::clone(&self.slot).lock_owned().await;
        let mut turn = Turn {
            slot: Some(slot),
            // Until it is known that the transaction has begun.
            state: State::Failed,
        };
        let slot = turn.slot()?;
        if slot.is_closed {
            turn.state = State::Ended;
            return Err(closed("begin"));
        }
        let begun = slot.begin(ids).await;
        let begun = begun.map_err(|error| D::error("begin", error))?;
        turn.state = State::Open;
        Ok((turn, begun))
    }

    /// Keeps writers out while `work` runs.
    pub(in crate::storage) async fn pause<T>(&self, work: impl Future<Output = T>) -> T {
        let _slot = self.slot.lock().await;
        work.await
    }

    /// Waits for the transaction in flight and closes the connection.
    pub(in crate::storage) async fn close(&self) {
        let mut slot = self.slot.lock().await;
        slot.is_closed = true;
        if let Some(connection) = slot.connection.take() {
            // A failure to close loses nothing: the log holds every commit.
            let _ = connection.close().await;
        }
    }
}

/// Where a turn stands, and so what must happen before the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A transaction is open: roll back.
    Open,
    /// Committed, or never begun: nothing.
    Ended,
    /// A statement failed or is not known to have succeeded. The database may have ended the
    /// transaction by itself, or refuses everything but its end. Nothing more may run; roll back,
    /// and give the connection up if it cannot even do that.
    Failed,
}

/// The right to write, with a transaction. Dropping it rolls back before the next turn begins.
#[derive(Debug)]
pub(in crate::storage) struct Turn<D: Driver> {
    slot: Option<OwnedMutexGuard<Slot<D>>>,
    state: State,
}

impl<D: Driver> Turn<D> {
    fn slot(&mut self) -> Result<&mut Slot<D>, StorageError> {
        self.slot.as_deref_mut().ok_or_else(|| closed("write"))
    }

    /// The connection, inside the transaction.
    pub(in crate::storage) fn connection(&mut self) -> Result<&mut D::Connection, StorageError> {
        if self.state != State::Open {
            return Err(closed("write after a failure"));
        }
        let slot = self.slot()?;
        slot.connection.as_mut().ok_or_else(|| closed("write"))
    }

    /// The connection for a statement of which it is not known how it ends: the turn counts as
    /// failed until [`Self::go_on`].
    pub(in crate::storage) fn attempt(&mut self) -> Result<&mut D::Connection, StorageError> {
        self.connection()?;
        self.state = State::Failed;
        let slot = self.slot()?;
        slot.connection.as_mut().ok_or_else(|| closed("write"))
    }

    /// Notes that the transaction can only be given up.
    pub(in crate::storage) fn give_up(&mut self) {
        self.state = State::Failed;
    }

    /// Notes that the transaction stands after all.
    pub(in crate::storage) fn go_on(&mut self) {
        self.state = State::Open;
    }

    fn end(&mut self) {
        self.state = State::Ended;
    }

    /// Commits, then runs `after`, then lets the next turn begin. Runs to its end even when the
    /// caller goes away: a commit whose `after` never ran would be seen by nobody.
    pub(in crate::storage) async fn commit(
        self,
        after: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StorageError> {
        self.commit_last(None, after).await
    }

    /// Like [`Self::commit`], and writes the rows of a batch in the same go.
    pub(in crate::storage) async fn commit_batch(
        self,
        rows: BatchRows,
        after: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StorageError> {
        self.commit_last(Some(rows), after).await
    }

    async fn commit_last(
        mut self,
        last: Option<BatchRows>,
        after: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StorageError> {
        let committed = tokio::spawn(async move {
            self.connection()?;
            let committed = match last {
                None => self.slot()?.end("COMMIT").await,
                Some(last) => self.slot()?.end_with(last).await,
            };
            if let Err(error) = committed {
                self.give_up();
                return Err(D::error("commit", error));
            }
            self.end();
            after();
            Ok(())
        });
        match committed.await {
            Ok(committed) => committed,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(closed("commit")),
            },
        }
    }
}

impl<D: Driver> Drop for Turn<D> {
    fn drop(&mut self) {
        let Some(mut slot) = self.slot.take() else {
            return;
        };
        match (self.state, tokio::runtime::Handle::try_current()) {
            (State::Ended, _) => {}
            (State::Open | State::Failed, Ok(runtime)) => {
                // The guard goes along: the next turn begins after the rollback.
                runtime.spawn(async move {
                    let rolled_back = slot.end("ROLLBACK").await;
                    if rolled_back.is_err() {
                        slot.connection = None;
                    }
                });
            }
            // Closing the connection rolls back.
            (State::Open | State::Failed, Err(_)) => slot.connection = None,
        }
    }
}

/// Begins a transaction, for a batch where there are `ids`.
async fn begin<D: Driver>(
    driver: &D,
    connection: &mut D::Connection,
    ids: Option<&[MessageId]>,
) -> Result<Known, sqlx::Error> {
    match ids {
        Some(ids) => driver.begin_batch(connection, ids).await,
        None => driver.begin(connection).await.map(|()| Known::default()),
    }
}

impl<D: Driver> Slot<D> {
    /// Begins a transaction, on a new connection where there is none or the old one is dead: a
    /// database that was restarted must not cost the first writer after it a failure.
    async fn begin(&mut self, ids: Option<&[MessageId]>) -> Result<Known, sqlx::Error> {
        if let Some(connection) = &mut self.connection {
            match begin(&self.driver, connection, ids).await {
                Err(error) if D::is_lost(&error) => self.connection = None,
                begun => return begun,
            }
        }
        let mut connection = self.driver.connect().await?;
        let begun = begin(&self.driver, &mut connection, ids).await;
        self.connection = Some(connection);
        begun
    }

    /// Runs `COMMIT` or `ROLLBACK`.
    async fn end(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        match &mut self.connection {
            Some(connection) => self.driver.end(connection, statement).await,
            None => Ok(()),
        }
    }

    /// Writes the rows of a batch and runs `COMMIT`.
    async fn end_with(&mut self, rows: BatchRows) -> Result<(), sqlx::Error> {
        match &mut self.connection {
            Some(connection) => self.driver.end_with(connection, rows).await,
            None => Ok(()),
        }
    }
}
