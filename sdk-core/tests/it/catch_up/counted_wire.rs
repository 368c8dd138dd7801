//! A way to the engine on which every byte is counted.

use std::{
    net::SocketAddr,
    ops::Sub,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Bytes so far, with the heads of requests and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WireCounts {
    pub(super) up_bytes: u64,
    pub(super) down_bytes: u64,
}

impl Sub for WireCounts {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            up_bytes: self.up_bytes - before.up_bytes,
            down_bytes: self.down_bytes - before.down_bytes,
        }
    }
}

#[derive(Debug, Default)]
struct Counters {
    up_bytes: AtomicU64,
    down_bytes: AtomicU64,
}

/// The way.
#[derive(Debug)]
pub(super) struct CountedWire {
    address: SocketAddr,
    counters: Arc<Counters>,
}

impl CountedWire {
    pub(super) async fn start(engine: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let counters = Arc::new(Counters::default());
        let counted = Arc::clone(&counters);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(engine).await else {
                    continue;
                };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let (up, down) = (Arc::clone(&counted), Arc::clone(&counted));
                tokio::spawn(async move { pass(from_client, to_server, &up.up_bytes).await });
                tokio::spawn(async move { pass(from_server, to_client, &down.down_bytes).await });
            }
        });
        Self { address, counters }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn counts(&self) -> WireCounts {
        WireCounts {
            up_bytes: self.counters.up_bytes.load(Ordering::SeqCst),
            down_bytes: self.counters.down_bytes.load(Ordering::SeqCst),
        }
    }
}

/// Hands bytes on until one side ends.
async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    count: &AtomicU64,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(size @ 1..) = from.read(&mut buffer).await {
        count.fetch_add(size as u64, Ordering::SeqCst);
        if to.write_all(&buffer[..size]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}
