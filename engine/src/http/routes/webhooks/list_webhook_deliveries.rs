//! List what a webhook was told.

use axum::{Json, extract::State};
use relaychat_protocol::rest::webhooks::WebhookDeliveryList;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    http::{ApiError, ApiPath, ApiQuery, ApiState, problems::NotFoundOrInvalid},
    services::Server,
};

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListWebhookDeliveries {
    /// `number` of the last delivery of the page before.
    #[serde(default)]
    #[param(minimum = 1)]
    before: Option<u64>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// What a webhook was told and is to be told, newest first. Kept for a week.
#[utoipa::path(
    get,
    path = "/v1/server/webhooks/{webhook_id}/deliveries",
    tag = "host",
    params(("webhook_id" = Uuid, Path, description = "The webhook"), ListWebhookDeliveries),
    responses((status = 200, description = "A page of deliveries", body = WebhookDeliveryList), NotFoundOrInvalid),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn list_webhook_deliveries(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(webhook_id): ApiPath<Uuid>,
    ApiQuery(wanted): ApiQuery<ListWebhookDeliveries>,
) -> Result<Json<WebhookDeliveryList>, ApiError> {
    let ListWebhookDeliveries { before, limit } = wanted;
    let listed = state
        .services
        .list_webhook_notices(webhook_id, before, limit);
    let items = listed.await?.iter().map(crate::wire::delivery).collect();
    Ok(Json(WebhookDeliveryList { items }))
}
