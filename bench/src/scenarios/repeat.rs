//! The same message again and again: found, answered, nothing written.

use anyhow::Result;
use relaychat_protocol::rest::messages::Message;

use crate::{
    http::Http,
    peers::{Peer, Relay, relay_message},
    process::{cpu_us, tree},
    report::Record,
    store::Database,
};

const REPEATS: u64 = 1_000;

pub(crate) fn run(record: &mut Record, relay: &mut Relay) -> Result<()> {
    let chat_id = relay.direct(0, 1)?;
    let token = relay.people(1)?[0].token.clone();
    let mut http = Http::connect(relay.address(), Some(&token))?;
    let path = format!("/v1/chats/{chat_id}/messages");
    let message = relay_message("once");
    let first: Message = http.post(&path, &message)?;
    let database = Database::of(relay)?;
    let processes = tree(&relay.processes());
    let before = (database.change()?, cpu_us(&processes));
    for _ in 0..REPEATS {
        let again: Message = http.post(&path, &message)?;
        record.faults += u64::from(again != first);
    }
    let commits = (database.change()? - before.0) as f64 / REPEATS as f64;
    let cpu = (cpu_us(&processes) - before.1) as f64 / REPEATS as f64;
    record.figures.insert("commits_per_message".into(), commits);
    record.figures.insert("cpu_us_per_repeat".into(), cpu);
    Ok(())
}
