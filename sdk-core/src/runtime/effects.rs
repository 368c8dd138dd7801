//! Starting what the state has planned.

use std::sync::Arc;

use relaychat_protocol::{ChatId, ErrorCode, MessageId, UserId, frames::ClientFrame};

use super::{Inner, Runtime};
use crate::{
    RelayError, TokenReason, Upload, api::HistoryQuery, connection::machine::Input, encode,
    platform, state::Effect,
};

/// When to try again to renew a token that still lasts a while.
const RENEW_AGAIN_MS: i64 = 5_000;

impl Runtime {
    /// Starts one effect. Only this happens under the lock; the waiting is done by tasks.
    pub(super) fn perform(&self, inner: &mut Inner, effect: Effect, now_ms: i64, unit: f64) {
        match effect {
            Effect::Connection(action) => self.perform_connection(inner, action),
            Effect::Frame(frame) => self.send_frame(inner, &frame, now_ms, unit),
            Effect::ForgetSession => {
                self.credentials.forget();
                inner.links.clear();
            }
            Effect::RenewToken => self.start_task(Self::renew_token),
            Effect::Sync { since } => {
                let generation = inner.state.generation();
                self.start_task(async move |runtime| runtime.sync(since, generation).await);
            }
            Effect::LoadHistory(chat_id, query) => {
                let generation = inner.state.generation();
                self.start_task(async move |runtime| {
                    runtime.load_history(chat_id, query, generation).await;
                });
            }
            Effect::LoadKept(chat_id, load) => {
                self.start_task(async move |runtime| {
                    let Some(keeper) = &runtime.keeper else {
                        return;
                    };
                    let found = keeper.messages(&runtime, chat_id, load).await;
                    runtime.update(|state, _, _| state.kept_loaded(chat_id, load, found));
                    runtime.loads_changed();
                });
            }
            Effect::LoadChat(chat_id) => {
                let generation = inner.state.generation();
                self.start_task(async move |runtime| {
                    runtime.load_chat(chat_id, generation).await;
                });
            }
            Effect::LoadUser(user_id) => {
                self.start_task(async move |runtime| runtime.load_user(user_id).await);
            }
            Effect::LoadList(list) => {
                let generation = inner.state.generation();
                self.start_task(async move |runtime| runtime.load_list(list, generation).await);
            }
            Effect::Upload {
                message_id,
                index,
                upload,
            } => self.start_task(async move |runtime| {
                runtime.upload(message_id, index, upload).await;
            }),
        }
    }

    /// Hands a frame to the socket. A socket that cannot take it is a dead one.
    pub(super) fn send_frame(
        &self,
        inner: &mut Inner,
        frame: &ClientFrame,
        now_ms: i64,
        unit: f64,
    ) {
        let text = encode::json(frame);
        let socket = inner.socket.as_ref();
        if socket.is_none_or(|socket| socket.try_send(text).is_err()) {
            inner.state.connection(Input::Closed(None), now_ms, unit);
        }
    }

    async fn renew_token(self: Arc<Self>) {
        match self.token(TokenReason::Expired, None).await {
            Ok(token) => self.update(|state, _, _| state.authenticate(token)),
            Err(error) => {
                tracing::debug!(code = error.code, "the token could not be renewed");
                self.update(|state, now_ms, _| state.renewal_failed(now_ms + RENEW_AGAIN_MS));
            }
        }
    }

    async fn sync(self: Arc<Self>, since: Option<String>, generation: u64) {
        let answer = self.api().sync(since.as_deref()).await;
        self.update(|state, now_ms, unit| {
            if state.generation() != generation {
                return;
            }
            match answer {
                Ok(answer) => state.synced(answer, now_ms),
                Err(error) => state.sync_failed(&error, now_ms, unit),
            }
        });
    }

    async fn load_history(self: Arc<Self>, chat_id: ChatId, query: HistoryQuery, generation: u64) {
        let answer = self.api().history(chat_id, query).await;
        self.update(|state, now_ms, unit| {
            if state.generation() != generation {
                return;
            }
            match answer {
                Ok(page) => state.history_loaded(chat_id, query, page),
                Err(error) => state.history_failed(chat_id, error, now_ms, unit),
            }
        });
        self.loads_changed();
    }

    async fn load_chat(self: Arc<Self>, chat_id: ChatId, generation: u64) {
        let answer = self.api().get_chat(chat_id).await;
        // A picture from before a restored backup would be taken for a newer one.
        if self.lock().state.generation() != generation {
            return;
        }
        let failure = match answer {
            Ok(found) => {
                self.update(|state, _, _| state.learn_chat(found));
                return;
            }
            Err(error) => error,
        };
        let is_certain = !failure.retryable;
        if !is_certain {
            platform::sleep_ms(failure.retry_after_ms.unwrap_or(LOOK_UP_AGAIN_MS)).await;
        }
        self.update(|state, _, _| state.chat_not_found(chat_id, is_certain));
        self.loads_changed();
    }

    async fn load_user(self: Arc<Self>, user_id: UserId) {
        if let Ok(user) = self.api().get_user(user_id).await {
            self.update(|state, _, _| state.learn_users(vec![user]));
        }
    }

    /// Uploads one file of a message, unless the message is taken back meanwhile.
    async fn upload(self: Arc<Self>, message_id: MessageId, index: usize, upload: Upload) {
        let on_progress = |loaded: u64, total: u64| {
            self.update(|state, _, _| state.upload_progressed(message_id, index, (loaded, total)));
        };
        let api = self.api();
        let answer = tokio::select! {
            biased;
            answer = api.upload(&upload, Some(&on_progress)) => answer,
            () = self.until_taken_back(message_id) => return,
        };
        self.update(|state, now_ms, unit| match answer {
            Ok(attachment) => state.uploaded(message_id, index, attachment),
            Err(error) => state.outgoing_failed(message_id, explained(error), now_ms, unit),
        });
    }

    async fn until_taken_back(&self, message_id: MessageId) {
        let Some(outgoing) = self.lock().state.outbox.observe(message_id) else {
            return;
        };
        let is_taken_back = |now: &crate::OutgoingState| now.error.is_some();
        outgoing.subscribe().until(is_taken_back).await;
    }
}

/// How long to wait before looking something up again when the network failed.
pub(super) const LOOK_UP_AGAIN_MS: u64 = 2_000;

/// A local file that is gone is not the network's fault and does not come back.
fn explained(error: RelayError) -> RelayError {
    if error.code == "network" && error.field.as_deref() == Some("file") {
        return RelayError::of(ErrorCode::ValidationFailed, error.detail);
    }
    error
}
