//! What the host is told: an event, once for each of its listeners.

use relaychat_protocol::ChatId;
use uuid::Uuid;

/// One event for one listener: a hook of the host, or a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Place among all notices, given by storage in the order of the commits; 0 before.
    pub number: u64,
    /// Names the event: the same for all its listeners and all attempts.
    pub event_id: Uuid,
    /// Who is told: see [`Listener`].
    pub listener: String,
    /// What kind of event it is.
    pub kind: String,
    /// The chat it is about. Those of one chat are first told in their order.
    pub chat_id: Option<ChatId>,
    /// Where it stands.
    pub state: NoticeState,
    /// Attempts so far.
    pub attempts: u32,
    /// When to try (again); 0 before the first attempt.
    pub due_at_ms: i64,
    /// Somebody is telling it until then; 0 when nobody is.
    pub claimed_until_ms: i64,
    /// When it happened.
    pub created_at_ms: i64,
    /// What came of the last attempt.
    pub outcome: Option<String>,
    /// When that was.
    pub tried_at_ms: Option<i64>,
    /// The event, as it is told.
    pub body: String,
}

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// To be told.
    Waiting,
    /// Told, and taken.
    Told,
    /// Nobody took it in all its attempts.
    GivenUp,
    /// Held back while the webhook is switched off.
    Held,
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Listener {
    /// A hook of the host, by its moment and id.
    Hook(String),
    /// A webhook.
    Webhook(Uuid),
}

impl std::fmt::Display for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hook(id) => write!(f, "hook:{id}"),
            Self::Webhook(id) => write!(f, "webhook:{id}"),
        }
    }
}
