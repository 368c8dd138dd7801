//! What a commit means for sockets: who hears what, step by step.
//!
//! An event becomes steps that name their audience and bring their frames. On a single node the
//! frames are [`Unmade`]: they are serialised when somebody is there to hear them. Between nodes
//! they travel ready-made, so that a frame is serialised once in the whole cluster.
//!
//! What a step is not: a decision about who may hear it. That is the state of the hub, and steps
//! change it in the order of their change numbers.

use std::borrow::Cow;

use relaychat_protocol::{ChatId, MessageId, SessionId, UserId};

use super::{frames, socket::Frame};
use crate::{
    domain::{
        event::{Committed, Event},
        member::Member,
        user::Privacy,
    },
    wire::{self, Sight},
};

/// Everything that one commit tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// The commit's change number. 0: it drew none and has no place in the order.
    pub(crate) change: u64,
    /// In order.
    pub(crate) steps: Vec<Step<Vec<Frame>>>,
}

/// One step of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step<F> {
    /// Something that everybody in the chat hears.
    Chat {
        /// The chat.
        chat_id: ChatId,
        /// What they hear.
        frames: F,
    },
    /// Something of one member that everybody in the chat hears, but not with the same marks.
    Marks {
        /// The chat.
        chat_id: ChatId,
        /// The member.
        user_id: UserId,
        /// What the member hears.
        own: F,
        /// What others hear, where that is something else.
        told: F,
        /// What those hear who are not told what others read.
        delivered: F,
        /// Whether others hear what the member hears.
        is_open: bool,
    },
    /// Somebody is in the chat from here on.
    Joined {
        /// The chat.
        chat_id: ChatId,
        /// Who.
        user_id: UserId,
        /// The chat as they see it.
        frames: F,
    },
    /// Somebody is not in the chat from here on.
    Left {
        /// The chat.
        chat_id: ChatId,
        /// Who.
        user_id: UserId,
    },
    /// A profile changed: those who share a chat with the person hear it, and the person. Or
    /// something that the person alone hears, without chats.
    User {
        /// Who.
        user_id: UserId,
        /// All chats whose members hear it.
        chat_ids: Vec<ChatId>,
        /// What is heard.
        frames: F,
    },
    /// Somebody blocked somebody, or took it back: the blocker hears it.
    Apart {
        /// Who.
        blocker_id: UserId,
        /// Whom.
        blocked_id: UserId,
        /// Whether the two hear nothing of each other from here on.
        is_apart: bool,
        /// What is heard.
        frames: F,
    },
    /// Somebody changed what others are told of them: who hears what changes, and the person catches
    /// up.
    Privacy {
        /// Who.
        user_id: UserId,
        /// What others are told from here on.
        privacy: Privacy,
    },
    /// A session is over: its sockets close.
    SessionEnded(SessionId),
}

/// Frames of a step.
pub(crate) trait Frames {
    /// The frames, in order.
    fn frames(&self) -> Cow<'_, [Frame]>;

    /// The message that they tell, where that is known: who sent it may get it with the answer.
    fn message_id(&self) -> Option<MessageId> {
        None
    }
}

impl Frames for Vec<Frame> {
    fn frames(&self) -> Cow<'_, [Frame]> {
        Cow::Borrowed(self)
    }
}

/// Frames that are made when they are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unmade<'a> {
    event: &'a Event,
    form: Form,
}

/// For whom frames are.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// For everybody.
    Shared,
    /// For whom the event added to a chat.
    Added(UserId),
    /// Of one member, with the marks that some may see.
    Marks(UserId, Sight),
}

impl Frames for Unmade<'_> {
    fn frames(&self) -> Cow<'_, [Frame]> {
        let told = match self.form {
            Form::Added(viewer) => wire::chat_added(self.event, viewer).into_iter().collect(),
            Form::Shared => wire::shared_frames(self.event),
            Form::Marks(user_id, sight) => wire::marks_frames(self.event, user_id, sight),
        };
        Cow::Owned(told.iter().map(frames::encode).collect())
    }

    fn message_id(&self) -> Option<MessageId> {
        match (self.event, self.form) {
            (Event::MessageSent { message, .. }, Form::Shared) => Some(message.id),
            _ => None,
        }
    }
}

