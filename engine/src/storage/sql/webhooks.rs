//! Webhooks in SQL.

use async_trait::async_trait;
use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{
    Connection, META, SqlTransaction, WEBHOOKS_VERSION,
    row::{self, damaged, row, unsigned},
};
use crate::{
    domain::webhook::Webhook,
    storage::{StorageError, WebhookRepository},
};

row! {
    /// A webhook.
    WebhookRow of "relay_webhooks" {
        id: Uuid,
        url: String,
        secret: Vec<u8>,
        former_secret: Option<Vec<u8>>,
        former_until_ms: Option<i64>,
        kinds: String,
        created_at_ms: i64,
        failing_since_ms: Option<i64>,
        disabled_at_ms: Option<i64>,
        disabled_because: Option<String>,
    }
}

const TABLE: &str = WebhookRow::TABLE;

impl From<&Webhook> for WebhookRow {
    fn from(webhook: &Webhook) -> Self {
        let Webhook {
            id,
            url,
            secret,
            former,
            kinds,
            created_at_ms,
            failing_since_ms,
            disabled,
        } = webhook.clone();
        let (former_secret, former_until_ms) = former.unzip();
        let (disabled_at_ms, disabled_because) = disabled.unzip();
        Self {
            id,
            url,
            secret,
            former_secret,
            former_until_ms,
            kinds: kinds.join(" "),
            created_at_ms,
            failing_since_ms,
            disabled_at_ms,
            disabled_because,
        }
    }
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StorageError;

    fn try_from(row: WebhookRow) -> Result<Self, StorageError> {
        let WebhookRow {
            id,
            url,
            secret,
            former_secret,
            former_until_ms,
            kinds,
            created_at_ms,
            failing_since_ms,
            disabled_at_ms,
            disabled_because,
        } = row;
        Ok(Self {
            id,
            url,
            secret,
            former: former_secret.zip(former_until_ms),
            kinds: kinds.split_whitespace().map(str::to_owned).collect(),
            created_at_ms,
            failing_since_ms,
            disabled: disabled_at_ms.zip(disabled_because),
        })
    }
}

impl<C: Connection> SqlTransaction<C> {
    /// Notes that the list is another one now.
    async fn number_webhooks(&mut self) -> Result<(), StorageError> {
        let update = Query::update()
            .table(META)
            .value(WEBHOOKS_VERSION, Expr::col(WEBHOOKS_VERSION).add(1))
            .returning_col(WEBHOOKS_VERSION)
            .take();
        let version = self.connection.write_returning("number webhooks", &update);
        let (version,): (i64,) = version.await?;
        self.webhooks_version = Some(version);
        Ok(())
    }
}

#[async_trait]
impl<C: Connection> WebhookRepository for SqlTransaction<C> {
    async fn insert(&mut self, webhook: &Webhook) -> Result<(), StorageError> {
        let insert = WebhookRow::insert([WebhookRow::from(webhook)]);
        self.connection.write("insert a webhook", &insert).await?;
        self.number_webhooks().await
    }

    async fn list(&mut self) -> Result<Vec<Webhook>, StorageError> {
        let select = WebhookRow::select()
            .order_by((TABLE, "created_at_ms"), Order::Asc)
            .order_by((TABLE, "id"), Order::Asc)
            .take();
        let rows = self.connection.read::<WebhookRow>("list webhooks", &select);
        row::all(rows.await?)
    }

    async fn version(&mut self) -> Result<u64, StorageError> {
        if let Some(version) = self.webhooks_version {
            return unsigned(version);
        }
        let select = Query::select().column(WEBHOOKS_VERSION).from(META).take();
        let rows = self
            .connection
            .read::<(i64,)>("find the version of webhooks", &select);
        let row = rows.await?.pop();
        let (version,) = row.ok_or_else(|| damaged("find the version of webhooks", "no row"))?;
        self.webhooks_version = Some(version);
        unsigned(version)
    }

    async fn update(&mut self, webhook: &Webhook) -> Result<(), StorageError> {
        let row = WebhookRow::from(webhook);
        let update = Query::update()
            .table(TABLE)
            .value("url", row.url)
            .value("secret", row.secret)
            .value("former_secret", row.former_secret)
            .value("former_until_ms", row.former_until_ms)
            .value("kinds", row.kinds)
            .value("failing_since_ms", row.failing_since_ms)
            .value("disabled_at_ms", row.disabled_at_ms)
            .value("disabled_because", row.disabled_because)
            .and_where(Expr::col("id").eq(row.id))
            .take();
        self.connection.write("update a webhook", &update).await?;
        self.number_webhooks().await
    }

    async fn remove(&mut self, id: Uuid) -> Result<bool, StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("id").eq(id))
            .take();
        let removed = self.connection.write("remove a webhook", &delete).await?;
        self.number_webhooks().await?;
        Ok(removed > 0)
    }
}
