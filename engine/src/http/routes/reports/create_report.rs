//! Report a message or a person.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::reports::{CreateReport, ReportTaken};

use crate::{
    http::{ApiError, ApiJson, ApiState, made_or_found, problems::NotReported},
    services::Caller,
};

/// Report a message or a person to the host.
///
/// The host gets a copy of a message as it is now, which stays until the report is closed, also when
/// the message is deleted. Nobody else learns of a report. While it is open, reporting the same
/// again is the same report, with its first reason and note.
#[utoipa::path(
    post,
    path = "/v1/reports",
    tag = "reports",
    request_body = CreateReport,
    responses(
        (status = 200, description = "It was reported already", body = ReportTaken),
        (status = 201, description = "It is reported", body = ReportTaken),
        NotReported
    ),
    security(("access_token" = []))
)]
pub(in crate::http::routes) async fn create_report(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(body): ApiJson<CreateReport>,
) -> Result<(StatusCode, Json<ReportTaken>), ApiError> {
    let new = crate::wire::new_report(body);
    let (report, is_new) = state.services.create_report(caller, new).await?;
    let body = crate::wire::report_taken(&report);
    Ok((made_or_found(is_new), Json(body)))
}
