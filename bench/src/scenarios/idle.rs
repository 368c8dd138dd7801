//! Memory of sockets that do nothing: authenticated, each person in twenty chats.

use std::time::Duration;

use anyhow::Result;

use crate::{
    peers::Peer,
    process::{cpu_us, resident_bytes, tree},
    report::Record,
};

/// Time for the server to finish what the handshakes began.
const SETTLE: Duration = Duration::from_secs(2);
/// Sockets that warm up what is needed once.
const FIRST: usize = 20;
/// How often everybody goes and comes again.
const CYCLES: usize = 5;

pub(crate) fn run(record: &mut Record, peer: &mut dyn Peer, sockets: usize) -> Result<()> {
    // What the first sockets need once (accounts, chats, code) is not their memory.
    peer.prepare_idle(sockets)?;
    drop(peer.idle(FIRST)?);
    std::thread::sleep(SETTLE);
    let process = peer.socket_process();
    let resident = || resident_bytes(process).map(|bytes| bytes as f64 / 1024.0);
    let empty = resident()?;
    let mut put = |name: &str, value: f64| record.figures.insert(name.to_owned(), value);
    let tenth = peer.idle(sockets / 10)?;
    std::thread::sleep(SETTLE);
    put(
        "kib_per_socket_tenth",
        (resident()? - empty) / (sockets / 10) as f64,
    );
    drop(tenth);

    let processes = tree(&peer.processes());
    let before = cpu_us(&processes);
    let open = peer.idle(sockets)?;
    let connected = cpu_us(&processes);
    std::thread::sleep(SETTLE);
    let peak = resident()?;
    put("kib_per_socket", (peak - empty) / sockets as f64);
    put(
        "connect_cpu_us",
        (connected - before) as f64 / sockets as f64,
    );
    put("resident_mib", peak / 1024.0);
    let quiet = cpu_us(&processes);
    std::thread::sleep(SETTLE);
    let share = (cpu_us(&processes) - quiet) as f64 / SETTLE.as_micros() as f64;
    put("share_of_a_core_while_idle", share);
    drop(open);
    for _ in 1..CYCLES {
        drop(peer.idle(sockets)?);
    }
    let _open = peer.idle(sockets)?;
    std::thread::sleep(SETTLE);
    put("resident_again_mib", resident()? / 1024.0);
    Ok(())
}
