//! Hooks over HTTP: a server of the host is asked, as code of the host would be.
//!
//! A question is a signed `POST`, like a webhook; the answer says whether it may happen, and what is
//! changed about it. `openapi/webhooks.md` is what the one who answers reads.
//!
//! ```text
//!   before hook ──▶ question ──POST──▶ host ──▶ answer ──▶ verdict
//!                                        └─ none in time, or nonsense ──▶ undecided, or allowed
//! ```
//!
//! Not here: repeats. A person waits; their client tries again.

mod questions;

use std::{str::FromStr, sync::Arc, time::Duration};

use relaychat_protocol::rest::hooks::{Changes, HookAnswer, HookQuestion};
use uuid::Uuid;

use self::questions::Remote;
use super::{Chain, Hooks, Verdict};
use crate::{
    clock::{Clock, SystemClock},
    random::{RandomExt, SystemRandom},
    webhooks::{Post, Poster, PosterSettings, Reach, complaint, secret_bytes},
};

/// A person waits for the answer: less than [`EngineBuilder::hook_timeout`] unless set.
///
/// [`EngineBuilder::hook_timeout`]: crate::EngineBuilder::hook_timeout
const TIMEOUT: Duration = Duration::from_secs(3);
/// What the host's hook may take beyond the time for its answer, before it counts as broken.
const SLACK: Duration = Duration::from_secs(1);
/// The longest answer: a text of the greatest length with every character escaped, and some.
const ANSWER_BYTES: usize = 256 * 1024;
/// Shortest secret: as the specification of Standard Webhooks has it.
const SECRET_BYTES: usize = 24;

/// When a host can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Moment {
    /// Before a message is stored.
    BeforeSend,
    /// Before a session begins with a code or a link.
    BeforeLogin,
    /// Before a person makes a chat.
    BeforeChat,
    /// Before a file is stored.
    BeforeUpload,
    /// Before a socket goes live.
    BeforeConnect,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::BeforeSend,
        Self::BeforeLogin,
        Self::BeforeChat,
        Self::BeforeUpload,
        Self::BeforeConnect,
    ];

    /// Its name: the `type` of the question.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BeforeSend => "before_send",
            Self::BeforeLogin => "before_login",
            Self::BeforeChat => "before_chat",
            Self::BeforeUpload => "before_upload",
            Self::BeforeConnect => "before_connect",
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        let names = Self::ALL.map(Self::as_str).join(", ");
        found.ok_or_else(|| format!("{text:?} is none of {names}"))
    }
}

/// What becomes of what was asked about when no usable answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfUnanswered {
    /// It is refused as `unavailable`, and the client tries again.
    Refuse,
    /// It happens unchanged.
    Allow,
}

/// Which server is asked, and when.
#[derive(Clone)]
pub struct RemoteHookSettings {
    /// Where to. Plain `http` is for a network you trust: the questions have the texts of messages.
    pub url: String,
    /// Signs the questions: `whsec_` and the Base64 of at least 24 bytes.
    pub secret: String,
    /// When it is asked.
    pub moments: Vec<Moment>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// What happens without one.
    pub if_unanswered: IfUnanswered,
}

impl RemoteHookSettings {
    /// Before a message is stored; within three seconds, or it is refused.
    pub fn new(url: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: secret.into(),
            moments: vec![Moment::BeforeSend],
            timeout: TIMEOUT,
            if_unanswered: IfUnanswered::Refuse,
        }
    }
}

impl std::fmt::Debug for RemoteHookSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteHookSettings")
            .field("moments", &self.moments)
            .field("timeout", &self.timeout)
            .field("if_unanswered", &self.if_unanswered)
            .finish_non_exhaustive()
    }
}

/// Settings of a remote hook that cannot work. The message repeats neither address nor secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteHookError {
    /// The address cannot be asked.
    #[error("the hook's address: {0}")]
    Url(&'static str),
    /// The secret cannot sign.
    #[error("the hook's secret must be whsec_ and the Base64 of at least {SECRET_BYTES} bytes")]
    Secret,
    /// No HTTP client can be made.
    #[error("no HTTP client can be made: {0}")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A server of the host that is asked before something happens. Cheap to clone.
#[derive(Clone)]
pub struct RemoteHook {
    settings: Arc<RemoteHookSettings>,
    secret: Arc<[u8]>,
    poster: Poster,
}

impl std::fmt::Debug for RemoteHook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RemoteHook").field(&self.settings).finish()
    }
}

