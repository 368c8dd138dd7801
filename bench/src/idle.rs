//! Resident memory of the server per idle authenticated socket.
//!
//! The same people hold many sockets, so the figure is the socket's own cost and not that of
//! accounts; what the logins themselves cost is measured before the first socket.

use std::time::Duration;

use anyhow::Result;

use crate::people;
use crate::process::resident_bytes;
use crate::server::Server;
use crate::socket::Socket;

/// How many sockets a person holds: the protocol's default limit.
const SOCKETS_PER_PERSON: usize = 20;
/// Time for the server to finish what the handshakes began.
const SETTLE: Duration = Duration::from_secs(3);

pub(crate) async fn run(sockets: usize) -> Result<()> {
    let server = Server::start().await?;
    let people = people::log_in(&server.address, sockets.div_ceil(SOCKETS_PER_PERSON)).await?;
    let before = resident_bytes(server.process_id())?;
    let mut open = Vec::with_capacity(sockets);
    for index in 0..sockets {
        let person = &people[index / SOCKETS_PER_PERSON];
        open.push(Socket::open(&server.address, &person.token).await?);
    }
    tokio::time::sleep(SETTLE).await;
    let after = resident_bytes(server.process_id())?;
    let each = after.saturating_sub(before) as f64 / sockets as f64 / 1024.0;
    println!(
        "idle     {sockets} sockets of {} people: {each:.1} KiB each ({} MiB before, {} MiB after)",
        people.len(),
        before / 1024 / 1024,
        after / 1024 / 1024
    );
    Ok(())
}
