//! Frames as bytes: what is built once and shared by all sockets that get it.

use relaychat_protocol::{ChatId, Problem, UserId, frames::ServerFrame};

use super::{hub::Status, socket::Frame};

/// A frame as it travels.
pub(crate) fn encode(frame: &ServerFrame) -> Frame {
    Frame::json(frame).expect("frames hold strings, numbers, lists and maps with string keys only")
}

pub(super) fn token(token: String) -> Frame {
    encode(&ServerFrame::Token { token })
}

pub(super) fn chat_removed(chat_id: ChatId) -> Frame {
    encode(&ServerFrame::ChatRemoved { chat_id })
}

pub(super) fn catch_up() -> Frame {
    encode(&ServerFrame::CatchUp)
}

pub(super) fn typing(chat_id: ChatId, user_id: UserId, expires_in_ms: u64) -> Frame {
    encode(&ServerFrame::Typing {
        chat_id,
        user_id,
        expires_in_ms,
    })
}

pub(super) fn presence(user_id: UserId, status: Status) -> Frame {
    encode(&ServerFrame::Presence {
        user_id,
        is_online: status.is_online,
        last_seen_at_ms: status.last_seen_at_ms,
    })
}

pub(super) fn error(id: Option<String>, error: Problem) -> Frame {
    encode(&ServerFrame::Error { id, error })
}
