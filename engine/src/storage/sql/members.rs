//! Memberships in SQL.

use std::collections::HashMap;

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId, rest::chats::Role};
use sea_query::{
    CaseStatement, Cond, Expr, ExprTrait, Func, IntoIden, OnConflict, Order, Query,
    SelectStatement, TableRef, UpdateStatement,
};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    chat_settings::ChatSettingsRow,
    chats::ChatRow,
    messages::MessageRow,
    row::{self, CHUNK_ROWS, row, signed, unsigned},
};
use crate::{
    domain::member::{Member, ReadMark, Watermarks},
    storage::{MemberRepository, StorageError, UnreadTotal},
};

row! {
    /// A membership, present or former.
    MemberRow of "relay_members" {
        chat_id: Uuid,
        user_id: Uuid,
        role: i16,
        joined_at_ms: i64,
        has_left: bool,
        delivered_seq: i64,
        delivered_at_ms: Option<i64>,
        read_seq: i64,
        read_at_ms: Option<i64>,
        read_count: i64,
        membership_change: i64,
        watermark_change: i64,
        shows_read_receipts: bool,
        told_read_seq: Option<i64>,
        told_read_at_ms: Option<i64>,
        told_read_count: Option<i64>,
        hidden_change: i64,
    }
}

const TABLE: &str = MemberRow::TABLE;
const CHATS: &str = ChatRow::TABLE;
const MESSAGES: &str = MessageRow::TABLE;
const SETTINGS: &str = ChatSettingsRow::TABLE;

impl MemberRow {
    pub(super) fn new(member: &Member, change: i64) -> Self {
        let Member {
            chat_id,
            user_id,
            role,
            joined_at_ms,
            has_left,
            watermarks,
            shows_read_receipts,
        } = member;
        let Watermarks {
            delivered_seq,
            delivered_at_ms,
            read_seq,
            read_at_ms,
            read_count,
            told,
        } = watermarks;
        Self {
            chat_id: chat_id.0,
            user_id: user_id.0,
            role: role_number(*role),
            joined_at_ms: *joined_at_ms,
            has_left: *has_left,
            delivered_seq: signed(*delivered_seq),
            delivered_at_ms: *delivered_at_ms,
            read_seq: signed(*read_seq),
            read_at_ms: *read_at_ms,
            read_count: signed(*read_count),
            membership_change: change,
            watermark_change: change,
            shows_read_receipts: *shows_read_receipts,
            told_read_seq: told.map(|told| signed(told.seq)),
            told_read_at_ms: told.and_then(|told| told.at_ms),
            told_read_count: told.map(|told| signed(told.count)),
            hidden_change: 0,
        }
    }
}

/// A role as it stands in a table.
pub(super) fn role_number(role: Role) -> i16 {
    match role {
        Role::Member => 0,
        Role::Admin => 1,
        Role::Owner => 2,
    }
}

/// The role that stands in a table.
pub(super) fn role_of(number: i16) -> Result<Role, StorageError> {
    match number {
        0 => Ok(Role::Member),
        1 => Ok(Role::Admin),
        2 => Ok(Role::Owner),
        _ => Err(row::damaged("read a role", "unknown role")),
    }
}

impl TryFrom<MemberRow> for Member {
    type Error = StorageError;

    fn try_from(row: MemberRow) -> Result<Self, StorageError> {
        let MemberRow {
            chat_id,
            user_id,
            role,
            joined_at_ms,
            has_left,
            delivered_seq,
            delivered_at_ms,
            read_seq,
            read_at_ms,
            read_count,
            membership_change: _,
            watermark_change: _,
            shows_read_receipts,
            told_read_seq,
            told_read_at_ms,
            told_read_count,
            hidden_change: _,
        } = row;
        let told = told_read_seq.map(|seq| {
            Ok::<_, StorageError>(ReadMark {
                seq: unsigned(seq)?,
                at_ms: told_read_at_ms,
                count: unsigned(told_read_count.unwrap_or_default())?,
            })
        });
        Ok(Self {
            chat_id: chat_id.into(),
            user_id: user_id.into(),
            role: role_of(role)?,
            joined_at_ms,
            has_left,
            watermarks: Watermarks {
                delivered_seq: unsigned(delivered_seq)?,
                delivered_at_ms,
                read_seq: unsigned(read_seq)?,
                read_at_ms,
                read_count: unsigned(read_count)?,
                told: told.transpose()?,
            },
            shows_read_receipts,
        })
    }
}

