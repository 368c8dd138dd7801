//! The one connection that writes, and the queue for it.

use std::sync::Arc;

use sqlx::{ConnectOptions, Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    error::{closed, storage_error},
    migrations,
};
use crate::storage::StorageError;

/// The connection that writes. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    slot: Arc<Mutex<Slot>>,
}

#[derive(Debug)]
struct Slot {
    options: SqliteConnectOptions,
    /// None after a failure that left the connection in doubt: the next turn opens a new one.
    connection: Option<SqliteConnection>,
    is_closed: bool,
}

impl Writer {
    /// Opens the connection and brings the tables up to date.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, StorageError> {
        let connected = options.connect().await;
        let mut connection = connected.map_err(|error| storage_error("open", error))?;
        migrations::run(&mut connection).await?;
        let slot = Slot {
            options,
            connection: Some(connection),
            is_closed: false,
        };
        Ok(Self {
            slot: Arc::new(Mutex::new(slot)),
        })
    }

    /// Waits its turn and begins a transaction. Turns come in the order of the calls.
    pub(super) async fn begin(&self) -> Result<Turn, StorageError> {
        let slot = Arc::clone(&self.slot).lock_owned().await;
        let mut turn = Turn {
            slot: Some(slot),
            state: State::Open,
        };
        let slot = turn.slot()?;
        if slot.is_closed {
            turn.state = State::Ended;
            return Err(closed("begin"));
        }
        if slot.connection.is_none() {
            let connected = slot.options.connect().await;
            slot.connection = Some(connected.map_err(|error| storage_error("reopen", error))?);
        }
        let begun = turn.connection()?.execute("BEGIN IMMEDIATE").await;
        if let Err(error) = begun {
            turn.state = State::Broken;
            return Err(storage_error("begin", error));
        }
        Ok(turn)
    }

    /// Keeps writers out while `work` runs.
    pub(super) async fn pause<T>(&self, work: impl Future<Output = T>) -> T {
        let _slot = self.slot.lock().await;
        work.await
    }

    /// Waits for the transaction in flight and closes the connection.
    pub(super) async fn close(&self) {
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
    /// A transaction is open, or may be: roll back.
    Open,
    /// Committed, or never begun: nothing.
    Ended,
    /// SQLite may have ended the transaction by itself, as it does after a full disk: give the
    /// connection up, so that nothing runs outside of a transaction.
    Broken,
}

/// The right to write, with a transaction. Dropping it rolls back before the next turn begins.
#[derive(Debug)]
pub(super) struct Turn {
    slot: Option<OwnedMutexGuard<Slot>>,
    state: State,
}

impl Turn {
    fn slot(&mut self) -> Result<&mut Slot, StorageError> {
        self.slot.as_deref_mut().ok_or_else(|| closed("write"))
    }

    /// The connection, inside the transaction.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, StorageError> {
        if self.state == State::Broken {
            return Err(closed("write after a failure"));
        }
        let slot = self.slot()?;
        slot.connection.as_mut().ok_or_else(|| closed("write"))
    }

    /// Notes that the transaction can only be given up.
    pub(super) fn give_up(&mut self) {
        self.state = State::Broken;
    }

    fn end(&mut self) {
        self.state = State::Ended;
    }

    /// Commits, then runs `after`, then lets the next turn begin. Runs to its end even when the
    /// caller goes away: a commit whose `after` never ran would be seen by nobody.
    pub(super) async fn commit(
        mut self,
        after: Box<dyn FnOnce() + Send>,
    ) -> Result<(), StorageError> {
        let committed = tokio::spawn(async move {
            let committed = self.connection()?.execute("COMMIT").await;
            if let Err(error) = committed {
                self.give_up();
                return Err(storage_error("commit", error));
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

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut slot) = self.slot.take() else {
            return;
        };
        match (self.state, tokio::runtime::Handle::try_current()) {
            (State::Ended, _) => {}
            (State::Open, Ok(runtime)) => {
                // The guard goes along: the next turn begins after the rollback.
                runtime.spawn(async move { slot.roll_back().await });
            }
            // Closing the connection rolls back.
            (State::Open, Err(_)) | (State::Broken, _) => slot.connection = None,
        }
    }
}

impl Slot {
    /// Ends whatever transaction is open. A connection that cannot do even that is given up.
    async fn roll_back(&mut self) {
        if let Some(connection) = &mut self.connection {
            let is_in_doubt = connection.execute("ROLLBACK").await.is_err();
            if is_in_doubt {
                self.connection = None;
            }
        }
    }
}
