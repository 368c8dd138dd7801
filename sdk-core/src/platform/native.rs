//! Native programs: tokio tasks and timers, files on disk.

use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    sync::OnceLock,
    time::Duration,
};

use tokio::time::Instant;

#[cfg(test)]
pub(crate) mod simulated;

/// A boxed future; native ones may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A boxed stream; native ones may move between threads.
pub type BoxStream<'a, T> = Pin<Box<dyn futures_util::Stream<Item = T> + Send + 'a>>;

/// `Send` where there are threads, nothing in a browser.
pub trait MaybeSend: Send {}
impl<T: Send> MaybeSend for T {}

/// `Sync` where there are threads, nothing in a browser.
pub trait MaybeSync: Sync {}
impl<T: Sync> MaybeSync for T {}

/// A file on this device, read when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile(PathBuf);

impl LocalFile {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self(path.as_ref().to_owned())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Its size now; 0 when it cannot be read.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        std::fs::metadata(&self.0).map_or(0, |found| found.len())
    }
}

/// Starts tasks, also for callers that are not on the runtime themselves.
#[derive(Clone, Debug)]
pub(crate) struct Spawner(tokio::runtime::Handle);

impl Spawner {
    /// Starts tasks where the caller runs; `None` when that is no tokio runtime.
    pub(crate) fn here() -> Option<Self> {
        tokio::runtime::Handle::try_current().ok().map(Self)
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task);
    }
}

pub(crate) async fn sleep_ms(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// The wall clock of the start of the program, moved on by the monotonic one: timers never jump,
/// and tests that pause tokio's time pause this too.
#[expect(
    clippy::disallowed_methods,
    reason = "the one caller of the system's clock"
)]
pub(crate) fn now_ms() -> i64 {
    #[cfg(test)]
    if let Some(now_ms) = simulated::now_ms() {
        return now_ms;
    }
    static START: OnceLock<(i64, Instant)> = OnceLock::new();
    let (wall_ms, instant) = START.get_or_init(|| {
        let wall = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        (whole_ms(wall), Instant::now())
    });
    wall_ms + whole_ms(instant.elapsed())
}

fn whole_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one caller of the system's randomness"
)]
pub(crate) fn uuid_v7() -> uuid::Uuid {
    #[cfg(test)]
    if let Some(uuid) = simulated::uuid_v7() {
        return uuid;
    }
    uuid::Uuid::now_v7()
}

/// A random number from 0 to 1, without 1.
pub(crate) fn random_unit() -> f64 {
    // The last 32 bits of a UUIDv7 are random in full.
    let low = u32::try_from(uuid_v7().as_u128() & 0xffff_ffff).unwrap_or(0);
    f64::from(low) / (f64::from(u32::MAX) + 1.0)
}

/// Native programs say their time zone in the builder.
pub(crate) fn utc_offset_ms(_at_ms: i64) -> i64 {
    0
}
