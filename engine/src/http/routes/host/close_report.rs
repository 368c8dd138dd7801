//! Close a report.

use axum::{Json, extract::State};
use relaychat_protocol::{
    ReportId,
    rest::reports::{CloseReport, Report},
};

use crate::{
    http::{ApiError, ApiJson, ApiPath, ApiState, problems::NotClosed},
    services::Server,
};

/// Close a report. The copy of the message and the reporter's note are gone for good; who reported
/// whom, for what reason, and what came of it stays. Closing does nothing else: delete the message
/// or disable the person where that is what it takes. The same outcome again changes nothing.
#[utoipa::path(
    post,
    path = "/v1/server/reports/{report_id}/close",
    tag = "host",
    params(("report_id" = ReportId, Path, description = "The report")),
    request_body = CloseReport,
    responses((status = 200, description = "What is left of it", body = Report), NotClosed),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn close_report(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(report_id): ApiPath<ReportId>,
    ApiJson(body): ApiJson<CloseReport>,
) -> Result<Json<Report>, ApiError> {
    let CloseReport { outcome, note } = body;
    let closed = state.services.close_report(report_id, outcome, note);
    let (report, users) = closed.await?;
    Ok(Json(crate::wire::report(&report, &users)))
}
