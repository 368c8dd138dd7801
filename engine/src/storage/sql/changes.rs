//! What changed since when, the epoch and the engine's settings, in SQL.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};
use sea_query::{
    Asterisk, CaseStatement, Cond, Expr, ExprTrait, JoinType, OnConflict, Order, Query,
    SelectStatement,
};
use uuid::Uuid;

use super::{
    Connection, FromRow, META, SqlTransaction,
    chat_settings::{ChatSettingsRow, changed_settings},
    chats::ChatRow,
    members::MemberRow,
    row::{damaged, signed, unsigned},
    users::{UserRow, known_people},
};
use crate::{
    domain::{chat_settings::ChatSettings, member::Member, user::User},
    storage::{ChangeRepository, Changed, StorageError, Touched},
};

const CHATS: &str = ChatRow::TABLE;
const MEMBERS: &str = MemberRow::TABLE;
const USERS: &str = UserRow::TABLE;
/// The engine's own settings: a name and a value.
const SETTINGS: &str = "relay_settings";
/// What the number of the last change is called where it is no column.
const CHANGE: &str = "change";

/// The chats of a person with the number of their last change, whatever it is.
fn changed_chats(user_id: UserId, since: u64) -> SelectStatement {
    let chat_change = || Expr::col((CHATS, "change"));
    let join_change = || Expr::col((MEMBERS, "membership_change"));
    let larger = CaseStatement::new()
        .case(join_change().gt(chat_change()), join_change())
        .finally(chat_change());
    let is_changed = Cond::any()
        .add(chat_change().gt(signed(since)))
        .add(join_change().gt(signed(since)));
    Query::select()
        .column((CHATS, "id"))
        .expr_as(larger, CHANGE)
        .from(MEMBERS)
        .inner_join(CHATS, Expr::col((CHATS, "id")).equals((MEMBERS, "chat_id")))
        .and_where(Expr::col((MEMBERS, "user_id")).eq(user_id.0))
        .and_where(Expr::col((MEMBERS, "has_left")).eq(false))
        .cond_where(is_changed)
        .take()
}

/// The chats a person is no longer in, since when.
fn removed_chats(user_id: UserId, since: u64) -> SelectStatement {
    Query::select()
        .column("chat_id")
        .expr_as(Expr::col("membership_change"), CHANGE)
        .from(MEMBERS)
        .and_where(Expr::col("user_id").eq(user_id.0))
        // A constant, for a parameter would hide that the partial index fits.
        .and_where(Expr::col("has_left").eq(Expr::cust("TRUE")))
        .and_where(Expr::col("membership_change").gt(signed(since)))
        .take()
}

/// The present members of a person's chats whose watermarks moved as far as others are told; not the
/// person's own where they have moved since without telling.
fn changed_members(user_id: UserId, since: u64) -> SelectStatement {
    let is_same_chat = Expr::col((MEMBERS, "chat_id")).equals(("mine", "chat_id"));
    let told_change = || Expr::col((MEMBERS, "watermark_change"));
    let is_newest = told_change().gte(Expr::col((MEMBERS, "hidden_change")));
    MemberRow::select()
        .join_as(JoinType::InnerJoin, MEMBERS, "mine", is_same_chat)
        .and_where(Expr::col(("mine", "user_id")).eq(user_id.0))
        .and_where(Expr::col(("mine", "has_left")).eq(false))
        .and_where(Expr::col((MEMBERS, "has_left")).eq(false))
        .and_where(told_change().gt(signed(since)))
        .and_where(Expr::col((MEMBERS, "user_id")).ne(user_id.0).or(is_newest))
        .take()
}

