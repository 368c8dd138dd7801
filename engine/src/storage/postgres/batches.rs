//! A batch in four round trips: begin, find, write, commit.
//!
//! Columns travel as arrays, so that each statement is one text whatever the size of the batch, and
//! all tables are written by one statement.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use std::sync::Arc;

use relaychat_protocol::MessageId;

use crate::storage::sql::{BatchRows, Known, MessageRow};

/// Begins a transaction with `begin`, which ends with the newest change; reads the messages with
/// these ids.
pub(super) async fn begin(
    connection: &mut PgConnection,
    begin: AssertSqlSafe<Arc<str>>,
    ids: &[MessageId],
) -> Result<Known, sqlx::Error> {
    let rows = connection.fetch_all(begin).await?;
    let meta = rows.last().ok_or(sqlx::Error::RowNotFound)?;
    let (newest, webhooks_version) = (meta.try_get(0)?, meta.try_get(1)?);
    if ids.is_empty() {
        return Ok(Known {
            newest,
            webhooks_version,
            messages: Vec::new(),
        });
    }
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let find = sqlx::query_as::<_, MessageRow>(
        "SELECT chat_id, seq, id, version, count, sender_id, sent_at_ms, text, attachment_count, \
         change, reply_to_seq, edited_at_ms, deleted_at_ms, deleted_seq, reaction_count, \
         later_change, mention_count, pinned_at_ms, event FROM relay_messages WHERE id = ANY($1)",
    );
    Ok(Known {
        newest,
        webhooks_version,
        messages: find.bind(ids).fetch_all(connection).await?,
    })
}

/// Everything of a batch of messages. A part that changes rows runs whether it is read or not.
const SEND: &str = "\
WITH drawn AS (UPDATE relay_meta SET change = $1),
noted AS (
    INSERT INTO relay_changes (change, touched) SELECT $1, $22::bytea WHERE $22 IS NOT NULL
),
added AS (
    INSERT INTO relay_messages (chat_id, seq, id, version, count, sender_id, sent_at_ms, text,
        reply_to_seq, attachment_count, change)
    SELECT *, 0, $1 FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::bigint[],
        $7::uuid[], $8::bigint[], $9::text[], $23::bigint[])
),
moved AS (
    UPDATE relay_chats SET last_activity_at_ms = new.activity, version = new.version,
        last_seq = new.seq, message_count = new.count, change = $1
    FROM unnest($10::uuid[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[])
        AS new (id, activity, version, seq, count)
    WHERE relay_chats.id = new.id
)
UPDATE relay_members SET delivered_seq = new.delivered, delivered_at_ms = new.delivered_at,
    read_seq = new.seen, read_at_ms = new.seen_at, read_count = new.count,
    told_read_seq = new.told, told_read_at_ms = new.told_at, told_read_count = new.told_count,
    watermark_change = CASE WHEN new.delivered > relay_members.delivered_seq
        OR new.told IS NULL THEN $1 ELSE relay_members.watermark_change END,
    hidden_change = CASE WHEN new.delivered > relay_members.delivered_seq
        OR new.told IS NULL THEN relay_members.hidden_change ELSE $1 END
FROM unnest($15::uuid[], $16::uuid[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[],
        $21::bigint[], $24::bigint[], $25::bigint[], $26::bigint[])
    AS new (chat_id, user_id, delivered, delivered_at, seen, seen_at, count, told, told_at,
        told_count)
WHERE relay_members.chat_id = new.chat_id AND relay_members.user_id = new.user_id";

/// Everything of a batch of marks.
const MARK: &str = "\
WITH drawn AS (UPDATE relay_meta SET change = $1),
noted AS (
    INSERT INTO relay_changes (change, touched) SELECT $1, $9::bytea WHERE $9 IS NOT NULL
)
UPDATE relay_members SET delivered_seq = new.delivered, delivered_at_ms = new.delivered_at,
    read_seq = new.seen, read_at_ms = new.seen_at, read_count = new.count,
    told_read_seq = new.told, told_read_at_ms = new.told_at, told_read_count = new.told_count,
    watermark_change = CASE WHEN new.delivered > relay_members.delivered_seq
        OR new.told IS NULL THEN $1 ELSE relay_members.watermark_change END,
    hidden_change = CASE WHEN new.delivered > relay_members.delivered_seq
        OR new.told IS NULL THEN relay_members.hidden_change ELSE $1 END
FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
    AS new (chat_id, user_id, delivered, delivered_at, seen, seen_at, count, told, told_at,
        told_count)
WHERE relay_members.chat_id = new.chat_id AND relay_members.user_id = new.user_id";

/// A column of rows.
macro_rules! column {
    ($rows:expr, $field:ident) => {
        $rows.iter().map(|row| row.$field).collect::<Vec<_>>()
    };
}

/// Writes the rows of a batch.
pub(super) async fn write(
    connection: &mut PgConnection,
    rows: BatchRows,
) -> Result<(), sqlx::Error> {
    let BatchRows {
        change,
        messages,
        chats,
        members,
        note,
    } = rows;
    let is_mark = messages.is_empty() && chats.is_empty();
    let mut query = sqlx::query(if is_mark { MARK } else { SEND }).bind(change);
    if !is_mark {
        let texts: Vec<_> = messages.iter().map(|row| row.text.as_str()).collect();
        query = query
            .bind(column!(messages, chat_id))
            .bind(column!(messages, seq))
            .bind(column!(messages, id))
            .bind(column!(messages, version))
            .bind(column!(messages, count))
            .bind(column!(messages, sender_id))
            .bind(column!(messages, sent_at_ms))
            .bind(texts)
            .bind(column!(chats, id))
            .bind(column!(chats, last_activity_at_ms))
            .bind(column!(chats, version))
            .bind(column!(chats, last_seq))
            .bind(column!(chats, message_count));
    }
    let mut query = query
        .bind(column!(members, chat_id))
        .bind(column!(members, user_id))
        .bind(column!(members, delivered_seq))
        .bind(column!(members, delivered_at_ms))
        .bind(column!(members, read_seq))
        .bind(column!(members, read_at_ms))
        .bind(column!(members, read_count))
        .bind(note);
    if !is_mark {
        query = query.bind(column!(messages, reply_to_seq));
    }
    let query = query
        .bind(column!(members, told_read_seq))
        .bind(column!(members, told_read_at_ms))
        .bind(column!(members, told_read_count));
    query.execute(connection).await?;
    Ok(())
}
