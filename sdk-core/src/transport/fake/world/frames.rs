//! How the simulated server answers frames.

use relaychat_protocol::{
    ChatId, ErrorCode, SessionId, UserId,
    frames::{ClientFrame, ServerFrame, server::Ready},
    rest::limits::Limits,
};

use super::{SYNC_PAGE, World, amend::Amendment, id};

impl World {
    /// Answers a frame.
    pub(crate) fn frame(&mut self, user_id: UserId, frame: ClientFrame) -> Vec<ServerFrame> {
        let ack = |id, message, receipt| ServerFrame::Ack {
            id,
            message,
            receipt,
            settings: None,
        };
        match frame {
            ClientFrame::Hello(hello) => vec![ServerFrame::Ready(Box::new(Ready {
                protocol: 1,
                session_id: SessionId(id(1)),
                token_expires_in_ms: 900_000,
                server_time_ms: 0,
                limits: limits(),
                sync: self.sync(user_id, hello.since.as_deref()),
            }))],
            ClientFrame::SendMessage {
                id,
                chat_id,
                message,
            } => {
                vec![match self.send(user_id, chat_id, message) {
                    Ok(message) => ack(id, Some(Box::new(message)), None),
                    Err(code) => refused(id, code),
                }]
            }
            ClientFrame::Mark { id, chat_id, .. }
            | ClientFrame::UpdateChatSettings { id, chat_id, .. }
                if !self.is_member(chat_id, user_id) =>
            {
                vec![refused(id, ErrorCode::NotFound)]
            }
            ClientFrame::Mark { id, chat_id, mark } => {
                let delivered = mark.delivered_seq.unwrap_or(0);
                let read = mark.read_seq.unwrap_or(0);
                let receipt = self.raise(chat_id, user_id, delivered, read);
                vec![ack(id, None, Some(receipt))]
            }
            ClientFrame::UpdateChatSettings {
                id,
                chat_id,
                change,
            } => vec![ServerFrame::Ack {
                id,
                message: None,
                receipt: None,
                settings: Some(self.set(user_id, chat_id, change)),
            }],
            ClientFrame::Typing { chat_id, is_typing } => {
                self.typing(user_id, chat_id, is_typing);
                Vec::new()
            }
            ClientFrame::Ping { id } => vec![ServerFrame::Pong { id }],
            ClientFrame::WatchPresence { id, user_ids } => {
                let present = user_ids.into_iter().map(|user_id| ServerFrame::Presence {
                    user_id,
                    is_online: true,
                    last_seen_at_ms: None,
                });
                present.chain([ack(id, None, None)]).collect()
            }
            ClientFrame::Authenticate { id, .. } => vec![ack(id, None, None)],
            amendment => self.amendment(user_id, amendment).into_iter().collect(),
        }
    }

    fn typing(&mut self, user_id: UserId, chat_id: ChatId, is_typing: bool) {
        let expires_in_ms = if is_typing { 6_000 } else { 0 };
        let event = ServerFrame::Typing {
            chat_id,
            user_id,
            expires_in_ms,
        };
        self.tell_members(chat_id, &event);
    }

    fn amendment(&mut self, user_id: UserId, frame: ClientFrame) -> Option<ServerFrame> {
        let (id, chat_id, message_id, what) = match frame {
            ClientFrame::EditMessage {
                id,
                chat_id,
                message_id,
                text,
                mentions,
            } => (id, chat_id, message_id, Amendment::Edit(text, mentions)),
            ClientFrame::DeleteMessage {
                id,
                chat_id,
                message_id,
            } => (id, chat_id, message_id, Amendment::Delete),
            ClientFrame::React {
                id,
                chat_id,
                message_id,
                emoji,
                is_set,
            } => (id, chat_id, message_id, Amendment::React(emoji, is_set)),
            ClientFrame::PinMessage {
                id,
                chat_id,
                message_id,
                is_pinned,
            } => (id, chat_id, message_id, Amendment::Pin(is_pinned)),
            _ => return None,
        };
        Some(match self.amend(user_id, (chat_id, message_id), what) {
            Ok(message) => ServerFrame::Ack {
                id,
                message: Some(Box::new(message)),
                receipt: None,
                settings: None,
            },
            Err(code) => refused(id, code),
        })
    }
}

fn refused(id: String, code: ErrorCode) -> ServerFrame {
    ServerFrame::Error {
        id: Some(id),
        error: relaychat_protocol::Problem::new(code, "", ""),
    }
}

fn limits() -> Limits {
    Limits {
        frame_bytes: 65_536,
        text_bytes: 16_384,
        edit_window_ms: 172_800_000,
        attachments_per_message: 10,
        image_bytes: 10_485_760,
        file_bytes: 104_857_600,
        image_pixels: 40_000_000,
        image_content_types: vec!["image/png".to_owned()],
        sends_per_second: 5,
        send_burst: 20,
        history_page: 100,
        sync_page: SYNC_PAGE as u64,
        sockets_per_user: 20,
        watched_users: 500,
        typing_throttle_ms: 3_000,
        typing_expires_ms: 6_000,
        read_receipts: true,
    }
}
