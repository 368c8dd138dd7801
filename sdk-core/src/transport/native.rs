//! Native programs: reqwest and tungstenite over rustls.
//!
//! The cryptography (ring) and the root certificates are given explicitly: what a host program has
//! installed as its default is none of our business, and the platform's own verifier needs a set-up
//! on Android that a library cannot do.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, stream};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream,
    tungstenite::{
        Error as WsError, Message,
        client::IntoClientRequest,
        http::{HeaderValue, header::AUTHORIZATION},
        protocol::WebSocketConfig,
    },
};

use super::{
    Body, HttpRequest, HttpResponse, OnProgress, SOCKET_QUEUE, Socket, SocketEvent, SocketRefused,
    SocketRequest, Transport,
};
use crate::{Content, RelayError, platform::BoxFuture};

/// Pieces in which a body is sent: small enough for a smooth progress bar.
const CHUNK_BYTES: usize = 64 * 1024;
/// The largest frame that is accepted: a sync page of 500 messages with the longest texts, escaped.
const LARGEST_FRAME_BYTES: usize = 64 * 1024 * 1024;

type Stream = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// The transport of native programs.
#[derive(Debug)]
pub(crate) struct PlatformTransport {
    http: reqwest::Client,
    tls: Arc<rustls::ClientConfig>,
}

impl PlatformTransport {
    pub(crate) fn new() -> Result<Self, RelayError> {
        let tls = tls().map_err(|error| RelayError::network(error.to_string()))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .build()
            .map_err(|error| network(&error))?;
        let tls = Arc::new(tls);
        Ok(Self { http, tls })
    }

    async fn exchange(
        &self,
        request: HttpRequest,
        on_progress: Option<Box<dyn OnProgress + '_>>,
    ) -> Result<HttpResponse, RelayError> {
        let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes())
            .expect("all our methods are valid ones");
        let mut outgoing = self.http.request(method, &request.url);
        if let Some(token) = &request.bearer {
            outgoing = outgoing.bearer_auth(token);
        }
        let (sent, mut progress) = watch::channel(0);
        let mut total = 0;
        if let Some(Body {
            content,
            content_type,
        }) = request.body
        {
            let bytes = read(content).await?;
            total = bytes.len() as u64;
            outgoing = outgoing
                .header("content-type", content_type)
                .header("content-length", total)
                .body(counted(bytes, sent));
        }
        let answer = async {
            let response = outgoing.send().await?;
            let status = response.status().as_u16();
            let body = response.bytes().await?;
            Ok(HttpResponse { status, body })
        };
        tokio::pin!(answer);
        loop {
            tokio::select! {
                answer = &mut answer => return answer.map_err(|error| network(&error)),
                Ok(()) = progress.changed() => {
                    let loaded = *progress.borrow_and_update();
                    if let Some(tell) = &on_progress {
                        tell(loaded, total);
                    }
                }
            }
        }
    }

    async fn connect(&self, request: SocketRequest) -> Result<Socket, WsError> {
        let mut upgrade = request.url.into_client_request()?;
        if let Some(token) = request.bearer
            && let Ok(value) = HeaderValue::try_from(format!("Bearer {token}"))
        {
            upgrade.headers_mut().insert(AUTHORIZATION, value);
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_FRAME_BYTES))
            .max_frame_size(Some(LARGEST_FRAME_BYTES));
        let connector = Connector::Rustls(Arc::clone(&self.tls));
        let (stream, _) = tokio_tungstenite::connect_async_tls_with_config(
            upgrade,
            Some(config),
            true,
            Some(connector),
        )
        .await?;
        let (sender, outgoing) = mpsc::channel(SOCKET_QUEUE);
        let (incoming, events) = mpsc::channel(SOCKET_QUEUE);
        tokio::spawn(pump(stream, outgoing, incoming));
        Ok(Socket { sender, events })
    }
}

impl Transport for PlatformTransport {
    fn http<'a>(
        &'a self,
        request: HttpRequest,
        on_progress: Option<Box<dyn OnProgress + 'a>>,
    ) -> BoxFuture<'a, Result<HttpResponse, RelayError>> {
        Box::pin(self.exchange(request, on_progress))
    }

    fn open_socket(&self, request: SocketRequest) -> BoxFuture<'_, Result<Socket, SocketRefused>> {
        Box::pin(async move {
            self.connect(request).await.map_err(|error| SocketRefused {
                status: match &error {
                    WsError::Http(response) => Some(response.status().as_u16()),
                    _ => None,
                },
                detail: error.to_string(),
            })
        })
    }

    fn sends_authorization(&self) -> bool {
        true
    }
}

fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.into(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// The bytes of a body. A file that cannot be read is told apart by the field.
async fn read(content: Content) -> Result<Bytes, RelayError> {
    let file = match content {
        Content::Bytes(bytes) => return Ok(bytes),
        Content::File(file) => file,
    };
    let read = tokio::task::spawn_blocking(move || std::fs::read(file.path())).await;
    let detail = match read {
        Ok(Ok(bytes)) => return Ok(bytes.into()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Err(RelayError {
        field: Some("file".to_owned()),
        ..RelayError::network(detail)
    })
}

/// A body that counts what has been taken of it.
fn counted(bytes: Bytes, sent: watch::Sender<u64>) -> reqwest::Body {
    let chunks = stream::unfold((bytes, sent), async |(mut rest, sent)| {
        if rest.is_empty() {
            return None;
        }
        let chunk = rest.split_to(rest.len().min(CHUNK_BYTES));
        sent.send_modify(|count| *count += chunk.len() as u64);
        Some((Ok::<_, Infallible>(chunk), (rest, sent)))
    });
    reqwest::Body::wrap_stream(chunks)
}

fn network(error: &reqwest::Error) -> RelayError {
    let mut detail = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        detail.push_str(": ");
        detail.push_str(&cause.to_string());
        source = cause.source();
    }
    RelayError::network(detail)
}

/// Moves frames both ways until one side ends.
async fn pump(
    mut stream: Stream,
    mut outgoing: mpsc::Receiver<String>,
    incoming: mpsc::Sender<SocketEvent>,
) {
    let end = loop {
        tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(text) => {
                    if stream.send(Message::text(text)).await.is_err() {
                        break None;
                    }
                }
                None => {
                    let _ = stream.close(None).await;
                    return;
                }
            },
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let event = SocketEvent::Text(text.as_str().to_owned());
                    if incoming.send(event).await.is_err() {
                        return;
                    }
                }
                Some(Ok(Message::Close(frame))) => break frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break None,
            },
        }
    };
    let _ = incoming.send(SocketEvent::Closed(end)).await;
}
