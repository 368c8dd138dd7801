//! The signals that end the server.

use tokio::signal::unix::{SignalKind, signal};

/// Ready at the first SIGTERM or SIGINT.
pub(crate) async fn stop() {
    let mut terminate = signal(SignalKind::terminate()).expect("the runtime has signals enabled");
    let mut interrupt = signal(SignalKind::interrupt()).expect("the runtime has signals enabled");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
}
