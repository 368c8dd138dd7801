//! The index of words in SQLite: an FTS5 table without texts.
//!
//! A message is a number in it: the change number of its sending and 16 bits beside it. So the index
//! finds in the order of the commits and can stop when enough was found. A change has far fewer
//! messages than 16 bits (a batch writes a few hundred); which of the bits is taken says nothing.

use std::collections::HashSet;

use sqlx::{SqliteConnection, query, query_as};
use uuid::Uuid;

use crate::storage::sql::{Found, PLACE_BITS, WantedWords, Words};

/// Places among those given.
const TAKEN: &str =
    "SELECT place FROM relay_search_places WHERE place IN (SELECT value FROM json_each(?))";
const ADD_PLACES: &str = "INSERT INTO relay_search_places (place, chat_id, seq) \
    SELECT value ->> 0, unhex(value ->> 1), value ->> 2 FROM json_each(?)";
const ADD_WORDS: &str = "INSERT INTO relay_search_words (rowid, words) \
    SELECT value ->> 0, value ->> 1 FROM json_each(?)";
const REMOVE_PLACE: &str =
    "DELETE FROM relay_search_places WHERE chat_id = ? AND seq = ? RETURNING place";
/// Without texts the index has to be told what it holds.
const REMOVE_WORDS: &str =
    "INSERT INTO relay_search_words (relay_search_words, rowid, words) VALUES ('delete', ?, ?)";
const FIND: &str = "SELECT p.chat_id, p.seq, p.place >> 16 FROM relay_search_words AS w \
    CROSS JOIN relay_search_places AS p ON p.place = w.rowid \
    CROSS JOIN relay_messages AS m ON m.chat_id = p.chat_id AND m.seq = p.seq \
    WHERE w.relay_search_words MATCH ?1 AND w.rowid >= ?2 AND w.rowid <= ?3 \
    AND (?4 IS NULL OR m.sender_id = ?4) AND (?5 IS NULL OR m.sent_at_ms < ?5) \
    AND (?6 IS NULL OR m.sent_at_ms >= ?6) ORDER BY w.rowid DESC LIMIT ?7";
const CLEAR: &str = "INSERT INTO relay_search_words (relay_search_words) VALUES ('delete-all'); \
    DELETE FROM relay_search_places";

/// Adds words; returns how many rows it wrote.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    words: &[Words],
) -> Result<u64, sqlx::Error> {
    let places = places(connection, words).await?;
    let rows: Vec<_> = places.iter().zip(words).collect();
    let of_message = |(place, words): &(&i64, &Words)| {
        serde_json::json!([place, words.chat_id.simple().to_string(), words.seq])
    };
    let of_words = |(place, words): &(&i64, &Words)| serde_json::json!([place, words.words]);
    let messages: serde_json::Value = rows.iter().map(of_message).collect();
    let words: serde_json::Value = rows.iter().map(of_words).collect();
    let added = query(ADD_PLACES).bind(messages.to_string());
    let added = added.execute(&mut *connection).await?.rows_affected();
    let indexed = query(ADD_WORDS).bind(words.to_string());
    Ok(added + indexed.execute(connection).await?.rows_affected())
}

/// Free places for words.
async fn places(
    connection: &mut SqliteConnection,
    words: &[Words],
) -> Result<Vec<i64>, sqlx::Error> {
    // Spread, so that messages of several chats in one change seldom meet.
    let spread = |words: &Words| (words.chat_id.as_u128() as i64).wrapping_add(words.seq);
    let first = words.iter().map(|words| place(words.change, spread(words)));
    let mut places: Vec<i64> = first.collect();
    let mut own = HashSet::with_capacity(places.len());
    loop {
        let asked = serde_json::json!(places).to_string();
        let taken = query_as(TAKEN).bind(asked).fetch_all(&mut *connection);
        let taken: HashSet<i64> = taken.await?.into_iter().map(|(place,)| place).collect();
        own.clear();
        let mut is_free = true;
        for (wanted, words) in places.iter_mut().zip(words) {
            while taken.contains(wanted) || !own.insert(*wanted) {
                *wanted = place(words.change, *wanted + 1);
                is_free = false;
            }
        }
        if is_free {
            return Ok(places);
        }
    }
}

const fn place(change: i64, bits: i64) -> i64 {
    change << PLACE_BITS | bits & ((1 << PLACE_BITS) - 1)
}

/// Removes the words of a message.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    words: &Words,
) -> Result<u64, sqlx::Error> {
    let place = query_as(REMOVE_PLACE).bind(words.chat_id).bind(words.seq);
    let place: Vec<(i64,)> = place.fetch_all(&mut *connection).await?;
    let Some((place,)) = place.first() else {
        return Ok(0);
    };
    let removed = query(REMOVE_WORDS).bind(place).bind(&words.words);
    Ok(1 + removed.execute(connection).await?.rows_affected())
}

/// What has the wanted words, newest first.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    wanted: &WantedWords,
) -> Result<Vec<Found>, sqlx::Error> {
    let found = query_as::<_, (Uuid, i64, i64)>(FIND)
        .bind(expression(wanted))
        .bind(wanted.from << PLACE_BITS)
        .bind(place(wanted.up_to, -1))
        .bind(wanted.sender_id)
        .bind(wanted.before_ms)
        .bind(wanted.since_ms)
        .bind(wanted.limit);
    found.fetch_all(connection).await
}

/// The wanted words in the language of FTS5.
fn expression(wanted: &WantedWords) -> String {
    let of_chat = |terms: &Vec<_>| {
        let terms = terms
            .iter()
            .map(|term: &relaychat_protocol::matching::Term| {
                let star = if term.is_prefix { "*" } else { "" };
                format!("\"{}\"{star}", term.text)
            });
        format!("({})", terms.collect::<Vec<_>>().join(" AND "))
    };
    let chats: Vec<String> = wanted.terms.iter().map(of_chat).collect();
    chats.join(" OR ")
}

/// Removes everything.
pub(super) async fn clear(connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    let cleared = sqlx::raw_sql(CLEAR).execute(connection).await?;
    Ok(cleared.rows_affected())
}
