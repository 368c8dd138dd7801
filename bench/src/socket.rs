//! A raw WebSocket client: says hello, sends frames, reads frames.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use relaychat_protocol::ProtocolRange;
use relaychat_protocol::frames::client::{ClientFrame, Hello};
use relaychat_protocol::frames::server::ServerFrame;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// A live socket of one person.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Connects, authenticates and waits for `ready`.
    pub(crate) async fn open(address: &str, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let url = format!("ws://{address}/v1/ws");
        let (stream, _) = tokio_tungstenite::client_async(url, stream).await?;
        let mut socket = Self(stream);
        let hello = Hello {
            protocol: ProtocolRange::SUPPORTED,
            token: Some(token.to_owned()),
            since: None,
        };
        socket.send(&ClientFrame::Hello(hello)).await?;
        loop {
            match socket.receive().await? {
                ServerFrame::Ready(_) => return Ok(socket),
                ServerFrame::Error { error, .. } => bail!("refused: {}", error.detail),
                _ => {}
            }
        }
    }

    pub(crate) async fn send(&mut self, frame: &ClientFrame) -> Result<()> {
        let text = serde_json::to_string(frame)?;
        Ok(self.0.send(Message::text(text)).await?)
    }

    /// The next frame; pings are answered on the way.
    pub(crate) async fn receive(&mut self) -> Result<ServerFrame> {
        loop {
            match self.0.next().await.context("the socket ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(frame) => bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Reads until the answer to the command `id`; tells whether it is an ack.
    pub(crate) async fn answer_to(&mut self, wanted: &str) -> Result<bool> {
        loop {
            match self.receive().await? {
                ServerFrame::Ack { id, .. } if id == wanted => return Ok(true),
                ServerFrame::Error {
                    id: Some(id),
                    error,
                } if id == wanted => {
                    bail!("refused: {} {}", error.code, error.detail)
                }
                _ => {}
            }
        }
    }
}
