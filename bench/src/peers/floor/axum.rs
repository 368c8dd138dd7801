//! A bare axum WebSocket broadcast, as one writes it first: a task and a channel for each room.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use axum::{
    Router,
    extract::{
        State,
        ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::get,
};
use tokio::sync::broadcast;

use super::Request;

/// Messages of a room that a slow socket may be behind.
const CHANNEL: usize = 1024;

type Rooms = Arc<Mutex<HashMap<u64, broadcast::Sender<Utf8Bytes>>>>;

/// Serves until the process ends; `announce` gets the address.
pub(super) fn serve(announce: impl FnOnce(String)) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        announce(listener.local_addr()?.to_string());
        let app = Router::new()
            .route("/ws", get(upgrade))
            .with_state(Rooms::default());
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, app).await?)
    })
}

async fn upgrade(State(rooms): State<Rooms>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| run(socket, rooms))
}

async fn run(mut socket: WebSocket, rooms: Rooms) {
    let mut joined: Option<broadcast::Receiver<Utf8Bytes>> = None;
    loop {
        let event = async {
            match &mut joined {
                Some(room) => room.recv().await.ok(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            text = event => {
                let Some(text) = text else { return };
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => match Request::parse(&text) {
                    Some(Request::Join(room)) => {
                        joined = Some(channel(&rooms, room).subscribe());
                        let _ = socket.send(Message::Text("joined".into())).await;
                    }
                    Some(Request::Send(room, text)) => {
                        let _ = channel(&rooms, room).send(text.into());
                    }
                    None => {}
                },
                Some(Ok(_)) => {}
                _ => return,
            },
        }
    }
}

fn channel(rooms: &Rooms, room: u64) -> broadcast::Sender<Utf8Bytes> {
    let mut rooms = rooms.lock().unwrap_or_else(PoisonError::into_inner);
    let sender = rooms
        .entry(room)
        .or_insert_with(|| broadcast::channel(CHANNEL).0);
    sender.clone()
}
