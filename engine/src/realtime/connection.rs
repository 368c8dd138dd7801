//! The life of one socket: a task that reads commands, writes what the hub queued, and ends.
//!
//! ```text
//!            hub (events, typing, presence, pings, close) ──┐
//!   peer ──▶ read ──▶ command ──▶ use case ──▶ answer ──────┴──▶ outbox ──▶ peer
//! ```
//!
//! Commands run inside this task, several at a time: a slow commit holds up neither pings nor
//! events. They start in the order in which they came, so messages of one socket keep it. The loop
//! has no timer of its own; what is due (pings, expiry, tokens) the hub's ticker puts into the
//! outbox. Events are written by the hub: this task is woken when the peer sends, when an answer is
//! ready, when the kernel has room again, and at the end. From a peer that does not take what is
//! written to it, nothing is read.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use relaychat_protocol::{
    ChatId,
    frames::{ClientFrame, ServerFrame, close_code},
};

use super::{
    Realtime,
    commands::{self, Command, Context, Parsed},
    frames, hello,
    hello::{Refusal, Registration},
    limits::FrameRate,
    outbox::{Close, Todo},
    socket::{Frame, Incoming, Socket, Writer},
};
use crate::{domain::message::Edit, services::Caller, wire};

/// How long the last frames before a Close may take: a peer that was slow gets a chance to learn
/// why it is cut off.
const LAST_WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long commands under way may take when the socket closes: some commits.
const LAST_COMMANDS_TIMEOUT: Duration = Duration::from_secs(2);
/// Chats whose typing throttle is remembered; nobody types in more at a time.
const TYPING_CHATS_MAX: usize = 16;

/// Serves one socket from the upgrade to its end.
pub(super) async fn run(
    realtime: Realtime,
    (mut socket, mut writer): (Socket, Writer),
    known: Option<Caller>,
) {
    let greeting = Box::pin(hello::greet(&realtime, (&mut socket, &mut writer), known)).await;
    let (caller, registration) = match greeting {
        Ok(live) => live,
        Err(Refusal::Close(close)) => return Box::pin(socket.close(writer, close)).await,
        Err(Refusal::Closed(answer)) => return Box::pin(writer.leave(answer)).await,
        Err(Refusal::Gone) => return,
    };
    registration.outbox.attach(writer);
    realtime.services.metrics.sockets_opened.add(1);
    let rate = frame_rate(&realtime);
    let services = Arc::clone(&realtime.services);
    let connection = Connection {
        registration,
        caller,
        commands: FuturesUnordered::new(),
        rate,
        frames_received: 0,
        typing: Vec::new(),
    };
    services.tell_connected(caller);
    connection.serve(socket).await;
    services.tell_disconnected(caller);
}

fn frame_rate(realtime: &Realtime) -> FrameRate {
    let settings = &realtime.config.realtime;
    let (per_second, burst) = if realtime.config.limits.is_rate_limited {
        (settings.frames_per_second, settings.frame_burst)
    } else {
        (u32::MAX, u32::MAX)
    };
    FrameRate::new(per_second, burst, realtime.hub.elapsed_ms())
}

struct Connection {
    registration: Registration,
    caller: Caller,
    commands: FuturesUnordered<Command>,
    rate: FrameRate,
    frames_received: u64,
    /// When this socket last said that it is typing, by chat.
    typing: Vec<(ChatId, u64)>,
}

/// What is next for the socket.
enum Next {
    Todo(Todo),
    Answer(Option<Frame>),
    Incoming(Incoming),
}

/// How the loop ends.
enum End {
    Close(Close),
    /// The peer has closed; to be answered with this.
    Closed(Frame),
    Gone,
}

impl Connection {
    async fn serve(mut self, mut socket: Socket) {
        let end = loop {
            let next = self.next(&mut socket).await;
            if let Err(end) = self.step(next) {
                break end;
            }
        };
        Box::pin(self.end(socket, end)).await;
    }

