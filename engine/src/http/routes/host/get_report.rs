//! Read a report.

use axum::{Json, extract::State};
use relaychat_protocol::{ReportId, rest::reports::Report};

use crate::{
    http::{ApiError, ApiPath, ApiState, problems::NotFound},
    services::Server,
};

/// A report. While it is open it has a copy of the message as it was when it was reported.
#[utoipa::path(
    get,
    path = "/v1/server/reports/{report_id}",
    tag = "host",
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = 200, description = "The report", body = Report), NotFound),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn get_report(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(report_id): ApiPath<ReportId>,
) -> Result<Json<Report>, ApiError> {
    let (report, users) = state.services.find_report(report_id).await?;
    Ok(Json(crate::wire::report(&report, &users)))
}
