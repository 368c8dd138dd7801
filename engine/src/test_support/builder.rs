//! Puts a test engine together.

use std::{fmt, sync::Arc};

use super::{Parts, START_MS, StorageSwitch, TestEngine};
use crate::{
    Config, EngineBuilder,
    blobs::MemoryBlobs,
    clock::ManualClock,
    mailer::MemoryMailer,
    storage::{Storage, test_database::TestDatabase},
};

/// A change to the builder of the engine.
type Change = Arc<dyn Fn(EngineBuilder) -> EngineBuilder + Send + Sync>;

/// Puts a [`TestEngine`] together: like an engine of yours, with everything that a test wants to
/// hold in its hand already given.
#[must_use = "an engine comes out of `start`"]
pub struct TestEngineBuilder {
    config: Config,
    storage: Option<Arc<dyn Storage>>,
    changes: Vec<Change>,
    is_alone: bool,
}

impl fmt::Debug for TestEngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestEngineBuilder").finish_non_exhaustive()
    }
}

impl Default for TestEngineBuilder {
    fn default() -> Self {
        let mut config = Config::default();
        config.realtime.drain_window_ms = 100;
        Self {
            config,
            storage: None,
            changes: Vec::new(),
            is_alone: false,
        }
    }
}

impl TestEngineBuilder {
    /// Changes the settings. They are the defaults, but a short drain.
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Gives the engine what yours has: who logs in, hooks, a policy, a source of members. Also its
    /// own blobs or mailer, when not those of the kit are wanted. Called again at each restart.
    pub fn engine(
        mut self,
        change: impl Fn(EngineBuilder) -> EngineBuilder + Send + Sync + 'static,
    ) -> Self {
        self.changes.push(Arc::new(change));
        self
    }

    /// One node, also where the environment asks for two: for a story about what each node does by
    /// itself.
    pub fn alone(mut self) -> Self {
        self.is_alone = true;
        self
    }

    /// A storage of your own instead of SQLite in memory. It is not closed at a restart.
    pub fn storage(mut self, storage: impl Storage) -> Self {
        self.storage = Some(Arc::new(storage));
        self
    }

    /// Starts the engine on a free port.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start(self) -> TestEngine {
        TestEngine::start_on(self.into_parts()).await
    }

    pub(super) fn into_parts(self) -> Parts {
        let Self {
            config,
            storage,
            changes,
            is_alone,
        } = self;
        let clock = Arc::new(ManualClock::new(START_MS));
        Parts {
            is_node: is_alone,
            clock: clock.clone(),
            mails: Arc::new(MemoryMailer::new()),
            blobs: Arc::new(MemoryBlobs::with_clock(clock)),
            config,
            storage,
            storage_switch: StorageSwitch::default(),
            changes,
            database: TestDatabase::new(),
        }
    }
}

/// Applies all changes, oldest first.
pub(super) fn apply(changes: &[Change], builder: EngineBuilder) -> EngineBuilder {
    changes
        .iter()
        .fold(builder, |builder, change| change(builder))
}

pub(super) type Changes = Vec<Change>;
