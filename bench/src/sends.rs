//! Durable one-to-one sends a second: every sender waits for the ack before the next send.
//!
//! People sit in a ring, each sending to the next in a chat of their own. Over the socket
//! everybody is connected, so every message is also delivered once; over HTTP nobody is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use relaychat_protocol::frames::client::ClientFrame;
use relaychat_protocol::rest::messages::{Message, SendMessage};
use relaychat_protocol::{ChatId, MessageId};

use crate::Transport;
use crate::http::Http;
use crate::people::{self, Person};
use crate::process::{cpu_us, resident_bytes};
use crate::report::{ms, percentile};
use crate::server::Server;
use crate::socket::Socket;

/// Connections and caches get warm before anything counts.
const WARM_UP: Duration = Duration::from_secs(2);
/// A short chat message.
const TEXT: &str = "See you at eight, the usual place.";

/// When counting begins and ends.
#[derive(Clone, Copy)]
struct Window {
    from: Instant,
    to: Instant,
}

pub(crate) async fn run(senders: usize, secs: u64, transport: Transport) -> Result<()> {
    let server = Arc::new(Server::start().await?);
    let people = people::log_in(&server.address, senders.max(2)).await?;
    let mut chats = Vec::with_capacity(senders);
    for index in 0..senders {
        let next = &people[(index + 1) % people.len()];
        chats.push(people::open_chat(&server.address, &people[index], next).await?);
    }
    let from = Instant::now() + WARM_UP;
    let window = Window {
        from,
        to: from + Duration::from_secs(secs),
    };
    let mut tasks = Vec::with_capacity(senders);
    for (person, chat_id) in people.iter().cloned().zip(chats) {
        let address = server.address.clone();
        tasks.push(tokio::spawn(async move {
            match transport {
                Transport::Socket => over_socket(&address, &person, chat_id, window).await,
                Transport::Http => over_http(&address, &person, chat_id, window).await,
            }
        }));
    }
    tokio::time::sleep_until(window.from.into()).await;
    let cpu_before = cpu_us(server.process_id())?;
    tokio::time::sleep_until(window.to.into()).await;
    let cpu = cpu_us(server.process_id())? - cpu_before;
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.context("a sender panicked")??);
    }
    times.sort_unstable();
    print(
        transport,
        senders,
        secs,
        &times,
        cpu,
        resident_bytes(server.process_id())?,
    );
    Ok(())
}

async fn over_socket(
    address: &str,
    person: &Person,
    chat_id: ChatId,
    window: Window,
) -> Result<Vec<Duration>> {
    let mut socket = Socket::open(address, &person.token).await?;
    let mut times = Vec::new();
    while Instant::now() < window.to {
        let message = message();
        let id = message.message_id.to_string();
        let frame = ClientFrame::SendMessage {
            id: id.clone(),
            chat_id,
            message,
        };
        let start = Instant::now();
        socket.send(&frame).await?;
        socket.answer_to(&id).await?;
        count(&mut times, start, window);
    }
    Ok(times)
}

async fn over_http(
    address: &str,
    person: &Person,
    chat_id: ChatId,
    window: Window,
) -> Result<Vec<Duration>> {
    let mut http = Http::connect(address, Some(&person.token)).await?;
    let path = format!("/v1/chats/{chat_id}/messages");
    let mut times = Vec::new();
    while Instant::now() < window.to {
        let start = Instant::now();
        let _: Message = http.post(&path, &message()).await?;
        count(&mut times, start, window);
    }
    Ok(times)
}

/// Counts an ack that came inside the window.
fn count(times: &mut Vec<Duration>, start: Instant, window: Window) {
    let now = Instant::now();
    if (window.from..window.to).contains(&now) {
        times.push(now - start);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client of its own: ids are made where messages are"
)]
fn message() -> SendMessage {
    SendMessage {
        message_id: MessageId(uuid::Uuid::now_v7()),
        text: TEXT.to_owned(),
        attachment_ids: Vec::new(),
    }
}

fn print(
    transport: Transport,
    senders: usize,
    secs: u64,
    times: &[Duration],
    cpu: u64,
    resident: u64,
) {
    let acks = times.len() as u64;
    println!(
        "sends    {senders} senders over {transport:?} for {secs} s: {} a second, ack p50 {} p99 {}, server CPU {} us a message, {} MiB resident",
        acks / secs.max(1),
        ms(percentile(times, 500)),
        ms(percentile(times, 990)),
        cpu / acks.max(1),
        resident / 1024 / 1024,
    );
}
