//! What the processes share: a schema, a Redis, a folder of uploads and a key of the host.

use std::{io::Cursor, time::Duration};

use relaychat_engine::test_support::DEADLINE;
use relaychat_protocol::rest::server::IssuedToken;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    client::new_id,
    cluster::redis_server::RedisServer,
    program::{Program, program},
};

/// The secret of all processes.
const SECRET_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// A place where processes may run.
pub(super) struct Installation {
    pub(super) redis: RedisServer,
    pub(super) schema: String,
    pub(super) pool: PgPool,
    folder: TempDir,
    database: String,
    key: String,
    http: reqwest::Client,
}

/// Somebody whom the host has made.
pub(super) struct Person {
    /// The host's own name.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) token: String,
    /// Where they are with sync.
    pub(super) since: String,
}

impl Installation {
    /// An empty database with a server key.
    pub(super) async fn start() -> Self {
        let url = std::env::var("RELAYCHAT_TEST_POSTGRES_URL").expect(
            "RELAYCHAT_TEST_POSTGRES_URL is not set: run `cargo xtask test`, or `cargo xtask \
             servers` and export what it prints",
        );
        let schema = format!("test_{}", new_id().simple());
        let mut at = Self {
            redis: RedisServer::start().await,
            pool: PgPool::connect(&url).await.expect("PostgreSQL answers"),
            folder: TempDir::new().expect("a folder"),
            database: format!("{url}?schema={schema}"),
            schema,
            key: String::new(),
            http: crate::http::http(),
        };
        at.run(&["migrate", "up"]).await;
        let key = at.run(&["key", "create", "stories"]).await;
        key.trim().clone_into(&mut at.key);
        at
    }

    /// The address of a schema that is not there yet.
    pub(super) fn another_schema(&self) -> String {
        format!("{}_copy", self.database)
    }

    /// Removes what was made at [`Self::another_schema`].
    pub(super) async fn drop_other_schema(&self) {
        let drop = format!("DROP SCHEMA \"{}_copy\" CASCADE", self.schema);
        self.pool.execute(AssertSqlSafe(drop)).await.expect("drops");
    }

    /// Ends everything, when the processes have ended.
    pub(super) async fn close(self) {
        let drop = format!("DROP SCHEMA \"{}\" CASCADE", self.schema);
        self.pool.execute(AssertSqlSafe(drop)).await.expect("drops");
        self.pool.close().await;
    }

