//! List whom the caller blocks.

use axum::{Json, extract::State};
use relaychat_protocol::rest::blocks::BlockPage;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiQuery, ApiState, problems::Invalid},
    services::Caller,
};

/// Which blocks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListBlocks {
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Those whom the caller blocks, ordered by id.
#[utoipa::path(
    get,
    path = "/v1/me/blocks",
    tag = "me",
    params(ListBlocks),
    responses((status = 200, description = "A page of blocks", body = BlockPage), Invalid),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn list_blocks(
    State(state): State<ApiState>,
    caller: Caller,
    ApiQuery(wanted): ApiQuery<ListBlocks>,
) -> Result<Json<BlockPage>, ApiError> {
    let ListBlocks { cursor, limit } = wanted;
    let listed = state.services.list_blocks(caller, cursor.as_deref(), limit);
    let (blocks, users, next_cursor) = listed.await?;
    Ok(Json(crate::wire::block_page(&blocks, &users, next_cursor)))
}
