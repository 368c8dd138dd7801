//! What a client may ask for over the socket: each command a use case and one answer.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, UserId,
    frames::{ClientFrame, ServerFrame},
    rest::{chat_settings::UpdateChatSettings, chats::Mark, messages::SendMessage},
};

use super::{Realtime, frames, outbox::Outbox, socket::Frame};
use crate::{
    domain::message::{Edit, Message},
    services::{Caller, ServiceError},
    wire,
};

/// Longest `id` of a command: a UUID in any spelling, and some more. It is echoed.
const ID_BYTES_MAX: usize = 128;

/// A command under way, and the frame it is answered with.
pub(super) type Command = BoxFuture<'static, Option<Frame>>;

/// Commands start in the order in which they came only if the first poll of each gets as far as the
/// queue of the use case; so tokio's budget must not interrupt it.
fn command(work: impl Future<Output = Option<Frame>> + Send + 'static) -> Command {
    Box::pin(tokio::task::unconstrained(work))
}

/// What a text frame means.
#[derive(Debug)]
pub(super) enum Parsed {
    /// A documented frame.
    Frame(Box<ClientFrame>),
    /// A JSON object that is none: answered with an error.
    Unreadable {
        /// Its `id`, when it has one.
        id: Option<String>,
        /// What is wrong with it.
        detail: String,
    },
    /// Not even a JSON object: the socket closes.
    NotAnObject,
}

/// Reads a text frame.
pub(super) fn parse(text: &str) -> Parsed {
    let detail = match serde_json::from_str::<ClientFrame>(text) {
        Ok(frame) if id_of(&frame).is_none_or(|id| id.len() <= ID_BYTES_MAX) => {
            return Parsed::Frame(Box::new(frame));
        }
        Ok(_) => "`id` is longer than 128 bytes".to_owned(),
        Err(error) => error.to_string(),
    };
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(object)) => Parsed::Unreadable {
            id: object
                .get("id")
                .and_then(|id| id.as_str())
                .filter(|id| id.len() <= ID_BYTES_MAX)
                .map(str::to_owned),
            detail,
        },
        _ => Parsed::NotAnObject,
    }
}

fn id_of(frame: &ClientFrame) -> Option<&str> {
    match frame {
        ClientFrame::Hello(_) | ClientFrame::Typing { .. } => None,
        ClientFrame::Authenticate { id, .. }
        | ClientFrame::SendMessage { id, .. }
        | ClientFrame::EditMessage { id, .. }
        | ClientFrame::DeleteMessage { id, .. }
        | ClientFrame::React { id, .. }
        | ClientFrame::PinMessage { id, .. }
        | ClientFrame::Mark { id, .. }
        | ClientFrame::UpdateChatSettings { id, .. }
        | ClientFrame::WatchPresence { id, .. }
        | ClientFrame::Ping { id } => Some(id),
    }
}

/// Everything a command needs beside its own fields.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) realtime: Realtime,
    pub(super) outbox: Arc<Outbox>,
    pub(super) caller: Caller,
    /// Which frame of the socket it came in.
    pub(super) frame_number: u64,
}

impl Context {
    /// Sends a message; answered when it is durable.
    pub(super) fn send_message(self, id: String, chat_id: ChatId, message: SendMessage) -> Command {
        command(async move {
            let message_id = message.message_id;
            let draft = wire::draft(self.caller.user_id, chat_id, message);
            self.outbox.sends(message_id);
            let sent = self
                .realtime
                .services
                .send_message(self.caller, draft)
                .await;
            self.outbox.answers(message_id);
            self.answer(id, sent, |id, sent| ServerFrame::Ack {
                id,
                message: Some(Box::new(wire::message(&sent.message))),
                receipt: None,
                settings: None,
            })
        })
    }

    /// Gives a message another text.
    pub(super) fn edit_message(
        self,
        id: String,
        place: (ChatId, MessageId),
        edit: Edit,
    ) -> Command {
        command(async move {
            let services = &self.realtime.services;
            let edited = services.edit_message(self.caller, place, edit).await;
            self.answer(id, edited, updated_ack)
        })
    }

    /// Deletes a message for everyone.
    pub(super) fn delete_message(self, id: String, place: (ChatId, MessageId)) -> Command {
        command(async move {
            let services = &self.realtime.services;
            let deleted = services.delete_message(self.caller, place).await;
            self.answer(id, deleted, updated_ack)
        })
    }

    /// Reacts to a message, or takes it back.
    pub(super) fn react(
        self,
        id: String,
        place: (ChatId, MessageId),
        emoji: String,
        is_set: bool,
    ) -> Command {
        command(async move {
            let services = &self.realtime.services;
            let reacted = services.react(self.caller, place, emoji, is_set).await;
            self.answer(id, reacted, updated_ack)
        })
    }

    /// Pins a message for everyone, or unpins it.
    pub(super) fn pin_message(
        self,
        id: String,
        place: (ChatId, MessageId),
        is_pinned: bool,
    ) -> Command {
        command(async move {
            let services = &self.realtime.services;
            let pinned = services.pin_message(self.caller, place, is_pinned).await;
            self.answer(id, pinned, updated_ack)
        })
    }

    /// Moves the caller's watermarks.
    pub(super) fn mark(self, id: String, chat_id: ChatId, mark: Mark) -> Command {
        command(async move {
            let Mark {
                delivered_seq,
                read_seq,
            } = mark;
            let marked = self
                .realtime
                .services
                .mark(self.caller, chat_id, delivered_seq, read_seq)
                .await;
            self.answer(id, marked, |id, member| ServerFrame::Ack {
                id,
                message: None,
                receipt: Some(wire::receipt(&member)),
                settings: None,
            })
        })
    }