/// One request per membership: repeats in a batch would make the statement ambiguous.
fn merged(members: &[Member]) -> Vec<Member> {
    let mut merged: HashMap<(ChatId, UserId), Member> = HashMap::with_capacity(members.len());
    for member in members {
        let entry = merged.entry((member.chat_id, member.user_id));
        let kept = entry.or_insert_with(|| member.clone());
        kept.watermarks = larger(kept.watermarks, member.watermarks);
    }
    merged.into_values().collect()
}

/// Each watermark the larger of both, with the time and the count that belong to it.
fn larger(a: Watermarks, b: Watermarks) -> Watermarks {
    let (delivered, read) = (
        if b.delivered_seq > a.delivered_seq {
            b
        } else {
            a
        },
        if b.read_seq > a.read_seq { b } else { a },
    );
    Watermarks {
        delivered_seq: delivered.delivered_seq,
        delivered_at_ms: delivered.delivered_at_ms,
        read_seq: read.read_seq,
        read_at_ms: read.read_at_ms,
        read_count: read.read_count,
        told: read.told,
    }
}

/// The memberships at `pairs`.
fn at(pairs: &[(ChatId, UserId)]) -> SelectStatement {
    let wanted = pairs
        .iter()
        .map(|(chat_id, user_id)| (chat_id.0, user_id.0));
    MemberRow::select()
        .from_values(wanted, "wanted")
        .and_where(Expr::col((TABLE, "chat_id")).equals(("wanted", "column1")))
        .and_where(Expr::col((TABLE, "user_id")).equals(("wanted", "column2")))
        .take()
}

/// The statement that moves watermarks forward, and touches no row that is there already.
fn advance(members: &[Member], change: i64) -> UpdateStatement {
    let rows = members.iter().map(|member| {
        let row = MemberRow::new(member, change);
        vec![
            row.chat_id.into(),
            row.user_id.into(),
            row.delivered_seq.into(),
            row.delivered_at_ms.into(),
            row.read_seq.into(),
            row.read_at_ms.into(),
            row.read_count.into(),
            row.told_read_seq.into(),
            row.told_read_at_ms.into(),
            row.told_read_count.into(),
        ]
    });
    let is_delivered = || Expr::col(("new", "column3")).gt(Expr::col((TABLE, "delivered_seq")));
    let is_read = || Expr::col(("new", "column5")).gt(Expr::col((TABLE, "read_seq")));
    let moved = |is_moved: Expr, new: &'static str, old: &'static str| {
        let case = CaseStatement::new().case(is_moved, Expr::col(("new", new)));
        let case: Expr = case.finally(Expr::col((TABLE, old))).into();
        case
    };
    // What was only read, without telling, is no change for others.
    let is_told = is_delivered().or(Expr::col(("new", "column8")).is_null());
    let told_change = CaseStatement::new()
        .case(is_told.clone(), change)
        .finally(Expr::col((TABLE, "watermark_change")));
    let hidden_change = CaseStatement::new()
        .case(is_told, Expr::col((TABLE, "hidden_change")))
        .finally(change);
    Query::update()
        .table(TABLE)
        .value(
            "delivered_seq",
            moved(is_delivered(), "column3", "delivered_seq"),
        )
        .value(
            "delivered_at_ms",
            moved(is_delivered(), "column4", "delivered_at_ms"),
        )
        .value("read_seq", moved(is_read(), "column5", "read_seq"))
        .value("read_at_ms", moved(is_read(), "column6", "read_at_ms"))
        .value("read_count", moved(is_read(), "column7", "read_count"))
        .value(
            "told_read_seq",
            moved(is_read(), "column8", "told_read_seq"),
        )
        .value(
            "told_read_at_ms",
            moved(is_read(), "column9", "told_read_at_ms"),
        )
        .value(
            "told_read_count",
            moved(is_read(), "column10", "told_read_count"),
        )
        .value("watermark_change", told_change)
        .value("hidden_change", hidden_change)
        .from(TableRef::ValuesList(row::tuples(rows), "new".into_iden()))
        .and_where(Expr::col((TABLE, "chat_id")).equals(("new", "column1")))
        .and_where(Expr::col((TABLE, "user_id")).equals(("new", "column2")))
        // Not "= FALSE", which tempts SQLite to walk an index of the whole table.
        .and_where(Expr::col((TABLE, "has_left")).not())
        .cond_where(Cond::any().add(is_delivered()).add(is_read()))
        .take()
}

