//! Writing down what the host is to be told, in the transaction that makes it happen.
//!
//! Nothing is written while nobody listens to a kind of event. Who listens is known in memory: hooks
//! are registered for good, and webhooks are read again when their version is another one than that
//! of the list in memory. A transaction reads the version where it draws its change number, so that
//! no event is missed after a webhook was made, whichever node commits it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use relaychat_protocol::{
    ChatId, MessageId, SessionId, UserId,
    rest::messages::Message as WireMessage,
    rest::webhooks::{
        AttachmentUploaded, ChatCreated, HostEvent, HostEventKind, MessageSent, MessageUpdated,
        Person, ReportCreated, UserLoggedIn,
    },
};
use tokio::sync::Notify;

use super::{ServiceError, load};
use crate::{
    domain::{
        attachment::Attachment,
        chat::Chat,
        message::Message,
        notice::{Listener, Notice, NoticeState},
        report::{Report, ReportSubject},
        webhook::Webhook,
    },
    hooks::AfterHook,
    random::{Random, RandomExt},
    storage::{Storage, Transaction},
    wire,
};

/// What happened, as far as the host may want to hear of it.
#[derive(Clone, Debug)]
pub(super) enum Happened {
    /// A message was sent.
    Sent(Message),
    /// A message was edited, deleted, pinned or reacted to.
    Updated(Message),
    /// A chat was made.
    ChatMade {
        chat: Chat,
        creator_id: UserId,
        member_ids: Vec<UserId>,
    },
    /// Somebody logged in.
    LoggedIn {
        user_id: UserId,
        session_id: SessionId,
    },
    /// A file was uploaded.
    Uploaded(Attachment),
    /// Somebody reported something.
    Reported { report: Report, reporter_id: UserId },
}

impl Happened {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Sent(_) => "message.sent",
            Self::Updated(_) => "message.updated",
            Self::ChatMade { .. } => "chat.created",
            Self::LoggedIn { .. } => "user.logged_in",
            Self::Uploaded(_) => "attachment.uploaded",
            Self::Reported { .. } => "report.created",
        }
    }

    const fn chat_id(&self) -> Option<ChatId> {
        match self {
            Self::Sent(message) | Self::Updated(message) => Some(message.chat_id),
            Self::ChatMade { chat, .. } => Some(chat.id),
            Self::LoggedIn { .. } | Self::Uploaded(_) | Self::Reported { .. } => None,
        }
    }

    /// Whom it names.
    fn people(&self) -> Vec<UserId> {
        match self {
            Self::Sent(message) | Self::Updated(message) => vec![message.sender_id],
            Self::ChatMade {
                creator_id,
                member_ids,
                ..
            } => member_ids.iter().copied().chain([*creator_id]).collect(),
            Self::LoggedIn { user_id, .. } => vec![*user_id],
            Self::Uploaded(attachment) => vec![attachment.owner_id],
            Self::Reported {
                report,
                reporter_id,
            } => vec![report.reported_id, *reporter_id],
        }
    }

    fn told(self, person: impl Fn(UserId) -> Person) -> HostEventKind {
        match self {
            Self::Sent(message) => HostEventKind::MessageSent(MessageSent {
                sender: person(message.sender_id),
                message: without_quoted_text(&message),
            }),
            Self::Updated(message) => HostEventKind::MessageUpdated(MessageUpdated {
                sender: person(message.sender_id),
                message: without_quoted_text(&message),
            }),
            Self::ChatMade {
                chat,
                creator_id,
                member_ids,
            } => HostEventKind::ChatCreated(ChatCreated {
                chat: wire::chat_info(&chat),
                creator: person(creator_id),
                members: member_ids.into_iter().map(person).collect(),
            }),
            Self::LoggedIn {
                user_id,
                session_id,
            } => HostEventKind::UserLoggedIn(UserLoggedIn {
                user: person(user_id),
                session_id,
            }),
            Self::Uploaded(attachment) => HostEventKind::AttachmentUploaded(AttachmentUploaded {
                owner: person(attachment.owner_id),
                attachment: wire::attachment(&attachment),
            }),
            Self::Reported {
                report,
                reporter_id,
            } => HostEventKind::ReportCreated(reported(&report, reporter_id, person)),
        }
    }
}

