//! Several Redis servers of a test's own: a Cluster of three masters, and a server with a replica
//! that a Sentinel watches. A missing `redis-server` is a loud failure: these tests are never
//! skipped.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use tempfile::TempDir;

use super::*;

/// How long a Cluster may take to form, and a Sentinel to find another server: seconds on a machine
/// that is busy with other tests.
const DEADLINE: Duration = Duration::from_secs(60);
/// What a Sentinel calls the server and its replica.
const SERVICE: &str = "chat";

/// A server, ended with this.
struct Server {
    port: u16,
    process: Child,
    _folder: TempDir,
}

impl Server {
    /// Starts a server with `settings`, lines of a configuration file.
    fn start(settings: &str, arguments: &[&str]) -> Self {
        let (folder, port) = (TempDir::new().expect("a folder"), free_port());
        let file = folder.path().join("redis.conf");
        let dir = folder.path().display();
        let text = format!("port {port}\nbind 127.0.0.1\nsave \"\"\ndir {dir}\n{settings}\n");
        std::fs::write(&file, text).expect("a file");
        let process = Command::new("redis-server")
            .arg(file)
            .args(arguments)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server of the package redis-server");
        Self {
            port,
            process,
            _folder: folder,
        }
    }

    /// What it answers to a command; nothing while it does not answer.
    fn ask(&self, words: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(words)
            .stderr(Stdio::null())
            .output()
            .expect("redis-cli of the package redis-tools");
        String::from_utf8(output.stdout).expect("text")
    }

    async fn until(&self, words: &[&str], wanted: &str) {
        let asked = async {
            while !self.ask(words).contains(wanted) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(DEADLINE, asked).await;
        waited.unwrap_or_else(|_| panic!("{wanted}: {}", self.ask(words)));
    }

    fn kill(&mut self) {
        self.process.kill().expect("is killed");
        self.process.wait().expect("is gone");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

/// Two nodes that answer over `url`, under a prefix of their own.
async fn pair(url: &str) -> (Arc<dyn Broker>, Arc<dyn Broker>) {
    let prefix = format!("test-{}", u64::from_le_bytes(SystemRandom.bytes()));
    let one = connected_to(url, &prefix, DEADLINE).await;
    let other = connected_to(url, &prefix, DEADLINE).await;
    (Arc::new(one), Arc::new(other))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_of_three_masters_keeps_the_contract() {
    let servers: Vec<Server> = (0..3)
        .map(|_| {
            let bus = free_port();
            Server::start(&format!("cluster-enabled yes\ncluster-port {bus}"), &[])
        })
        .collect();
    for server in &servers {
        server.until(&["PING"], "PONG").await;
    }
    let hosts: Vec<_> = servers
        .iter()
        .map(|server| format!("127.0.0.1:{}", server.port))
        .collect();
    let mut create = vec!["--cluster", "create"];
    create.extend(hosts.iter().map(String::as_str));
    create.push("--cluster-yes");
    servers[0].ask(&create);
    for server in &servers {
        server.until(&["CLUSTER", "INFO"], "cluster_state:ok").await;
    }
    let url = format!("redis+cluster://{}", hosts.join(","));
    let passed = conformance::run(async || pair(&url).await).await;
    assert_eq!(passed, conformance::NAMES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_sentinel_the_contract_is_kept_and_a_failover_heals_by_itself() {
    let mut first = Server::start("", &[]);
    let replica = Server::start(&format!("replicaof 127.0.0.1 {}", first.port), &[]);
    let link = ["INFO", "replication"];
    replica.until(&link, "master_link_status:up").await;
    let watched = format!(
        "sentinel monitor {SERVICE} 127.0.0.1 {} 1\n\
         sentinel down-after-milliseconds {SERVICE} 500\n\
         sentinel failover-timeout {SERVICE} 3000",
        first.port
    );
    let sentinel = Server::start(&watched, &["--sentinel"]);
    let known = ["SENTINEL", "replicas", SERVICE];
    sentinel.until(&known, &replica.port.to_string()).await;
    let url = format!("redis+sentinel://127.0.0.1:{}/{SERVICE}", sentinel.port);
    let passed = conformance::run(async || pair(&url).await).await;
    assert_eq!(passed, conformance::NAMES);

    let (here, there) = pair(&url).await;
    let mut heard = there.subscribe("topic");
    until_heard(&here, &mut heard, b"before").await;
    first.kill();
    replica.until(&link, "role:master").await;
    until_heard(&here, &mut heard, b"after").await;
    let allowance = Allowance {
        per_second: 1,
        burst: 1,
    };
    let taken = here.take("bucket", allowance, 1_000).await;
    assert_eq!(taken.expect("limits are shared again"), None);
}

/// Publishes until it is heard: what is published without a connection is lost, and may be.
async fn until_heard(from: &Arc<dyn Broker>, to: &mut Subscription, message: &'static [u8]) {
    let wait = async {
        loop {
            from.publish("topic", Bytes::from_static(message));
            let soon = tokio::time::timeout(Duration::from_millis(100), to.next()).await;
            match soon {
                Ok(Some(Signal::Message(heard))) if heard == message => return,
                Ok(None) => panic!("the subscription ended"),
                _ => {}
            }
        }
    };
    tokio::time::timeout(DEADLINE, wait)
        .await
        .expect("it is heard in time");
}
