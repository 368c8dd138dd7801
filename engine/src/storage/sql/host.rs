//! What is kept for host applications, in SQL.

use async_trait::async_trait;
use relaychat_protocol::ServerKeyId;
use sea_query::{Expr, ExprTrait, Func, OnConflict, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, row},
};
use crate::{
    domain::{server_key::ServerKey, session::LoginKey},
    storage::{HostRepository, StorageError},
};

row! {
    /// A key of a server.
    ServerKeyRow of "relay_server_keys" {
        id: Uuid,
        hash: Vec<u8>,
        name: String,
        created_at_ms: i64,
        revoked_at_ms: Option<i64>,
    }
}

const KEYS: &str = ServerKeyRow::TABLE;
/// The table of logins that were ended here.
const LOGOUTS: &str = "relay_host_logouts";

impl From<&ServerKey> for ServerKeyRow {
    fn from(key: &ServerKey) -> Self {
        let ServerKey {
            id,
            hash,
            name,
            created_at_ms,
            revoked_at_ms,
        } = key;
        Self {
            id: id.0,
            hash: hash.to_vec(),
            name: name.clone(),
            created_at_ms: *created_at_ms,
            revoked_at_ms: *revoked_at_ms,
        }
    }
}

impl TryFrom<ServerKeyRow> for ServerKey {
    type Error = StorageError;

    fn try_from(row: ServerKeyRow) -> Result<Self, StorageError> {
        let ServerKeyRow {
            id,
            hash,
            name,
            created_at_ms,
            revoked_at_ms,
        } = row;
        Ok(Self {
            id: id.into(),
            hash: row::hash("read a server key", &hash)?,
            name,
            created_at_ms,
            revoked_at_ms,
        })
    }
}

#[async_trait]
impl<C: Connection> HostRepository for SqlTransaction<C> {
    async fn insert_server_key(&mut self, key: &ServerKey) -> Result<(), StorageError> {
        let insert = ServerKeyRow::insert([ServerKeyRow::from(key)]);
        self.connection
            .write("insert a server key", &insert)
            .await?;
        Ok(())
    }

    async fn find_server_key(&mut self, hash: [u8; 32]) -> Result<Option<ServerKey>, StorageError> {
        let is_it = Expr::col((KEYS, "hash")).eq(hash.to_vec());
        let select = ServerKeyRow::select().and_where(is_it).take();
        let rows = self
            .connection
            .read::<ServerKeyRow>("find a server key", &select);
        rows.await?.pop().map(ServerKey::try_from).transpose()
    }

    async fn list_server_keys(&mut self) -> Result<Vec<ServerKey>, StorageError> {
        let select = ServerKeyRow::select()
            .order_by((KEYS, "created_at_ms"), Order::Asc)
            .order_by((KEYS, "id"), Order::Asc)
            .take();
        let rows = self
            .connection
            .read::<ServerKeyRow>("list server keys", &select);
        row::all(rows.await?)
    }

    async fn revoke_server_key(
        &mut self,
        id: ServerKeyId,
        now_ms: i64,
    ) -> Result<bool, StorageError> {
        let revoke = Query::update()
            .table(KEYS)
            .value("revoked_at_ms", now_ms)
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("revoked_at_ms").is_null())
            .take();
        let revoked = self.connection.write("revoke a server key", &revoke);
        Ok(revoked.await? > 0)
    }

    async fn upsert_logout(&mut self, key: LoginKey, ended_at_ms: i64) -> Result<(), StorageError> {
        if self.last_logout(&[key]).await? >= Some(ended_at_ms) {
            return Ok(());
        }
        let replace = OnConflict::column("login_key")
            .update_column("ended_at_ms")
            .to_owned();
        let upsert = Query::insert()
            .into_table(LOGOUTS)
            .columns(["login_key", "ended_at_ms"])
            .values_panic([key.to_vec().into(), ended_at_ms.into()])
            .on_conflict(replace)
            .take();
        self.connection.write("note a logout", &upsert).await?;
        Ok(())
    }

    async fn last_logout(&mut self, keys: &[LoginKey]) -> Result<Option<i64>, StorageError> {
        let select = Query::select()
            .expr(Func::max(Expr::col("ended_at_ms")))
            .from(LOGOUTS)
            .and_where(Expr::col("login_key").is_in(keys.iter().map(|key| key.to_vec())))
            .take();
        let rows: Vec<(Option<i64>,)> = self.connection.read("find a logout", &select).await?;
        Ok(rows.first().and_then(|(ended_at_ms,)| *ended_at_ms))
    }

    async fn forget_logouts(&mut self, before_ms: i64) -> Result<u64, StorageError> {
        let forget = Query::delete()
            .from_table(LOGOUTS)
            .and_where(Expr::col("ended_at_ms").lt(before_ms))
            .take();
        self.connection.write("forget logouts", &forget).await
    }
}
