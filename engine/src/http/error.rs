//! Errors on their way out: the one place that maps them to HTTP.
//!
//! A handler returns [`ApiError`]. It leaves the handler as a bare status that carries the error;
//! the [`envelope`](super::envelope) around all routes knows the request's id, writes the
//! `problem+json` body and logs.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use relaychat_protocol::{ErrorCode, Problem};

use crate::services::ServiceError;

/// The content type of problems (RFC 9457).
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// An error of a handler.
#[derive(Clone, Debug)]
pub(crate) struct ApiError(pub(super) Arc<Failure>);

/// What a response that failed carries to the envelope.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: ServiceError,
    /// The dotted path of a field that only the body knows.
    pub(super) field: Option<String>,
}

impl ApiError {
    /// A request that cannot be read.
    pub(crate) fn malformed(detail: impl Into<String>, field: Option<String>) -> Self {
        let error = ServiceError {
            detail: detail.into(),
            ..ServiceError::new(ErrorCode::MalformedRequest)
        };
        Self(Arc::new(Failure { error, field }))
    }

    /// The body and headers of the error.
    pub(super) fn into_problem(self, request_id: &str) -> Response {
        let Failure { error, field } = &*self.0;
        let mut problem = crate::wire::problem(error, request_id);
        if field.is_some() {
            problem.field.clone_from(field);
        }
        problem_response(&problem)
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        Self(Arc::new(Failure { error, field: None }))
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        ServiceError::new(code).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status(self.0.error.code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The status a code travels with.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A problem as a response, with `Retry-After` where it belongs.
fn problem_response(problem: &Problem) -> Response {
    let body = serde_json::to_vec(problem).expect("a problem has only strings and numbers");
    let mut response = (
        status(problem.code),
        [(header::CONTENT_TYPE, PROBLEM_JSON)],
        body,
    )
        .into_response();
    let retry_after_ms = match (problem.retry_after_ms, problem.status) {
        (None, 429 | 503) => Some(1_000),
        (given, _) => given,
    };
    if let Some(wait_ms) = retry_after_ms {
        let seconds = HeaderValue::from(wait_ms.div_ceil(1_000));
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    if problem.status == 401 {
        let scheme = HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}
