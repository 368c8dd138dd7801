//! Make a webhook.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::webhooks::{CreateWebhook, WebhookWithSecret};

use crate::{
    http::{ApiError, ApiJson, ApiState},
    services::Server,
};

/// A new webhook. Its secret is shown here and when it is changed.
#[utoipa::path(
    post,
    path = "/v1/server/webhooks",
    tag = "host",
    request_body = CreateWebhook,
    responses((status = 201, description = "The webhook was made", body = WebhookWithSecret)),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn create_webhook(
    State(state): State<ApiState>,
    _: Server,
    ApiJson(body): ApiJson<CreateWebhook>,
) -> Result<(StatusCode, Json<WebhookWithSecret>), ApiError> {
    let CreateWebhook { url, kinds } = body;
    let made = state.services.create_webhook(url, kinds).await?;
    let body = crate::wire::webhook_with_secret(&made);
    Ok((StatusCode::CREATED, Json(body)))
}
