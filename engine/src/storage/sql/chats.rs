//! Conversations in SQL.

use async_trait::async_trait;
use relaychat_protocol::{ChatId, UserId, rest::chats::ChatKind};
use sea_query::{Expr, ExprTrait, IntoIden, Order, Query, SelectStatement, TableRef};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    members::{MemberRow, role_number, role_of},
    row::{self, CHUNK_ROWS, row, signed, unsigned},
    users::UserRow,
};
use crate::{
    domain::{
        chat::{Apart, Chat, DirectPair, Rules},
        host_key::HostKey,
    },
    storage::{ChatPosition, ChatRepository, StorageError},
};

row! {
    /// A conversation.
    ChatRow of "relay_chats" {
        id: Uuid,
        kind: i16,
        name: Option<String>,
        description: Option<String>,
        avatar_id: Option<Uuid>,
        send_role: i16,
        add_role: i16,
        pin_role: i16,
        direct_low: Option<Uuid>,
        direct_high: Option<Uuid>,
        is_blocked_by_low: bool,
        is_blocked_by_high: bool,
        is_one_gone: bool,
        host_key: Option<String>,
        created_at_ms: i64,
        last_activity_at_ms: i64,
        version: i64,
        last_seq: i64,
        message_count: i64,
        member_count: i64,
        change: i64,
    }
}

const TABLE: &str = ChatRow::TABLE;
const MEMBERS: &str = MemberRow::TABLE;
const USERS: &str = UserRow::TABLE;

impl ChatRow {
    pub(super) fn new(chat: &Chat, change: i64) -> Self {
        let Chat {
            id,
            kind,
            name,
            description,
            avatar_id,
            rules,
            direct,
            apart,
            host_key,
            created_at_ms,
            last_activity_at_ms,
            version,
            last_seq,
            message_count,
            member_count,
        } = chat;
        Self {
            id: id.0,
            kind: match kind {
                ChatKind::Direct => 0,
                ChatKind::Group => 1,
            },
            name: name.clone(),
            description: description.clone(),
            avatar_id: avatar_id.map(|id| id.0),
            send_role: role_number(rules.send),
            add_role: role_number(rules.add),
            pin_role: role_number(rules.pin),
            direct_low: direct.map(|pair| pair.low().0),
            direct_high: direct.map(|pair| pair.high().0),
            is_blocked_by_low: apart.is_blocked_by_low,
            is_blocked_by_high: apart.is_blocked_by_high,
            is_one_gone: apart.is_one_gone,
            host_key: host_key.as_ref().map(|key| key.as_str().to_owned()),
            created_at_ms: *created_at_ms,
            last_activity_at_ms: *last_activity_at_ms,
            version: signed(*version),
            last_seq: signed(*last_seq),
            message_count: signed(*message_count),
            member_count: signed(*member_count),
            change,
        }
    }
}

impl TryFrom<ChatRow> for Chat {
    type Error = StorageError;

    fn try_from(row: ChatRow) -> Result<Self, StorageError> {
        let ChatRow {
            id,
            kind,
            name,
            description,
            avatar_id,
            send_role,
            add_role,
            pin_role,
            direct_low,
            direct_high,
            is_blocked_by_low,
            is_blocked_by_high,
            is_one_gone,
            host_key,
            created_at_ms,
            last_activity_at_ms,
            version,
            last_seq,
            message_count,
            member_count,
            change: _,
        } = row;
        let pair = direct_low.zip(direct_high);
        Ok(Self {
            id: id.into(),
            kind: match kind {
                0 => ChatKind::Direct,
                1 => ChatKind::Group,
                _ => return Err(row::damaged("read a chat", "unknown kind")),
            },
            name,
            description,
            avatar_id: avatar_id.map(Into::into),
            rules: Rules {
                send: role_of(send_role)?,
                add: role_of(add_role)?,
                pin: role_of(pin_role)?,
            },
            direct: pair.and_then(|(low, high)| DirectPair::new(low.into(), high.into())),
            apart: Apart {
                is_blocked_by_low,
                is_blocked_by_high,
                is_one_gone,
            },
            host_key: host_key.as_deref().map(host_key_of).transpose()?,
            created_at_ms,
            last_activity_at_ms,
            version: unsigned(version)?,
            last_seq: unsigned(last_seq)?,
            message_count: unsigned(message_count)?,
            member_count: unsigned(member_count)?,
        })
    }
}

