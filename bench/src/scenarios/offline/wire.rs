//! A way to the server on which every byte and every request is counted.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use anyhow::Result;
use memchr::memmem;

/// What every request to the API has in its first line, whatever its method.
const REQUEST: &[u8] = b" /v1/";

#[derive(Debug, Default)]
struct Counters {
    down_bytes: AtomicU64,
    up_bytes: AtomicU64,
    requests: AtomicU64,
}

/// The way.
#[derive(Debug)]
pub(super) struct Wire {
    address: SocketAddr,
    counters: Arc<Counters>,
}

impl Wire {
    /// Leads to `server` until the program ends.
    pub(super) fn start(server: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let wire = Self {
            address: listener.local_addr()?,
            counters: Arc::default(),
        };
        let (server, counters) = (server.to_owned(), Arc::clone(&wire.counters));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client that gets no answer says so.
                let _ = connect(client, &server, &counters);
            }
        });
        Ok(wire)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Bytes down, bytes up, requests.
    pub(super) fn counts(&self) -> [u64; 3] {
        let Counters {
            down_bytes,
            up_bytes,
            requests,
        } = &*self.counters;
        [down_bytes, up_bytes, requests].map(|counter| counter.load(Ordering::SeqCst))
    }
}

fn connect(client: TcpStream, server: &str, counters: &Arc<Counters>) -> Result<()> {
    let server = TcpStream::connect(server)?;
    let up = (
        client.try_clone()?,
        server.try_clone()?,
        Arc::clone(counters),
    );
    let down = (server, client, Arc::clone(counters));
    thread::spawn(move || {
        let (from, to, counters) = up;
        pass(from, to, |bytes| {
            let requests = memmem::find_iter(bytes, REQUEST).count();
            counters
                .requests
                .fetch_add(requests as u64, Ordering::SeqCst);
            let size = bytes.len() as u64;
            counters.up_bytes.fetch_add(size, Ordering::SeqCst);
        });
    });
    thread::spawn(move || {
        let (from, to, counters) = down;
        pass(from, to, |bytes| {
            let size = bytes.len() as u64;
            counters.down_bytes.fetch_add(size, Ordering::SeqCst);
        });
    });
    Ok(())
}

/// Hands bytes on until one side ends.
fn pass(mut from: TcpStream, mut to: TcpStream, count: impl Fn(&[u8])) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(size @ 1..) = from.read(&mut buffer) {
        count(&buffer[..size]);
        if to.write_all(&buffer[..size]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
