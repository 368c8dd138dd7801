//! A proxy without knowledge: hands connections to the nodes in turn.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};

/// Where clients connect.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: std::net::SocketAddr,
}

impl Proxy {
    /// Starts it in front of these addresses.
    pub(crate) async fn start(nodes: Vec<String>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let next = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, nodes.clone(), Arc::clone(&next)));
            }
        });
        Ok(Self { address })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Carries one connection to the next node that takes it.
async fn carry(mut client: TcpStream, nodes: Vec<String>, next: Arc<AtomicUsize>) {
    let first = next.fetch_add(1, Ordering::Relaxed);
    for place in first..first + nodes.len() {
        let Ok(mut node) = TcpStream::connect(&nodes[place % nodes.len()]).await else {
            continue;
        };
        let _ = (client.set_nodelay(true), node.set_nodelay(true));
        // A cut connection is what this program is about.
        let _ = tokio::io::copy_bidirectional(&mut client, &mut node).await;
        return;
    }
}
