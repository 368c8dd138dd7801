//! A client of ours comes back after a month: 50,000 messages in 500 chats, then five in five.
//!
//! The client is a process of its own (this program again, see `serve_client`) with its store in a
//! file, so that its memory is its own; the way to the server counts every byte. What it reads and
//! writes is counted in records of its store; `shown` is when it shows what the store had.

mod client;
mod wire;

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use relaychat_protocol::ChatId;

use crate::{peers::Relay, report::Figures, report::Record, store::Database};

pub(crate) use client::{Report, run as serve_client};
use wire::Wire;

/// Chats of the person who was away.
const CHATS: usize = 500;
/// Messages in each of them before.
const KNOWN: u64 = 20;
/// Messages missed in each: as many as a sync answer brings of a chat, so that all are transferred.
const MISSED: u64 = 100;
/// Then so many chats have one new message each.
const FEW: usize = 5;

pub(crate) fn run(record: &mut Record, relay: &mut Relay) -> Result<()> {
    let (reader, writer) = {
        let people = relay.people(2)?;
        (people[0].clone(), people[1].clone())
    };
    let database = Database::of(relay)?;
    let chats = (0..CHATS).map(|_| relay.group(2));
    let chats: Vec<ChatId> = chats.collect::<Result<_>>()?;
    let fill = |chats: &[ChatId], count| -> Result<()> {
        for chat_id in chats {
            database.fill(*chat_id, writer.user_id, count)?;
        }
        Ok(())
    };
    fill(&chats, KNOWN)?;
    let wire = Wire::start(relay.address())?;
    let folder = tempfile::tempdir()?;
    let store = folder.path().join("client.db");
    // What other scenarios wrote to this person is unread as well.
    let known = come_back(&wire, &store, (&reader.token, None))?;
    let mut unread = known.unread_count;
    for (missed, chats, count) in [("many", &chats[..], MISSED), ("few", &chats[..FEW], 1)] {
        fill(chats, count)?;
        unread += chats.len() as u64 * count;
        let before = wire.counts();
        let report = come_back(&wire, &store, (&reader.token, Some(unread)))?;
        ensure!(
            report.unread_count == unread,
            "{} unread",
            report.unread_count
        );
        let [down, up, requests] = wire.counts();
        let figures = &mut record.figures;
        let mut put = |name: &str, value: f64| {
            figures.insert(format!("{missed}_{name}"), value);
        };
        put("down_bytes", (down - before[0]) as f64);
        put("up_bytes", (up - before[1]) as f64);
        put("requests", (requests - before[2]) as f64);
        report.tell(put);
    }
    let file_bytes = std::fs::metadata(&store)?.len();
    put_mib(&mut record.figures, "store_mib", file_bytes);
    Ok(())
}

fn put_mib(figures: &mut Figures, name: &str, bytes: u64) {
    let mebibytes = bytes as f64 / 1024.0 / 1024.0;
    figures.insert(name.to_owned(), mebibytes);
}

/// A run of the client until it has `unread` messages; without a number, until it knows all chats.
fn come_back(wire: &Wire, store: &Path, (token, unread): (&str, Option<u64>)) -> Result<Report> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["serve-client", &wire.url()]).arg(store);
    if let Some(unread) = unread {
        command.args(["--unread", &unread.to_string()]);
    }
    // Not an argument: these can be read by everybody on the machine.
    command.env("RELAYCHAT_BENCH_TOKEN", token);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the client has failed");
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().context("the client says nothing")?;
    Ok(serde_json::from_str(line)?)
}