/// The first members of each of some chats. The inner select is one short range of an index per
/// chat, so that a page of chats never reads all members of a large group.
fn firsts(chat_ids: &[ChatId], limit: u32) -> SelectStatement {
    let first = Query::select()
        .column(("first", "user_id"))
        .from_as(TABLE, "first")
        .and_where(Expr::col(("first", "chat_id")).equals((CHATS, "id")))
        .and_where(Expr::col(("first", "has_left")).eq(false))
        .order_by(("first", "joined_at_ms"), Order::Asc)
        .order_by(("first", "user_id"), Order::Asc)
        .limit(u64::from(limit))
        .take();
    MemberRow::select()
        .inner_join(CHATS, Expr::col((TABLE, "chat_id")).equals((CHATS, "id")))
        .and_where(Expr::col((CHATS, "id")).is_in(chat_ids.iter().map(|id| id.0)))
        .and_where(Expr::col((TABLE, "user_id")).in_subquery(first))
        .order_by((TABLE, "chat_id"), Order::Asc)
        .order_by((TABLE, "joined_at_ms"), Order::Asc)
        .order_by((TABLE, "user_id"), Order::Asc)
        .take()
}

/// The sums of unread messages over the chats of a person that are neither muted nor archived.
fn unread(user_id: UserId, now_ms: i64) -> SelectStatement {
    let deleted = Query::select()
        .expr(Func::count(Expr::col((MESSAGES, "deleted_seq"))))
        .from(MESSAGES)
        .and_where(Expr::col((MESSAGES, "chat_id")).equals((TABLE, "chat_id")))
        .and_where(Expr::col((MESSAGES, "deleted_seq")).gt(Expr::col((TABLE, "read_seq"))))
        .take();
    let unread = Expr::col((CHATS, "message_count"))
        .sub(Expr::col((TABLE, "read_count")))
        .sub(Expr::from(deleted));
    let is_of_member = Cond::all()
        .add(Expr::col((SETTINGS, "user_id")).equals((TABLE, "user_id")))
        .add(Expr::col((SETTINGS, "chat_id")).equals((TABLE, "chat_id")));
    let is_marked_unread = || {
        let marked = Expr::col((SETTINGS, "is_marked_unread"));
        Expr::from(Func::coalesce([marked, Expr::val(false)]))
    };
    let may_be_unread = Cond::any()
        .add(Expr::col((CHATS, "message_count")).gt(Expr::col((TABLE, "read_count"))))
        .add(is_marked_unread());
    let muted_until_ms = || Expr::col((SETTINGS, "muted_until_ms"));
    let is_archived = Expr::col((SETTINGS, "is_archived"));
    let is_archived = Expr::from(Func::coalesce([is_archived, Expr::val(false)]));
    let is_loud = Cond::any()
        .add(muted_until_ms().is_null())
        .add(muted_until_ms().lte(now_ms));
    let is_shown = Cond::all().add(is_archived.not()).add(is_loud);
    let each = Query::select()
        .expr_as(unread, "unread")
        .expr_as(is_marked_unread(), "is_marked")
        .from(TABLE)
        .inner_join(CHATS, Expr::col((CHATS, "id")).equals((TABLE, "chat_id")))
        .left_join(SETTINGS, is_of_member)
        .and_where(Expr::col((TABLE, "user_id")).eq(user_id.0))
        .and_where(Expr::col((TABLE, "has_left")).eq(false))
        // Most chats have nothing unread: they are not asked what was deleted.
        .cond_where(may_be_unread)
        .cond_where(is_shown)
        .take();
    let unread = || Expr::col(("each", "unread"));
    let is_marked = Expr::col(("each", "is_marked"));
    // PostgreSQL sums integers to a wider type; both sums fit.
    let sum = Func::coalesce([Expr::from(Func::sum(unread())), Expr::val(0)]);
    let sum = Func::cast_as(sum, "bigint");
    Query::select()
        .expr(sum)
        .expr(Func::count(unread()))
        .from_subquery(each, "each")
        .cond_where(Cond::any().add(unread().gt(0)).add(is_marked))
        .take()
}