    /// Changes what the caller has set for a chat for themselves.
    pub(super) fn update_chat_settings(
        self,
        id: String,
        chat_id: ChatId,
        change: UpdateChatSettings,
    ) -> Command {
        command(async move {
            let services = &self.realtime.services;
            let change = wire::settings_change(change);
            let changed = services.change_settings(self.caller, chat_id, change);
            self.answer(id, changed.await, |id, settings| ServerFrame::Ack {
                id,
                message: None,
                receipt: None,
                settings: Some(wire::chat_settings(&settings)),
            })
        })
    }

    /// A new access token of the same session.
    pub(super) fn authenticate(self, id: String, token: String) -> Command {
        command(async move {
            let authenticated = self.realtime.services.authenticate(&token).await;
            let prolonged = authenticated.and_then(|caller| {
                let is_same = caller.session_id == self.caller.session_id
                    && caller.user_id == self.caller.user_id;
                let expires_at_ms = caller.token_expires_at_ms;
                is_same
                    .then(|| self.realtime.hub.prolong(&self.outbox, expires_at_ms))
                    .ok_or_else(|| ServiceError::new(ErrorCode::Unauthenticated))
            });
            self.answer(id, prolonged, |id, ()| plain_ack(id))
        })
    }

    /// Watches people whom the caller shares a chat with.
    pub(super) fn watch_presence(self, id: String, user_ids: Vec<UserId>) -> Command {
        command(async move {
            let watched = self.contacts(user_ids).await;
            self.answer(id, watched, |id, ()| plain_ack(id))
        })
    }

    /// Watches no longer whom the caller shares no chat with any more.
    pub(super) fn recheck_watch(self) -> Command {
        command(async move {
            let realtime = &self.realtime;
            let watched = realtime.hub.watched(&self.outbox);
            let contacts = realtime
                .services
                .contacts(self.caller.user_id, &watched)
                .await
                .unwrap_or_default();
            let visible: Vec<_> = contacts.iter().map(|user| user.id).collect();
            realtime.hub.keep_watching(&self.outbox, &visible);
            None
        })
    }

    /// The answer to something that is no command.
    pub(super) fn unreadable(&self, id: Option<String>, detail: String) -> Frame {
        let error = ServiceError {
            detail,
            ..ServiceError::new(ErrorCode::MalformedRequest)
        };
        frames::error(id, wire::problem(&error, self.request_id()))
    }

    /// Names the command in the log and in its error.
    fn request_id(&self) -> String {
        format!("socket-{}-{}", self.outbox.id, self.frame_number)
    }

    async fn contacts(&self, mut user_ids: Vec<UserId>) -> Result<(), ServiceError> {
        let realtime = &self.realtime;
        if user_ids.len() > realtime.config.limits.watched_users {
            return Err(ServiceError::invalid("user_ids", "too many people"));
        }
        user_ids.sort_unstable();
        user_ids.dedup();
        loop {
            let steps = realtime.hub.block_steps();
            let contacts = realtime.services.contacts(self.caller.user_id, &user_ids);
            if realtime.hub.watch(&self.outbox, &contacts.await?, steps) {
                return Ok(());
            }
        }
    }

    fn answer<T>(
        &self,
        id: String,
        result: Result<T, ServiceError>,
        ack: impl FnOnce(String, T) -> ServerFrame,
    ) -> Option<Frame> {
        let frame = match result {
            Ok(value) => frames::encode(&ack(id, value)),
            Err(error) => {
                if let Some(source) = &error.source {
                    let request_id = self.request_id();
                    tracing::warn!(code = %error.code, %request_id, %source, "a command failed");
                }
                frames::error(Some(id), wire::problem(&error, self.request_id()))
            }
        };
        Some(frame)
    }
}

fn updated_ack(id: String, message: Message) -> ServerFrame {
    ServerFrame::Ack {
        id,
        message: Some(Box::new(wire::message(&message))),
        receipt: None,
        settings: None,
    }
}

fn plain_ack(id: String) -> ServerFrame {
    ServerFrame::Ack {
        id,
        message: None,
        receipt: None,
        settings: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let parsed = match parse(text) {
            Parsed::Frame(_) => "frame".to_owned(),
            Parsed::Unreadable { id, .. } => format!("error {}", id.unwrap_or_default()),
            Parsed::NotAnObject => "close".to_owned(),
        };
        assert_eq!(parsed, expected, "{text}");
    }

    #[test]
    fn every_text_has_one_documented_outcome() {
        check(r#"{"type":"ping","id":"1"}"#, "frame");
        check(r#"{"type":"ping","id":"1","later":[{}]}"#, "frame");
        check(r#"{"type":"ping","id":1}"#, "error ");
        check(r#"{"type":"from_the_future","id":"7"}"#, "error 7");
        check(r#"{"id":"7"}"#, "error 7");
        check(
            r#"{"type":"send_message","id":"7","chat_id":"x","message_id":"y"}"#,
            "error 7",
        );
        check(
            r#"{"type":"mark","id":"7","chat_id":"01890000-0000-7000-8000-000000000000","read_seq":-1}"#,
            "error 7",
        );
        for text in ["", "null", "[]", "7", "\"ping\"", "{", "{}{}", "ping"] {
            check(text, "close");
        }
        check(&"[".repeat(60_000), "close");
        let long_id = "x".repeat(129);
        check(&format!(r#"{{"type":"ping","id":"{long_id}"}}"#), "error ");
    }
}
