//! Hooks that are told of sockets. A socket is nothing durable, and neither is this: told once, from
//! a task of its own, and not at all while too many of these tasks are under way.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;

use super::{after::Socket, guarded, listeners::IntoOutcome};

/// Tasks at once: a storm of reconnects must not become a heap of memory.
const TASKS_MAX: usize = 1_024;
/// How long a hook may take.
const TIMEOUT: Duration = Duration::from_secs(30);

type Tell = Arc<dyn Fn(Socket) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// The hooks of one moment.
#[derive(Clone, Default)]
pub(crate) struct SocketHooks {
    hooks: Vec<(String, Tell)>,
    tasks: Arc<AtomicUsize>,
}

impl SocketHooks {
    /// Registers a hook. The same id again takes the place of the former.
    pub(crate) fn insert<F, Fut>(&mut self, id: String, hook: F)
    where
        F: Fn(Socket) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        let tell: Tell = Arc::new(move |socket| {
            let told = hook(socket);
            Box::pin(async move { told.await.into_outcome() })
        });
        match self.hooks.iter_mut().find(|(known, _)| *known == id) {
            Some((_, former)) => *former = tell,
            None => self.hooks.push((id, tell)),
        }
    }

    /// Tells all hooks, without waiting for them.
    pub(crate) fn tell(&self, socket: &Socket) {
        for (id, tell) in &self.hooks {
            if self.tasks.fetch_add(1, Ordering::Relaxed) >= TASKS_MAX {
                self.tasks.fetch_sub(1, Ordering::Relaxed);
                tracing::warn!(hook = id, "a hook is not told of a socket: it is too slow");
                continue;
            }
            let (id, tell, socket) = (id.clone(), Arc::clone(tell), socket.clone());
            let tasks = Arc::clone(&self.tasks);
            tokio::spawn(async move {
                let told = guarded(TIMEOUT, move || tell(socket)).await;
                let told = told.unwrap_or_else(|failure| Err(failure.to_string()));
                if let Err(reason) = told {
                    tracing::error!(hook = id, reason, "a hook that was told of a socket failed");
                }
                tasks.fetch_sub(1, Ordering::Relaxed);
            });
        }
    }
}

impl fmt::Debug for SocketHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.hooks.iter().map(|(id, _)| id);
        f.debug_list().entries(names).finish()
    }
}
