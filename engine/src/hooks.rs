//! Hooks: what the host decides before something happens, and hears after it has.
//!
//! ```text
//!   request ──▶ own rules ──▶ authorizer ──▶ before hooks ──▶ commit ──▶ answer
//!                                (may it)     (refuse, change)   │
//!                                                                └─▶ outbox ──▶ after hooks, webhooks
//! ```
//!
//! **Before.** The host's code runs while nothing is held: no transaction, no lock. However slow a
//! hook is, it delays its own request (and later messages of the same sender to the same chat, which
//! keep their order) and nobody else. Hooks of one moment run in the order of their registration,
//! each with what the former left; the first refusal ends it.
//!
//! **After.** What happened is written down in the transaction that makes it happen, and told to the
//! hooks from there: at least once, also when the process dies in between.
//!
//! **Over HTTP.** A [`RemoteHook`] asks a server of the host, for hosts that are not in Rust.
//!
//! **Whatever the host's code does**, the engine goes on: a hook that panics or takes too long is
//! logged, and what it should have judged is refused as `unavailable`.
//!
//! Deliberately absent: hooks that run inside a transaction, and hooks that learn of what a person
//! only tried to do against the engine's own rules.

mod after;
mod before;
mod chain;
mod guard;
mod listeners;
mod remote;
mod sockets;
mod verdict;
mod who;

pub(crate) use after::Happening;
pub use after::{ChatMade, LoggedIn, Recipient, Reported, Sent, Socket, Updated, Uploaded};
pub use before::{
    BeforeChat, BeforeConnect, BeforeLogin, BeforeSend, BeforeUpload, ChatContent, DraftContent,
};
pub(crate) use chain::Chain;
pub(crate) use guard::guarded;
pub(crate) use listeners::AfterHook;
pub use listeners::IntoOutcome;
pub use remote::{IfUnanswered, Moment, RemoteHook, RemoteHookError, RemoteHookSettings};
pub(crate) use sockets::SocketHooks;
pub use verdict::Verdict;
pub(crate) use verdict::{Refusal, Unjudged};
pub use who::Who;

use std::{sync::Arc, time::Duration};

use crate::authorizer::Authorizer;

/// Everything the host registered.
#[derive(Clone, Debug)]
pub(crate) struct Hooks {
    /// Before a message is stored.
    pub(crate) before_send: Chain<BeforeSend>,
    /// Before a session begins with a code or a link.
    pub(crate) before_login: Chain<BeforeLogin>,
    /// Before a chat is made.
    pub(crate) before_chat: Chain<BeforeChat>,
    /// Before a file is stored.
    pub(crate) before_upload: Chain<BeforeUpload>,
    /// Before a socket goes live.
    pub(crate) before_connect: Chain<BeforeConnect>,
    /// The host's own rules.
    pub(crate) authorizer: Option<Arc<dyn Authorizer>>,
    /// When a socket went live.
    pub(crate) after_connect: SocketHooks,
    /// When a socket has gone.
    pub(crate) after_disconnect: SocketHooks,
    /// After something has happened: told from the outbox.
    pub(crate) after: Vec<AfterHook>,
    /// How long one hook, or the authorizer, may take to judge.
    pub(crate) before_timeout: Duration,
}

/// A person waits: what takes longer than this is broken, not slow.
const BEFORE_TIMEOUT: Duration = Duration::from_secs(5);

impl Default for Hooks {
    fn default() -> Self {
        Self {
            before_send: Chain::default(),
            before_login: Chain::default(),
            before_chat: Chain::default(),
            before_upload: Chain::default(),
            before_connect: Chain::default(),
            authorizer: None,
            after_connect: SocketHooks::default(),
            after_disconnect: SocketHooks::default(),
            after: Vec::new(),
            before_timeout: BEFORE_TIMEOUT,
        }
    }
}

impl Hooks {
    /// Registers an after hook. The same moment and id again take the place of the former.
    pub(crate) fn insert_after<E, F, Fut>(&mut self, id: &str, hook: F)
    where
        E: Happening,
        F: Fn(E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        let hook = AfterHook::new(id, hook);
        match self.after.iter_mut().find(|known| known.name == hook.name) {
            Some(former) => *former = hook,
            None => self.after.push(hook),
        }
    }
}
