//! What the host decides and hears.

use super::EngineBuilder;
use crate::hooks::{
    BeforeSend, ChatMade, DraftContent, IntoOutcome, LoggedIn, Sent, Uploaded, Verdict,
};

impl EngineBuilder {
    /// Asks `hook` before a message is stored, over whatever route it came: it may refuse it or
    /// change what it says. Hooks are asked in the order of their registration; the same `id` again
    /// takes the place of the former hook. A message that was stored before is not asked about again.
    ///
    /// A hook that panics or takes more than five seconds refuses with `unavailable`.
    pub fn before_send<F, Fut>(mut self, id: impl Into<String>, hook: F) -> Self
    where
        F: Fn(BeforeSend) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict<DraftContent>> + Send + 'static,
    {
        self.hooks.before_send.insert(id.into(), hook);
        self
    }

    /// Tells `hook` of each message after it was stored: at least once, also when the process dies
    /// in between; what fails (an `Err`, a panic, more than 30 seconds) is told again with growing
    /// pauses for three days. Messages of one chat are first told in their order. The same `id`
    /// again takes the place of the former hook. Keep the id over versions of your program: what
    /// waits for a hook waits under its name.
    pub fn after_send<F, Fut>(mut self, id: &str, hook: F) -> Self
    where
        F: Fn(Sent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.hooks.insert_after(id, hook);
        self
    }

    /// Tells `hook` of each chat that a person made, like [`Self::after_send`].
    pub fn after_chat<F, Fut>(mut self, id: &str, hook: F) -> Self
    where
        F: Fn(ChatMade) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.hooks.insert_after(id, hook);
        self
    }

    /// Tells `hook` of each login with a code or a link, like [`Self::after_send`].
    pub fn after_login<F, Fut>(mut self, id: &str, hook: F) -> Self
    where
        F: Fn(LoggedIn) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.hooks.insert_after(id, hook);
        self
    }

    /// Tells `hook` of each file that was uploaded, like [`Self::after_send`].
    pub fn after_upload<F, Fut>(mut self, id: &str, hook: F) -> Self
    where
        F: Fn(Uploaded) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.hooks.insert_after(id, hook);
        self
    }
}
