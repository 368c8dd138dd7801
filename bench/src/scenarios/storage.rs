//! Bare batched inserts on the same database software and disk: what durable rows cost without us.

use anyhow::Result;

use crate::{
    peers::{Peer, Relay},
    report::Record,
    store::Bare,
};

/// Rows of one commit.
const BATCHES: [usize; 3] = [1, 50, 500];

pub(crate) fn run(record: &mut Record, relay: &mut Relay) -> Result<()> {
    let bare = Bare::beside(relay)?;
    let processes = relay.processes();
    for batch in BATCHES {
        let (per_second, cpu_us) = bare.insert(batch, &processes)?;
        let name = |figure: &str| format!("batch_{batch:03}_{figure}");
        record.figures.insert(name("rows_per_s"), per_second);
        record.figures.insert(name("cpu_us_per_row"), cpu_us);
    }
    Ok(())
}
