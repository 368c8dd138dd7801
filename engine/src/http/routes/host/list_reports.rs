//! List reports.

use axum::{Json, extract::State};
use relaychat_protocol::rest::reports::{ReportPage, ReportStatus};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{ApiError, ApiQuery, ApiState, problems::Invalid},
    services::Server,
};

/// Which reports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http::routes) struct ListReports {
    /// Only those that stand there; all unless given.
    #[serde(default)]
    status: Option<ReportStatus>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// Longest page, 50 by default.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The reports that people made, oldest first: `status=open` is the queue to work off. An open
/// report of a message has a copy of it, even when the message was deleted since.
#[utoipa::path(
    get,
    path = "/v1/server/reports",
    tag = "host",
    params(ListReports),
    responses((status = 200, description = "A page of reports", body = ReportPage), Invalid),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn list_reports(
    State(state): State<ApiState>,
    _: Server,
    ApiQuery(wanted): ApiQuery<ListReports>,
) -> Result<Json<ReportPage>, ApiError> {
    let ListReports {
        status,
        cursor,
        limit,
    } = wanted;
    let listed = state
        .services
        .list_reports(status, cursor.as_deref(), limit);
    let (reports, users, next_cursor) = listed.await?;
    let page = crate::wire::report_page(&reports, &users, next_cursor);
    Ok(Json(page))
}
