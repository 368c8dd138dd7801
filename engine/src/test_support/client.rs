//! Somebody with an open socket, for stories: a bare client without any rule of the chat, which
//! never reconnects.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, ProtocolRange,
    frames::{ClientFrame, ServerFrame, client::Hello},
    rest::messages::{Message, SendMessage},
};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message as Raw,
};

use super::{DEADLINE, START_MS, TestEngine};
use crate::{
    auth::Identity,
    random::{RandomExt, SystemRandom},
};

/// How long the tokens of a test's people are good: longer than any test moves its clock.
const TOKEN_TTL: Duration = Duration::from_secs(86_400);

/// Somebody who is logged in and connected. Made by [`TestEngine::connect_as`].
#[derive(Debug)]
pub struct TestClient {
    /// For `Authorization`, and for [`TestEngine::call`].
    pub access_token: String,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_id: u64,
}

impl TestEngine {
    /// Logs one of the host's people in, made if need be, and connects them. How the host logs
    /// people in does not matter: the engine is told that they are.
    ///
    /// # Panics
    /// When any step is not answered as documented.
    pub async fn connect_as(&self, identity: Identity) -> TestClient {
        let users = self.engine().users();
        let user = users.ensure(identity).await.expect("a person");
        let issued = users.issue_token(user.id, TOKEN_TTL).await;
        let access_token = issued.expect("a token").access_token;
        self.connect_with_token(&access_token).await
    }

    /// Connects somebody with a token, such as one that the host has signed.
    ///
    /// # Panics
    /// When the token is not good.
    pub async fn connect_with_token(&self, token: &str) -> TestClient {
        let (socket, _) = connect_async(self.socket_url()).await.expect("upgrades");
        let mut client = TestClient {
            access_token: token.to_owned(),
            socket,
            next_id: 0,
        };
        let hello = Hello {
            protocol: ProtocolRange::SUPPORTED,
            token: Some(token.to_owned()),
            since: None,
        };
        client.send(&ClientFrame::Hello(hello)).await;
        match client.next().await {
            ServerFrame::Ready(_) => {}
            other => panic!("expected ready, got {other:?}"),
        }
        client
    }
}

impl TestClient {
    /// Writes a message. The code is why it was refused. Frames that come before are dropped.
    ///
    /// # Errors
    /// The engine or a hook of the host refuses it.
    ///
    /// # Panics
    /// When nothing comes in time.
    pub async fn write(&mut self, chat_id: ChatId, text: &str) -> Result<Message, ErrorCode> {
        let id = self.command_id();
        let message = SendMessage {
            message_id: MessageId(SystemRandom.uuid_v7(START_MS)),
            text: text.to_owned(),
            attachment_ids: Vec::new(),
            reply_to_id: None,
            mentions: None,
        };
        self.send(&ClientFrame::SendMessage {
            id: id.clone(),
            chat_id,
            message,
        })
        .await;
        self.until(|frame| match frame {
            ServerFrame::Ack {
                id: acked,
                message: Some(message),
                ..
            } if acked == id => Some(Ok(*message)),
            ServerFrame::Error {
                id: Some(failed),
                error,
            } if failed == id => Some(Err(error.code)),
            _ => None,
        })
        .await
    }

    /// The next message that somebody wrote. Frames that come before are dropped.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn message(&mut self) -> Message {
        self.until(|frame| match frame {
            ServerFrame::Message { message, .. } => Some(*message),
            _ => None,
        })
        .await
    }

    /// Everything that has come, without waiting for more: what the engine had to tell before it
    /// answered a ping.
    ///
    /// # Panics
    /// When the ping is not answered.
    pub async fn so_far(&mut self) -> Vec<ServerFrame> {
        let id = self.command_id();
        self.send(&ClientFrame::Ping { id: id.clone() }).await;
        let mut frames = Vec::new();
        loop {
            match self.next().await {
                ServerFrame::Pong { id: answered } if answered == id => return frames,
                frame => frames.push(frame),
            }
        }
    }

    /// The first frame that `pick` wants; those before it are dropped.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn until<T>(&mut self, mut pick: impl FnMut(ServerFrame) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(self.next().await) {
                return found;
            }
        }
    }

    /// The next frame.
    ///
    /// # Panics
    /// When none comes in time, or the engine closes the socket.
    pub async fn next(&mut self) -> ServerFrame {
        match self.next_raw().await {
            Raw::Text(text) => serde_json::from_str(text.as_str()).expect("a documented frame"),
            other => panic!("expected a frame, got {other:?}"),
        }
    }

    /// The code with which the engine closes the socket. Frames that come before are dropped.
    ///
    /// # Panics
    /// When it does not in time.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Raw::Close(close) = self.next_raw().await {
                return close.expect("a code").code.into();
            }
        }
    }

    /// Sends any frame.
    ///
    /// # Panics
    /// When the socket is closed.
    pub async fn send(&mut self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("a frame");
        let sent = self.socket.send(Raw::text(text)).await;
        sent.expect("the socket is open");
    }

    fn command_id(&mut self) -> String {
        self.next_id += 1;
        self.next_id.to_string()
    }

    async fn next_raw(&mut self) -> Raw {
        loop {
            let next = tokio::time::timeout(DEADLINE, self.socket.next()).await;
            let next = next.expect("something comes in time");
            let message = next.expect("the socket is open").expect("the socket works");
            if !matches!(message, Raw::Ping(_) | Raw::Pong(_)) {
                return message;
            }
        }
    }
}
