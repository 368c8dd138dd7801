//! The shop's pages, compiled in, and the client package of this repository. No build step: what is
//! in `pages/` is what the browser gets.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse},
};

use crate::Shop;

/// `GET /`.
pub(crate) async fn home() -> Html<&'static str> {
    Html(include_str!("pages/home.html"))
}

/// `GET /orders/{id}`. Everything on it is fetched by its script.
pub(crate) async fn order(Path(_): Path<i64>) -> Html<&'static str> {
    Html(include_str!("pages/order.html"))
}

/// `GET /assets/{file}`: what the pages are made of.
pub(crate) async fn asset(Path(file): Path<String>) -> Result<impl IntoResponse, StatusCode> {
    let text = match file.as_str() {
        "shop.css" => include_str!("pages/shop.css"),
        "shop.js" => include_str!("pages/shop.js"),
        "shop.svg" => include_str!("pages/shop.svg"),
        "home.js" => include_str!("pages/home.js"),
        "order.js" => include_str!("pages/order.js"),
        _ => return Err(StatusCode::NOT_FOUND),
    };
    Ok(([(header::CONTENT_TYPE, kind_of(&file)?)], text))
}

/// `GET /client/{*file}`: a file of the built npm package, or of a folder in it.
pub(crate) async fn client(
    State(shop): State<Shop>,
    Path(file): Path<String>,
) -> Result<impl IntoResponse, StatusCode> {
    let folder = shop.client.as_deref().ok_or(StatusCode::NOT_FOUND)?;
    let kind = kind_of(&file)?;
    let is_within = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    if !file.split('/').all(is_within) {
        return Err(StatusCode::NOT_FOUND);
    }
    let read = tokio::fs::read(folder.join(file)).await;
    let bytes = read.map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes))
}

fn kind_of(file: &str) -> Result<&'static str, StatusCode> {
    match file.rsplit_once('.') {
        Some((_, "css")) => Ok("text/css"),
        Some((_, "js")) => Ok("text/javascript"),
        Some((_, "svg")) => Ok("image/svg+xml"),
        Some((_, "wasm")) => Ok("application/wasm"),
        _ => Err(StatusCode::NOT_FOUND),
    }
}
