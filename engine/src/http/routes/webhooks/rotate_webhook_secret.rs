//! Give a webhook a new secret.

use axum::{Json, extract::State};
use relaychat_protocol::rest::webhooks::WebhookWithSecret;
use uuid::Uuid;

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// A new secret. For a day the one before signs as well.
#[utoipa::path(
    post,
    path = "/v1/server/webhooks/{webhook_id}/secret",
    tag = "host",
    params(("webhook_id" = Uuid, Path, description = "The webhook")),
    responses((status = 200, description = "The webhook with its new secret", body = WebhookWithSecret), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn rotate_webhook_secret(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(webhook_id): ApiPath<Uuid>,
) -> Result<Json<WebhookWithSecret>, ApiError> {
    let changed = state.services.rotate_webhook_secret(webhook_id).await?;
    Ok(Json(crate::wire::webhook_with_secret(&changed)))
}
