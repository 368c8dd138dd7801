//! After the upgrade: the first frame, and the way from there to a live socket.
//!
//! Boxed and over before the long life of the socket begins, so that an idle socket does not carry
//! the memory of its beginning.

use std::{sync::Arc, time::Duration};

use relaychat_protocol::{
    ErrorCode, ProtocolRange, UserId,
    frames::{ClientFrame, ServerFrame, client::Hello, close_code, server::Ready},
};

use super::{
    Realtime, frames,
    hub::{Reading, Resumed},
    outbox::{Close, Outbox},
    socket::{Frame, Incoming, Socket, Writer},
};
use crate::{
    services::{Caller, ServiceError, SyncAnswer},
    wire,
};

/// A registered socket. Dropping it takes it out of the hub again, whatever happened.
pub(super) struct Registration {
    pub(super) realtime: Realtime,
    pub(super) outbox: Arc<Outbox>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let services = &self.realtime.services;
        services.metrics.frames_sent.add(self.outbox.take_sent());
        let now_ms = self.realtime.services.clock.now_ms();
        self.realtime.hub.deregister(&self.outbox, now_ms);
    }
}

/// Why a socket does not become live.
pub(super) enum Refusal {
    /// To be told to the peer.
    Close(Close),
    /// The peer has closed; to be answered with this.
    Closed(Frame),
    /// The peer has gone.
    Gone,
}