fn host_key_of(text: &str) -> Result<HostKey, StorageError> {
    HostKey::parse(text).ok_or_else(|| row::damaged("read a chat", "not a host key"))
}

/// The chats a person is in now, in the order of the list.
fn listed(user_id: UserId, after: Option<ChatPosition>, limit: u32) -> SelectStatement {
    let place = ["last_activity_at_ms", "id"].map(|column| Expr::col((TABLE, column)));
    let is_theirs = Expr::col((MEMBERS, "chat_id")).equals((TABLE, "id"));
    let mut select = ChatRow::select()
        .inner_join(MEMBERS, is_theirs)
        .and_where(Expr::col((MEMBERS, "user_id")).eq(user_id.0))
        .and_where(Expr::col((MEMBERS, "has_left")).eq(false))
        .order_by((TABLE, "last_activity_at_ms"), Order::Desc)
        .order_by((TABLE, "id"), Order::Desc)
        .limit(u64::from(limit))
        .take();
    if let Some(after) = after {
        let after = [Expr::val(after.last_activity_at_ms), Expr::val(after.id.0)];
        select.and_where(Expr::tuple(place).lt(Expr::tuple(after)));
    }
    select
}

#[async_trait]
impl<C: Connection> ChatRepository for SqlTransaction<C> {
    async fn insert(&mut self, chat: &Chat) -> Result<(), StorageError> {
        let change = self.change().await?;
        let insert = ChatRow::insert([ChatRow::new(chat, change)]);
        self.connection.write("insert a chat", &insert).await?;
        Ok(())
    }

