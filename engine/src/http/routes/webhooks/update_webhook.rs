//! Change a webhook.

use axum::{Json, extract::State};
use relaychat_protocol::rest::webhooks::{UpdateWebhook, Webhook};
use uuid::Uuid;

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotFoundOrInvalid},
    services::{Server, WebhookChange},
};

/// Change a webhook, or switch it on or off.
#[utoipa::path(
    patch,
    path = "/v1/server/webhooks/{webhook_id}",
    tag = "host",
    params(("webhook_id" = Uuid, Path, description = "The webhook")),
    request_body = UpdateWebhook,
    responses((status = 200, description = "The webhook as it is now", body = Webhook), NotFoundOrInvalid),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn update_webhook(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(webhook_id): ApiPath<Uuid>,
    ApiJson(body): ApiJson<UpdateWebhook>,
) -> Result<Json<Webhook>, ApiError> {
    let UpdateWebhook {
        url,
        kinds,
        is_enabled,
    } = body;
    let change = WebhookChange {
        url,
        kinds,
        is_enabled,
    };
    let changed = state.services.update_webhook(webhook_id, change).await?;
    Ok(Json(crate::wire::webhook(&changed)))
}
