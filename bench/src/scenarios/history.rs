//! Catch-up, the list of chats, unread totals and history pages: with a short history, then with a
//! long one. What grows with history shows here.

use std::time::Instant;

use anyhow::{Context, Result};
use relaychat_protocol::{ChatId, rest::sync::SyncAnswer};

use crate::{
    http::Http,
    peers::{Name, Relay},
    report::{Figures, Record},
    store::Database,
};

/// A history that is short, and the one that is caught up with.
const SHORT: u64 = 10_000;
/// Repeats of each question; the median is kept.
const REPEATS: usize = 41;
/// Messages of a page, as the web application asks for them.
const PAGE: u64 = 50;
const MISSED: [u64; 3] = [10, 100, 1_000];

pub(crate) fn run(name: Name, relay: &mut Relay, long: u64) -> Result<Vec<Record>> {
    let mut records = ["catchup", "inbox", "history-page"].map(|kind| Record::new(kind, name, 0));
    let database = Database::of(relay)?;
    // Two pairs of strangers, so that one history is no part of the other's answers.
    for (size, messages, first) in [("small", SHORT, 200), ("large", long, 202)] {
        let chat_id = relay.direct(first, first + 1)?;
        let people = relay.people(first + 2)?;
        let (reader, writer) = (people[first].clone(), people[first + 1].clone());
        let address = relay.address().to_owned();
        database.fill(chat_id, writer.user_id, messages)?;
        let mut http = Http::connect(&address, Some(&reader.token))?;
        let [catchup, inbox, pages] = &mut records;
        catch_up(
            &mut http,
            (&database, chat_id),
            size,
            &mut catchup.figures,
            writer.user_id,
        )?;
        time(
            &mut http,
            "/v1/chats",
            &mut inbox.figures,
            &format!("chats_{size}_us"),
        )?;
        time(
            &mut http,
            "/v1/me/unread",
            &mut inbox.figures,
            &format!("unread_{size}_us"),
        )?;
        if size == "large" {
            page(&mut http, chat_id, messages, &mut pages.figures)?;
        }
    }
    Ok(records.into())
}

fn catch_up(
    http: &mut Http,
    (database, chat_id): (&Database, ChatId),
    size: &str,
    figures: &mut Figures,
    writer: relaychat_protocol::UserId,
) -> Result<()> {
    for missed in MISSED {
        let now: SyncAnswer = http.find("/v1/sync")?.context("no sync")?;
        database.fill(chat_id, writer, missed)?;
        let path = format!("/v1/sync?since={}", now.token);
        time(http, &path, figures, &format!("missed_{missed}_{size}_us"))?;
        if missed == 100 {
            let answer: SyncAnswer = http.find(&path)?.context("no sync")?;
            let messages = answer.messages.iter().map(|chat| &chat.items);
            let payload = serde_json::to_vec(&messages.collect::<Vec<_>>())?;
            figures.insert("missed_100_bytes".into(), http.get_bytes(&path)? as f64);
            figures.insert("missed_100_payload_bytes".into(), payload.len() as f64);
        }
    }
    Ok(())
}

fn page(http: &mut Http, chat_id: ChatId, newest: u64, figures: &mut Figures) -> Result<()> {
    for page in [1, 100, 1_000] {
        let before = newest.saturating_sub(PAGE * (page - 1)) + 1;
        let path = format!("/v1/chats/{chat_id}/messages?before={before}&limit={PAGE}");
        time(http, &path, figures, &format!("page_{page}_us"))?;
    }
    Ok(())
}

/// The median time of a question.
fn time(http: &mut Http, path: &str, figures: &mut Figures, name: &str) -> Result<()> {
    let mut times = Vec::with_capacity(REPEATS);
    for _ in 0..REPEATS {
        let began = Instant::now();
        http.get_bytes(path)?;
        times.push(began.elapsed().as_micros() as f64);
    }
    times.sort_unstable_by(f64::total_cmp);
    figures.insert(name.to_owned(), times[REPEATS / 2]);
    Ok(())
}
