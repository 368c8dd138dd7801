//! What hooks are told after it has happened.
//!
//! Each event has an id that stays the same however often it is told: a hook that must not act
//! twice remembers it.

use relaychat_protocol::{
    ChatId, SessionId, UserId,
    rest::{
        attachments::Attachment,
        chats::ChatInfo,
        messages::Message,
        webhooks::{HostEvent, HostEventKind, Person, ReportCreated},
    },
};
use uuid::Uuid;

use super::Who;

/// A message was sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sent {
    /// Names the event.
    pub event_id: Uuid,
    /// The message as it was stored.
    pub message: Message,
    /// Who sent it.
    pub sender: Person,
    /// Everybody else who is in the chat now.
    pub recipients: Vec<Recipient>,
}

/// Somebody a message was sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub person: Person,
    /// Whether they have a live socket now.
    pub is_online: bool,
}

impl Sent {
    /// Those who have no live socket: whom to push to.
    pub fn offline_recipients(&self) -> impl Iterator<Item = &Person> {
        let offline = self.recipients.iter().filter(|one| !one.is_online);
        offline.map(|one| &one.person)
    }

    /// The chat it was sent to.
    #[must_use]
    pub fn chat_id(&self) -> ChatId {
        self.message.chat_id
    }
}

/// A message was edited, deleted, pinned or reacted to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Updated {
    /// Names the event.
    pub event_id: Uuid,
    /// The message as it was then.
    pub message: Message,
    /// Who sent it.
    pub sender: Person,
}

/// A chat was made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChatMade {
    /// Names the event.
    pub event_id: Uuid,
    /// The chat.
    pub chat: ChatInfo,
    /// Who made it.
    pub creator: Person,
    /// Who is in it, the creator included.
    pub members: Vec<Person>,
}

/// Somebody logged in with a code or a link.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedIn {
    /// Names the event.
    pub event_id: Uuid,
    /// Who.
    pub user: Person,
    /// The session that began.
    pub session_id: SessionId,
}

/// A file was uploaded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Uploaded {
    /// Names the event.
    pub event_id: Uuid,
    /// The file.
    pub attachment: Attachment,
    /// Who uploaded it.
    pub owner: Person,
}

/// Somebody reported a message or a person.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reported {
    /// Names the event.
    pub event_id: Uuid,
    /// The report, without the words of the message and of the reporter: see
    /// [`Reports::find`](crate::host::Reports::find).
    pub report: ReportCreated,
}

/// A socket went live, or has gone. Told at most once, and not when the process dies.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Socket {
    /// Whose.
    pub user_id: UserId,
    /// Of which session.
    pub session_id: SessionId,
}

impl Socket {
    pub(crate) fn of(user_id: UserId, session_id: SessionId) -> Self {
        Self {
            user_id,
            session_id,
        }
    }
}

/// What an after hook is told, out of what was noted.
pub(crate) trait Happening: Clone + Send + 'static {
    /// The moment, for the log and as the beginning of the listener's name.
    const MOMENT: &'static str;
    /// The name of the kind of event.
    const KIND: &'static str;

    /// Nothing when the event is of another kind.
    fn of(event: HostEvent, recipients: Vec<Recipient>) -> Option<Self>;
}

impl Happening for Sent {
    const MOMENT: &'static str = "after_send";
    const KIND: &'static str = "message.sent";

    fn of(event: HostEvent, recipients: Vec<Recipient>) -> Option<Self> {
        match event.what {
            HostEventKind::MessageSent(sent) => Some(Self {
                event_id: event.id,
                message: sent.message,
                sender: sent.sender,
                recipients,
            }),
            _ => None,
        }
    }
}

impl Happening for Updated {
    const MOMENT: &'static str = "after_update";
    const KIND: &'static str = "message.updated";

    fn of(event: HostEvent, _: Vec<Recipient>) -> Option<Self> {
        match event.what {
            HostEventKind::MessageUpdated(updated) => Some(Self {
                event_id: event.id,
                message: updated.message,
                sender: updated.sender,
            }),
            _ => None,
        }
    }
}

impl Happening for ChatMade {
    const MOMENT: &'static str = "after_chat";
    const KIND: &'static str = "chat.created";

    fn of(event: HostEvent, _: Vec<Recipient>) -> Option<Self> {
        match event.what {
            HostEventKind::ChatCreated(made) => Some(Self {
                event_id: event.id,
                chat: made.chat,
                creator: made.creator,
                members: made.members,
            }),
            _ => None,
        }
    }
}

impl Happening for LoggedIn {
    const MOMENT: &'static str = "after_login";
    const KIND: &'static str = "user.logged_in";

    fn of(event: HostEvent, _: Vec<Recipient>) -> Option<Self> {
        match event.what {
            HostEventKind::UserLoggedIn(login) => Some(Self {
                event_id: event.id,
                user: login.user,
                session_id: login.session_id,
            }),
            _ => None,
        }
    }
}

impl Happening for Uploaded {
    const MOMENT: &'static str = "after_upload";
    const KIND: &'static str = "attachment.uploaded";

    fn of(event: HostEvent, _: Vec<Recipient>) -> Option<Self> {
        match event.what {
            HostEventKind::AttachmentUploaded(uploaded) => Some(Self {
                event_id: event.id,
                attachment: uploaded.attachment,
                owner: uploaded.owner,
            }),
            _ => None,
        }
    }
}

impl Happening for Reported {
    const MOMENT: &'static str = "after_report";
    const KIND: &'static str = "report.created";

    fn of(event: HostEvent, _: Vec<Recipient>) -> Option<Self> {
        match event.what {
            HostEventKind::ReportCreated(report) => Some(Self {
                event_id: event.id,
                report,
            }),
            _ => None,
        }
    }
}

/// A person as hooks before something know them, told after it.
impl From<&Who> for Person {
    fn from(who: &Who) -> Self {
        Self {
            id: who.user_id,
            external_id: who.external_id.clone(),
            name: who.name.clone(),
        }
    }
}
