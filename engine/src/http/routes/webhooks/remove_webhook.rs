//! Remove a webhook.

use axum::{extract::State, http::StatusCode};
use uuid::Uuid;

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// Remove a webhook. What it has not been told it never is.
#[utoipa::path(
    delete,
    path = "/v1/server/webhooks/{webhook_id}",
    tag = "host",
    params(("webhook_id" = Uuid, Path, description = "The webhook")),
    responses((status = 204, description = "It is gone"), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn remove_webhook(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(webhook_id): ApiPath<Uuid>,
) -> Result<StatusCode, ApiError> {
    state.services.remove_webhook(webhook_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