    async fn find_many(&mut self, ids: &[ChatId]) -> Result<Vec<Chat>, StorageError> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK_ROWS) {
            let is_wanted = Expr::col((TABLE, "id")).is_in(ids.iter().map(|id| id.0));
            let select = ChatRow::select().and_where(is_wanted).take();
            let rows = self.connection.read::<ChatRow>("find chats", &select);
            found.extend(row::all::<_, Chat>(rows.await?)?);
        }
        Ok(found)
    }

    async fn find_direct(&mut self, pair: DirectPair) -> Result<Option<Chat>, StorageError> {
        let select = ChatRow::select()
            .and_where(Expr::col((TABLE, "direct_low")).eq(pair.low().0))
            .and_where(Expr::col((TABLE, "direct_high")).eq(pair.high().0))
            .take();
        let rows = self
            .connection
            .read::<ChatRow>("find a direct chat", &select);
        rows.await?.pop().map(Chat::try_from).transpose()
    }

    async fn find_by_host_key(&mut self, key: &HostKey) -> Result<Option<Chat>, StorageError> {
        let select = ChatRow::select()
            .and_where(Expr::col((TABLE, "host_key")).eq(key.as_str()))
            .take();
        let rows = self
            .connection
            .read::<ChatRow>("find a chat by its key", &select);
        rows.await?.pop().map(Chat::try_from).transpose()
    }

    async fn list_host_keys(&mut self, user_id: UserId) -> Result<Vec<HostKey>, StorageError> {
        let is_theirs = Expr::col((MEMBERS, "chat_id")).equals((TABLE, "id"));
        let select = Query::select()
            .column((TABLE, "host_key"))
            .from(TABLE)
            .inner_join(MEMBERS, is_theirs)
            .and_where(Expr::col((MEMBERS, "user_id")).eq(user_id.0))
            .and_where(Expr::col((MEMBERS, "has_left")).eq(false))
            .and_where(Expr::col((TABLE, "host_key")).is_not_null())
            .order_by((TABLE, "host_key"), Order::Asc)
            .take();
        let rows = self
            .connection
            .read::<(String,)>("list keys of chats", &select);
        let rows = rows.await?;
        rows.iter().map(|(key,)| host_key_of(key)).collect()
    }

    async fn membership_reads(&mut self, id: ChatId) -> Result<Option<u64>, StorageError> {
        let select = Query::select()
            .column("membership_reads")
            .from(TABLE)
            .and_where(Expr::col("id").eq(id.0))
            .take();
        let rows = self
            .connection
            .read::<(i64,)>("count reads of members", &select);
        rows.await?
            .pop()
            .map(|(reads,)| unsigned(reads))
            .transpose()
    }

    async fn note_membership_read(
        &mut self,
        id: ChatId,
        reads_before: u64,
    ) -> Result<bool, StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("membership_reads", signed(reads_before) + 1)
            .and_where(Expr::col("id").eq(id.0))
            .and_where(Expr::col("membership_reads").eq(signed(reads_before)))
            .take();
        let noted = self.connection.write("note a read of members", &update);
        Ok(noted.await? > 0)
    }

    async fn list(
        &mut self,
        user_id: UserId,
        after: Option<ChatPosition>,
        limit: u32,
    ) -> Result<Vec<Chat>, StorageError> {
        let select = listed(user_id, after, limit);
        let rows = self.connection.read::<ChatRow>("list chats", &select);
        row::all(rows.await?)
    }

    async fn update_many(&mut self, chats: &[Chat]) -> Result<(), StorageError> {
        if chats.is_empty() {
            return Ok(());
        }
        let change = self.change().await?;
        for chats in chats.chunks(CHUNK_ROWS) {
            let rows = chats.iter().map(|chat| {
                let row = ChatRow::new(chat, change);
                vec![
                    row.id.into(),
                    row.last_activity_at_ms.into(),
                    row.version.into(),
                    row.last_seq.into(),
                    row.message_count.into(),
                    row.member_count.into(),
                ]
            });
            let new = TableRef::ValuesList(row::tuples(rows), "new".into_iden());
            let update = Query::update()
                .table(TABLE)
                .value("last_activity_at_ms", Expr::col(("new", "column2")))
                .value("version", Expr::col(("new", "column3")))
                .value("last_seq", Expr::col(("new", "column4")))
                .value("message_count", Expr::col(("new", "column5")))
                .value("member_count", Expr::col(("new", "column6")))
                .value("change", change)
                .from(new)
                .and_where(Expr::col((TABLE, "id")).equals(("new", "column1")))
                .take();
            self.connection.write("update chats", &update).await?;
        }
        Ok(())
    }

    async fn update_apart(&mut self, chat: &Chat) -> Result<(), StorageError> {
        let update = Query::update()
            .table(TABLE)
            .value("is_blocked_by_low", chat.apart.is_blocked_by_low)
            .value("is_blocked_by_high", chat.apart.is_blocked_by_high)
            .and_where(Expr::col("id").eq(chat.id.0))
            .take();
        self.connection.write("part two people", &update).await?;
        Ok(())
    }

    async fn update_gone(&mut self, user_id: UserId) -> Result<(), StorageError> {
        let theirs = Query::select()
            .column("chat_id")
            .from(MEMBERS)
            .and_where(Expr::col("user_id").eq(user_id.0))
            .take();
        let pair = ["direct_low", "direct_high"].map(|column| Expr::col((TABLE, column)));
        let gone = Query::select()
            .expr(Expr::val(1))
            .from(USERS)
            .and_where(Expr::col((USERS, "id")).is_in(pair))
            .and_where(Expr::col((USERS, "status")).ne(0))
            .take();
        let update = Query::update()
            .table(TABLE)
            .value("is_one_gone", Expr::exists(gone))
            .and_where(Expr::col("direct_low").is_not_null())
            .and_where(Expr::col("id").in_subquery(theirs))
            .take();
        self.connection.write("note who is gone", &update).await?;
        Ok(())
    }

    async fn update_settings(&mut self, chat: &Chat) -> Result<(), StorageError> {
        let change = self.change().await?;
        let row = ChatRow::new(chat, change);
        let update = Query::update()
            .table(TABLE)
            .value("name", row.name)
            .value("description", row.description)
            .value("avatar_id", row.avatar_id)
            .value("send_role", row.send_role)
            .value("add_role", row.add_role)
            .value("pin_role", row.pin_role)
            .value("version", row.version)
            .value("change", change)
            .and_where(Expr::col("id").eq(row.id))
            .take();
        self.connection
            .write("update settings of a chat", &update)
            .await?;
        Ok(())
    }
}
