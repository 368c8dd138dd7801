//! Sends what transactions of the host have left: when one has committed, and every few seconds,
//! for a notice reaches nobody while a node starts or has lost its connection.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::services::Services;

/// How long a message may wait whose notice nobody heard: well below the 15 seconds in which
/// everything has to be noticed.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Runs until `stop`.
pub(super) async fn run(services: Arc<Services>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = services.send_staged().await {
            tracing::warn!(%error, cause = error.source, "staged messages are sent later");
        }
        let noticed = async {
            if let Err(error) = services.storage.staged_elsewhere().await {
                tracing::warn!(%error, "notices of staged messages are not heard");
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = noticed => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
