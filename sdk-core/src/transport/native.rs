//! Native programs: reqwest and tungstenite over rustls.
//!
//! The cryptography (ring) and the root certificates are given explicitly: what a host program has
//! installed as its default is none of our business, and the platform's own verifier needs a set-up
//! on Android that a library cannot do.

use std::{
    convert::Infallible,
    fs::File,
    io::{self, Read},
    sync::Arc,
};

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
            let (body, body_bytes) = read(content, sent).await?;
            total = body_bytes;
            outgoing = outgoing
                .header("content-type", content_type)
                .header("content-length", total)
                .body(body);
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

/// A body and how many bytes it has. A file is read while it is sent; one that cannot be opened is
/// told apart by the field.
async fn read(
    content: Content,
    sent: watch::Sender<u64>,
) -> Result<(reqwest::Body, u64), RelayError> {
    let file = match content {
        Content::Bytes(bytes) => {
            let size_bytes = bytes.len() as u64;
            return Ok((counted(bytes, sent), size_bytes));
        }
        Content::File(file) => file,
    };
    let opened = blocking(move || {
        let file = File::open(file.path())?;
        let size_bytes = file.metadata()?.len();
        Ok((file, size_bytes))
    });
    let (file, size_bytes) = opened.await.map_err(|error| RelayError {
        field: Some("file".to_owned()),
        ..RelayError::network(error.to_string())
    })?;
    Ok((counted_file(file, size_bytes, sent), size_bytes))
}

/// Runs `work` where it may wait for a disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// A file as a body that counts what has been taken of it. What is written to the file meanwhile is
/// not sent; a file that became shorter breaks the request.
fn counted_file(file: File, size_bytes: u64, sent: watch::Sender<u64>) -> reqwest::Body {
    let chunks = stream::try_unfold((file, size_bytes, sent), async |(mut file, rest, sent)| {
        if rest == 0 {
            return Ok(None);
        }
        let (file, chunk) = blocking(move || {
            let mut chunk = Vec::with_capacity(CHUNK_BYTES);
            let piece = rest.min(CHUNK_BYTES as u64);
            file.by_ref().take(piece).read_to_end(&mut chunk)?;
            match chunk.is_empty() {
                true => Err(io::ErrorKind::UnexpectedEof.into()),
                false => Ok((file, Bytes::from(chunk))),
            }
        })
        .await?;
        let size_bytes = chunk.len() as u64;
        sent.send_modify(|count| *count += size_bytes);
        Ok::<_, io::Error>(Some((chunk, (file, rest - size_bytes, sent))))
    });
    reqwest::Body::wrap_stream(chunks)
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
