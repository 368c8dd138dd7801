//! Webhooks, for servers of the host.

mod create_webhook;
mod list_webhook_deliveries;
mod list_webhooks;
mod remove_webhook;
mod replay_webhook;
mod rotate_webhook_secret;
mod update_webhook;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(
            list_webhooks::list_webhooks,
            create_webhook::create_webhook
        ))
        .routes(routes!(
            update_webhook::update_webhook,
            remove_webhook::remove_webhook
        ))
        .routes(routes!(rotate_webhook_secret::rotate_webhook_secret))
        .routes(routes!(list_webhook_deliveries::list_webhook_deliveries))
        .routes(routes!(replay_webhook::replay_webhook))
}