/// A report as it is noted: without the words of the message and of the reporter, which go when it
/// is closed.
fn reported(
    report: &Report,
    reporter_id: UserId,
    person: impl Fn(UserId) -> Person,
) -> ReportCreated {
    let (chat_id, message_id) = match report.subject {
        ReportSubject::Message(chat_id, message_id) => (Some(chat_id), Some(message_id)),
        ReportSubject::User(_) => (None, None),
    };
    ReportCreated {
        report_id: report.id,
        reason: report.reason,
        reporter: person(reporter_id),
        reported: person(report.reported_id),
        chat_id,
        message_id,
    }
}

/// Who listens, and what wakes those who tell them.
#[derive(Clone, Debug)]
pub(crate) struct Outbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hooks: Vec<AfterHook>,
    known: RwLock<Known>,
    random: Arc<dyn Random>,
    waiting: Notify,
}

/// The webhooks as they were last read.
#[derive(Clone, Debug, Default)]
struct Known {
    /// None: they were never read.
    version: Option<u64>,
    webhooks: Arc<Vec<Webhook>>,
}

impl Outbox {
    pub(super) fn new(hooks: Vec<AfterHook>, random: Arc<dyn Random>) -> Self {
        Self(Arc::new(Inner {
            hooks,
            known: RwLock::default(),
            random,
            waiting: Notify::new(),
        }))
    }

    /// The registered hooks.
    pub(crate) fn hooks(&self) -> &[AfterHook] {
        &self.0.hooks
    }

    /// The webhooks as they were last read.
    pub(crate) fn webhooks(&self) -> Arc<Vec<Webhook>> {
        self.known().webhooks
    }

    /// Reads the webhooks again when there are newer ones.
    pub(crate) async fn refresh(&self, storage: &dyn Storage) -> Result<(), ServiceError> {
        self.catch_up(&mut *storage.snapshot().await?).await
    }

    /// Knows the webhooks of `snapshot`, or newer ones: somebody else may have been faster.
    pub(crate) async fn catch_up(
        &self,
        snapshot: &mut dyn Transaction,
    ) -> Result<(), ServiceError> {
        if let Some(read) = self.read(snapshot).await? {
            let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
            if known.version < read.version {
                *known = read;
            }
        }
        Ok(())
    }

    /// Knows exactly the webhooks of `transaction`, which writes: until its end they are those that
    /// everybody has. Not for one that has changed a webhook.
    pub(crate) async fn renew(
        &self,
        transaction: &mut dyn Transaction,
    ) -> Result<(), ServiceError> {
        if let Some(read) = self.read(transaction).await? {
            *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = read;
        }
        Ok(())
    }

    /// The webhooks of a transaction, unless they are known.
    async fn read(&self, transaction: &mut dyn Transaction) -> Result<Option<Known>, ServiceError> {
        let version = Some(transaction.webhooks().version().await?);
        if self.known().version == version {
            return Ok(None);
        }
        let webhooks = Arc::new(transaction.webhooks().list().await?);
        Ok(Some(Known { version, webhooks }))
    }

