//! The index of words in PostgreSQL: vectors of text with a GIN index.

use relaychat_protocol::matching::Term;
use sqlx::{PgConnection, query, query_as};
use uuid::Uuid;

use crate::storage::sql::{Found, WantedWords, Words};

const ADD: &str = "INSERT INTO relay_search_words (chat_id, seq, change, words) \
    SELECT chat_id, seq, change, array_to_tsvector(string_to_array(words, ' ')) \
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[]) \
    AS added (chat_id, seq, change, words)";
const REMOVE: &str = "DELETE FROM relay_search_words WHERE chat_id = $1 AND seq = $2";
/// One look into the index for each chat.
const FIND: &str = "SELECT w.chat_id, w.seq, w.change FROM unnest($1::text[]) AS wanted (words) \
    JOIN relay_search_words AS w ON w.words @@ wanted.words::tsquery \
    JOIN relay_messages AS m ON m.chat_id = w.chat_id AND m.seq = w.seq \
    WHERE w.change >= $2 AND w.change <= $3 \
    AND ($4::uuid IS NULL OR m.sender_id = $4) AND ($5::bigint IS NULL OR m.sent_at_ms < $5) \
    AND ($6::bigint IS NULL OR m.sent_at_ms >= $6) ORDER BY w.change DESC LIMIT $7";
const CLEAR: &str = "DELETE FROM relay_search_words";

/// Adds words.
pub(super) async fn add(connection: &mut PgConnection, words: &[Words]) -> Result<(), sqlx::Error> {
    let chat_ids: Vec<Uuid> = words.iter().map(|words| words.chat_id).collect();
    let seqs: Vec<i64> = words.iter().map(|words| words.seq).collect();
    let changes: Vec<i64> = words.iter().map(|words| words.change).collect();
    let texts: Vec<&str> = words.iter().map(|words| &*words.words).collect();
    let add = query(ADD).bind(chat_ids).bind(seqs).bind(changes);
    add.bind(texts).execute(connection).await.map(drop)
}

/// Removes the words of a message.
pub(super) async fn remove(
    connection: &mut PgConnection,
    words: &Words,
) -> Result<(), sqlx::Error> {
    let remove = query(REMOVE).bind(words.chat_id).bind(words.seq);
    remove.execute(connection).await.map(drop)
}

/// What has the wanted words, newest first.
pub(super) async fn find(
    connection: &mut PgConnection,
    wanted: &WantedWords,
) -> Result<Vec<Found>, sqlx::Error> {
    let terms: Vec<String> = wanted.terms.iter().map(|terms| expression(terms)).collect();
    let found = query_as::<_, Found>(FIND)
        .bind(terms)
        .bind(wanted.from)
        .bind(wanted.up_to)
        .bind(wanted.sender_id)
        .bind(wanted.before_ms)
        .bind(wanted.since_ms)
        .bind(wanted.limit);
    found.fetch_all(connection).await
}

/// Terms in the language of `tsquery`. There is no quote and no backslash in them.
fn expression(terms: &[Term]) -> String {
    let terms = terms.iter().map(|term| {
        let star = if term.is_prefix { ":*" } else { "" };
        format!("'{}'{star}", term.text)
    });
    terms.collect::<Vec<_>>().join(" & ")
}

/// Removes everything.
pub(super) async fn clear(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    query(CLEAR).execute(connection).await.map(drop)
}