/// A person's own present memberships where they have read on without telling.
fn own_members(user_id: UserId, since: u64) -> SelectStatement {
    let hidden_change = || Expr::col((MEMBERS, "hidden_change"));
    MemberRow::select()
        .and_where(Expr::col((MEMBERS, "user_id")).eq(user_id.0))
        .and_where(Expr::col((MEMBERS, "has_left")).eq(false))
        // A constant, for a parameter would hide that the partial index fits.
        .and_where(hidden_change().gt(Expr::cust("0")))
        .and_where(hidden_change().gt(signed(since)))
        .and_where(hidden_change().gt(Expr::col((MEMBERS, "watermark_change"))))
        .take()
}

/// Two lists that are each complete up to their last number if they are full, as one that is.
fn merged(one: Vec<(i64, Member)>, other: Vec<(i64, Member)>, limit: u32) -> Vec<(i64, Member)> {
    let end = |rows: &[(i64, Member)]| {
        let is_full = rows.len() >= limit as usize;
        rows.iter().map(|row| row.0).max().filter(|_| is_full)
    };
    let ends = [end(&one), end(&other)];
    let mut rows: Vec<_> = one.into_iter().chain(other).collect();
    if let Some(end) = ends.into_iter().flatten().min() {
        rows.retain(|row| row.0 <= end);
    }
    rows.sort_by_key(|row| row.0);
    rows
}

/// A person and those who are or were in a chat of theirs, whose profile changed.
fn changed_users(user_id: UserId, since: u64) -> SelectStatement {
    let shared_chat = known_people(user_id)
        .and_where(Expr::col(("theirs", "user_id")).equals((USERS, "id")))
        .take();
    let is_known = Cond::any()
        .add(Expr::col((USERS, "id")).eq(user_id.0))
        .add(Expr::exists(shared_chat));
    UserRow::select()
        .and_where(Expr::col((USERS, "change")).gt(signed(since)))
        .cond_where(is_known)
        .take()
}

impl<C: Connection> SqlTransaction<C> {
    /// The first `limit` rows of `select` by their change number, and all others that have the
    /// number of the last: a reader that goes on after that number must not miss any of them.
    async fn page<R: FromRow>(
        &mut self,
        operation: &'static str,
        (select, change): (SelectStatement, &'static str),
        limit: u32,
        number: impl Fn(&R) -> i64 + Send,
    ) -> Result<Vec<R>, StorageError> {
        let all = Query::select()
            .column(Asterisk)
            .from_subquery(select, "changed")
            .take();
        let page = all
            .clone()
            .order_by(("changed", change), Order::Asc)
            .limit(u64::from(limit))
            .take();
        let mut rows: Vec<R> = self.connection.read(operation, &page).await?;
        let last = rows.last().map(&number);
        if let Some(last) = last.filter(|_| rows.len() >= limit as usize) {
            let has_last_number = Expr::col(("changed", change)).eq(last);
            let same = all.clone().and_where(has_last_number).take();
            rows.retain(|row| number(row) != last);
            rows.extend(self.connection.read(operation, &same).await?);
        }
        Ok(rows)
    }

    /// The row of the epoch and the newest change number.
    async fn meta(&mut self) -> Result<(Uuid, i64), StorageError> {
        let select = Query::select()
            .columns(["epoch", "change"])
            .from(META)
            .take();
        let mut rows = self
            .connection
            .read("find the newest change", &select)
            .await?;
        rows.pop()
            .ok_or_else(|| damaged("find the newest change", "no row"))
    }
}

/// Chat ids with change numbers as they are shown.
fn chats(rows: Vec<(Uuid, i64)>) -> Result<Vec<Changed<ChatId>>, StorageError> {
    let chat = |(id, change)| {
        let (change, value) = (unsigned(change)?, ChatId(id));
        Ok(Changed { change, value })
    };
    rows.into_iter().map(chat).collect()
}

#[async_trait]
impl<C: Connection> ChangeRepository for SqlTransaction<C> {
    async fn current(&mut self) -> Result<u64, StorageError> {
        unsigned(self.meta().await?.1)
    }

    async fn epoch(&mut self) -> Result<Uuid, StorageError> {
        Ok(self.meta().await?.0)
    }

