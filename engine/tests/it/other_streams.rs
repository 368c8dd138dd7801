//! A host serves over streams of its own (its TLS, something in memory): sockets work there as well.

use std::net::SocketAddr;

use axum::{http::Method, serve::Listener};
use relaychat_engine::test_support::{TestEngine, TestUser};
use relaychat_protocol::frames::{ClientFrame, ServerFrame, close_code};
use serde_json::Value;
use tokio::{
    io::BufStream,
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::tungstenite::Message as Raw;

use crate::client::{Client, draft, group};

/// Hands out what is no plain TCP stream, and holds back what is not flushed.
struct Buffering(TcpListener);

impl Listener for Buffering {
    type Io = BufStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, peer) = self.0.accept().await.expect("a peer");
        (BufStream::new(stream), peer)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// Serves the engine over such streams as long as the test runs; where its sockets are.
async fn serve(engine: &TestEngine) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let router = engine.engine().router();
    tokio::spawn(async move { axum::serve(Buffering(listener), router).await });
    format!("ws://{address}/v1/ws")
}

async fn open(url: &str, user: &TestUser) -> Client {
    let mut client = Client::connect_to(url).await;
    client.hello(Some(user.access_token.clone()), None).await;
    client.ready().await;
    client
}

#[tokio::test]
async fn a_socket_on_a_stream_of_the_host_sends_hears_and_is_closed() {
    let engine = TestEngine::start_with(|config| config.limits.is_rate_limited = false).await;
    let ann = engine.log_in("ann@example.com").await;
    let bob = engine.log_in("bob@example.com").await;
    let chat_id = group(&engine, &ann, &[&bob]).await;
    let url = serve(&engine).await;
    let (mut ann_socket, mut bob_socket) = (open(&url, &ann).await, open(&url, &bob).await);
    // More at once than is written at once; all of it together fits into what may wait for a socket.
    let text = |number: usize| format!("{number} {}", "x".repeat(number * 20));
    for number in 0..100 {
        let (id, message) = (ann_socket.id(), draft(&text(number)));
        let send = ClientFrame::SendMessage {
            id,
            chat_id,
            message,
        };
        ann_socket.send(&send).await;
    }
    for number in 0..100 {
        assert_eq!(bob_socket.text().await, text(number));
    }
    bob_socket.send_message(chat_id, "and back").await;
    let heard = |frame| match frame {
        ServerFrame::Message { message, .. } if message.text == "and back" => Some(()),
        _ => None,
    };
    ann_socket.until(heard).await;
    bob_socket.send_raw(Raw::Ping("still there?".into())).await;
    let ping = |id| ClientFrame::Ping { id };
    let id = bob_socket.id();
    bob_socket.send(&ping(id.clone())).await;
    let answered = |frame| matches!(frame, ServerFrame::Pong { id: of } if of == id).then_some(());
    bob_socket.until(answered).await;

    let (token, path) = (
        &bob.access_token,
        format!("/v1/sessions/{}", bob.login.session.id),
    );
    let _: Value = engine
        .call(Method::DELETE, &path, Some(token), None::<&()>)
        .await
        .expect("logs out");
    assert_eq!(bob_socket.closed().await, close_code::UNAUTHENTICATED);
    ann_socket.send_raw(Raw::Text("nonsense".into())).await;
    assert_eq!(ann_socket.closed().await, close_code::MALFORMED);
    engine.stop().await;
}