impl From<Close> for Refusal {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// From the first frame to a live socket.
pub(super) async fn greet(
    realtime: &Realtime,
    (socket, writer): (&mut Socket, &mut Writer),
    known: Option<Caller>,
) -> Result<(Caller, Registration), Refusal> {
    let hello = first_frame(realtime, (socket, writer)).await?;
    let protocol = ProtocolRange::SUPPORTED
        .common(hello.protocol)
        .ok_or(Close {
            code: close_code::VERSION,
            reason: "no common protocol version",
        })?;
    let closed = |error: ServiceError| close_of(&error);
    let caller = match known {
        Some(caller) => caller,
        None => named(realtime, hello.token).await?,
    };
    let allowed = realtime.services.check_connect(caller).await;
    allowed.map_err(closed)?;
    let registration = Registration {
        realtime: realtime.clone(),
        outbox: realtime.hub.register(caller),
    };
    // Once more: the session may have ended before the hub could know the socket.
    realtime
        .services
        .still_alive(caller)
        .await
        .map_err(closed)?;
    let since = hello.since.as_deref();
    let (answer, reading) = catch_up(realtime, caller, &registration.outbox, since)
        .await
        .map_err(closed)?;
    let ready = frames::encode(&ready(realtime, caller, protocol, &answer));
    let sent = writer.send(ready);
    let timeout = Duration::from_millis(realtime.config.realtime.hello_timeout_ms);
    if !matches!(tokio::time::timeout(timeout, sent).await, Ok(Ok(()))) {
        return Err(Refusal::Gone);
    }
    let is_whole = !answer.has_more;
    realtime
        .hub
        .go_live(&registration.outbox, &answer.chat_ids, is_whole);
    if let Some(reading) = reading {
        realtime.hub.remember(reading);
    }
    Ok((caller, registration))
}

/// Whom the token of `hello` names.
async fn named(realtime: &Realtime, token: Option<String>) -> Result<Caller, Close> {
    let token = token.ok_or(Close {
        code: close_code::UNAUTHENTICATED,
        reason: "hello without a token",
    })?;
    let caller = realtime.services.authenticate(&token).await;
    caller.map_err(|error| close_of(&error))
}

/// Waits for `hello`, but not for long.
async fn first_frame(
    realtime: &Realtime,
    (socket, writer): (&mut Socket, &mut Writer),
) -> Result<Hello, Refusal> {
    let timeout = Duration::from_millis(realtime.config.realtime.hello_timeout_ms);
    let received = async {
        loop {
            match socket.receive().await {
                Incoming::Text(text) => return Ok(text),
                Incoming::Alive => {}
                Incoming::Ping(answer) => {
                    writer.send(answer).await.map_err(|_| Refusal::Gone)?;
                }
                Incoming::Fault(close) => return Err(close.into()),
                Incoming::Closed(answer) => return Err(Refusal::Closed(answer)),
                Incoming::Gone => return Err(Refusal::Gone),
            }
        }
    };
    let text = tokio::select! {
        received = tokio::time::timeout(timeout, received) => received.unwrap_or_else(|_| {
            Err(Refusal::Close(Close {
                code: close_code::AUTHENTICATION_TIMEOUT,
                reason: "no hello in time",
            }))
        })?,
        () = realtime.lifecycle.draining.cancelled() => return Err(super::DRAINING.into()),
    };
    match serde_json::from_str(&text) {
        Ok(ClientFrame::Hello(hello)) => Ok(hello),
        Ok(_) | Err(_) => Err(Refusal::Close(Close {
            code: close_code::MALFORMED,
            reason: "the first frame must be hello",
        })),
    }
}

/// Steps 2 and 3 of connecting (see the hub): subscribe, then read one state of storage. What was
/// read is to be remembered; nothing is read for those who have certainly missed nothing.
async fn catch_up(
    realtime: &Realtime,
    caller: Caller,
    outbox: &Arc<Outbox>,
    since: Option<&str>,
) -> Result<(SyncAnswer, Option<Reading>), ServiceError> {
    let services = &realtime.services;
    let seen = since.and_then(|since| services.seen_up_to(caller.user_id, since));
    if let Some((seen, is_told_reads)) = seen
        && let Some(newest) = services.newest_change().await
        && let Some(resumed) = realtime.hub.resume(outbox, seen, newest)
        && resumed.me.privacy.shows_read_receipts == is_told_reads
    {
        let Resumed {
            me,
            chat_ids,
            change,
        } = resumed;
        return Ok((services.nothing_missed(me, chat_ids, change), None));
    }
    keep_apart(realtime, caller.user_id).await?;
    let chat_ids = services.list_chat_ids(caller.user_id).await?;
    realtime.hub.subscribe(outbox, &chat_ids);
    let answer = services.sync(caller, since).await?;
    let reading = (!answer.has_more).then(|| Reading {
        me: answer.me.clone(),
        chat_ids: answer.chat_ids.clone(),
        change: answer.change,
        quiet_from: seen
            .map(|(seen, _)| seen)
            .filter(|_| answer.is_empty())
            .unwrap_or(answer.change),
    });
    Ok((answer, reading))
}

/// Has the hub know of whom somebody hears nothing, and what they let others see. Read again where
/// any of it changed meanwhile.
async fn keep_apart(realtime: &Realtime, user_id: UserId) -> Result<(), ServiceError> {
    loop {
        let steps = realtime.hub.block_steps();
        let (others, privacy) = realtime.services.kept_apart(user_id).await?;
        if realtime.hub.keep_apart(user_id, (&others, privacy), steps) {
            return Ok(());
        }
    }
}

fn ready(realtime: &Realtime, caller: Caller, protocol: u32, answer: &SyncAnswer) -> ServerFrame {
    let now_ms = realtime.services.clock.now_ms();
    let expires_in_ms = caller.token_expires_at_ms.saturating_sub(now_ms);
    ServerFrame::Ready(Box::new(Ready {
        protocol,
        session_id: caller.session_id,
        token_expires_in_ms: u64::try_from(expires_in_ms).unwrap_or(0),
        server_time_ms: now_ms,
        limits: wire::limits(&realtime.config),
        sync: wire::sync_answer(answer),
    }))
}

/// How a socket closes when a use case fails before it is live.
fn close_of(error: &ServiceError) -> Close {
    match error.code {
        ErrorCode::Unauthenticated | ErrorCode::TokenExpired | ErrorCode::SessionRevoked => Close {
            code: close_code::UNAUTHENTICATED,
            reason: "not a valid access token",
        },
        ErrorCode::Forbidden | ErrorCode::Rejected => Close {
            code: close_code::REFUSED,
            reason: "the host application refuses the connection",
        },
        ErrorCode::Unavailable => Close {
            code: close_code::INTERNAL,
            reason: "the server is busy",
        },
        ErrorCode::RateLimited => Close {
            code: close_code::RATE_LIMITED,
            reason: "too many connections",
        },
        ErrorCode::MalformedRequest | ErrorCode::ValidationFailed => Close {
            code: close_code::MALFORMED,
            reason: "hello cannot be used",
        },
        _ => {
            tracing::warn!(%error, source = ?error.source, "a socket could not be opened");
            Close {
                code: close_code::INTERNAL,
                reason: "the server failed",
            }
        }
    }
}
