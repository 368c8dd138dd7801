//! Requests for one-time codes in SQL.

use async_trait::async_trait;
use relaychat_protocol::LoginRequestId;
use sea_query::{Cond, Expr, ExprTrait, Func, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{self, row, small},
};
use crate::{
    domain::{email::Email, login::LoginRequest},
    storage::{LoginCounts, LoginRepository, StorageError},
};

row! {
    /// A request for a code.
    LoginRequestRow of "relay_login_requests" {
        id: Uuid,
        email: String,
        network: String,
        created_at_ms: i64,
        has_mail: bool,
        failed_tries: i64,
        is_used: bool,
    }
}

const TABLE: &str = LoginRequestRow::TABLE;
/// Wrong codes that were evaluated: an address and a time.
const FAILURES: &str = "relay_login_failures";

impl From<&LoginRequest> for LoginRequestRow {
    fn from(request: &LoginRequest) -> Self {
        let LoginRequest {
            id,
            email,
            network,
            created_at_ms,
            has_mail,
            failed_tries,
            is_used,
        } = request;
        Self {
            id: id.0,
            email: email.as_str().to_owned(),
            network: network.clone(),
            created_at_ms: *created_at_ms,
            has_mail: *has_mail,
            failed_tries: i64::from(*failed_tries),
            is_used: *is_used,
        }
    }
}

impl TryFrom<LoginRequestRow> for LoginRequest {
    type Error = StorageError;

    fn try_from(row: LoginRequestRow) -> Result<Self, StorageError> {
        let LoginRequestRow {
            id,
            email,
            network,
            created_at_ms,
            has_mail,
            failed_tries,
            is_used,
        } = row;
        Ok(Self {
            id: id.into(),
            email: row::email(&email)?,
            network,
            created_at_ms,
            has_mail,
            failed_tries: small(failed_tries)?,
            is_used,
        })
    }
}

impl<C: Connection> SqlTransaction<C> {
    /// Counts rows of `table` that fulfil `condition`, with the times of the oldest and newest.
    async fn count(
        &mut self,
        table: &'static str,
        time: &'static str,
        condition: Cond,
    ) -> Result<LoginCounts, StorageError> {
        let select = Query::select()
            .expr(Func::count(Expr::col(time)))
            .expr(Func::min(Expr::col(time)))
            .expr(Func::max(Expr::col(time)))
            .from(table)
            .cond_where(condition)
            .take();
        let rows = self.connection.read("count logins", &select);
        let counts: Vec<(i64, Option<i64>, Option<i64>)> = rows.await?;
        let (count, oldest_at_ms, newest_at_ms) = counts.first().copied().unwrap_or_default();
        Ok(LoginCounts {
            count: small(count)?,
            oldest_at_ms,
            newest_at_ms,
        })
    }
}

#[async_trait]
impl<C: Connection> LoginRepository for SqlTransaction<C> {
    async fn insert(&mut self, request: &LoginRequest) -> Result<(), StorageError> {
        let insert = LoginRequestRow::insert([LoginRequestRow::from(request)]);
        self.connection.write("insert a login", &insert).await?;
        Ok(())
    }

    async fn find(&mut self, id: LoginRequestId) -> Result<Option<LoginRequest>, StorageError> {
        let is_it = Expr::col((TABLE, "id")).eq(id.0);
        let select = LoginRequestRow::select().and_where(is_it).take();
        let rows = self
            .connection
            .read::<LoginRequestRow>("find a login", &select);
        rows.await?.pop().map(LoginRequest::try_from).transpose()
    }

    async fn update(&mut self, request: &LoginRequest) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("failed_tries", i64::from(request.failed_tries))
            .value("is_used", request.is_used)
            .and_where(Expr::col("id").eq(request.id.0))
            .take();
        self.connection.write("update a login", &update).await?;
        Ok(())
    }

    async fn count_mails(
        &mut self,
        email: &Email,
        since_ms: i64,
    ) -> Result<LoginCounts, StorageError> {
        let is_counted = Cond::all()
            .add(Expr::col("email").eq(email.as_str()))
            .add(Expr::col("has_mail").eq(true))
            .add(Expr::col("created_at_ms").gte(since_ms));
        self.count(TABLE, "created_at_ms", is_counted).await
    }

    async fn count_network(
        &mut self,
        network: &str,
        since_ms: i64,
    ) -> Result<LoginCounts, StorageError> {
        let is_counted = Cond::all()
            .add(Expr::col("network").eq(network))
            .add(Expr::col("created_at_ms").gte(since_ms));
        self.count(TABLE, "created_at_ms", is_counted).await
    }

    async fn insert_failure(&mut self, email: &Email, at_ms: i64) -> Result<(), StorageError> {
        let insert = Query::insert()
            .into_table(FAILURES)
            .columns(["email", "at_ms"])
            .values_panic([email.as_str().into(), at_ms.into()])
            .take();
        self.connection.write("insert a failure", &insert).await?;
        Ok(())
    }

    async fn count_failures(
        &mut self,
        email: &Email,
        since_ms: i64,
    ) -> Result<LoginCounts, StorageError> {
        let is_counted = Cond::all()
            .add(Expr::col("email").eq(email.as_str()))
            .add(Expr::col("at_ms").gte(since_ms));
        self.count(FAILURES, "at_ms", is_counted).await
    }

    async fn remove_before(&mut self, before_ms: i64) -> Result<u64, StorageError> {
        let requests = Query::delete()
            .from_table(TABLE)
            .and_where(Expr::col("created_at_ms").lt(before_ms))
            .take();
        let failures = Query::delete()
            .from_table(FAILURES)
            .and_where(Expr::col("at_ms").lt(before_ms))
            .take();
        let removed = self.connection.write("remove logins", &requests).await?;
        Ok(removed + self.connection.write("remove failures", &failures).await?)
    }
}
