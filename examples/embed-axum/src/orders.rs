//! Orders: the shop's own rows, who belongs to each, and the chat that goes with it.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use relaychat_engine::{
    Engine, StagedDraft,
    membership::{HostMember, MembershipSource, Role, SourceError},
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::{Person, Shop};

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Its number.
    pub id: i64,
    /// Who placed it.
    pub customer: String,
    /// What was ordered.
    pub goods: String,
}

/// All orders, in PostgreSQL beside the engine's tables, or in memory for a first look.
pub struct Orders {
    place: Place,
    /// Who no longer looks after which order.
    withdrawn: Mutex<HashSet<(i64, String)>>,
}

enum Place {
    Postgres(PgPool),
    Memory(Mutex<BTreeMap<i64, Order>>),
}

impl Orders {
    /// Orders that are gone with the process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::at(Place::Memory(Mutex::default()))
    }

    /// Orders in the table `shop_orders` of where the pool's search path leads.
    ///
    /// # Errors
    /// The table cannot be made.
    pub async fn in_postgres(pool: PgPool) -> sqlx::Result<Self> {
        let create = "CREATE TABLE IF NOT EXISTS shop_orders (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            customer TEXT NOT NULL,
            goods TEXT NOT NULL
        )";
        sqlx::query(create).execute(&pool).await?;
        Ok(Self::at(Place::Postgres(pool)))
    }

    fn at(place: Place) -> Self {
        let withdrawn = Mutex::default();
        Self { place, withdrawn }
    }

    async fn find(&self, id: i64) -> sqlx::Result<Option<Order>> {
        match &self.place {
            Place::Memory(orders) => Ok(lock(orders).get(&id).cloned()),
            Place::Postgres(pool) => {
                let found = sqlx::query_as("SELECT customer, goods FROM shop_orders WHERE id = $1")
                    .bind(id)
                    .fetch_optional(pool)
                    .await?;
                Ok(found.map(|(customer, goods)| Order {
                    id,
                    customer,
                    goods,
                }))
            }
        }
    }

    async fn list(&self) -> sqlx::Result<Vec<Order>> {
        match &self.place {
            Place::Memory(orders) => Ok(lock(orders).values().cloned().collect()),
            Place::Postgres(pool) => {
                let rows: Vec<(i64, String, String)> =
                    sqlx::query_as("SELECT id, customer, goods FROM shop_orders ORDER BY id")
                        .fetch_all(pool)
                        .await?;
                let order = |(id, customer, goods)| Order {
                    id,
                    customer,
                    goods,
                };
                Ok(rows.into_iter().map(order).collect())
            }
        }
    }

    /// Writes an order, and what the customer says about it into the chat of the order: both, or
    /// neither.
    async fn place(&self, chat: &Engine, customer: Person, goods: String) -> anyhow::Result<Order> {
        let customer_id = customer.id.to_owned();
        match &self.place {
            Place::Memory(orders) => {
                let mut orders = lock(orders);
                let id = orders.len() as i64 + 1;
                let order = Order {
                    id,
                    customer: customer_id,
                    goods,
                };
                orders.insert(id, order.clone());
                Ok(order)
            }
            Place::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                let insert =
                    "INSERT INTO shop_orders (customer, goods) VALUES ($1, $2) RETURNING id";
                let (id,): (i64,) = sqlx::query_as(insert)
                    .bind(&customer_id)
                    .bind(&goods)
                    .fetch_one(&mut *tx)
                    .await?;
                let target = chat.chat_for(key(id)).name(title(id));
                let hello = StagedDraft::text(format!("I have ordered: {goods}"));
                chat.in_transaction(&mut tx)
                    .send_as(customer.id, target, hello)
                    .await?;
                tx.commit().await?;
                Ok(Order {
                    id,
                    customer: customer_id,
                    goods,
                })
            }
        }
    }

    fn belongs(&self, order: &Order, person: Person) -> bool {
        let is_withdrawn = lock(&self.withdrawn).contains(&(order.id, person.id.to_owned()));
        (person.is_staff || order.customer == person.id) && !is_withdrawn
    }
}

/// Orders as the engine's source of members.
pub(crate) struct Belonging(pub(crate) Arc<Orders>);

#[async_trait]
impl MembershipSource for Belonging {
    async fn members(&self, host_key: &str) -> Result<Vec<HostMember>, SourceError> {
        let Some(id) = host_key.strip_prefix("order:") else {
            return Ok(Vec::new());
        };
        let Some(order) = self.0.find(id.parse()?).await? else {
            return Ok(Vec::new());
        };
        let people = Person::find(&order.customer)
            .into_iter()
            .chain(Person::staff());
        let belonging = people.filter(|person| self.0.belongs(&order, *person));
        Ok(belonging.map(member).collect())
    }
}

fn member(person: Person) -> HostMember {
    let role = if person.is_staff {
        Role::Admin
    } else {
        Role::Member
    };
    HostMember::new(person.id).name(person.name).role(role)
}

fn key(id: i64) -> String {
    format!("order:{id}")
}

fn title(id: i64) -> String {
    format!("Order {id}")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The order of a page, for somebody who belongs to it.
async fn order_of(
    shop: &Shop,
    headers: &HeaderMap,
    id: i64,
) -> Result<(Order, Person), StatusCode> {
    let person = shop.people.of(headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let found = shop
        .orders
        .find(id)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let order = found.filter(|order| shop.orders.belongs(order, person));
    Ok((order.ok_or(StatusCode::NOT_FOUND)?, person))
}

/// `GET /orders`: those the caller belongs to.
pub(crate) async fn list(
    State(shop): State<Shop>,
    headers: HeaderMap,
) -> Result<Json<Vec<Order>>, StatusCode> {
    let person = shop.people.of(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let all = shop
        .orders
        .list()
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let theirs = all
        .into_iter()
        .filter(|order| shop.orders.belongs(order, person));
    Ok(Json(theirs.collect()))
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
) -> Result<(StatusCode, Json<Order>), StatusCode> {
    let customer = shop.people.of(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let placed = shop.orders.place(&shop.chat, customer, basket.goods).await;
    let order = placed.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((StatusCode::CREATED, Json(order)))
}

/// What a page needs to show the chat of an order.
#[derive(Serialize)]
pub(crate) struct OrderChat {
    chat_id: String,
    person: Person,
    order: Order,
}

/// `GET /orders/{id}/chat`: the chat of an order, made the first time somebody looks.
pub(crate) async fn chat(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<Json<OrderChat>, StatusCode> {
    let (order, person) = order_of(&shop, &headers, id).await?;
    let chat = shop.chat.chat_for(key(id)).name(title(id)).await;
    let chat = chat.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(Json(OrderChat {
        chat_id: chat.id.to_string(),
        person,
        order,
    }))
}

/// `DELETE /orders/{id}/people/{person}`: staff takes somebody off an order, and the chat follows.
pub(crate) async fn withdraw(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Path((id, who)): Path<(i64, String)>,
) -> Result<StatusCode, StatusCode> {
    let (_, person) = order_of(&shop, &headers, id).await?;
    if !person.is_staff {
        return Err(StatusCode::FORBIDDEN);
    }
    lock(&shop.orders.withdrawn).insert((id, who));
    let told = shop.chat.invalidate_membership(&key(id)).await;
    told.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(StatusCode::NO_CONTENT)
}
