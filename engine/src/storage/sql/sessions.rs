//! Sessions and refresh tokens in SQL.

use async_trait::async_trait;
use relaychat_protocol::{SessionId, UserId};
use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, row},
};
use crate::{
    domain::session::{LoginKey, RefreshToken, Session},
    storage::{SessionRepository, StorageError},
};

row! {
    /// A session.
    SessionRow of "relay_sessions" {
        id: Uuid,
        user_id: Uuid,
        login_key: Option<Vec<u8>>,
        device_name: Option<String>,
        created_at_ms: i64,
        last_used_at_ms: i64,
        expires_at_ms: i64,
    }
}

row! {
    /// A refresh token. Goes with its session.
    RefreshTokenRow of "relay_refresh_tokens" {
        hash: Vec<u8>,
        session_id: Uuid,
        used_at_ms: Option<i64>,
    }
}

const TABLE: &str = SessionRow::TABLE;
const TOKENS: &str = RefreshTokenRow::TABLE;

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        let Session {
            id,
            user_id,
            login_key,
            device_name,
            created_at_ms,
            last_used_at_ms,
            expires_at_ms,
        } = session;
        Self {
            id: id.0,
            user_id: user_id.0,
            login_key: login_key.map(|key| key.to_vec()),
            device_name: device_name.clone(),
            created_at_ms: *created_at_ms,
            last_used_at_ms: *last_used_at_ms,
            expires_at_ms: *expires_at_ms,
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StorageError;

    fn try_from(row: SessionRow) -> Result<Self, StorageError> {
        let SessionRow {
            id,
            user_id,
            login_key,
            device_name,
            created_at_ms,
            last_used_at_ms,
            expires_at_ms,
        } = row;
        let login_key = login_key.map(|key| row::hash("read a login key", &key));
        Ok(Self {
            id: id.into(),
            user_id: user_id.into(),
            login_key: login_key.transpose()?,
            device_name,
            created_at_ms,
            last_used_at_ms,
            expires_at_ms,
        })
    }
}

impl From<&RefreshToken> for RefreshTokenRow {
    fn from(token: &RefreshToken) -> Self {
        let RefreshToken {
            hash,
            session_id,
            used_at_ms,
        } = token;
        Self {
            hash: hash.to_vec(),
            session_id: session_id.0,
            used_at_ms: *used_at_ms,
        }
    }
}

impl TryFrom<RefreshTokenRow> for RefreshToken {
    type Error = StorageError;

    fn try_from(row: RefreshTokenRow) -> Result<Self, StorageError> {
        let RefreshTokenRow {
            hash,
            session_id,
            used_at_ms,
        } = row;
        Ok(Self {
            hash: row::hash("read a token's hash", &hash)?,
            session_id: session_id.into(),
            used_at_ms,
        })
    }
}

#[async_trait]
impl<C: Connection> SessionRepository for SqlTransaction<C> {
    async fn insert(&mut self, session: &Session) -> Result<(), StorageError> {
        let insert = SessionRow::insert([SessionRow::from(session)]);
        self.connection.write("insert a session", &insert).await?;
        Ok(())
    }

    async fn find(&mut self, id: SessionId) -> Result<Option<Session>, StorageError> {
        let is_it = Expr::col((TABLE, "id")).eq(id.0);
        let select = SessionRow::select().and_where(is_it).take();
        let rows = self
            .connection
            .read::<SessionRow>("find a session", &select);
        rows.await?.pop().map(Session::try_from).transpose()
    }

    async fn find_by_login(&mut self, key: LoginKey) -> Result<Option<Session>, StorageError> {
        let is_it = Expr::col((TABLE, "login_key")).eq(key.to_vec());
        let select = SessionRow::select().and_where(is_it).take();
        let rows = self
            .connection
            .read::<SessionRow>("find a session", &select);
        rows.await?.pop().map(Session::try_from).transpose()
    }

    async fn list(&mut self, user_id: UserId, now_ms: i64) -> Result<Vec<Session>, StorageError> {
        let select = SessionRow::select()
            .and_where(Expr::col((TABLE, "user_id")).eq(user_id.0))
            .and_where(Expr::col((TABLE, "expires_at_ms")).gt(now_ms))
            .order_by((TABLE, "created_at_ms"), Order::Desc)
            .order_by((TABLE, "id"), Order::Desc)
            .take();
        let rows = self.connection.read::<SessionRow>("list sessions", &select);
        row::all(rows.await?)
    }

    async fn update(&mut self, session: &Session) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("last_used_at_ms", session.last_used_at_ms)
            .value("expires_at_ms", session.expires_at_ms)
            .and_where(Expr::col("id").eq(session.id.0))
            .take();
        self.connection.write("update a session", &update).await?;
        Ok(())
    }

    async fn remove(&mut self, id: SessionId) -> Result<bool, StorageError> {
        let delete = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("id").eq(id.0))
            .take();
        let removed = self.connection.write("remove a session", &delete).await?;
        Ok(removed > 0)
    }

    async fn list_expired(
        &mut self,
        now_ms: i64,
        limit: u32,
    ) -> Result<Vec<SessionId>, StorageError> {
        let select = Query::select()
            .column("id")
            .from(TABLE)
            .and_where(Expr::col("expires_at_ms").lte(now_ms))
            .order_by("expires_at_ms", Order::Asc)
            .limit(u64::from(limit))
            .take();
        let rows = self
            .connection
            .read::<(Uuid,)>("list expired sessions", &select);
        Ok(rows.await?.into_iter().map(|(id,)| SessionId(id)).collect())
    }

    async fn list_alive(
        &mut self,
        ids: &[SessionId],
        now_ms: i64,
    ) -> Result<Vec<SessionId>, StorageError> {
        let select = Query::select()
            .column("id")
            .from(TABLE)
            .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.0)))
            .and_where(Expr::col("expires_at_ms").gt(now_ms))
            .take();
        let rows = self
            .connection
            .read::<(Uuid,)>("list sessions that are alive", &select);
        Ok(rows.await?.into_iter().map(|(id,)| SessionId(id)).collect())
    }

    async fn insert_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StorageError> {
        let insert = RefreshTokenRow::insert([RefreshTokenRow::from(token)]);
        self.connection.write("insert a token", &insert).await?;
        Ok(())
    }

    async fn find_refresh_token(
        &mut self,
        hash: [u8; 32],
    ) -> Result<Option<RefreshToken>, StorageError> {
        let is_it = Expr::col((TOKENS, "hash")).eq(hash.to_vec());
        let select = RefreshTokenRow::select().and_where(is_it).take();
        let rows = self
            .connection
            .read::<RefreshTokenRow>("find a token", &select);
        rows.await?.pop().map(RefreshToken::try_from).transpose()
    }

    async fn update_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TOKENS)
            .value("used_at_ms", token.used_at_ms)
            .and_where(Expr::col("hash").eq(token.hash.to_vec()))
            .take();
        self.connection.write("update a token", &update).await?;
        Ok(())
    }
}
