//! The signals that end the server.

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a shell reports for a program that an interrupt ended: 128 and the signal's number.
const INTERRUPTED: i32 = 130;

/// Ready at the first SIGTERM or SIGINT. A second one ends the process at once, for whoever does not
/// want to wait.
pub(crate) fn stop() -> anyhow::Result<impl Future<Output = ()> + Send> {
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        either(&mut terminate, &mut interrupt).await;
        tracing::info!("stopping: sockets are told to come back, requests are finished");
        tokio::spawn(async move {
            either(&mut terminate, &mut interrupt).await;
            tracing::warn!("stopped at once by a second signal");
            std::process::exit(INTERRUPTED);
        });
    })
}

fn listen(kind: SignalKind) -> anyhow::Result<Signal> {
    signal(kind).context("signals cannot be listened to")
}

async fn either(first: &mut Signal, second: &mut Signal) {
    tokio::select! {
        _ = first.recv() => {}
        _ = second.recv() => {}
    }
}
