//! A batch in two visits to SQLite's thread: one to begin and read, one to write and commit.
//!
//! A visit costs a hand-over between threads, whatever it does, and each new text of a statement is
//! compiled. So the statements of a visit are one text, and there are as many texts as there are
//! powers of two: what is missing to the next one is filled with NULL, which finds and writes
//! nothing.

use std::sync::{Arc, OnceLock};

use futures_util::TryStreamExt;
use relaychat_protocol::MessageId;
use sqlx::{
    Arguments, AssertSqlSafe, Either, Executor, FromRow, Row, SqliteConnection,
    error::BoxDynError,
    sqlite::{SqliteArguments, SqliteRow},
};
use uuid::Uuid;

use crate::storage::sql::{BATCH_ROWS, BatchRows, ChatRow, Known, MemberRow, MessageRow};

/// Sizes of texts: 1, 2, 4, … rows.
const TEXTS: usize = BATCH_ROWS.ilog2() as usize + 1;
/// A text by size.
type Texts = [OnceLock<Arc<str>>; TEXTS];
/// A text of so many rows.
type Text = fn(usize) -> String;

/// The text with room for `rows` rows, and how many it has room for.
fn text(texts: &Texts, rows: usize, make: Text) -> (Arc<str>, usize) {
    let room = rows.clamp(1, BATCH_ROWS).next_power_of_two();
    let made = &texts[room.ilog2() as usize];
    let text = made.get_or_init(|| make(room).into());
    (Arc::clone(text), room)
}

/// `(?, …), (?, …), …`
fn tuples(columns: usize, rows: usize) -> String {
    let tuple = format!("({})", vec!["?"; columns].join(", "));
    vec![tuple; rows].join(", ")
}

fn find_text(rows: usize) -> String {
    let columns = MessageRow::COLUMNS.join(", ");
    let ids = vec!["?"; rows].join(", ");
    format!("SELECT {columns} FROM relay_messages WHERE id IN ({ids})")
}

fn begin_text(rows: usize) -> String {
    let find = find_text(rows);
    format!("BEGIN IMMEDIATE; SELECT change, webhooks_version FROM relay_meta; {find}")
}

/// Begins a transaction; reads the newest change and the messages with these ids.
pub(super) async fn begin(
    connection: &mut SqliteConnection,
    ids: &[MessageId],
) -> Result<Known, sqlx::Error> {
    static BEGIN: Texts = [const { OnceLock::new() }; TEXTS];
    static FIND: Texts = [const { OnceLock::new() }; TEXTS];
    let (first, rest) = ids.split_at(ids.len().min(BATCH_ROWS));
    let mut rows = if first.is_empty() {
        let begin = "BEGIN IMMEDIATE; SELECT change, webhooks_version FROM relay_meta";
        visit(connection, begin, SqliteArguments::default()).await?
    } else {
        let (begin, room) = text(&BEGIN, first.len(), begin_text);
        let ids = ids_of(first, room)?;
        visit(connection, AssertSqlSafe(begin), ids).await?
    };
    // The first row is that of the newest change.
    let meta = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (newest, webhooks_version) = (meta.try_get(0)?, meta.try_get(1)?);
    rows.remove(0);
    for ids in rest.chunks(BATCH_ROWS) {
        let (find, room) = text(&FIND, ids.len(), find_text);
        rows.extend(visit(connection, AssertSqlSafe(find), ids_of(ids, room)?).await?);
    }
    let messages = rows.iter().map(MessageRow::from_row);
    Ok(Known {
        newest,
        webhooks_version,
        messages: messages.collect::<Result<_, _>>()?,
    })
}

/// The rows of all statements of a text.
async fn visit(
    connection: &mut SqliteConnection,
    text: impl sqlx::SqlSafeStr,
    arguments: SqliteArguments,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let query = sqlx::query_with(text, arguments);
    let done = connection.fetch_many(query);
    let rows = done.try_filter_map(async |done| Ok(Either::right(done)));
    rows.try_collect().await
}

/// Arguments in their order.
struct Values(SqliteArguments);

impl Values {
    fn with_room_for(count: usize) -> Self {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(count, 0);
        Self(arguments)
    }

    fn push<'v>(
        &mut self,
        value: impl sqlx::Encode<'v, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    ) -> Result<(), sqlx::Error> {
        let pushed: Result<(), BoxDynError> = self.0.add(value);
        pushed.map_err(sqlx::Error::Encode)
    }

    /// What is missing to the room of the text.
    fn fill(&mut self, count: usize) -> Result<(), sqlx::Error> {
        (0..count).try_for_each(|_| self.push(None::<i64>))
    }
}

fn ids_of(ids: &[MessageId], room: usize) -> Result<SqliteArguments, sqlx::Error> {
    let mut values = Values::with_room_for(room);
    for id in ids {
        values.push(id.0)?;
    }
    values.fill(room - ids.len())?;
    Ok(values.0)
}

// A statement that fails takes the whole transaction with it: `OR FAIL` spares SQLite the copies of
// pages with which it would undo the statement alone.

const DRAW: &str = "UPDATE relay_meta SET change = ?;";

/// Columns that sending fills: the first ones.
const SENT_COLUMNS: usize = 11;

fn messages_text(rows: usize) -> String {
    let columns = MessageRow::COLUMNS[..SENT_COLUMNS].join(", ");
    let values = tuples(SENT_COLUMNS, rows);
    format!(
        "INSERT OR FAIL INTO relay_messages ({columns}) \
         SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL;"
    )
}

