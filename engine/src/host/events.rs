//! What happens, told to the host as it happens.
//!
//! For what may be missed: a live page, a counter, a log. Nothing waits for a host that is slow; it
//! is told how much it missed. What must not be lost belongs into a hook after the fact
//! ([`after_send`](crate::EngineBuilder::after_send)) or a webhook, which are written down.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use relaychat_protocol::{
    ChatId, SessionId, UserId,
    rest::{
        chats::{ChatInfo, Role},
        messages::Message,
    },
};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{
    domain::event::{Committed, Event},
    services::EventSink,
    wire,
};

/// Events that wait for a slow host: some seconds of a busy engine, a few MiB at most.
const WAITING: usize = 4_096;

/// Something that has happened. Told after the commit, in commit order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostEvent {
    /// A message was sent.
    MessageSent(Box<Message>),
    /// A message was edited, deleted, pinned or reacted to.
    MessageUpdated(Box<Message>),
    /// Somebody has received or read more of a chat.
    Marked {
        /// The chat.
        chat_id: ChatId,
        /// Who.
        user_id: UserId,
        /// Everything up to here has reached a device of theirs.
        delivered_seq: u64,
        /// Everything up to here has been read.
        read_seq: u64,
    },
    /// A chat was made, or people came to it.
    MembersAdded {
        /// The chat after it.
        chat: Box<ChatInfo>,
        /// Who came.
        user_ids: Vec<UserId>,
    },
    /// Somebody left or was removed.
    MemberRemoved {
        /// The chat after it.
        chat: Box<ChatInfo>,
        /// Who.
        user_id: UserId,
    },
    /// Somebody has another role.
    RoleChanged {
        /// The chat.
        chat_id: ChatId,
        /// Who.
        user_id: UserId,
        /// The role now.
        role: Role,
    },
    /// Settings of a chat changed.
    ChatUpdated(Box<ChatInfo>),
    /// A profile changed.
    UserUpdated {
        /// Whose.
        user_id: UserId,
    },
    /// A session was revoked or has expired.
    SessionEnded {
        /// Which.
        session_id: SessionId,
    },
    /// The host was too slow: so many events were dropped here.
    Lagged(u64),
}

/// A stream of what happens. Made by [`Engine::events`](crate::Engine::events); ends with the engine.
pub struct Events(BoxStream<'static, HostEvent>);

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Events(…)")
    }
}

impl Stream for Events {
    type Item = HostEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<HostEvent>> {
        self.0.poll_next_unpin(context)
    }
}

/// Tells sockets first, then whoever listens in the host.
#[derive(Clone, Debug)]
pub(crate) struct Announcer {
    sockets: Arc<dyn EventSink>,
    told: broadcast::Sender<HostEvent>,
}

impl Announcer {
    /// Nobody listens yet.
    pub(crate) fn new(sockets: Arc<dyn EventSink>) -> Self {
        Self {
            sockets,
            told: broadcast::Sender::new(WAITING),
        }
    }

    pub(super) fn events(&self) -> Events {
        let next = async |mut receiver: broadcast::Receiver<HostEvent>| {
            let event = match receiver.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(missed)) => HostEvent::Lagged(missed),
                Err(RecvError::Closed) => return None,
            };
            Some((event, receiver))
        };
        Events(stream::unfold(self.told.subscribe(), next).boxed())
    }
}

impl EventSink for Announcer {
    fn publish(&self, committed: Committed) {
        let mut events = Vec::new();
        if self.told.receiver_count() > 0 {
            events.extend(committed.events.iter().filter_map(told));
        }
        self.sockets.publish(committed);
        for event in events {
            // The last listener may have gone meanwhile.
            let _ = self.told.send(event);
        }
    }

    fn wants_notes(&self) -> bool {
        self.sockets.wants_notes()
    }

    fn wake_jobs(&self) {
        self.sockets.wake_jobs();
    }
}

/// An event as the host is told of it, if it is.
fn told(event: &Event) -> Option<HostEvent> {
    let info = |chat| Box::new(wire::chat_info(chat));
    Some(match event {
        // A person's own, and what the event before it told.
        Event::LineWritten { .. }
        | Event::SettingsChanged { .. }
        | Event::BlockChanged { .. }
        | Event::PrivacyChanged { .. } => return None,
        Event::WatermarksMoved {
            member,
            is_delivered: false,
        } if member.watermarks.told.is_some() => return None,
        Event::MessageSent { message, .. } => {
            HostEvent::MessageSent(Box::new(wire::message(message)))
        }
        Event::MessageUpdated { message } => {
            HostEvent::MessageUpdated(Box::new(wire::message(message)))
        }
        Event::WatermarksMoved { member, .. } => HostEvent::Marked {
            chat_id: member.chat_id,
            user_id: member.user_id,
            delivered_seq: member.watermarks.delivered_seq,
            read_seq: member.clone().told().watermarks.read_seq,
        },
        Event::MembersAdded { chat, added, .. } => HostEvent::MembersAdded {
            chat: info(chat),
            user_ids: added.iter().map(|(member, ..)| member.user_id).collect(),
        },
        Event::MemberRemoved { chat, user_id } => HostEvent::MemberRemoved {
            chat: info(chat),
            user_id: *user_id,
        },
        Event::RoleChanged { chat, member, .. } => HostEvent::RoleChanged {
            chat_id: chat.id,
            user_id: member.user_id,
            role: member.role,
        },
        Event::ChatUpdated { chat } => HostEvent::ChatUpdated(info(chat)),
        Event::UserUpdated { user, .. } => HostEvent::UserUpdated { user_id: user.id },
        Event::SessionEnded { session_id } => HostEvent::SessionEnded {
            session_id: *session_id,
        },
    })
}
