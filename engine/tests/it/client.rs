//! A bare client of the socket and the REST calls that the stories make: no rule of the chat, no
//! reconnecting, every surprise a panic.

use std::time::Duration;

use axum::http::Method;
use futures_util::{SinkExt, StreamExt};
use relaychat_engine::test_support::{DEADLINE, TestEngine, TestUser};
use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, ProtocolRange, UserId,
    frames::{ClientFrame, ServerFrame, client::Hello, server::Ready},
    rest::{
        chats::{AddMembers, ChatWithUsers, CreateGroupChat, OpenDirectChat},
        messages::{Message, SendMessage},
        users::{Me, UpdateMe},
    },
};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message as Raw, client::IntoClientRequest},
};
use uuid::Uuid;

/// How long a story watches to be sure that nothing comes.
pub(crate) const QUIET: Duration = Duration::from_millis(600);

/// An open socket.
pub(crate) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_id: u64,
    /// Every text that has come, one after the other.
    pub(crate) heard: String,
}

impl Client {
    /// A socket that has not said hello.
    pub(crate) async fn connect(engine: &TestEngine) -> Self {
        let (socket, _) = connect_async(engine.socket_url()).await.expect("upgrades");
        Self::over(socket)
    }

    /// A socket of a server that runs elsewhere, which has not said hello.
    pub(crate) async fn connect_to(url: &str) -> Self {
        let (socket, _) = connect_async(url).await.expect("upgrades");
        Self::over(socket)
    }

    /// A socket whose request carries the access token, as native clients do.
    pub(crate) async fn connect_authorized(engine: &TestEngine, token: &str) -> Self {
        let mut request = engine
            .socket_url()
            .into_client_request()
            .expect("a request");
        let value = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert("authorization", value);
        let (socket, _) = connect_async(request).await.expect("upgrades");
        Self::over(socket)
    }

    /// A socket whose request carries a header, as a browser sends a cookie.
    pub(crate) async fn connect_with(engine: &TestEngine, name: &'static str, value: &str) -> Self {
        let mut request = engine
            .socket_url()
            .into_client_request()
            .expect("a request");
        let value = value.parse().expect("a header");
        request.headers_mut().insert(name, value);
        let (socket, _) = connect_async(request).await.expect("upgrades");
        Self::over(socket)
    }

    fn over(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self {
            socket,
            next_id: 0,
            heard: String::new(),
        }
    }

    /// A live socket of `user`, from the beginning.
    pub(crate) async fn open(engine: &TestEngine, user: &TestUser) -> (Self, Ready) {
        Self::open_since(engine, user, None).await
    }

    /// A live socket of `user`, from a token on.
    pub(crate) async fn open_since(
        engine: &TestEngine,
        user: &TestUser,
        since: Option<String>,
    ) -> (Self, Ready) {
        let mut client = Self::connect(engine).await;
        client.hello(Some(user.access_token.clone()), since).await;
        let ready = client.ready().await;
        (client, ready)
    }

    pub(crate) async fn hello(&mut self, token: Option<String>, since: Option<String>) {
        self.send(&ClientFrame::Hello(Hello {
            protocol: ProtocolRange::SUPPORTED,
            token,
            since,
        }))
        .await;
    }

    pub(crate) async fn ready(&mut self) -> Ready {
        match self.next().await {
            ServerFrame::Ready(ready) => *ready,
            other => panic!("expected ready, got {other:?}"),
        }
    }

    pub(crate) async fn send(&mut self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("a frame");
        self.send_raw(Raw::text(text)).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Raw) {
        self.socket.send(message).await.expect("the socket is open");
    }

    /// A new id for a command.
    pub(crate) fn id(&mut self) -> String {
        self.next_id += 1;
        self.next_id.to_string()
    }