    fn known(&self) -> Known {
        let known = self.0.known.read();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until something was noted here.
    pub(crate) async fn noted(&self) {
        self.0.waiting.notified().await;
    }

    /// Something was noted, and committed.
    pub(crate) fn wake(&self) {
        self.0.waiting.notify_one();
    }

    /// Whether anybody listens to a kind of event that `transaction` commits.
    pub(super) async fn hears(
        &self,
        transaction: &mut dyn Transaction,
        kind: &str,
    ) -> Result<bool, ServiceError> {
        self.renew(transaction).await?;
        Ok(!self.listeners(kind).is_empty())
    }

    /// Notes what happened for all who listen. Tells whether anybody does: then
    /// [`Self::wake`] after the commit. Best after the other writes: a transaction that has drawn
    /// its change number knows the version of the webhooks from there.
    pub(super) async fn note(
        &self,
        transaction: &mut dyn Transaction,
        happened: Vec<Happened>,
        now_ms: i64,
    ) -> Result<bool, ServiceError> {
        self.renew(transaction).await?;
        let mut heard = Vec::new();
        for one in happened {
            let listeners = self.listeners(one.kind());
            if !listeners.is_empty() {
                heard.push((one, listeners));
            }
        }
        if heard.is_empty() {
            return Ok(false);
        }
        let ids: BTreeSet<UserId> = heard.iter().flat_map(|(one, _)| one.people()).collect();
        let users = load::users(transaction, ids).await?;
        let people: HashMap<UserId, Person> = users
            .iter()
            .map(|user| (user.id, wire::person(user)))
            .collect();
        let notices: Vec<Notice> = heard
            .into_iter()
            .flat_map(|(one, listeners)| self.notices(one, listeners, &people, now_ms))
            .collect();
        transaction.notices().insert_many(&notices).await?;
        Ok(true)
    }

    /// Who listens to a kind of event, and whether it is held back for them.
    fn listeners(&self, kind: &str) -> Vec<(Listener, NoticeState)> {
        let hooks = self.0.hooks.iter().filter(|hook| hook.kind == kind);
        let hooks = hooks.map(|hook| (Listener::Hook(hook.name.clone()), NoticeState::Waiting));
        let webhooks = self.webhooks();
        let webhooks = webhooks
            .iter()
            .filter(|webhook| webhook.kinds.iter().any(|known| known == kind))
            .map(|webhook| {
                let state = match webhook.disabled {
                    None => NoticeState::Waiting,
                    Some(_) => NoticeState::Held,
                };
                (Listener::Webhook(webhook.id), state)
            });
        hooks.chain(webhooks).collect()
    }

    fn notices(
        &self,
        happened: Happened,
        listeners: Vec<(Listener, NoticeState)>,
        people: &HashMap<UserId, Person>,
        now_ms: i64,
    ) -> Vec<Notice> {
        let event_id = self.0.random.uuid_v7(now_ms);
        let (kind, chat_id) = (happened.kind(), happened.chat_id());
        let known = |id: UserId| people.get(&id).cloned().unwrap_or_else(|| wire::nobody(id));
        let event = HostEvent {
            id: event_id,
            at_ms: now_ms,
            what: happened.told(known),
        };
        let body = serde_json::to_string(&event).expect("an event has only strings and numbers");
        listeners
            .into_iter()
            .map(|(listener, state)| Notice {
                number: 0,
                event_id,
                listener: listener.to_string(),
                kind: kind.to_owned(),
                chat_id,
                state,
                attempts: 0,
                due_at_ms: 0,
                claimed_until_ms: 0,
                created_at_ms: now_ms,
                outcome: None,
                tried_at_ms: None,
                body: body.clone(),
            })
            .collect()
    }
}

/// A message as it is noted. What it quotes may be deleted before somebody is told.
fn without_quoted_text(message: &Message) -> WireMessage {
    let mut message = wire::message(message);
    if let Some(quote) = &mut message.reply_to {
        quote.text.clear();
    }
    message
}

/// The message that an event tells, if it is this one.
pub(super) fn about(event: &mut HostEvent, id: MessageId) -> Option<&mut WireMessage> {
    let message = match &mut event.what {
        HostEventKind::MessageSent(sent) => &mut sent.message,
        HostEventKind::MessageUpdated(updated) => &mut updated.message,
        _ => return None,
    };
    (message.id == id).then_some(message)
}
