//! The one connection: who opens it, keeps it alive, and publishes over it.

use std::{collections::HashSet, sync::Arc, time::Duration};

use bytes::Bytes;
use redis::{
    Cmd, Pipeline, PushInfo, PushKind, RedisError, RedisFuture, RedisResult, Value,
    aio::{ConnectionLike, MultiplexedConnection},
    cluster_async::ClusterConnection,
};
use tokio::sync::{Notify, mpsc};

use super::{Publication, Shared, Signal, address::Address};

/// How long opening a connection may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long an answer may take: a server in the same place needs less than a millisecond.
pub(super) const RESPONSE_TIMEOUT: Duration = Duration::from_millis(700);
/// How often to ask for a sign of life.
const PING_EVERY: Duration = Duration::from_secs(1);
/// How long to wait before opening a connection again, doubling from the first to the last.
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_LAST: Duration = Duration::from_secs(1);
/// Publications in one round trip.
const PIPELINE_MAX: usize = 256;

/// A connection to a server or to a Cluster. Clones share it.
#[derive(Clone)]
pub(super) enum Connection {
    /// One server.
    Server(MultiplexedConnection),
    /// All nodes of a Cluster.
    Cluster(ClusterConnection),
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Server(connection) => connection.req_packed_command(command),
            Self::Cluster(connection) => connection.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Server(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Server(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}

impl Connection {
    async fn subscribe(&mut self, channel: &str) -> RedisResult<()> {
        match self {
            Self::Server(connection) => connection.subscribe(channel).await,
            Self::Cluster(connection) => connection.subscribe(channel).await,
        }
    }
}

/// Asks for a sign of life.
pub(super) async fn ping(connection: &mut Connection) -> RedisResult<()> {
    redis::cmd("PING").exec_async(connection).await
}

/// The task that owns the connection.
pub(super) struct Link {
    address: Address,
    shared: Arc<Shared>,
    publications: mpsc::Receiver<Publication>,
    /// Taken by publishing; kept here so that its memory is.
    batch: Vec<Publication>,
}

impl Link {
    pub(super) fn new(
        address: Address,
        shared: Arc<Shared>,
        publications: mpsc::Receiver<Publication>,
    ) -> Self {
        Self {
            address,
            shared,
            publications,
            batch: Vec::with_capacity(PIPELINE_MAX),
        }
    }

    /// Runs until the broker is closed.
    pub(super) async fn run(mut self) {
        let closed = self.shared.closed.clone();
        closed.run_until_cancelled(self.keep_connected()).await;
    }

    async fn keep_connected(&mut self) {
        let mut wait = RETRY_FIRST;
        let mut was_logged = false;
        loop {
            let lost = Arc::new(Notify::new());
            let connecting = self.address.connect(pushes(&self.shared, &lost));
            let error = match connecting.await {
                Ok(connection) => {
                    (wait, was_logged) = (RETRY_FIRST, false);
                    self.serve(connection, &lost).await
                }
                Err(error) => error,
            };
            if !was_logged {
                // What the client says names hosts, never passwords.
                tracing::warn!(%error, "no connection to Redis: the cluster goes on, but slower");
                was_logged = true;
            }
            self.drop_publications();
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(RETRY_LAST);
        }
    }

    /// Uses a connection until it fails.
    async fn serve(&mut self, mut connection: Connection, lost: &Notify) -> RedisError {
        let mut channels = HashSet::new();
        let error = loop {
            if let Err(error) = self.subscribe(&mut connection, &mut channels).await {
                break error;
            }
            self.shared.lock().connection = Some(connection.clone());
            if let Err(error) = self.publish_and_ping(&mut connection, lost).await {
                break error;
            }
        };
        let mut state = self.shared.lock();
        state.connection = None;
        for listener in &mut state.listeners {
            if std::mem::take(&mut listener.is_connected) {
                listener.subscriber.push(Signal::Disconnected);
            }
        }
        error
    }

    /// Subscribes to what is new, and tells those who wait for it.
    async fn subscribe(
        &self,
        connection: &mut Connection,
        channels: &mut HashSet<String>,
    ) -> RedisResult<()> {
        loop {
            let channel = {
                let state = self.shared.lock();
                let mut waiting = state.listeners.iter().filter(|known| !known.is_connected);
                waiting.next().map(|listener| listener.channel.clone())
            };
            let Some(channel) = channel else {
                return Ok(());
            };
            if !channels.contains(&channel) {
                connection.subscribe(&channel).await?;
            }
            for listener in &mut self.shared.lock().listeners {
                if listener.channel == channel && !listener.is_connected {
                    listener.is_connected = true;
                    listener.subscriber.push(Signal::Connected);
                }
            }
            channels.insert(channel);
        }
    }

    /// Publishes what waits, until there is something new to subscribe to.
    async fn publish_and_ping(
        &mut self,
        connection: &mut Connection,
        lost: &Notify,
    ) -> RedisResult<()> {
        let mut pings = tokio::time::interval(PING_EVERY);
        loop {
            tokio::select! {
                count = self.publications.recv_many(&mut self.batch, PIPELINE_MAX) => {
                    if count == 0 {
                        std::future::pending::<()>().await;
                    }
                    self.publish(connection).await?;
                }
                _ = pings.tick() => ping(connection).await?,
                () = self.shared.subscribed.notified() => return Ok(()),
                () = lost.notified() => {
                    let gone = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                    return Err(gone.into());
                }
            }
        }
    }

    async fn publish(&mut self, connection: &mut Connection) -> RedisResult<()> {
        match connection {
            Connection::Server(_) => {
                let mut pipeline = redis::pipe();
                for (topic, message) in self.batch.drain(..) {
                    pipeline
                        .cmd("PUBLISH")
                        .arg(topic)
                        .arg(&message[..])
                        .ignore();
                }
                pipeline.exec_async(connection).await
            }
            // A pipeline over a Cluster is cut by slots; publications go to any node.
            Connection::Cluster(_) => {
                for (topic, message) in self.batch.drain(..) {
                    let mut publish = redis::cmd("PUBLISH");
                    publish.arg(topic).arg(&message[..]);
                    publish.exec_async(connection).await?;
                }
                Ok(())
            }
        }
    }

    /// What waited for a connection that is not there would come too late.
    fn drop_publications(&mut self) {
        self.batch.clear();
        while self.publications.try_recv().is_ok() {}
    }
}

/// Takes the pushes of a connection to the subscriptions. Called by the connection's own task, so
/// it must not block.
fn pushes(
    shared: &Arc<Shared>,
    lost: &Arc<Notify>,
) -> impl Fn(PushInfo) -> Result<(), ()> + Send + Sync + 'static {
    let shared = Arc::downgrade(shared);
    let lost = Arc::clone(lost);
    move |PushInfo { kind, data }| {
        match (kind, <[Value; 2]>::try_from(data)) {
            (PushKind::Message, Ok([Value::BulkString(channel), Value::BulkString(message)])) => {
                let shared = shared.upgrade().ok_or(())?;
                shared.deliver(&channel, &Bytes::from(message));
            }
            (PushKind::Disconnection, _) => lost.notify_one(),
            _ => {}
        }
        Ok(())
    }
}
