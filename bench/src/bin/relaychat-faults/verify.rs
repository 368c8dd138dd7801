//! After a round: every device shows every acknowledged message once, in order, where it was
//! acknowledged, and knows the same as a device that starts anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use relaychat_sdk::{ChatSummary, Client, Lookup, SessionStore, protocol::ChatId};

use crate::people::{Crowd, Person, Room, Written};

/// How long a device may take to show everything. Loss between nodes must be noticed within 15 s;
/// the rest is for reading.
const DEADLINE: Duration = Duration::from_secs(60);

/// A row of a timeline: `seq`, id, text.
type Row = (u64, String, String);

/// Checks all devices; gives how many messages they showed in all.
pub(crate) async fn round(crowd: &Crowd, written: &Written) -> Result<usize> {
    let mut rows = 0;
    for room in &written.rooms {
        let empty = BTreeMap::new();
        let acked = written.acked.get(&room.id).unwrap_or(&empty);
        for member in &room.members {
            let person = &crowd.people[*member];
            let shown = timeline(&person.client, room.id, acked.len()).await;
            let shown = shown.with_context(|| format!("person {member}"))?;
            check(&shown, acked, room, written).with_context(|| format!("person {member}"))?;
            rows += shown.len();
        }
        rows += anew(crowd, room, acked, written).await?;
    }
    Ok(rows)
}

/// A second device of one member, which knows nothing yet.
async fn anew(
    crowd: &Crowd,
    room: &Room,
    acked: &BTreeMap<String, u64>,
    written: &Written,
) -> Result<usize> {
    let person = &crowd.people[room.members[0]];
    let fresh = connect(&crowd.url, person).await?;
    let shown = timeline(&fresh, room.id, acked.len()).await?;
    check(&shown, acked, room, written).context("a device that starts anew")?;
    let start = Instant::now();
    loop {
        let (known, fetched) = (summary(&person.client, room.id), summary(&fresh, room.id));
        if let (Some(known), Some(fetched)) = (&known, &fetched)
            && known.unread_count == fetched.unread_count
        {
            break;
        }
        ensure!(
            start.elapsed() < DEADLINE,
            "unread: {:?} on the device, {:?} anew",
            known.map(|summary| summary.unread_count),
            fetched.map(|summary| summary.unread_count)
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    fresh.close();
    Ok(shown.len())
}

async fn connect(url: &str, person: &Person) -> Result<Client> {
    let store: Arc<dyn SessionStore> = person.session.clone();
    let client = Client::builder(url).session_store(store);
    Ok(client.connect().await?)
}

fn summary(client: &Client, id: ChatId) -> Option<Arc<ChatSummary>> {
    match &*client.chat(id).summary().get() {
        Lookup::Found(summary) => Some(Arc::clone(summary)),
        _ => None,
    }
}

/// All messages of a chat as a device shows them.
async fn timeline(client: &Client, id: ChatId, count: usize) -> Result<Vec<Row>> {
    let timeline = client.chat(id).timeline();
    let start = Instant::now();
    loop {
        let now = timeline.state().get();
        let messages = now.items.iter().filter_map(|item| item.message());
        let rows: Vec<Row> = messages
            .filter_map(|message| {
                Some((message.seq?, message.id.to_string(), message.text.clone()))
            })
            .collect();
        if rows.len() >= count && !now.has_before {
            return Ok(rows);
        }
        if start.elapsed() > DEADLINE {
            bail!("{} of {count} messages after {DEADLINE:?}", rows.len());
        }
        if now.has_before && !now.is_loading {
            // What fails now is tried again.
            let _ = timeline.load_before().await;
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn check(
    rows: &[Row],
    acked: &BTreeMap<String, u64>,
    room: &Room,
    written: &Written,
) -> Result<()> {
    let seqs: Vec<u64> = rows.iter().map(|row| row.0).collect();
    let dense: Vec<u64> = (1..=rows.len() as u64).collect();
    ensure!(seqs == dense, "not dense and in order: {seqs:?}");
    let ids: BTreeSet<&String> = rows.iter().map(|row| &row.1).collect();
    ensure!(ids.len() == rows.len(), "a message is there twice");
    let places: BTreeMap<String, u64> = rows.iter().map(|row| (row.1.clone(), row.0)).collect();
    ensure!(&places == acked, "not each where it was acknowledged");
    for member in &room.members {
        let prefix = format!("{member} ");
        let texts: Vec<&String> = rows
            .iter()
            .map(|row| &row.2)
            .filter(|text| text.starts_with(&prefix))
            .collect();
        let order = written.orders.get(&(room.id, *member));
        let order: Vec<&String> = order.into_iter().flatten().collect();
        ensure!(texts == order, "not in the order in which {member} wrote");
    }
    Ok(())
}
