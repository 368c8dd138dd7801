//! List the webhooks.

use axum::{Json, extract::State};
use relaychat_protocol::rest::webhooks::WebhookList;

use crate::{
    http::{ApiError, ApiState},
    services::Server,
};

/// All webhooks, oldest first.
#[utoipa::path(
    get,
    path = "/v1/server/webhooks",
    tag = "host",
    responses((status = 200, description = "The webhooks", body = WebhookList)),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn list_webhooks(
    State(state): State<ApiState>,
    _: Server,
) -> Result<Json<WebhookList>, ApiError> {
    let webhooks = state.services.list_webhooks().await?;
    let items = webhooks.iter().map(crate::wire::webhook).collect();
    Ok(Json(WebhookList { items }))
}
