//! How objects are read that hold the fields of another one beside their own.
//!
//! They are written with serde's `flatten`. Its way of reading buffers the whole object and reads
//! every type in it from that buffer, a second time for everything that is also read directly: in
//! a web page that is a large part of the client. So each has its fields here once more, side by
//! side. This is not what anybody sees: schemas and programs know only the types beside this file.

use serde::Deserialize;

use super::{
    auth::{self, Session, Tokens},
    chat_settings::ChatSettings,
    chats::{self, ChatInfo, ChatKind, Role, SeqRange, Watermarks},
    messages::Message,
    sync,
    users::{self, User},
};
use crate::{ChatId, UserId};

#[derive(Deserialize)]
pub(super) struct Me {
    id: UserId,
    name: String,
    #[serde(default)]
    avatar_url: Option<String>,
    revision: u64,
    #[serde(default)]
    email: Option<String>,
    is_new: bool,
    #[serde(default = "users::shown")]
    shows_read_receipts: bool,
    #[serde(default = "users::shown")]
    shows_last_seen: bool,
}

impl From<Me> for users::Me {
    fn from(flat: Me) -> Self {
        Self {
            user: User {
                id: flat.id,
                name: flat.name,
                avatar_url: flat.avatar_url,
                revision: flat.revision,
            },
            email: flat.email,
            is_new: flat.is_new,
            shows_read_receipts: flat.shows_read_receipts,
            shows_last_seen: flat.shows_last_seen,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct LoggedIn {
    me: users::Me,
    session: Session,
    access_token: String,
    access_expires_in_ms: u64,
    refresh_token: String,
}

impl From<LoggedIn> for auth::LoggedIn {
    fn from(flat: LoggedIn) -> Self {
        Self {
            me: flat.me,
            session: flat.session,
            tokens: Tokens {
                access_token: flat.access_token,
                access_expires_in_ms: flat.access_expires_in_ms,
                refresh_token: flat.refresh_token,
            },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Member {
    user_id: UserId,
    role: Role,
    joined_at_ms: i64,
    delivered_seq: u64,
    #[serde(default)]
    delivered_at_ms: Option<i64>,
    read_seq: u64,
    #[serde(default)]
    read_at_ms: Option<i64>,
    read_count: u64,
}

impl From<Member> for chats::Member {
    fn from(flat: Member) -> Self {
        Self {
            user_id: flat.user_id,
            role: flat.role,
            joined_at_ms: flat.joined_at_ms,
            watermarks: Watermarks {
                delivered_seq: flat.delivered_seq,
                delivered_at_ms: flat.delivered_at_ms,
                read_seq: flat.read_seq,
                read_at_ms: flat.read_at_ms,
                read_count: flat.read_count,
            },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Receipt {
    chat_id: ChatId,
    user_id: UserId,
    delivered_seq: u64,
    #[serde(default)]
    delivered_at_ms: Option<i64>,
    read_seq: u64,
    #[serde(default)]
    read_at_ms: Option<i64>,
    read_count: u64,
}

impl From<Receipt> for sync::Receipt {
    fn from(flat: Receipt) -> Self {
        Self {
            chat_id: flat.chat_id,
            user_id: flat.user_id,
            watermarks: Watermarks {
                delivered_seq: flat.delivered_seq,
                delivered_at_ms: flat.delivered_at_ms,
                read_seq: flat.read_seq,
                read_at_ms: flat.read_at_ms,
                read_count: flat.read_count,
            },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Chat {
    id: ChatId,
    kind: ChatKind,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    avatar_url: Option<String>,
    #[serde(default)]
    host_key: Option<String>,
    #[serde(default = "chats::send_role")]
    send_role: Role,
    #[serde(default = "chats::add_role")]
    add_role: Role,
    #[serde(default = "chats::pin_role")]
    pin_role: Role,
    created_at_ms: i64,
    last_activity_at_ms: i64,
    version: u64,
    last_seq: u64,
    message_count: u64,
    member_count: u64,
    me: chats::Member,
    unread_count: u64,
    #[serde(default)]
    deleted_unread: Vec<SeqRange>,
    #[serde(default)]
    mentioned_unread: Vec<SeqRange>,
    #[serde(default)]
    settings: Option<ChatSettings>,
    #[serde(default)]
    last_message: Option<Message>,
    members: Vec<chats::Member>,
}

impl From<Chat> for chats::Chat {
    fn from(flat: Chat) -> Self {
        Self {
            info: ChatInfo {
                id: flat.id,
                kind: flat.kind,
                name: flat.name,
                description: flat.description,
                avatar_url: flat.avatar_url,
                host_key: flat.host_key,
                send_role: flat.send_role,
                add_role: flat.add_role,
                pin_role: flat.pin_role,
                created_at_ms: flat.created_at_ms,
                last_activity_at_ms: flat.last_activity_at_ms,
                version: flat.version,
                last_seq: flat.last_seq,
                message_count: flat.message_count,
                member_count: flat.member_count,
            },
            me: flat.me,
            unread_count: flat.unread_count,
            deleted_unread: flat.deleted_unread,
            mentioned_unread: flat.mentioned_unread,
            settings: flat.settings,
            last_message: flat.last_message,
            members: flat.members,
        }
    }
}

#[cfg(test)]
mod tests;
