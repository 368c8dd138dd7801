//! People in SQL.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId};
use sea_query::{Cond, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    blocks::blockers_of,
    members::MemberRow,
    row::{self, CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::{
        email::Email,
        user::{Privacy, User, UserStatus},
    },
    storage::{StorageError, UserFilter, UserPosition, UserRepository},
};

row! {
    /// A person.
    UserRow of "relay_users" {
        id: Uuid,
        email: Option<String>,
        external_id: Option<String>,
        name: String,
        search_name: String,
        is_name_chosen: bool,
        avatar_id: Option<Uuid>,
        avatar_url: Option<String>,
        status: i16,
        revision: i64,
        last_seen_at_ms: Option<i64>,
        created_at_ms: i64,
        shows_read_receipts: bool,
        shows_last_seen: bool,
        change: i64,
    }
}

const TABLE: &str = UserRow::TABLE;
const MEMBERS: &str = MemberRow::TABLE;
/// The status of people who are gone.
const DELETED: i16 = 2;

impl UserRow {
    fn new(user: &User, change: i64) -> Self {
        let search_name = UserPosition::of(user).search_name;
        let User {
            id,
            email,
            external_id,
            name,
            is_name_chosen,
            avatar_id,
            avatar_url,
            status,
            revision,
            last_seen_at_ms,
            created_at_ms,
            privacy,
        } = user;
        Self {
            id: id.0,
            email: email.as_ref().map(|email| email.as_str().to_owned()),
            external_id: external_id.clone(),
            name: name.clone(),
            search_name,
            is_name_chosen: *is_name_chosen,
            avatar_id: avatar_id.map(|id| id.0),
            avatar_url: avatar_url.clone(),
            status: match status {
                UserStatus::Active => 0,
                UserStatus::Disabled => 1,
                UserStatus::Deleted => DELETED,
            },
            revision: signed(*revision),
            last_seen_at_ms: *last_seen_at_ms,
            created_at_ms: *created_at_ms,
            shows_read_receipts: privacy.shows_read_receipts,
            shows_last_seen: privacy.shows_last_seen,
            change,
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = StorageError;

    fn try_from(row: UserRow) -> Result<Self, StorageError> {
        let UserRow {
            id,
            email,
            external_id,
            name,
            search_name: _,
            is_name_chosen,
            avatar_id,
            avatar_url,
            status,
            revision,
            last_seen_at_ms,
            created_at_ms,
            shows_read_receipts,
            shows_last_seen,
            change: _,
        } = row;
        Ok(Self {
            id: id.into(),
            email: email.as_deref().map(row::email).transpose()?,
            external_id,
            name,
            is_name_chosen,
            avatar_id: avatar_id.map(Into::into),
            avatar_url,
            status: match status {
                0 => UserStatus::Active,
                1 => UserStatus::Disabled,
                DELETED => UserStatus::Deleted,
                _ => return Err(row::damaged("read a user", "unknown status")),
            },
            revision: unsigned(revision)?,
            last_seen_at_ms,
            created_at_ms,
            privacy: Privacy {
                shows_read_receipts,
                shows_last_seen,
            },
        })
    }
}

/// Ids of the people who share a chat with `user_id` now, themselves included when they are in any.
pub(super) fn contacts(user_id: UserId) -> SelectStatement {
    known_people(user_id)
        .and_where(Expr::col(("theirs", "has_left")).eq(false))
        .take()
}

/// Ids of those who are or once were in a chat of `user_id`: what they wrote is still there.
pub(super) fn known_people(user_id: UserId) -> SelectStatement {
    let is_same_chat = Expr::col(("theirs", "chat_id")).equals(("mine", "chat_id"));
    Query::select()
        .column(("theirs", "user_id"))
        .from_as(MEMBERS, "mine")
        .join_as(JoinType::InnerJoin, MEMBERS, "theirs", is_same_chat)
        .and_where(Expr::col(("mine", "user_id")).eq(user_id.0))
        .and_where(Expr::col(("mine", "has_left")).eq(false))
        .take()
}

/// The chats that somebody is or once was in.
fn memberships(user_id: UserId) -> SelectStatement {
    Query::select()
        .column("chat_id")
        .from(MEMBERS)
        .and_where(Expr::col("user_id").eq(user_id.0))
        .take()
}

/// The list of people for a filter.
fn listed<C: Connection>(filter: &UserFilter) -> SelectStatement {
    let UserFilter {
        viewer,
        is_limited_to_contacts,
        name_contains,
        email,
        after,
        limit,
    } = filter;
    let mut matching = Cond::all();
    if *is_limited_to_contacts {
        matching = matching.add(Expr::col((TABLE, "id")).in_subquery(contacts(*viewer)));
    }
    if let Some(text) = name_contains {
        let name = Expr::col((TABLE, "search_name"));
        matching = matching.add(C::contains(name, &text.to_lowercase()));
    }
    let mut select = UserRow::select();
    select
        .and_where(Expr::col((TABLE, "id")).ne(viewer.0))
        .and_where(Expr::col((TABLE, "status")).ne(DELETED))
        .and_where(Expr::col((TABLE, "id")).not_in_subquery(blockers_of(*viewer)));
    if let Some(email) = email.as_ref().filter(|_| !matching.is_empty()) {
        let has_email = Expr::col((TABLE, "email")).eq(email.as_str());
        select.cond_where(Cond::any().add(matching).add(has_email));
    } else {
        select.cond_where(matching);
    }
    if let Some(UserPosition { search_name, id }) = after {
        let place = Expr::tuple([Expr::col((TABLE, "search_name")), Expr::col((TABLE, "id"))]);
        let after = Expr::tuple([Expr::val(search_name.as_str()), Expr::val(id.0)]);
        select.and_where(place.gt(after));
    }
    select
        .order_by((TABLE, "search_name"), Order::Asc)
        .order_by((TABLE, "id"), Order::Asc)
        .limit(u64::from(*limit))
        .take()
}

#[async_trait]
impl<C: Connection> UserRepository for SqlTransaction<C> {
    async fn insert(&mut self, user: &User) -> Result<(), StorageError> {
        let change = self.change().await?;
        let insert = UserRow::insert([UserRow::new(user, change)]);
        self.connection.write("insert a user", &insert).await?;
        Ok(())
    }

    async fn find_many(&mut self, ids: &[UserId]) -> Result<Vec<User>, StorageError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col((TABLE, "id")).is_in(ids.iter().map(|id| id.0));
            let select = UserRow::select().and_where(is_wanted).take();
            let rows = self.connection.read::<UserRow>("find users", &select);
            found.extend(row::all::<_, User>(rows.await?)?);
        }
        Ok(found)
    }

    async fn find_by_email(&mut self, email: &Email) -> Result<Option<User>, StorageError> {
        let is_theirs = Expr::col((TABLE, "email")).eq(email.as_str());
        let select = UserRow::select().and_where(is_theirs).take();
        let rows = self.connection.read::<UserRow>("find a user", &select);
        rows.await?.pop().map(User::try_from).transpose()
    }

    async fn find_by_external_ids(&mut self, ids: &[String]) -> Result<Vec<User>, StorageError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col((TABLE, "external_id")).is_in(ids);
            let select = UserRow::select().and_where(is_wanted).take();
            let rows = self.connection.read::<UserRow>("find users", &select);
            found.extend(row::all::<_, User>(rows.await?)?);
        }
        Ok(found)
    }

    async fn list(&mut self, filter: &UserFilter) -> Result<Vec<User>, StorageError> {
        let select = listed::<C>(filter);
        let rows = self.connection.read::<UserRow>("list users", &select);
        row::all(rows.await?)
    }

    async fn update(&mut self, user: &User) -> Result<(), StorageError> {
        let change = self.change().await?;
        let UserRow {
            id,
            email,
            external_id,
            name,
            search_name,
            is_name_chosen,
            avatar_id,
            avatar_url,
            status,
            revision,
            last_seen_at_ms: _,
            created_at_ms,
            shows_read_receipts: _,
            shows_last_seen: _,
            change,
        } = UserRow::new(user, change);
        let update = Query::update()
            .table(TABLE)
            .value("email", email)
            .value("external_id", external_id)
            .value("name", name)
            .value("search_name", search_name)
            .value("is_name_chosen", is_name_chosen)
            .value("avatar_id", avatar_id)
            .value("avatar_url", avatar_url)
            .value("status", status)
            .value("revision", revision)
            .value("created_at_ms", created_at_ms)
            .value("change", change)
            .and_where(Expr::col("id").eq(id))
            .take();
        self.connection
            .write_unique("update a user", &update)
            .await?;
        Ok(())
    }

    async fn update_privacy(&mut self, user: &User) -> Result<(), StorageError> {
        let change = self.change().await?;
        let Privacy {
            shows_read_receipts,
            shows_last_seen,
        } = user.privacy;
        let update = Query::update()
            .table(TABLE)
            .value("shows_read_receipts", shows_read_receipts)
            .value("shows_last_seen", shows_last_seen)
            .value("change", change)
            .and_where(Expr::col("id").eq(user.id.0))
            .take();
        self.connection.write("update privacy", &update).await?;
        let update = Query::update()
            .table(MEMBERS)
            .value("shows_read_receipts", shows_read_receipts)
            .and_where(Expr::col("user_id").eq(user.id.0))
            .and_where(Expr::col("shows_read_receipts").ne(shows_read_receipts))
            .take();
        self.connection.write("update members", &update).await?;
        Ok(())
    }

    async fn update_last_seen(&mut self, seen: &[(UserId, i64)]) -> Result<(), StorageError> {
        for (user_id, at_ms) in seen {
            let is_later = Expr::col("last_seen_at_ms")
                .is_null()
                .or(Expr::col("last_seen_at_ms").lt(*at_ms));
            let update = Query::update()
                .table(TABLE)
                .value("last_seen_at_ms", *at_ms)
                .and_where(Expr::col("id").eq(user_id.0))
                .and_where(is_later)
                .take();
            self.connection.write("note a last seen", &update).await?;
        }
        Ok(())
    }

    async fn list_contacts(
        &mut self,
        user_id: UserId,
        among: &[UserId],
    ) -> Result<Vec<UserId>, StorageError> {
        let mut contact_ids = Vec::new();
        for among in among.chunks(CHUNK_ROWS) {
            let is_asked = Expr::col(("theirs", "user_id")).is_in(among.iter().map(|id| id.0));
            let select = contacts(user_id).distinct().and_where(is_asked).take();
            let rows = self.connection.read::<(Uuid,)>("list contacts", &select);
            contact_ids.extend(rows.await?.into_iter().map(|(id,)| UserId(id)));
        }
        if among.contains(&user_id) && !contact_ids.contains(&user_id) {
            contact_ids.push(user_id);
        }
        Ok(contact_ids)
    }

    async fn list_chat_ids(&mut self, user_id: UserId) -> Result<Vec<ChatId>, StorageError> {
        let is_in = Expr::col("has_left").eq(false);
        let select = memberships(user_id).and_where(is_in).take();
        let rows = self.connection.read::<(Uuid,)>("list chat ids", &select);
        Ok(rows.await?.into_iter().map(|(id,)| ChatId(id)).collect())
    }

    async fn list_audience_ids(&mut self, user_id: UserId) -> Result<Vec<ChatId>, StorageError> {
        let select = memberships(user_id);
        let rows = self
            .connection
            .read::<(Uuid,)>("list chats ever joined", &select);
        Ok(rows.await?.into_iter().map(|(id,)| ChatId(id)).collect())
    }
}
