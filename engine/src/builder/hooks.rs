//! What the host decides and hears.

use super::EngineBuilder;
use std::{sync::Arc, time::Duration};

use crate::{
    authorizer::Authorizer,
    hooks::{
        BeforeChat, BeforeConnect, BeforeLogin, BeforeSend, BeforeUpload, ChatContent, ChatMade,
        DraftContent, IntoOutcome, LoggedIn, RemoteHook, Reported, Sent, Socket, Updated, Uploaded,
        Verdict,
    },
};

impl EngineBuilder {
    /// The host's own rules about who may do what, asked after the engine's.
    pub fn authorizer(mut self, authorizer: impl Authorizer) -> Self {
        self.hooks.authorizer = Some(Arc::new(authorizer));
        self
    }

    /// How long the authorizer and each hook before something may take: five seconds unless set.
    /// Then what they should have judged is refused with `unavailable`.
    pub fn hook_timeout(mut self, timeout: Duration) -> Self {
        self.hooks.before_timeout = timeout;
        self
    }

    /// Asks a server of the host, over HTTP, at the moments it was made for, after the hooks that
    /// were registered before. The same `id` again takes the place of the former hook.
    pub fn remote_hook(mut self, id: &str, hook: &RemoteHook) -> Self {
        hook.register(id, &mut self.hooks);
        self
    }

    /// Asks `hook` before a session begins, once a code or a link has proved to be right.
    pub fn before_login<F, Fut>(mut self, id: impl Into<String>, hook: F) -> Self
    where
        F: Fn(BeforeLogin) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict> + Send + 'static,
    {
        self.hooks.before_login.insert(id.into(), hook);
        self
    }

    /// Asks `hook` before a person makes a chat: it may refuse it or change its name. A chat that is
    /// there already is not asked about.
    pub fn before_chat<F, Fut>(mut self, id: impl Into<String>, hook: F) -> Self
    where
        F: Fn(BeforeChat) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict<ChatContent>> + Send + 'static,
    {
        self.hooks.before_chat.insert(id.into(), hook);
        self
    }

    /// Asks `hook` before a file is stored, once it has arrived and is known to be a picture.
    pub fn before_upload<F, Fut>(mut self, id: impl Into<String>, hook: F) -> Self
    where
        F: Fn(BeforeUpload) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict> + Send + 'static,
    {
        self.hooks.before_upload.insert(id.into(), hook);
        self
    }

    /// Asks `hook` before a socket goes live. One that is refused closes with 4430.
    pub fn before_connect<F, Fut>(mut self, id: impl Into<String>, hook: F) -> Self
    where
        F: Fn(BeforeConnect) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict> + Send + 'static,
    {
        self.hooks.before_connect.insert(id.into(), hook);
        self
    }

    /// Tells `hook` of each socket that went live, once: a socket is nothing durable.
    pub fn after_connect<F, Fut>(mut self, id: impl Into<String>, hook: F) -> Self
    where
        F: Fn(Socket) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.hooks.after_connect.insert(id.into(), hook);
        self
    }

    /// Tells `hook` of each live socket that has gone, like [`Self::after_connect`].
    pub fn after_disconnect<F, Fut>(mut self, id: impl Into<String>, hook: F) -> Self
    where
        F: Fn(Socket) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.hooks.after_disconnect.insert(id.into(), hook);
        self
    }

    /// Asks `hook` before a message is stored, over whatever route it came, and before a
    /// message gets another text: it may refuse it or change what it says. Hooks are asked in the order of their registration; the same `id` again
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

    /// Tells `hook` of each message that was edited, deleted, pinned or reacted to, like
    /// [`Self::after_send`].
    pub fn after_update<F, Fut>(mut self, id: &str, hook: F) -> Self
    where
        F: Fn(Updated) -> Fut + Send + Sync + 'static,
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

    /// Tells `hook` of each report that a person made, like [`Self::after_send`].
    pub fn after_report<F, Fut>(mut self, id: &str, hook: F) -> Self
    where
        F: Fn(Reported) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.hooks.insert_after(id, hook);
        self
    }
}