    async fn next(&mut self, socket: &mut Socket) -> Next {
        let outbox = &self.registration.outbox;
        let commands_max = self
            .registration
            .realtime
            .config
            .realtime
            .commands_in_flight;
        let may_read = self.commands.len() < commands_max && !outbox.has_backlog();
        tokio::select! {
            todo = outbox.next() => Next::Todo(todo),
            Some(answer) = self.commands.next() => Next::Answer(answer),
            incoming = socket.receive(), if may_read => Next::Incoming(incoming),
        }
    }

    fn step(&mut self, next: Next) -> Result<(), End> {
        match next {
            Next::Todo(todo) => self.attend(todo),
            Next::Answer(answer) => {
                self.answer(answer);
                Ok(())
            }
            Next::Incoming(incoming) => {
                let answer = self.receive(incoming)?;
                self.answer(answer);
                Ok(())
            }
        }
    }

    fn answer(&self, answer: Option<Frame>) {
        if let Some(answer) = answer {
            self.registration.outbox.push(None, &answer);
        }
    }

    fn attend(&mut self, todo: Todo) -> Result<(), End> {
        match todo {
            Todo::Drained => {}
            Todo::RecheckWatch => self.commands.push(self.context().recheck_watch()),
            Todo::Gone => return Err(End::Gone),
            Todo::Close(close) => {
                if close.code == close_code::SLOW_CONSUMER {
                    self.realtime().services.metrics.slow_sockets.add(1);
                }
                return Err(End::Close(close));
            }
        }
        Ok(())
    }

    fn receive(&mut self, incoming: Incoming) -> Result<Option<Frame>, End> {
        let text = match incoming {
            Incoming::Gone => return Err(End::Gone),
            Incoming::Fault(close) => return Err(End::Close(close)),
            Incoming::Closed(answer) => return Err(End::Closed(answer)),
            Incoming::Alive => {
                self.heard();
                return Ok(None);
            }
            Incoming::Ping(answer) => {
                self.heard();
                return Ok(Some(answer));
            }
            Incoming::Text(text) => text,
        };
        let now_ms = self.heard();
        self.frames_received += 1;
        if !self.rate.allow(now_ms) {
            return Err(End::Close(Close {
                code: close_code::RATE_LIMITED,
                reason: "too many frames",
            }));
        }
        match commands::parse(&text) {
            Parsed::Frame(frame) => Ok(self.start(*frame, now_ms)),
            Parsed::Unreadable { id, detail } => Ok(Some(self.context().unreadable(id, detail))),
            Parsed::NotAnObject => Err(End::Close(Close {
                code: close_code::MALFORMED,
                reason: "not a JSON object",
            })),
        }
    }

    /// Starts a command, or answers at once.
    fn start(&mut self, frame: ClientFrame, now_ms: u64) -> Option<Frame> {
        if let ClientFrame::SendMessage { chat_id, .. } = &frame {
            // Sending ends typing, and typing the next message is news at once. Sends have a rate
            // of their own, so this cannot be used to get around the throttle.
            self.typing.retain(|(known, _)| known != chat_id);
        }
        let context = self.context();
        let command = match frame {
            ClientFrame::SendMessage {
                id,
                chat_id,
                message,
            } => context.send_message(id, chat_id, message),
            ClientFrame::EditMessage {
                id,
                chat_id,
                message_id,
                text,
                mentions,
            } => {
                let mentions = wire::mentions(mentions);
                context.edit_message(id, (chat_id, message_id), Edit { text, mentions })
            }
            ClientFrame::DeleteMessage {
                id,
                chat_id,
                message_id,
            } => context.delete_message(id, (chat_id, message_id)),
            ClientFrame::React {
                id,
                chat_id,
                message_id,
                emoji,
                is_set,
            } => context.react(id, (chat_id, message_id), emoji, is_set),
            ClientFrame::PinMessage {
                id,
                chat_id,
                message_id,
                is_pinned,
            } => context.pin_message(id, (chat_id, message_id), is_pinned),
            ClientFrame::Mark { id, chat_id, mark } => context.mark(id, chat_id, mark),
            ClientFrame::UpdateChatSettings {
                id,
                chat_id,
                change,
            } => context.update_chat_settings(id, chat_id, change),
            ClientFrame::Authenticate { id, token } => context.authenticate(id, token),
            ClientFrame::WatchPresence { id, user_ids } => context.watch_presence(id, user_ids),
            ClientFrame::Ping { id } => return Some(frames::encode(&ServerFrame::Pong { id })),
            ClientFrame::Typing { chat_id, is_typing } => {
                if self.may_type(chat_id, is_typing, now_ms) {
                    self.typing(chat_id, is_typing);
                }
                return None;
            }
            ClientFrame::Hello(_) => {
                let detail = "`hello` is the first frame and no other".to_owned();
                return Some(context.unreadable(None, detail));
            }
        };
        self.commands.push(command);
        None
    }