fn chats_text(rows: usize) -> String {
    let values = tuples(CHAT_COLUMNS, rows);
    format!(
        "UPDATE OR FAIL relay_chats SET last_activity_at_ms = new.column2, version = new.column3, \
         last_seq = new.column4, message_count = new.column5, change = ? \
         FROM (VALUES {values}) AS new WHERE relay_chats.id = new.column1;"
    )
}

fn members_text(rows: usize) -> String {
    let values = tuples(MEMBER_COLUMNS, rows);
    format!(
        "UPDATE OR FAIL relay_members SET delivered_seq = new.column3, delivered_at_ms = new.column4, \
         read_seq = new.column5, read_at_ms = new.column6, read_count = new.column7, \
         told_read_seq = new.column8, told_read_at_ms = new.column9, \
         told_read_count = new.column10, \
         watermark_change = CASE WHEN new.column3 > delivered_seq OR new.column8 IS NULL \
         THEN ? ELSE watermark_change END, \
         hidden_change = CASE WHEN new.column3 > delivered_seq OR new.column8 IS NULL \
         THEN hidden_change ELSE ? END \
         FROM (VALUES {values}) AS new \
         WHERE relay_members.chat_id = new.column1 AND relay_members.user_id = new.column2;"
    )
}

/// Columns that a message moves in its chat, with the id.
const CHAT_COLUMNS: usize = 5;
/// Columns that move in a membership, with its two ids.
const MEMBER_COLUMNS: usize = 10;

fn send_text(rows: usize) -> String {
    let (messages, chats, members) = (messages_text(rows), chats_text(rows), members_text(rows));
    format!("{DRAW} {messages} {chats} {members} COMMIT")
}

fn mark_text(rows: usize) -> String {
    let members = members_text(rows);
    format!("{DRAW} {members} COMMIT")
}

/// What is found and written by key.
#[cfg(test)]
pub(super) fn statements(rows: usize) -> [String; 4] {
    [find_text, messages_text, chats_text, members_text].map(|text| text(rows))
}

/// Writes the rows of a batch and commits.
pub(super) async fn finish(
    connection: &mut SqliteConnection,
    rows: BatchRows,
) -> Result<(), sqlx::Error> {
    static SEND: Texts = [const { OnceLock::new() }; TEXTS];
    static MARK: Texts = [const { OnceLock::new() }; TEXTS];
    if let Some(note) = &rows.note {
        let insert = sqlx::query("INSERT INTO relay_changes (change, touched) VALUES (?, ?)");
        let insert = insert.bind(rows.change).bind(note.as_slice());
        insert.execute(&mut *connection).await?;
    }
    let is_mark = rows.messages.is_empty() && rows.chats.is_empty();
    let size = rows.messages.len().max(rows.chats.len());
    let size = size.max(rows.members.len());
    let (text, room) = if is_mark {
        text(&MARK, size, mark_text)
    } else {
        text(&SEND, size, send_text)
    };
    let values = values_of(rows, room, is_mark)?;
    let query = sqlx::query_with(AssertSqlSafe(text), values.0);
    query.execute(connection).await?;
    Ok(())
}

/// What stands for the question marks, in their order.
fn values_of(rows: BatchRows, room: usize, is_mark: bool) -> Result<Values, sqlx::Error> {
    let BatchRows {
        change,
        messages,
        chats,
        members,
        note: _,
    } = rows;
    let columns = SENT_COLUMNS + CHAT_COLUMNS + MEMBER_COLUMNS;
    let mut values = Values::with_room_for(room * columns + 4);
    values.push(change)?;
    if !is_mark {
        let missing = (room - messages.len()) * SENT_COLUMNS;
        for message in messages {
            push_message(&mut values, message)?;
        }
        values.fill(missing)?;
        values.push(change)?;
        for chat in &chats {
            push_chat(&mut values, chat)?;
        }
        values.fill((room - chats.len()) * CHAT_COLUMNS)?;
    }
    values.push(change)?;
    values.push(change)?;
    for member in &members {
        push_member(&mut values, member)?;
    }
    values.fill((room - members.len()) * MEMBER_COLUMNS)?;
    Ok(values)
}

fn push_chat(values: &mut Values, row: &ChatRow) -> Result<(), sqlx::Error> {
    values.push(row.id)?;
    values.push(row.last_activity_at_ms)?;
    values.push(row.version)?;
    values.push(row.last_seq)?;
    values.push(row.message_count)
}

fn push_message(values: &mut Values, row: MessageRow) -> Result<(), sqlx::Error> {
    let MessageRow {
        chat_id,
        seq,
        id,
        version,
        count,
        sender_id,
        sent_at_ms,
        text,
        attachment_count,
        change,
        reply_to_seq,
        edited_at_ms: _,
        deleted_at_ms: _,
        deleted_seq: _,
        reaction_count: _,
        later_change: _,
        mention_count: _,
        pinned_at_ms: _,
        event: _,
    } = row;
    values.push(chat_id)?;
    values.push(seq)?;
    values.push(id)?;
    values.push(version)?;
    values.push(count)?;
    values.push(sender_id)?;
    values.push(sent_at_ms)?;
    values.push(text)?;
    values.push(attachment_count)?;
    values.push(change)?;
    values.push(reply_to_seq)
}

fn push_member(values: &mut Values, row: &MemberRow) -> Result<(), sqlx::Error> {
    let ids: [Uuid; 2] = [row.chat_id, row.user_id];
    for id in ids {
        values.push(id)?;
    }
    values.push(row.delivered_seq)?;
    values.push(row.delivered_at_ms)?;
    values.push(row.read_seq)?;
    values.push(row.read_at_ms)?;
    values.push(row.read_count)?;
    values.push(row.told_read_seq)?;
    values.push(row.told_read_at_ms)?;
    values.push(row.told_read_count)
}
