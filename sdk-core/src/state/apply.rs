//! What the server says by the socket: each frame finds its way to what it changes.
//!
//! Applying is state-based and may be repeated: the higher version, revision or watermark wins.

use std::sync::Arc;

use relaychat_protocol::{
    Problem,
    frames::{ServerFrame, server::Ready},
    rest::{messages::Message, sync::Receipt},
};

use super::{State, plan::command_id};
use crate::{Presence, RelayError, connection::machine::Input};

mod answers;
mod chats;

/// Renew the token when a fifth of its time is left, but not earlier than this before its end.
const RENEW_BEFORE_MS: u64 = 60_000;

impl State {
    /// A frame came.
    pub(crate) fn frame(&mut self, frame: ServerFrame, now_ms: i64, unit: f64) {
        self.connection(Input::Received, now_ms, unit);
        match frame {
            ServerFrame::Ready(ready) => self.ready(*ready, now_ms, unit),
            ServerFrame::Ack {
                id,
                message,
                receipt,
                settings,
            } => {
                settings.into_iter().for_each(|one| self.settings_came(one));
                self.acknowledged(&id, message, receipt, now_ms);
            }
            ServerFrame::Error { id, error } => self.refused(id.as_deref(), error, now_ms, unit),
            ServerFrame::Token { token } => self.sync.offer(token),
            ServerFrame::Message { version, message } => {
                self.message_came(version, Arc::new(*message), now_ms);
            }
            ServerFrame::MessageUpdated { version, message } => {
                self.message_updated(version, Arc::new(*message), now_ms);
            }
            ServerFrame::Receipt(receipt) => self.receipt(receipt),
            ServerFrame::ChatSettings(settings) => self.settings_came(settings),
            ServerFrame::Typing {
                chat_id,
                user_id,
                expires_in_ms,
            } => {
                let until_ms = now_ms.saturating_add_unsigned(expires_in_ms);
                if let Some(chat) = self.chats.get_mut(&chat_id) {
                    chat.set_typist(user_id, (expires_in_ms > 0).then_some(until_ms));
                    self.touch(chat_id);
                }
            }
            ServerFrame::Presence {
                user_id,
                is_online,
                last_seen_at_ms,
            } => {
                let presence = Presence {
                    is_online,
                    last_seen_at_ms,
                };
                if self.watches.set(user_id, presence) {
                    self.dirty.presence.insert(user_id);
                }
            }
            ServerFrame::CatchUp => {
                self.sync.behind();
                self.blocks.changed();
            }
            ServerFrame::BlocksChanged => self.blocks.changed(),
            ServerFrame::Pong { .. } | ServerFrame::Unknown => {}
            change => self.chat_changed(change, now_ms),
        }
    }

    fn chat_changed(&mut self, frame: ServerFrame, now_ms: i64) {
        match frame {
            ServerFrame::ChatAdded { chat, users } => {
                self.learn_users(users);
                self.upsert_chat(*chat);
            }
            ServerFrame::ChatRemoved { chat_id } => self.remove_chat(chat_id),
            ServerFrame::ChatUpdated { version, chat } => {
                self.chat_updated(version, *chat, now_ms);
            }
            ServerFrame::MemberUpdated {
                version,
                chat_id,
                member,
                user,
                member_count,
            } => {
                self.learn_users(vec![user]);
                self.member_updated(chat_id, version, member, member_count, now_ms);
            }
            ServerFrame::MemberRemoved {
                version,
                chat_id,
                user_id,
                member_count,
            } => {
                if let Some(chat) = self.next_change(chat_id, version, now_ms) {
                    chat.remove_member(version, user_id, member_count);
                    self.touch_whole(chat_id);
                }
            }
            ServerFrame::UserUpdated { user } => self.learn_users(vec![user]),
            _ => {}
        }
    }

    fn ready(&mut self, ready: Ready, now_ms: i64, unit: f64) {
        let Ready {
            protocol: _,
            session_id: _,
            token_expires_in_ms,
            server_time_ms,
            limits,
            sync,
        } = ready;
        self.connection(Input::Ready, now_ms, unit);
        self.generation += 1;
        self.clock_ahead_ms = server_time_ms - now_ms;
        self.typing.set_throttle_ms(limits.typing_throttle_ms);
        self.watches.set_limit(limits.watched_users);
        self.limits = Some(limits);
        self.token_lasts_ms = token_expires_in_ms;
        self.token_renewed(now_ms);
        self.watches.connected(now_ms);
        for history in self.histories.values_mut() {
            history.retry_now();
        }
        self.sync.reconnected();
        self.synced(sync, now_ms);
        self.dirty.is_everything = true;
    }

    /// The socket has a fresh token.
    pub(super) fn token_renewed(&mut self, now_ms: i64) {
        let lasts_ms = self.token_lasts_ms;
        let before_ms = RENEW_BEFORE_MS.min(lasts_ms / 5);
        self.renew_at_ms = Some(now_ms.saturating_add_unsigned(lasts_ms - before_ms));
    }

    fn acknowledged(
        &mut self,
        id: &str,
        message: Option<Box<Message>>,
        receipt: Option<Receipt>,
        now_ms: i64,
    ) {
        if let Some(receipt) = receipt {
            self.receipt(receipt);
        }
        if id == command_id::MARK {
            self.mark_answered();
        } else if id == command_id::SETTINGS {
            self.settings_answered();
        } else if id == command_id::AUTHENTICATE {
            self.token_renewed(now_ms);
        }
        let message = message.map(|message| Arc::new(*message));
        match (message, command_id::changed(id)) {
            (Some(message), Some((changed, number))) => {
                self.changes.done(changed, number);
                self.message_updated(message.version, Arc::clone(&message), now_ms);
                // Shown at once also where something before it is missing.
                if self.known_message(message.chat_id, changed).is_some() {
                    self.place(&message);
                }
            }
            (Some(message), None) => self.message_acknowledged(&message, now_ms),
            (None, _) => {}
        }
    }

    fn mark_answered(&mut self) {
        if let Some(chat_id) = self.marks.answered() {
            self.unkept.read(chat_id);
        }
    }

    fn refused(&mut self, id: Option<&str>, problem: Problem, now_ms: i64, unit: f64) {
        let error = RelayError::from(problem);
        match id {
            Some(command_id::MARK) if error.retryable => {
                let wait_ms = error.retry_after_ms.unwrap_or(1_000);
                let until_ms = now_ms.saturating_add_unsigned(wait_ms);
                self.marks.postponed(until_ms);
            }
            Some(command_id::MARK) => self.mark_answered(),
            Some(command_id::SETTINGS) if error.retryable => {
                let wait_ms = error.retry_after_ms.unwrap_or(1_000);
                self.settings
                    .postponed(now_ms.saturating_add_unsigned(wait_ms));
            }
            Some(command_id::SETTINGS) => self.settings_answered(),
            Some(id) => {
                if let Some(question) = command_id::changed(id) {
                    self.change_failed(question, error, now_ms, unit);
                } else if let Ok(message_id) = id.parse() {
                    self.outgoing_failed(message_id, error, now_ms, unit);
                }
            }
            None => {}
        }
    }
}
