//! What the pages ask about orders.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use serde::{Deserialize, Serialize};

use super::Order;
use crate::{Person, Shop};

/// An order as the pages see it.
#[derive(Serialize)]
pub(crate) struct OrderView {
    id: i64,
    goods: String,
    customer_name: &'static str,
    has_customer: bool,
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        let Order {
            id,
            customer,
            goods,
            has_customer,
        } = order;
        let customer_name = Person::find(&customer).map_or("Somebody", |person| person.name);
        Self {
            id,
            goods,
            customer_name,
            has_customer,
        }
    }
}

/// `GET /orders`: those the caller belongs to.
pub(crate) async fn list(
    State(shop): State<Shop>,
    headers: HeaderMap,
) -> Result<Json<Vec<OrderView>>, StatusCode> {
    let person = shop.people.of(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let all = shop.orders.list().await;
    let all = all.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let theirs = all.into_iter().filter(|order| order.is_of(person));
    Ok(Json(theirs.map(OrderView::from).collect()))
}

#[derive(Deserialize)]
pub(crate) struct Basket {
    goods: String,
}

/// `POST /orders`.
pub(crate) async fn place(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Json(basket): Json<Basket>,
) -> Result<(StatusCode, Json<OrderView>), StatusCode> {
    let customer = shop.people.of(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let placed = shop.orders.place(&shop.chat, customer, basket.goods).await;
    let order = placed.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((StatusCode::CREATED, Json(order.into())))
}

/// What a page needs to show the chat of an order.
#[derive(Serialize)]
pub(crate) struct OrderChat {
    chat_id: String,
    order: OrderView,
}

/// `GET /orders/{id}/chat`: the chat of an order, made the first time somebody looks.
pub(crate) async fn chat(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<Json<OrderChat>, StatusCode> {
    let (order, _) = order_of(&shop, &headers, id).await?;
    let chat = shop.chat.chat_for(order.key()).name(order.title()).await;
    let chat = chat.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(Json(OrderChat {
        chat_id: chat.id.to_string(),
        order: order.into(),
    }))
}

/// `DELETE /orders/{id}/customer`: staff takes the customer off an order, and the chat follows.
pub(crate) async fn withdraw(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<StatusCode, StatusCode> {
    set_has_customer(&shop, &headers, id, false).await
}

/// `PUT /orders/{id}/customer`: brings them back.
pub(crate) async fn bring_back(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<StatusCode, StatusCode> {
    set_has_customer(&shop, &headers, id, true).await
}

async fn set_has_customer(
    shop: &Shop,
    headers: &HeaderMap,
    id: i64,
    has_customer: bool,
) -> Result<StatusCode, StatusCode> {
    let (order, person) = order_of(shop, headers, id).await?;
    if !person.is_staff {
        return Err(StatusCode::FORBIDDEN);
    }
    let changed = shop.orders.set_has_customer(id, has_customer).await;
    changed.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    // First the shop's own row, then the word to the chat: it asks the row.
    let told = shop.chat.invalidate_membership(&order.key()).await;
    told.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The order of a page, for somebody who belongs to it.
async fn order_of(
    shop: &Shop,
    headers: &HeaderMap,
    id: i64,
) -> Result<(Order, Person), StatusCode> {
    let person = shop.people.of(headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let found = shop.orders.find(id).await;
    let found = found.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let order = found.filter(|order| order.is_of(person));
    Ok((order.ok_or(StatusCode::NOT_FOUND)?, person))
}