    /// Sends a message and waits for its ack. Events that come before are dropped.
    pub(crate) async fn send_message(&mut self, chat_id: ChatId, text: &str) -> Message {
        let id = self.id();
        let message = draft(text);
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
            } if acked == id => Some(*message),
            ServerFrame::Error { error, .. } => panic!("not sent: {error:?}"),
            _ => None,
        })
        .await
    }

    /// Sends a command made of its id, and waits for its ack (`None`) or the code of its error.
    pub(crate) async fn command(
        &mut self,
        make: impl FnOnce(String) -> ClientFrame,
    ) -> Option<ErrorCode> {
        let id = self.id();
        self.send(&make(id.clone())).await;
        self.until(|frame| match frame {
            ServerFrame::Ack { id: acked, .. } if acked == id => Some(None),
            ServerFrame::Error {
                id: Some(failed),
                error,
            } if failed == id => Some(Some(error.code)),
            _ => None,
        })
        .await
    }

    /// The next frame.
    pub(crate) async fn next(&mut self) -> ServerFrame {
        match self.next_raw().await {
            Raw::Text(text) => serde_json::from_str(text.as_str()).expect("a documented frame"),
            other => panic!("expected a frame, got {other:?}"),
        }
    }

    /// The next frame, or the code of the Close frame.
    pub(crate) async fn next_or_code(&mut self) -> Result<ServerFrame, u16> {
        match self.next_raw().await {
            Raw::Text(text) => Ok(serde_json::from_str(text.as_str()).expect("a documented frame")),
            Raw::Close(Some(close)) => Err(close.code.into()),
            other => panic!("expected a frame, got {other:?}"),
        }
    }

    /// The first frame that `pick` wants; those before it are dropped.
    pub(crate) async fn until<T>(&mut self, mut pick: impl FnMut(ServerFrame) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(self.next().await) {
                return found;
            }
        }
    }

    /// The text of the next message event.
    pub(crate) async fn text(&mut self) -> String {
        self.until(|frame| match frame {
            ServerFrame::Message { message, .. } => message.event.is_none().then_some(message.text),
            _ => None,
        })
        .await
    }

    /// The next token that covers everything received so far.
    pub(crate) async fn token(&mut self) -> String {
        self.until(|frame| match frame {
            ServerFrame::Token { token } => Some(token),
            _ => None,
        })
        .await
    }

    /// Everything that comes within a short while.
    pub(crate) async fn drain(&mut self) -> Vec<ServerFrame> {
        self.drain_for(QUIET).await
    }

    /// Everything that comes within a while.
    pub(crate) async fn drain_for(&mut self, while_: Duration) -> Vec<ServerFrame> {
        let mut frames = Vec::new();
        let end = tokio::time::Instant::now() + while_;
        while let Ok(Some(Ok(message))) = tokio::time::timeout_at(end, self.socket.next()).await {
            if let Raw::Text(text) = message {
                self.heard.push_str(&text);
                frames.push(serde_json::from_str(text.as_str()).expect("a documented frame"));
            }
        }
        frames
    }

    /// The code of the Close frame; frames before it are dropped.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            match self.next_raw().await {
                Raw::Close(Some(close)) => return close.code.into(),
                Raw::Close(None) => panic!("closed without a code"),
                _ => {}
            }
        }
    }

    /// Cuts the connection without a word.
    pub(crate) fn cut(self) {
        drop(self.socket);
    }

    async fn next_raw(&mut self) -> Raw {
        loop {
            let message = tokio::time::timeout(DEADLINE, self.socket.next())
                .await
                .expect("something comes in time")
                .expect("the socket is open")
                .expect("the socket works");
            if let Raw::Text(text) = &message {
                self.heard.push_str(text);
            }
            if !matches!(message, Raw::Ping(_) | Raw::Pong(_)) {
                return message;
            }
        }
    }
}

/// A message that has never been sent.
pub(crate) fn draft(text: &str) -> SendMessage {
    SendMessage {
        message_id: MessageId(new_id()),
        text: text.to_owned(),
        attachment_ids: Vec::new(),
        reply_to_id: None,
        mentions: None,
    }
}

#[expect(clippy::disallowed_methods, reason = "a client makes its own ids")]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// The one-to-one chat of two people.
pub(crate) async fn direct_chat(engine: &TestEngine, from: &TestUser, to: &TestUser) -> ChatId {
    let body = OpenDirectChat { user_id: to.id };
    let opened: ChatWithUsers = engine
        .call(
            Method::POST,
            "/v1/chats/direct",
            Some(&from.access_token),
            Some(&body),
        )
        .await
        .expect("a chat");
    opened.chat.info.id
}

/// A group of `owner` with others.
pub(crate) async fn group(engine: &TestEngine, owner: &TestUser, others: &[&TestUser]) -> ChatId {
    let body = CreateGroupChat {
        chat_id: ChatId(new_id()),
        name: "Group".to_owned(),
        user_ids: others.iter().map(|user| user.id).collect(),
    };
    let made: ChatWithUsers = engine
        .call(
            Method::POST,
            "/v1/chats/group",
            Some(&owner.access_token),
            Some(&body),
        )
        .await
        .expect("a group");
    made.chat.info.id
}

pub(crate) async fn add_members(
    engine: &TestEngine,
    by: &TestUser,
    chat_id: ChatId,
    ids: &[UserId],
) {
    let body = AddMembers {
        user_ids: ids.to_vec(),
    };
    let path = format!("/v1/chats/{chat_id}/members");
    let _: ChatWithUsers = engine
        .call(Method::POST, &path, Some(&by.access_token), Some(&body))
        .await
        .expect("added");
}

pub(crate) async fn remove_member(engine: &TestEngine, by: &TestUser, chat_id: ChatId, id: UserId) {
    let path = format!("/v1/chats/{chat_id}/members/{id}");
    let _: Value = engine
        .call(Method::DELETE, &path, Some(&by.access_token), None::<&()>)
        .await
        .expect("removed");
}

pub(crate) async fn rename(engine: &TestEngine, user: &TestUser, name: &str) -> Me {
    let body = UpdateMe {
        name: Some(name.to_owned()),
        ..UpdateMe::default()
    };
    engine
        .call(
            Method::PATCH,
            "/v1/me",
            Some(&user.access_token),
            Some(&body),
        )
        .await
        .expect("renamed")
}

/// Sends over REST.
pub(crate) async fn post_message(
    engine: &TestEngine,
    from: &TestUser,
    chat_id: ChatId,
    text: &str,
) -> Message {
    let path = format!("/v1/chats/{chat_id}/messages");
    engine
        .call(
            Method::POST,
            &path,
            Some(&from.access_token),
            Some(&draft(text)),
        )
        .await
        .expect("sent")
}

/// Fetches anything.
pub(crate) async fn get<T: serde::de::DeserializeOwned>(
    engine: &TestEngine,
    user: &TestUser,
    path: &str,
) -> T {
    engine
        .call(Method::GET, path, Some(&user.access_token), None::<&()>)
        .await
        .expect("fetched")
}