    fn typing(&self, chat_id: ChatId, is_typing: bool) {
        let realtime = self.realtime();
        let outbox = &self.registration.outbox;
        let expires_in_ms = realtime.hub.typing(outbox, chat_id, is_typing);
        if let (Some(expires_in_ms), Some(cluster)) = (expires_in_ms, &realtime.cluster) {
            cluster.typing(chat_id, outbox.user_id, expires_in_ms);
        }
    }

    /// Whether a `typing` frame is passed on: beginnings not too often, ends only of beginnings.
    fn may_type(&mut self, chat_id: ChatId, is_typing: bool, now_ms: u64) -> bool {
        let throttle_ms = self.realtime().config.realtime.typing_throttle_ms;
        let expires_ms = self.realtime().config.realtime.typing_expires_ms;
        self.typing
            .retain(|(_, began_ms)| now_ms.saturating_sub(*began_ms) < expires_ms);
        let known = self.typing.iter().position(|(known, _)| *known == chat_id);
        match (known, is_typing) {
            (Some(place), true) => {
                let is_due = now_ms.saturating_sub(self.typing[place].1) >= throttle_ms;
                if is_due {
                    self.typing[place].1 = now_ms;
                }
                is_due
            }
            (None, true) if self.typing.len() < TYPING_CHATS_MAX => {
                self.typing.push((chat_id, now_ms));
                true
            }
            (None, _) => false,
            // The beginning stays noted: ending and beginning again is throttled too.
            (Some(_), false) => true,
        }
    }

    /// Lets out what waits, answers what is under way, then closes.
    async fn end(mut self, socket: Socket, end: End) {
        let (writer, mut backlog) = self.registration.outbox.detach();
        let Some(mut writer) = writer else {
            return;
        };
        if let End::Gone = end {
            return;
        }
        let last = tokio::time::timeout(LAST_WRITE_TIMEOUT, writer.drain(&mut backlog)).await;
        match end {
            _ if !matches!(last, Ok(Ok(()))) => {}
            End::Close(close) => {
                self.answer_all(&mut writer).await;
                drop(self);
                socket.close(writer, close).await;
            }
            End::Closed(answer) => {
                drop(self);
                writer.leave(answer).await;
            }
            End::Gone => {}
        }
    }

    /// What takes longer is not answered; the client sends it again and gets the first result.
    async fn answer_all(&mut self, writer: &mut Writer) {
        let answers = async {
            while let Some(answer) = self.commands.next().await {
                if let Some(answer) = answer
                    && writer.send(answer).await.is_err()
                {
                    break;
                }
            }
        };
        // Not answering is the peer's loss.
        let _ = tokio::time::timeout(LAST_COMMANDS_TIMEOUT, answers).await;
    }

    fn heard(&self) -> u64 {
        let now_ms = self.realtime().hub.elapsed_ms();
        self.registration.outbox.heard(now_ms);
        now_ms
    }

    fn context(&self) -> Context {
        Context {
            realtime: self.realtime().clone(),
            outbox: self.registration.outbox.clone(),
            caller: self.caller,
            frame_number: self.frames_received,
        }
    }

    fn realtime(&self) -> &Realtime {
        &self.registration.realtime
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The memory of what an `async fn` of three arguments becomes.
    fn bytes_of<A, B, C, F: Future>(_: impl Fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn the_task_of_a_socket_is_small() {
        // Nine hundred bytes of state without optimisation, and none of what connecting and closing
        // need: a hundred bytes are a megabyte at ten thousand sockets.
        assert!(bytes_of(run) <= 1_024, "{} bytes", bytes_of(run));
    }
}
