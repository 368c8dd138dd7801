//! The threads of one client: where its tasks run, and how they end.
//!
//! A runtime of its own, so that closing a client ends every thread it had, and so that callers
//! need none: other languages call from threads that know nothing of tokio. Code of the application
//! runs on threads beside the workers, which grow as needed.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use relaychat_sdk as sdk;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::oneshot,
    task::JoinHandle,
};
use tracing::Dispatch;

use crate::{
    CancelToken, RelayError,
    cancel::cancelled,
    counts::{CALLS, CLIENTS, Held, THREADS},
};

/// One works while the other reads the socket; a chat has no use for more.
const WORKERS: usize = 2;
/// A thread that called a listener is kept this long for the next call.
const IDLE_THREAD: Duration = Duration::from_secs(2);
/// How long the end of a client waits for a listener that does not return. A phone gives a program
/// that goes into the background about five seconds.
const LAST_CALLS: Duration = Duration::from_secs(2);

/// The threads of one client.
#[derive(Debug)]
pub(crate) struct Host {
    handle: Handle,
    running: Mutex<Option<Running>>,
    /// What fails from now on fails because of that.
    is_ending: AtomicBool,
}

#[derive(Debug)]
struct Running {
    runtime: Runtime,
    _counted: Held,
}

impl Host {
    /// Starts the threads. What they log goes to `log`.
    pub(crate) fn start(log: Option<Dispatch>) -> Result<Self, RelayError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .thread_name("relaychat")
            .thread_keep_alive(IDLE_THREAD)
            .on_thread_start(move || {
                THREADS.add();
                if let Some(log) = &log {
                    // For as long as the thread lives: there is nothing to restore.
                    std::mem::forget(tracing::dispatcher::set_default(log));
                }
            })
            .on_thread_stop(|| THREADS.remove())
            .enable_all()
            .build()
            .map_err(|error| RelayError::Internal {
                detail: format!("no threads to be had: {}", error.kind()),
            })?;
        Ok(Self {
            handle: runtime.handle().clone(),
            running: Mutex::new(Some(Running {
                runtime,
                _counted: CLIENTS.hold(),
            })),
            is_ending: AtomicBool::new(false),
        })
    }

    /// Starts a task that ends with the client.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.handle.spawn(task)
    }

    /// Makes something that looks for the runtime around it.
    pub(crate) fn within<T>(&self, act: impl FnOnce() -> T) -> T {
        let _entered = self.handle.enter();
        act()
    }

    /// Does the work of a call on the client's threads. Ends early when the caller cancels it,
    /// drops the call or closes the client.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        cancel: Option<Arc<CancelToken>>,
        work: impl Future<Output = Result<T, sdk::RelayError>> + Send + 'static,
    ) -> Result<T, RelayError> {
        let mut call = Call {
            task: self.spawn(work),
            _counted: CALLS.hold(),
        };
        let done = tokio::select! {
            done = &mut call.task => done,
            () = cancelled(cancel) => return Err(RelayError::Cancelled),
        };
        match done {
            // Its connection may have been closed before the call itself was ended.
            Ok(Err(_)) if self.is_ending.load(Ordering::SeqCst) => Err(RelayError::Closed),
            Ok(answer) => answer.map_err(Into::into),
            Err(ended) if ended.is_panic() => Err(RelayError::Internal {
                detail: "a call panicked".to_owned(),
            }),
            Err(_) => Err(RelayError::Closed),
        }
    }

    /// The client is about to be shut down.
    pub(crate) fn begin_to_end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
    }

    /// Ends all tasks and waits for all threads. A listener that does not return is left behind.
    pub(crate) async fn shut_down(&self) {
        let Some(running) = self.take() else { return };
        let (ended, end) = oneshot::channel();
        // The caller's thread may be one that a user interface draws with.
        let ending = move || {
            let Running { runtime, _counted } = running;
            runtime.shutdown_timeout(LAST_CALLS);
            ended.send(()).ok();
        };
        let thread = std::thread::Builder::new().name("relaychat-end".to_owned());
        if let Ok(thread) = thread.spawn(ending) {
            end.await.ok();
            thread.join().ok();
        }
    }

    fn take(&self) -> Option<Running> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.take()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(Running { runtime, _counted }) = self.take() {
            runtime.shutdown_background();
        }
    }
}

/// A call under way. Whoever drops it ends it.
struct Call<T> {
    task: JoinHandle<T>,
    _counted: Held,
}

impl<T> Drop for Call<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
