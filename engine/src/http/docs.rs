//! Pages for people: pending.
use super::ApiState;
use axum::Router;
pub(super) fn routes() -> Router<ApiState> {
    Router::new()
}
