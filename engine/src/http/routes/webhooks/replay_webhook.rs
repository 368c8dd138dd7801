//! Have a webhook told again.

use axum::{Json, extract::State};
use relaychat_protocol::rest::webhooks::{ReplayWebhook, Replayed};
use uuid::Uuid;

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotFoundOrInvalid},
    services::Server,
};

/// Tell a webhook again: one event, or everything of the last week since a time.
#[utoipa::path(
    post,
    path = "/v1/server/webhooks/{webhook_id}/replay",
    tag = "host",
    params(("webhook_id" = Uuid, Path, description = "The webhook")),
    request_body = ReplayWebhook,
    responses((status = 200, description = "How many are told again", body = Replayed), NotFoundOrInvalid),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn replay_webhook(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(webhook_id): ApiPath<Uuid>,
    ApiJson(body): ApiJson<ReplayWebhook>,
) -> Result<Json<Replayed>, ApiError> {
    let ReplayWebhook { event_id, since_ms } = body;
    let replayed = state.services.replay(webhook_id, event_id, since_ms);
    Ok(Json(Replayed {
        count: replayed.await?,
    }))
}