impl RemoteHook {
    /// A hook; nothing is asked yet.
    ///
    /// # Errors
    /// When the settings cannot work.
    pub fn new(settings: RemoteHookSettings) -> Result<Self, RemoteHookError> {
        // Whoever writes the settings stands in the engine's network anyway.
        let reach = Reach::Private;
        if let Some(complaint) = complaint(&settings.url, reach) {
            return Err(RemoteHookError::Url(complaint));
        }
        let secret = secret_bytes(&settings.secret)
            .filter(|secret| secret.len() >= SECRET_BYTES)
            .ok_or(RemoteHookError::Secret)?;
        let timeout = settings.timeout;
        let poster = Poster::new(PosterSettings { reach, timeout })
            .map_err(|error| RemoteHookError::Client(Box::new(error)))?;
        Ok(Self {
            settings: Arc::new(settings),
            secret: secret.into(),
            poster,
        })
    }

    /// Puts it into the chains of its moments, which then wait as long as it may take.
    pub(crate) fn register(&self, id: &str, hooks: &mut Hooks) {
        hooks.before_timeout = hooks.before_timeout.max(self.settings.timeout + SLACK);
        for moment in &self.settings.moments {
            match moment {
                Moment::BeforeSend => self.join(id, &mut hooks.before_send),
                Moment::BeforeLogin => self.join(id, &mut hooks.before_login),
                Moment::BeforeChat => self.join(id, &mut hooks.before_chat),
                Moment::BeforeUpload => self.join(id, &mut hooks.before_upload),
                Moment::BeforeConnect => self.join(id, &mut hooks.before_connect),
            }
        }
    }

    fn join<Q: Remote>(&self, id: &str, chain: &mut Chain<Q>) {
        let hook = self.clone();
        chain.insert(id.to_owned(), move |question: Q| {
            let hook = hook.clone();
            async move { hook.judge(question).await }
        });
    }

    async fn judge<Q: Remote>(&self, question: Q) -> Verdict<Q::Content> {
        match self.ask(&question).await {
            Ok(HookAnswer::Allow(changes)) => Verdict::Allow(question.changed(changes)),
            Ok(HookAnswer::Reject { reason, detail }) => Verdict::Reject { reason, detail },
            Err(why) => self.unanswered(question, why),
        }
    }

    fn unanswered<Q: Remote>(&self, question: Q, why: String) -> Verdict<Q::Content> {
        match self.settings.if_unanswered {
            IfUnanswered::Refuse => Verdict::Undecided { why },
            IfUnanswered::Allow => {
                tracing::warn!(moment = Q::MOMENT, why, "allowed without the host's answer");
                Verdict::Allow(question.changed(Changes::default()))
            }
        }
    }

    async fn ask<Q: Remote>(&self, question: &Q) -> Result<HookAnswer, String> {
        let at_ms = SystemClock.now_ms();
        let asked = HookQuestion {
            id: Uuid::from_bytes(SystemRandom.bytes()),
            at_ms,
            what: question.on_the_wire(),
        };
        let body = serde_json::to_string(&asked).expect("wire types write");
        let post = Post {
            url: &self.settings.url,
            id: &asked.id.to_string(),
            body: &body,
            timestamp_s: at_ms / 1_000,
        };
        let answer = self.poster.ask(post, &self.secret, ANSWER_BYTES).await?;
        if answer.is_empty() {
            return Ok(HookAnswer::Allow(Changes::default()));
        }
        // What it says may quote a message: the log gets the place only.
        serde_json::from_slice(&answer).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("its answer is no verdict (line {line}, column {column})")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn settings_that_cannot_work_are_refused_without_repeating_them() {
        let refusal = |url: &str, secret: &str| {
            let hook = RemoteHook::new(RemoteHookSettings::new(url, secret));
            hook.expect_err("refused").to_string()
        };
        let bad_url = refusal("https://me:hidden@shop.example/", SECRET);
        assert!(bad_url.starts_with("the hook's address"), "{bad_url}");
        assert!(!bad_url.contains("hidden"));
        for secret in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ="] {
            let bad_secret = refusal("http://127.0.0.1:9/", secret);
            assert!(bad_secret.starts_with("the hook's secret"), "{bad_secret}");
        }
        let hook = RemoteHook::new(RemoteHookSettings::new("http://127.0.0.1:9/", SECRET));
        assert!(!format!("{:?}", hook.expect("it can work")).contains("MfKQ"));
    }

    #[test]
    fn moments_are_named_as_their_questions_are() {
        for moment in Moment::ALL {
            assert_eq!(moment.as_str().parse(), Ok(moment));
        }
        assert!("after_send".parse::<Moment>().is_err());
    }
}
