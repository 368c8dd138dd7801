//! The shop's pages: two files, compiled in, and the client package of this repository.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse},
};

use crate::Shop;

/// `GET /`.
pub(crate) async fn home() -> Html<&'static str> {
    Html(include_str!("home.html"))
}

/// `GET /orders/{id}`. Everything on it is fetched by its script.
pub(crate) async fn order(Path(_): Path<i64>) -> Html<&'static str> {
    Html(include_str!("order.html"))
}

/// `GET /client/{file}`: a file of the built npm package.
pub(crate) async fn client(
    State(shop): State<Shop>,
    Path(file): Path<String>,
) -> Result<impl IntoResponse, StatusCode> {
    let folder = shop.client.as_deref().ok_or(StatusCode::NOT_FOUND)?;
    let kind = match file.rsplit_once('.') {
        Some((_, "js")) => "text/javascript",
        Some((_, "wasm")) => "application/wasm",
        _ => return Err(StatusCode::NOT_FOUND),
    };
    if file.contains(['/', '\\']) || file.contains("..") {
        return Err(StatusCode::NOT_FOUND);
    }
    let read = tokio::fs::read(folder.join(file)).await;
    let bytes = read.map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes))
}
