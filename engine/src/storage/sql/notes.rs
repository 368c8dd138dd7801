//! What each commit touched, as bytes in one row.
//!
//! An entry is a byte that says what it names, and the ids: small, written once, read seldom, and
//! never searched in.

use relaychat_protocol::{ChatId, UserId};
use sea_query::{Expr, ExprTrait, Order, Query};
use uuid::Uuid;

use super::{
    Connection, SqlTransaction,
    row::{damaged, signed},
};
use crate::storage::{StorageError, Touched};

const NOTES: &str = "relay_changes";
/// Notes that are kept: minutes of a busy cluster. Whoever is further behind starts over.
const KEPT: i64 = 65_536;
/// How often the old ones go: seldom enough to cost nothing, often enough to stay small.
const TRIM_EVERY: i64 = 1_024;

const CHAT: u8 = 0;
const MEMBER: u8 = 1;
const USER: u8 = 2;

impl<C: Connection> SqlTransaction<C> {
    /// Writes what this transaction touched, if it drew a number.
    pub(super) async fn write_note(&mut self, touched: &[Touched]) -> Result<(), StorageError> {
        let Some(change) = self.change else {
            return Ok(());
        };
        let insert = Query::insert()
            .into_table(NOTES)
            .columns(["change", "touched"])
            .values_panic([change.into(), encode(touched).into()])
            .take();
        self.connection.write("note a change", &insert).await?;
        self.trim_notes(change).await
    }

    /// Forgets the oldest notes, now and then.
    pub(super) async fn trim_notes(&mut self, change: i64) -> Result<(), StorageError> {
        if change % TRIM_EVERY == 0 {
            let trim = Query::delete()
                .from_table(NOTES)
                .and_where(Expr::col("change").lte(change - KEPT))
                .take();
            self.connection.write("forget old changes", &trim).await?;
        }
        Ok(())
    }

    /// Everything that was touched after `since`; `None` when that is not known or too much.
    pub(super) async fn read_notes(
        &mut self,
        since: u64,
        current: u64,
        limit: u32,
    ) -> Result<Option<Vec<Touched>>, StorageError> {
        let missing = current.saturating_sub(since);
        if missing > u64::from(limit) {
            return Ok(None);
        }
        let select = Query::select()
            .column("touched")
            .from(NOTES)
            .and_where(Expr::col("change").gt(signed(since)))
            .order_by("change", Order::Asc)
            .take();
        let rows: Vec<(Vec<u8>,)> = self
            .connection
            .read("list what was touched", &select)
            .await?;
        if rows.len() as u64 != missing {
            return Ok(None);
        }
        let mut touched = Vec::new();
        for (bytes,) in rows {
            decode(&bytes, &mut touched)?;
        }
        Ok(Some(touched))
    }
}

pub(super) fn encode(touched: &[Touched]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(touched.len() * 17);
    for entry in touched {
        match entry {
            Touched::Chat(chat_id) => {
                bytes.push(CHAT);
                bytes.extend_from_slice(chat_id.0.as_bytes());
            }
            Touched::Member(chat_id, user_id) => {
                bytes.push(MEMBER);
                bytes.extend_from_slice(chat_id.0.as_bytes());
                bytes.extend_from_slice(user_id.0.as_bytes());
            }
            Touched::User(user_id) => {
                bytes.push(USER);
                bytes.extend_from_slice(user_id.0.as_bytes());
            }
        }
    }
    bytes
}

fn decode(mut bytes: &[u8], touched: &mut Vec<Touched>) -> Result<(), StorageError> {
    let cut = || damaged("list what was touched", "a note is cut off");
    while let Some((kind, rest)) = bytes.split_first() {
        let (first, rest) = take_id(rest).ok_or_else(cut)?;
        let (entry, rest) = match *kind {
            CHAT => (Touched::Chat(ChatId(first)), rest),
            USER => (Touched::User(UserId(first)), rest),
            MEMBER => {
                let (second, rest) = take_id(rest).ok_or_else(cut)?;
                (Touched::Member(ChatId(first), UserId(second)), rest)
            }
            _ => return Err(damaged("list what was touched", "a note of unknown kind")),
        };
        touched.push(entry);
        bytes = rest;
    }
    Ok(())
}

fn take_id(bytes: &[u8]) -> Option<(Uuid, &[u8])> {
    let (id, rest) = bytes.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*id), rest))
}
