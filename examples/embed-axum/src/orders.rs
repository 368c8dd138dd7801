//! Orders: the shop's own rows, and what is said with them in the transaction that writes them.

mod belonging;
mod routes;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use relaychat_engine::{Engine, StagedDraft, host::Draft};
use sqlx::{FromRow, PgPool, Row, postgres::PgRow};

use crate::Person;
pub(crate) use belonging::Belonging;
pub(crate) use routes::{bring_back, chat, list, place, withdraw};

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: i64,
    /// Who placed it.
    pub customer: String,
    /// What was ordered.
    pub goods: String,
    /// Whether it still is the customer's: staff can take them off it.
    pub has_customer: bool,
}

/// All orders, in PostgreSQL beside the engine's tables, or in memory for a first look.
pub struct Orders(Place);

enum Place {
    Postgres(PgPool),
    Memory(Mutex<BTreeMap<i64, Order>>),
}

impl Orders {
    /// Orders that are gone with the process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Place::Memory(Mutex::default()))
    }

    /// Orders in the table `shop_orders` of where the pool's search path leads.
    ///
    /// # Errors
    /// The table cannot be made.
    pub async fn in_postgres(pool: PgPool) -> sqlx::Result<Self> {
        let create = "CREATE TABLE IF NOT EXISTS shop_orders (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            customer TEXT NOT NULL,
            goods TEXT NOT NULL,
            has_customer BOOLEAN NOT NULL DEFAULT TRUE
        )";
        sqlx::query(create).execute(&pool).await?;
        Ok(Self(Place::Postgres(pool)))
    }

    async fn find(&self, id: i64) -> sqlx::Result<Option<Order>> {
        match &self.0 {
            Place::Memory(orders) => Ok(lock(orders).get(&id).cloned()),
            Place::Postgres(pool) => {
                let find = sqlx::query_as("SELECT * FROM shop_orders WHERE id = $1");
                find.bind(id).fetch_optional(pool).await
            }
        }
    }

    async fn list(&self) -> sqlx::Result<Vec<Order>> {
        match &self.0 {
            Place::Memory(orders) => Ok(lock(orders).values().cloned().collect()),
            Place::Postgres(pool) => {
                let list = sqlx::query_as("SELECT * FROM shop_orders ORDER BY id");
                list.fetch_all(pool).await
            }
        }
    }

    /// Writes an order, and what the customer says about it into the chat of the order.
    async fn place(&self, chat: &Engine, customer: Person, goods: String) -> anyhow::Result<Order> {
        match &self.0 {
            Place::Memory(orders) => {
                let order = insert(&mut lock(orders), customer, goods);
                let said = greet(chat, &order).await;
                if said.is_err() {
                    lock(orders).remove(&order.id);
                }
                said.map(|()| order)
            }
            Place::Postgres(pool) => place_with_greeting(pool, chat, customer, goods).await,
        }
    }

    async fn set_has_customer(&self, id: i64, has_customer: bool) -> sqlx::Result<()> {
        match &self.0 {
            Place::Memory(orders) => {
                if let Some(order) = lock(orders).get_mut(&id) {
                    order.has_customer = has_customer;
                }
            }
            Place::Postgres(pool) => {
                let update = "UPDATE shop_orders SET has_customer = $2 WHERE id = $1";
                let update = sqlx::query(update).bind(id).bind(has_customer);
                update.execute(pool).await?;
            }
        }
        Ok(())
    }
}

impl Order {
    /// What the chat of the order belongs to.
    fn key(&self) -> String {
        format!("order:{}", self.id)
    }

    fn title(&self) -> String {
        format!("Order {}", self.id)
    }

    fn greeting(&self) -> String {
        format!("I have ordered: {}", self.goods)
    }

    fn is_of(&self, person: Person) -> bool {
        person.is_staff || (self.has_customer && self.customer == person.id)
    }
}

impl FromRow<'_, PgRow> for Order {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            customer: row.try_get("customer")?,
            goods: row.try_get("goods")?,
            has_customer: row.try_get("has_customer")?,
        })
    }
}

/// In **one transaction** of the shop: the order, and the first message of its chat. Either both are
/// there, and the message is live the moment the commit returns, or neither.
async fn place_with_greeting(
    pool: &PgPool,
    chat: &Engine,
    customer: Person,
    goods: String,
) -> anyhow::Result<Order> {
    let mut tx = pool.begin().await?;
    let insert = "INSERT INTO shop_orders (customer, goods) VALUES ($1, $2) RETURNING *";
    let insert = sqlx::query_as(insert).bind(customer.id).bind(&goods);
    let order: Order = insert.fetch_one(&mut *tx).await?;
    let target = chat.chat_for(order.key()).name(order.title());
    chat.in_transaction(&mut tx)
        .send_as(customer.id, target, StagedDraft::text(order.greeting()))
        .await?;
    tx.commit().await?;
    Ok(order)
}

/// The same without a database: one after the other.
async fn greet(chat: &Engine, order: &Order) -> anyhow::Result<()> {
    let found = chat.chat_for(order.key()).name(order.title()).await;
    let found = found.context("the chat of an order")?;
    let greeting = Draft::text(order.greeting());
    chat.send_as(order.customer.as_str(), found.id, greeting)
        .await?;
    Ok(())
}

fn insert(orders: &mut BTreeMap<i64, Order>, customer: Person, goods: String) -> Order {
    let id = orders.last_key_value().map_or(1, |(id, _)| id + 1);
    let order = Order {
        id,
        customer: customer.id.to_owned(),
        goods,
        has_customer: true,
    };
    orders.insert(id, order.clone());
    order
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
