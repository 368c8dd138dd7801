//! The same stories on two nodes: when `RELAYCHAT_TEST_NODES=2` says so, a test engine is two of
//! them on one database and the Redis of the tests, behind one address that gives connections to
//! them in turn.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use super::{Node, Parts};
use crate::broker::Redis;

/// How many nodes a test engine has.
const NODES: &str = "RELAYCHAT_TEST_NODES";
/// Where the Redis of the tests is.
const REDIS_URL: &str = "RELAYCHAT_TEST_REDIS_URL";

/// The address of the Redis of the tests.
///
/// # Panics
/// When the environment names none: a test that is left out must never look like one that passed.
#[must_use]
pub fn redis_url() -> String {
    std::env::var(REDIS_URL).unwrap_or_else(|_| {
        panic!(
            "{REDIS_URL} is not set: run `cargo xtask test`, or `cargo xtask servers` and export \
             what it prints"
        )
    })
}

/// Whether the environment asks for two nodes.
pub(super) fn are_two() -> bool {
    match std::env::var(NODES).as_deref() {
        Ok("2") => true,
        Ok("1") | Err(_) => false,
        Ok(other) => panic!("{NODES} is {other:?}: say 1 or 2"),
    }
}

/// The same parts, as a node that shares the Redis of the tests.
pub(super) fn on_redis(parts: &Parts, url: String) -> Parts {
    let mut parts = parts.clone();
    parts.is_node = true;
    parts.changes.push(Arc::new(move |builder| {
        builder.broker(Redis::connect(&url).expect("the address of Redis"))
    }));
    parts
}

/// One address for several nodes.
#[derive(Debug)]
pub(super) struct Front(JoinHandle<()>);

impl Front {
    /// Gives connections to the nodes in turn.
    pub(super) fn start(listener: TcpListener, nodes: &[Node]) -> Self {
        let nodes: Vec<SocketAddr> = nodes.iter().map(|node| node.address).collect();
        Self(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            for node in nodes.into_iter().cycle() {
                let Ok((mut client, _)) = listener.accept().await else {
                    return;
                };
                connections.spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(node).await {
                        let _ = (client.set_nodelay(true), server.set_nodelay(true));
                        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    }
                });
                while connections.try_join_next().is_some() {}
            }
        }))
    }

    /// Closes the address.
    pub(super) async fn stop(self) {
        self.0.abort();
        let _ = self.0.await;
    }
}
