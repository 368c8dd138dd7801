//! What holds for every answer: a request id, problems with a body, safe headers, one line in the
//! log. The line names the route, never the query, the body or the caller.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use relaychat_protocol::ErrorCode;
use tracing::Instrument;

use super::{ApiError, ApiState};
use crate::{random::RandomExt, services::ServiceError};

/// Names the request in answers and in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps a request as the module says.
pub(super) async fn wrap(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let started_at = tokio::time::Instant::now();
    // Made here: an id from outside could forge lines of the log.
    let id = state
        .services
        .random
        .uuid_v7(state.services.clock.now_ms())
        .to_string();
    if let Some(token) = request.headers_mut().get_mut(header::AUTHORIZATION) {
        token.set_sensitive(true);
    }
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!(
        "request",
        %id,
        method = %request.method(),
        route = route.as_ref().map_or("", MatchedPath::as_str),
    );
    let method = method_name(request.method());
    let metrics = Arc::clone(&state.services.metrics);
    let mut response = next.run(request).instrument(span.clone()).await;
    let _entered = span.entered();
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        log_failure(&error.0.error);
        let bare = std::mem::replace(&mut response, error.into_problem(&id));
        keep_headers(&bare, &mut response);
    } else if is_bare_error(&response) {
        let problem = ApiError::from(code_of(response.status())).into_problem(&id);
        let bare = std::mem::replace(&mut response, problem);
        keep_headers(&bare, &mut response);
    }
    let elapsed = started_at.elapsed();
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let status = response.status().as_u16();
    let requests = &metrics.requests;
    requests.record(method, route, status, elapsed);
    let elapsed_ms = elapsed.as_millis();
    tracing::debug!(status, elapsed_ms, "answered");
    finish(&mut response, &id);
    response
}

/// The method for figures; clients may make up others.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Ends a request that takes too long, most likely because its body does not arrive.
pub(super) async fn limit_time(timeout: Duration, request: Request, next: Next) -> Response {
    tokio::time::timeout(timeout, next.run(request))
        .await
        .unwrap_or_else(|_| ApiError::from(ErrorCode::RequestTimeout).into_response())
}

/// A handler panicked: a defect. The message goes to the log with the request's id.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature tower-http asks for"
)]
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    ApiError::from(ServiceError::internal(format!("panic: {message}"))).into_response()
}

/// Errors are logged here and nowhere else: the server's own as errors, the others not at all.
fn log_failure(error: &ServiceError) {
    if error.code.status() >= 500 {
        let mut causes = Vec::new();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        tracing::error!(code = %error.code, causes = causes.join(": "), "request failed");
    }
}

/// Takes over what was put on the bare response, such as `Allow` or the CORS headers.
fn keep_headers(bare: &Response, problem: &mut Response) {
    for (name, value) in bare.headers() {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
            problem.headers_mut().append(name.clone(), value.clone());
        }
    }
}

/// An error that a library answered in its own words.
fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    let has_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value == super::error::PROBLEM_JSON);
    (status.is_client_error() || status.is_server_error()) && !has_problem
}

/// The code that says best what a bare status means.
fn code_of(status: StatusCode) -> ErrorCode {
    match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => ErrorCode::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        StatusCode::UPGRADE_REQUIRED => ErrorCode::UpgradeRequired,
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::Unavailable,
        other if other.is_client_error() => ErrorCode::MalformedRequest,
        _ => ErrorCode::Internal,
    }
}

/// The headers every answer has. What a handler has set stays.
fn finish(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