/// Gives `each` the steps of an event, in order.
pub(crate) fn steps<'a>(event: &'a Event, mut each: impl FnMut(Step<Unmade<'a>>)) {
    let made = |form| Unmade { event, form };
    let shared = |chat_id| Step::Chat {
        chat_id,
        frames: made(Form::Shared),
    };
    let marks = |member: &Member| Step::Marks {
        chat_id: member.chat_id,
        user_id: member.user_id,
        own: made(Form::Marks(member.user_id, Sight::Own)),
        told: made(Form::Marks(member.user_id, Sight::Told)),
        delivered: made(Form::Marks(member.user_id, Sight::Delivered)),
        is_open: member.shows_read_receipts && member.watermarks.told.is_none(),
    };
    match event {
        Event::MessageSent { message, sender } => {
            each(shared(message.chat_id));
            each(marks(sender));
        }
        Event::LineWritten { line } => each(shared(line.chat_id)),
        Event::MessageUpdated { message } => each(shared(message.chat_id)),
        Event::PrivacyChanged { user } => each(Step::Privacy {
            user_id: user.id,
            privacy: user.privacy,
        }),
        // Of no chat: the person alone hears it.
        Event::SettingsChanged { settings } => each(Step::User {
            user_id: settings.user_id,
            chat_ids: Vec::new(),
            frames: made(Form::Shared),
        }),
        Event::BlockChanged {
            blocker_id,
            blocked_id,
            is_apart,
        } => each(Step::Apart {
            blocker_id: *blocker_id,
            blocked_id: *blocked_id,
            is_apart: *is_apart,
            frames: made(Form::Shared),
        }),
        Event::WatermarksMoved { member, .. } | Event::RoleChanged { member, .. } => {
            each(marks(member));
        }
        Event::ChatUpdated { chat } => each(shared(chat.id)),
        Event::MembersAdded { chat, added, .. } => {
            // Those who were there are told of each new member; the new ones get the whole chat.
            for (member, ..) in added {
                each(marks(member));
            }
            for (member, ..) in added {
                each(Step::Joined {
                    chat_id: chat.id,
                    user_id: member.user_id,
                    frames: made(Form::Added(member.user_id)),
                });
            }
        }
        Event::MemberRemoved { chat, user_id } => {
            each(Step::Left {
                chat_id: chat.id,
                user_id: *user_id,
            });
            each(shared(chat.id));
        }
        Event::UserUpdated { user, chat_ids } => each(Step::User {
            user_id: user.id,
            chat_ids: chat_ids.clone(),
            frames: made(Form::Shared),
        }),
        Event::SessionEnded { session_id } => each(Step::SessionEnded(*session_id)),
    }
}

impl Delivery {
    /// The delivery of a commit, with its frames.
    pub(crate) fn of(committed: &Committed) -> Self {
        let mut made = Vec::new();
        for event in &committed.events {
            steps(event, |step| made.push(step.made()));
        }
        Self {
            change: committed.change,
            steps: made,
        }
    }
}

impl Step<Unmade<'_>> {
    /// The step with its frames.
    fn made(self) -> Step<Vec<Frame>> {
        let made = |frames: Unmade<'_>| frames.frames().into_owned();
        match self {
            Self::Chat { chat_id, frames } => Step::Chat {
                chat_id,
                frames: made(frames),
            },
            Self::Marks {
                chat_id,
                user_id,
                own,
                told,
                delivered,
                is_open,
            } => Step::Marks {
                chat_id,
                user_id,
                own: made(own),
                told: if is_open { Vec::new() } else { made(told) },
                delivered: made(delivered),
                is_open,
            },
            Self::Joined {
                chat_id,
                user_id,
                frames,
            } => Step::Joined {
                chat_id,
                user_id,
                frames: made(frames),
            },
            Self::Left { chat_id, user_id } => Step::Left { chat_id, user_id },
            Self::User {
                user_id,
                chat_ids,
                frames,
            } => Step::User {
                user_id,
                chat_ids,
                frames: made(frames),
            },
            Self::Apart {
                blocker_id,
                blocked_id,
                is_apart,
                frames,
            } => Step::Apart {
                blocker_id,
                blocked_id,
                is_apart,
                frames: made(frames),
            },
            Self::Privacy { user_id, privacy } => Step::Privacy { user_id, privacy },
            Self::SessionEnded(session_id) => Step::SessionEnded(session_id),
        }
    }
}
