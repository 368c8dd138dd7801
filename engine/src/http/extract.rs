//! Extractors whose rejections are problems: bodies, paths, queries and the caller.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
    http::{HeaderMap, header, request::Parts},
};
use relaychat_protocol::ErrorCode;
use serde::de::DeserializeOwned;

use super::{ApiError, ApiState, is_origin_allowed};
use crate::{
    auth,
    services::{Caller, Rate, Server, ServiceError},
};

/// A JSON body.
#[derive(Debug)]
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T, S> FromRequest<S> for ApiJson<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ErrorCode::UnsupportedMediaType.into());
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(rejected_bytes)?;
        parse_json(&bytes).map(Self)
    }
}

/// Parameters of the path.
#[derive(Debug)]
pub(crate) struct ApiPath<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for ApiPath<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(value)| Self(value))
            .map_err(|_| ApiError::malformed("The address names no valid id.", None))
    }
}

/// Parameters of the query.
#[derive(Debug)]
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for ApiQuery<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await;
        query
            .map(|Query(value)| Self(value))
            .map_err(|error| ApiError::malformed(error.body_text(), None))
    }
}

/// The caller: whom the token of `Authorization: Bearer …` names, or the host says it is. Every
/// request of a session counts against its user's rate, so that no route is forgotten.
impl FromRequestParts<ApiState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        check_page(parts, state)?;
        let caller = state.services.authenticate_request(parts).await?;
        state
            .services
            .check_rate(Rate::Request, caller.user_id)
            .await?;
        Ok(caller)
    }
}

/// A browser sends the host's cookies with whatever any page makes it ask. So where they say who
/// somebody is, pages of foreign origins are refused.
fn check_page(parts: &Parts, state: &ApiState) -> Result<(), ApiError> {
    let is_by_cookie =
        state.services.asks_host() && !parts.headers.contains_key(header::AUTHORIZATION);
    if is_by_cookie && !is_origin_allowed(&state.settings.config, &parts.headers) {
        return Err(ErrorCode::OriginNotAllowed.into());
    }
    Ok(())
}

/// A server of the host, from the key in `Authorization: Bearer rk_…`.
impl FromRequestParts<ApiState> for Server {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let key = auth::bearer_token(&parts.headers)
            .ok_or_else(|| ServiceError::new(ErrorCode::Unauthenticated))?;
        Ok(state.services.check_server_key(key).await?)
    }
}

/// A request to log in, where people log in with the engine. Elsewhere there is no such route.
#[derive(Debug)]
pub(crate) struct OwnAccounts;

impl FromRequestParts<ApiState> for OwnAccounts {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        if state.services.has_own_accounts() {
            return Ok(Self);
        }
        Err(ServiceError {
            detail: "People log in with the host application here.".to_owned(),
            ..ServiceError::not_found()
        }
        .into())
    }
}

/// `application/json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "given to map_err, which passes by value"
)]
fn rejected_bytes(rejection: BytesRejection) -> ApiError {
    if rejection.status().as_u16() == ErrorCode::PayloadTooLarge.status() {
        ErrorCode::PayloadTooLarge.into()
    } else {
        ApiError::malformed("The body ended early.", None)
    }
}

/// Reads JSON, and names the field that does not fit.
fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // serde does not look at the text of fields it skips.
    let text = std::str::from_utf8(bytes)
        .map_err(|_| ApiError::malformed("The body is not UTF-8.", None))?;
    // serde would also take the fields of an object as a list, which is nowhere documented.
    if !text.trim_start().starts_with('{') {
        return Err(ApiError::malformed("The body is no JSON object.", None));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let field = (error.inner().is_data() && path != ".").then_some(path);
        ApiError::malformed(error.inner().to_string(), field)
    })?;
    deserializer
        .end()
        .map_err(|error| ApiError::malformed(error.to_string(), None))?;
    Ok(value)
}
