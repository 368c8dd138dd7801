//! An accept loop for a router, on hyper-util.
//!
//! axum's own `serve` gives a client any time it likes to send its headers; this one cuts it off.
//! It also sets `TCP_NODELAY` (a chat message must not wait for the acknowledgement of the last
//! one) and ends in an orderly way. Nothing here knows what is served; host applications may use it
//! for their own router.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// How long a client may take to send the head of a request, and how long an idle connection is
/// kept: the protocol's limit.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest head of a request. Browsers with many cookies send some 8 KiB.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long requests in flight may take after the shutdown began: with the drain's window before
/// it, a stop stays within 15 seconds.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause after a failed accept, which happens when file descriptors run out: some must be closed
/// before another try can help.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `shutdown` is ready; then takes no more connections, finishes
/// the requests in flight (at most five seconds), and returns.
///
/// Each request carries the peer's address as `ConnectInfo<SocketAddr>`. For an engine,
/// [`Engine::drain_on`](crate::Engine::drain_on) is the right `shutdown`: sockets are then closed
/// before the listener is.
///
/// # Errors
/// Never for a single connection; only when the listener itself is unusable.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let connections = TaskTracker::new();
    let stop = CancellationToken::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(connect(stream, peer, router.clone(), stop.clone()));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    stop.cancel();
    connections.close();
    let ended = tokio::time::timeout(SHUTDOWN_TIMEOUT, connections.wait()).await;
    if ended.is_err() {
        tracing::warn!("requests still in flight were cut off");
    }
    Ok(())
}

/// Serves one connection until it ends, is upgraded, or `stop` lets it end after the request in
/// flight.
async fn connect(stream: TcpStream, peer: SocketAddr, router: Router, stop: CancellationToken) {
    if stream.set_nodelay(true).is_err() {
        return; // it has gone already
    }
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    mut router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.call(request).await
}

/// Whether only the connection that was being accepted is concerned.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