impl<C: Connection> SqlTransaction<C> {
    /// Those of `members` that would move anything. Asked before a change number is drawn, so that
    /// a mark that comes late writes nothing at all.
    async fn moving(&mut self, members: Vec<Member>) -> Result<Vec<Member>, StorageError> {
        let pairs: Vec<_> = members.iter().map(|m| (m.chat_id, m.user_id)).collect();
        let present = MemberRepository::find_many(self, &pairs).await?;
        let present: HashMap<_, _> = (present.into_iter())
            .filter(|member| !member.has_left)
            .map(|member| ((member.chat_id, member.user_id), member.watermarks))
            .collect();
        let is_moving = |member: &Member| {
            let now = present.get(&(member.chat_id, member.user_id));
            now.is_some_and(|now| larger(*now, member.watermarks) != *now)
        };
        Ok(members.into_iter().filter(is_moving).collect())
    }
}

#[async_trait]
impl<C: Connection> MemberRepository for SqlTransaction<C> {
    async fn upsert_many(&mut self, members: &[Member]) -> Result<(), StorageError> {
        if members.is_empty() {
            return Ok(());
        }
        let change = self.change().await?;
        for members in members.chunks(CHUNK_ROWS) {
            let rows = members.iter().map(|member| MemberRow::new(member, change));
            let replace = OnConflict::columns(["chat_id", "user_id"])
                .update_columns(MemberRow::COLUMNS.iter().skip(2).copied())
                .to_owned();
            let upsert = MemberRow::insert(rows).on_conflict(replace).to_owned();
            self.connection.write("upsert members", &upsert).await?;
        }
        self.forget_settings_of_former(members).await
    }

    async fn find_many(&mut self, pairs: &[(ChatId, UserId)]) -> Result<Vec<Member>, StorageError> {
        let mut found = Vec::new();
        for pairs in pairs.chunks(CHUNK_ROWS) {
            let select = at(pairs);
            let rows = self.connection.read::<MemberRow>("find members", &select);
            found.extend(row::all::<_, Member>(rows.await?)?);
        }
        Ok(found)
    }

    async fn list(
        &mut self,
        chat_id: ChatId,
        after: Option<(i64, UserId)>,
        limit: u32,
    ) -> Result<Vec<Member>, StorageError> {
        let mut select = MemberRow::select()
            .and_where(Expr::col((TABLE, "chat_id")).eq(chat_id.0))
            .and_where(Expr::col((TABLE, "has_left")).eq(false))
            .order_by((TABLE, "joined_at_ms"), Order::Asc)
            .order_by((TABLE, "user_id"), Order::Asc)
            .limit(u64::from(limit))
            .take();
        if let Some((joined_at_ms, user_id)) = after {
            let place = ["joined_at_ms", "user_id"].map(|column| Expr::col((TABLE, column)));
            let after = Expr::tuple([Expr::val(joined_at_ms), Expr::val(user_id.0)]);
            select.and_where(Expr::tuple(place).gt(after));
        }
        let rows = self.connection.read::<MemberRow>("list members", &select);
        row::all(rows.await?)
    }

    async fn list_first(
        &mut self,
        chat_ids: &[ChatId],
        limit: u32,
    ) -> Result<Vec<Member>, StorageError> {
        let mut found = Vec::new();
        for chat_ids in chat_ids.chunks(CHUNK_ROWS) {
            let select = firsts(chat_ids, limit);
            let rows = self
                .connection
                .read::<MemberRow>("list first members", &select);
            found.extend(row::all::<_, Member>(rows.await?)?);
        }
        Ok(found)
    }

    async fn advance_many(&mut self, members: &[Member]) -> Result<(), StorageError> {
        let mut members = merged(members);
        if self.change.is_none() {
            members = self.moving(members).await?;
        }
        if members.is_empty() {
            return Ok(());
        }
        let change = self.change().await?;
        for members in members.chunks(CHUNK_ROWS) {
            let update = advance(members, change);
            self.connection.write("advance members", &update).await?;
        }
        Ok(())
    }

    async fn unread_total(
        &mut self,
        user_id: UserId,
        now_ms: i64,
    ) -> Result<UnreadTotal, StorageError> {
        let select = unread(user_id, now_ms);
        let rows: Vec<(i64, i64)> = self.connection.read("sum unread", &select).await?;
        let (message_count, chat_count) = rows.first().copied().unwrap_or_default();
        Ok(UnreadTotal {
            message_count: unsigned(message_count)?,
            chat_count: unsigned(chat_count)?,
        })
    }
}