    async fn begin_epoch(&mut self, epoch: Uuid) -> Result<(), StorageError> {
        let update = Query::update().table(META).value("epoch", epoch).take();
        self.connection.write("begin a new epoch", &update).await?;
        Ok(())
    }

    async fn list_chats(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<ChatId>>, StorageError> {
        let select = (changed_chats(user_id, since), CHANGE);
        let rows = self.page("list changed chats", select, limit, |row: &(Uuid, i64)| {
            row.1
        });
        chats(rows.await?)
    }

    async fn list_removed_chats(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<ChatId>>, StorageError> {
        let select = (removed_chats(user_id, since), CHANGE);
        let rows = self.page("list removed chats", select, limit, |row: &(Uuid, i64)| {
            row.1
        });
        chats(rows.await?)
    }

    async fn list_members(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<Member>>, StorageError> {
        let select = (changed_members(user_id, since), "watermark_change");
        let number = |row: &MemberRow| row.watermark_change;
        let others = self
            .page("list changed members", select, limit, number)
            .await?;
        let select = (own_members(user_id, since), "hidden_change");
        let number = |row: &MemberRow| row.hidden_change;
        let own = self
            .page("list own memberships", select, limit, number)
            .await?;
        let others = others
            .into_iter()
            .map(|row| Ok((row.watermark_change, row.try_into()?)));
        let own = own
            .into_iter()
            .map(|row| Ok((number(&row), row.try_into()?)));
        let others = others.collect::<Result<Vec<_>, StorageError>>()?;
        let own = own.collect::<Result<Vec<_>, StorageError>>()?;
        let rows = merged(own, others, limit).into_iter();
        let member = |(change, value)| {
            let change = unsigned(change)?;
            Ok(Changed { change, value })
        };
        rows.map(member).collect()
    }

    async fn list_users(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<User>>, StorageError> {
        let select = (changed_users(user_id, since), "change");
        let number = |row: &UserRow| row.change;
        let rows = self
            .page("list changed users", select, limit, number)
            .await?;
        let user = |row: UserRow| {
            let (change, value) = (unsigned(row.change)?, row.try_into()?);
            Ok(Changed { change, value })
        };
        rows.into_iter().map(user).collect()
    }

    async fn list_settings(
        &mut self,
        user_id: UserId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Changed<ChatSettings>>, StorageError> {
        let select = (changed_settings(user_id, since), "change");
        let number = |row: &ChatSettingsRow| row.change;
        let rows = self
            .page("list changed settings", select, limit, number)
            .await?;
        let settings = |row: ChatSettingsRow| {
            let (change, value) = (unsigned(row.change)?, row.try_into()?);
            Ok(Changed { change, value })
        };
        rows.into_iter().map(settings).collect()
    }

    async fn note(&mut self, touched: &[Touched]) -> Result<(), StorageError> {
        self.write_note(touched).await
    }

    async fn list_touched(
        &mut self,
        since: u64,
        limit: u32,
    ) -> Result<Option<Vec<Touched>>, StorageError> {
        let current = unsigned(self.meta().await?.1)?;
        self.read_notes(since, current, limit).await
    }

    async fn find_setting(&mut self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let select = Query::select()
            .column("value")
            .from(SETTINGS)
            .and_where(Expr::col("name").eq(name))
            .take();
        let rows = self
            .connection
            .read::<(Vec<u8>,)>("find a setting", &select);
        Ok(rows.await?.pop().map(|(value,)| value))
    }

    async fn upsert_setting(&mut self, name: &str, value: &[u8]) -> Result<(), StorageError> {
        let replace = OnConflict::column("name").update_column("value").to_owned();
        let upsert = Query::insert()
            .into_table(SETTINGS)
            .columns(["name", "value"])
            .values_panic([name.into(), value.to_vec().into()])
            .on_conflict(replace)
            .take();
        self.connection.write("write a setting", &upsert).await?;
        Ok(())
    }
}
