//! Whether the process runs.

/// Whether the process runs. Depends on nothing else.
#[utoipa::path(
    get,
    path = "/livez",
    tag = "server",
    responses((status = 200, description = "It runs", body = String, content_type = "text/plain", example = "ok"))
)]
pub(in crate::http::routes) async fn livez() -> &'static str {
    "ok"
}
