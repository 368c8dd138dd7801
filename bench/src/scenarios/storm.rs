//! Everybody comes back at once with nothing missed, while others go on writing.

use std::time::{Duration, Instant};

use anyhow::Result;
use relaychat_protocol::frames::server::ServerFrame;

use crate::{
    load::{Load, Pace, Plan},
    peers::{Peer, Relay, relay_socket},
    process::{cpu_us, tree},
    report::Record,
};

/// Sockets of a person, within the protocol's limit.
const SOCKETS_PER_PERSON: usize = 20;
/// Who reconnects at the same time.
const THREADS: usize = 4;
/// What others send meanwhile, a second over all of them.
const BACKGROUND: f64 = 500.0;
const PAIRS: usize = 20;
const MEASURED: Duration = Duration::from_secs(2);

pub(crate) fn run(
    record: &mut Record,
    relay: &mut Relay,
    (sockets, run): (usize, u64),
) -> Result<()> {
    // Others than those who write meanwhile: nobody has more than so many sockets.
    let first = 2 * PAIRS;
    let count = first + sockets.div_ceil(SOCKETS_PER_PERSON);
    let people = relay.people(count)?[first..].to_vec();
    let address = relay.address().to_owned();
    let mut tokens = Vec::with_capacity(people.len());
    for person in &people {
        let (_, ready) = relay_socket(&address, &person.token, None)?;
        if let ServerFrame::Ready(ready) = serde_json::from_str(&ready)? {
            tokens.push((person.token.clone(), ready.sync.token));
        }
    }
    let plan = |measured| Plan {
        pace: Pace::Open {
            per_second: BACKGROUND,
        },
        warm: Duration::from_millis(300),
        measured,
        run,
    };
    let processes = relay.processes();
    let calm = Load::new(relay.pairs(PAIRS)?, plan(MEASURED))?.run(&processes)?;
    let background = Load::new(relay.pairs(PAIRS)?, plan(MEASURED))?;
    let (busy, seconds, cpu) = std::thread::scope(|scope| -> Result<_> {
        let running = scope.spawn(|| background.run(&processes));
        let tree = tree(&processes);
        let (began, before) = (Instant::now(), cpu_us(&tree));
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (address, tokens) = (&address, &tokens);
                scope.spawn(move || reconnect(address, tokens, thread, sockets))
            })
            .collect();
        let mut open = Vec::new();
        for thread in threads {
            open.extend(thread.join().expect("reconnecting does not panic")?);
        }
        let seconds = began.elapsed().as_secs_f64();
        let cpu = cpu_us(&tree) - before;
        let busy = running.join().expect("the load does not panic")?;
        Ok((busy, seconds, cpu))
    })?;
    let others = calm.server_cpu_us as f64 / calm.seconds * seconds;
    let own_us = (cpu as f64 - others).max(0.0) / sockets as f64;
    let mut put = |name: &str, value: f64| record.figures.insert(name.to_owned(), value);
    put("reconnects", sockets as f64);
    put("cpu_us_per_reconnect", own_us);
    put("cpu_seconds_per_10k", own_us / 100.0);
    put("seconds", seconds);
    let p99 = |tally: &crate::load::Tally| tally.latency_us.value_at_quantile(0.99) as f64;
    put("others_p99_calm_us", p99(&calm));
    put("others_p99_storm_us", p99(&busy));
    record.faults = busy.lost + busy.duplicated + busy.out_of_order;
    Ok(())
}

fn reconnect(
    address: &str,
    tokens: &[(String, String)],
    first: usize,
    sockets: usize,
) -> Result<Vec<crate::wire::Connection>> {
    (first..sockets)
        .step_by(THREADS)
        .map(|index| {
            let (token, since) = &tokens[index / SOCKETS_PER_PERSON];
            Ok(relay_socket(address, token, Some(since.clone()))?.0)
        })
        .collect()
}