    /// The program with what all processes have in common.
    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        let media = self.folder.path().join("media");
        command
            .env("RELAY_DATA", self.folder.path().join(name))
            .env("RELAY_BLOBS", format!("file:{}", media.display()))
            .env("RELAY_DATABASE_URL", &self.database)
            .env("RELAY_REDIS_URL", self.redis.url())
            .env("RELAY_REDIS_PREFIX", &self.schema)
            .env("RELAY_SECRET_KEY", SECRET_KEY)
            .env("RELAY_WEBHOOK_ADDRESSES", "any")
            .env("RELAY_RATE_LIMITS", "off")
            // A story has no minute.
            .env("RELAY_RECHECK_SESSIONS", "3s");
        command
    }

    /// Runs a command to its end; gives what it printed.
    async fn run(&self, arguments: &[&str]) -> String {
        let output = self.command("by hand", arguments).output().await;
        let output = output.expect("runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Starts a process.
    pub(super) async fn node(&self, name: &str, arguments: &[&str]) -> Program {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        Program::run(self.command(name, &all)).await
    }

    /// The address of a process's sockets.
    pub(super) fn socket(&self, url: &str) -> String {
        format!("{}/v1/ws", url.replacen("http", "ws", 1))
    }

    /// Asks a process with the server key.
    pub(super) async fn ask(
        &self,
        url: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        self.call(url, method, path, &self.key, body).await
    }

    pub(super) async fn get(&self, url: &str, path: &str, token: &str) -> (u16, Value) {
        self.call(url, "GET", path, token, Value::Null).await
    }

    pub(super) async fn call(
        &self,
        url: &str,
        method: &str,
        path: &str,
        token: &str,
        body: Value,
    ) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{url}{path}"));
        request = request.bearer_auth(token);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("is answered");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    /// Three people who did not exist before.
    pub(super) async fn people(&self, url: &str) -> [Person; 3] {
        let mut people = Vec::new();
        for number in 0..3 {
            let name = format!("{}-{number}", new_id().simple());
            let path = format!("/v1/server/users/{name}");
            let (status, _) = self.ask(url, "PUT", &path, json!({ "name": name })).await;
            assert_eq!(status, 201);
            let (_, token) = self
                .ask(url, "POST", &format!("{path}/tokens"), json!({}))
                .await;
            let token: IssuedToken = serde_json::from_value(token).expect("a token");
            people.push(Person {
                name,
                id: token.user_id.to_string(),
                token: token.access_token,
                since: String::new(),
            });
        }
        people.try_into().ok().expect("three")
    }

    /// A group; gives its id.
    pub(super) async fn group(&self, url: &str, owner: &Person, others: &[&Person]) -> String {
        let ids: Vec<_> = others.iter().map(|person| &person.id).collect();
        let body = json!({ "chat_id": new_id(), "name": "Group", "user_ids": ids });
        let made = self.call(url, "POST", "/v1/chats/group", &owner.token, body);
        let (status, made) = made.await;
        assert_eq!(status, 201, "{made}");
        made["chat"]["id"].as_str().expect("an id").to_owned()
    }

    pub(super) async fn remove(&self, url: &str, by: &Person, chat: &str, who: &Person) {
        let path = format!("/v1/chats/{chat}/members/{}", who.id);
        let removed = self.call(url, "DELETE", &path, &by.token, Value::Null);
        assert_eq!(removed.await.0, 204);
    }

    /// A file of somebody; gives its id.
    pub(super) async fn upload(&self, url: &str, by: &Person) -> String {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::new(20, 20)
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("encodes");
        let request = self.http.post(format!("{url}/v1/uploads"));
        let request = request.bearer_auth(&by.token);
        let request = request.header("content-type", "image/png");
        let answer = request.body(bytes.into_inner()).send().await;
        let made: Value = answer.expect("is answered").json().await.expect("a file");
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Sends a message; gives it as it was stored.
    pub(super) async fn send(
        &self,
        url: &str,
        by: &Person,
        chat: &str,
        text: &str,
        file: Option<&str>,
    ) -> Value {
        let files: Vec<_> = file.into_iter().collect();
        let body = json!({ "message_id": new_id(), "text": text, "attachment_ids": files });
        let path = format!("/v1/chats/{chat}/messages");
        let (status, sent) = self.call(url, "POST", &path, &by.token, body).await;
        assert_eq!(status, 201, "{sent}");
        sent
    }

    /// Waits until a webhook was told so many events; gives them.
    pub(super) async fn until_delivered(&self, url: &str, id: &str, count: usize) -> Vec<Value> {
        let path = format!("/v1/server/webhooks/{id}/deliveries?limit=100");
        let wait = async {
            loop {
                let (_, listed) = self.ask(url, "GET", &path, Value::Null).await;
                let listed = listed["items"].as_array().cloned().unwrap_or_default();
                let is_told = |one: &Value| one["state"] == "delivered";
                if listed.len() == count && listed.iter().all(is_told) {
                    return listed;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(DEADLINE, wait).await;
        waited.expect("they are told in time")
    }

    /// Waits until a table is empty.
    pub(super) async fn until_empty(&self, table: &str) {
        let count = format!("SELECT count(*) FROM \"{}\".{table}", self.schema);
        let wait = async {
            loop {
                let counted = sqlx::query_scalar(AssertSqlSafe(count.clone()));
                let rows: i64 = counted.fetch_one(&self.pool).await.expect("counts");
                if rows == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(DEADLINE, wait).await;
        waited.unwrap_or_else(|_| panic!("{table} is empty in time"));
    }
}
