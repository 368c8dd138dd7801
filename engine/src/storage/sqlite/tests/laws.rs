//! Laws of cost that need no clock: what a message, and what catching up, cost in statements and
//! rows, counted.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use axum::http::Method;
use relaychat_protocol::{
    ChatId, MessageId, UserId,
    rest::{
        chats::{ChatWithUsers, CreateGroupChat},
        messages::{Message, SendMessage},
        sync::SyncAnswer,
    },
};
use sea_query::Expr;
use sea_query_sqlx::SqlxBinder;
use uuid::Uuid;

use crate::{
    storage::{
        Batch, Storage, StorageError, Transaction,
        sql::{BatchRows, Connection, Found, FromRow, SqlTransaction, WantedWords, Words},
        sqlite::{Sqlite, connection::SqliteConnection},
    },
    test_support::{TestEngine, TestUser},
};

/// Statements that ran, rows that were written and rows that were read.
#[derive(Debug, Default)]
struct Counts {
    statements: AtomicU64,
    rows: AtomicU64,
    read_rows: AtomicU64,
}

/// SQLite that counts.
#[derive(Clone, Debug)]
struct Counted {
    sqlite: Sqlite,
    counts: Arc<Counts>,
}

#[async_trait]
impl Storage for Counted {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StorageError> {
        let turn = self.sqlite.writer.begin().await?;
        let inner = SqliteConnection::writing(turn, Arc::clone(&self.sqlite.checkpoints));
        let counts = Arc::clone(&self.counts);
        Ok(Box::new(SqlTransaction::new(Counting { inner, counts })))
    }

    async fn begin_batch(&self, ids: &[MessageId]) -> Result<Batch, StorageError> {
        let (turn, known) = self.sqlite.writer.begin_batch(ids).await?;
        let inner = SqliteConnection::writing(turn, Arc::clone(&self.sqlite.checkpoints));
        let counts = Arc::clone(&self.counts);
        let connection = Counting { inner, counts };
        connection.count(0);
        SqlTransaction::batch(connection, known).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Transaction>, StorageError> {
        let mut reader = self.sqlite.readers.acquire().await.expect("a reader");
        let begin = "BEGIN; SELECT change FROM relay_meta";
        sqlx::Executor::execute(&mut *reader, begin)
            .await
            .expect("a snapshot");
        let inner = SqliteConnection::reading(reader);
        let counts = Arc::clone(&self.counts);
        Ok(Box::new(SqlTransaction::new(Counting { inner, counts })))
    }

    async fn close(&self) {
        self.sqlite.close().await;
    }
}

struct Counting {
    inner: SqliteConnection,
    counts: Arc<Counts>,
}

impl Counting {
    fn count(&self, rows: u64) {
        self.counts.statements.fetch_add(1, Ordering::SeqCst);
        self.counts.rows.fetch_add(rows, Ordering::SeqCst);
    }
}

impl Connection for Counting {
    async fn read<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> Result<Vec<R>, StorageError> {
        let rows = self.inner.read(operation, statement).await?;
        self.count(0);
        let count = rows.len() as u64;
        self.counts.read_rows.fetch_add(count, Ordering::SeqCst);
        Ok(rows)
    }

    async fn write(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> Result<u64, StorageError> {
        let rows = self.inner.write(operation, statement).await?;
        self.count(rows);
        Ok(rows)
    }

    fn write_returning<R: FromRow>(
        &mut self,
        operation: &'static str,
        statement: &(impl SqlxBinder + Sync),
    ) -> impl Future<Output = Result<R, StorageError>> + Send {
        self.count(1);
        self.inner.write_returning(operation, statement)
    }

    async fn add_words(&mut self, words: Vec<Words>) -> Result<(), StorageError> {
        self.count(words.len() as u64);
        self.inner.add_words(words).await
    }

    async fn remove_words(&mut self, words: Words) -> Result<(), StorageError> {
        self.count(1);
        self.inner.remove_words(words).await
    }

    async fn find_words(&mut self, wanted: &WantedWords) -> Result<Vec<Found>, StorageError> {
        let found = self.inner.find_words(wanted).await?;
        self.count(0);
        let count = found.len() as u64;
        self.counts.read_rows.fetch_add(count, Ordering::SeqCst);
        Ok(found)
    }

    async fn clear_words(&mut self) -> Result<(), StorageError> {
        self.count(1);
        self.inner.clear_words().await
    }

    fn commit(
        self,
        after: Box<dyn FnOnce() + Send>,
    ) -> impl Future<Output = Result<(), StorageError>> + Send {
        self.inner.commit(after)
    }

    fn commit_batch(
        self,
        rows: BatchRows,
        after: Box<dyn FnOnce() + Send>,
    ) -> impl Future<Output = Result<(), StorageError>> + Send {
        self.count(rows.count());
        self.inner.commit_batch(rows, after)
    }

    fn contains(haystack: Expr, needle: &str) -> Expr {
        SqliteConnection::contains(haystack, needle)
    }
}

/// How often a send is counted. Background work may count into one of them, not into all.
const TRIES: u128 = 5;

struct Scene {
    engine: TestEngine,
    counts: Arc<Counts>,
    owner: TestUser,
}

impl Scene {
    async fn start() -> Self {
        let counts = Arc::new(Counts::default());
        let storage = Counted {
            sqlite: Sqlite::in_memory().await.unwrap(),
            counts: Arc::clone(&counts),
        };
        let change = |config: &mut crate::Config| config.limits.is_rate_limited = false;
        let builder = TestEngine::builder().config(change).storage(storage);
        let engine = builder.start().await;
        let owner = engine.log_in("owner@example.com").await;
        Self {
            engine,
            counts,
            owner,
        }
    }

    async fn group(&self, id: u128, user_ids: Vec<UserId>) -> ChatId {
        let chat_id = ChatId(Uuid::from_u128(id));
        let request = CreateGroupChat {
            chat_id,
            name: "A group".to_owned(),
            user_ids,
        };
        let token = Some(self.owner.access_token.as_str());
        let path = "/v1/chats/group";
        let made: ChatWithUsers = self
            .engine
            .call(Method::POST, path, token, Some(&request))
            .await
            .unwrap();
        made.chat.info.id
    }

    async fn send(&self, chat_id: ChatId, id: u128) -> Message {
        let request = SendMessage {
            message_id: MessageId(Uuid::from_u128(id)),
            text: "A text".to_owned(),
            attachment_ids: Vec::new(),
            reply_to_id: None,
            mentions: None,
        };
        let token = Some(self.owner.access_token.as_str());
        let path = format!("/v1/chats/{chat_id}/messages");
        let sent = self.engine.call(Method::POST, &path, token, Some(&request));
        sent.await.unwrap()
    }

    /// Statements and rows of a send; the same message each time when `is_same`.
    async fn cost(&self, chat_id: ChatId, first: u128, is_same: bool) -> (u64, u64) {
        let mut costs = Vec::new();
        for index in 0..TRIES {
            let before = self.counted();
            let id = if is_same { first } else { first + index };
            self.send(chat_id, id).await;
            let after = self.counted();
            costs.push((after.0 - before.0, after.1 - before.1));
        }
        costs.into_iter().min().unwrap_or_default()
    }

    fn counted(&self) -> (u64, u64) {
        let Counts {
            statements, rows, ..
        } = &*self.counts;
        (
            statements.load(Ordering::SeqCst),
            rows.load(Ordering::SeqCst),
        )
    }
}

#[tokio::test]
async fn a_message_costs_the_same_statements_and_rows_whatever_the_members_and_the_history() {
    let scene = Scene::start().await;
    let mut user_ids = Vec::new();
    for index in 0..20 {
        let user = scene.engine.log_in(&format!("u{index}@example.com")).await;
        user_ids.push(user.id);
    }
    let small = scene.group(1, user_ids[..1].to_vec()).await;
    let large = scene.group(2, user_ids).await;
    let first = scene.cost(small, 1_000, false).await;
    for index in 0..200 {
        scene.send(large, 2_000 + index).await;
    }
    assert_eq!(scene.cost(large, 3_000, false).await, first);
    let (statements, rows) = first;
    // One visit to the database to begin and read, one to write and commit.
    assert!(statements <= 2, "statements of one message: {statements}");
    assert!(rows <= 5, "rows of one message: {rows}");
    scene.engine.stop().await;
}

#[tokio::test]
async fn a_repeated_send_writes_nothing() {
    let scene = Scene::start().await;
    let chat_id = scene.group(1, Vec::new()).await;
    scene.send(chat_id, 7).await;
    let (statements, rows) = scene.cost(chat_id, 7, true).await;
    assert_eq!(rows, 0);
    // The message is looked up; the chat and its member are known.
    assert!(statements <= 2, "statements of a repeat: {statements}");
    scene.engine.stop().await;
}

/// Statements and rows read of catching up with five messages, each in a chat of its own, among so
/// many chats in which nothing happened.
async fn cost_of_five_missed(quiet: u128) -> (u64, u64) {
    const BUSY: u128 = 5;
    let scene = Scene::start().await;
    let reader = scene.engine.log_in("reader@example.com").await;
    for chat in 1..=BUSY + quiet {
        let chat_id = scene.group(chat, vec![reader.id]).await;
        for message in 0..3 {
            scene.send(chat_id, 1_000 * chat + message).await;
        }
    }
    let token = Some(reader.access_token.as_str());
    let sync = async |path: &str| -> SyncAnswer {
        let body = None::<&()>;
        let answer = scene.engine.call(Method::GET, path, token, body).await;
        answer.expect("a sync")
    };
    let known = sync("/v1/sync").await;
    for chat in 1..=BUSY {
        scene
            .send(ChatId(Uuid::from_u128(chat)), 1_000_000 + chat)
            .await;
    }
    let path = format!("/v1/sync?since={}", known.token);
    let mut costs = Vec::new();
    for _ in 0..TRIES {
        let read_rows = || scene.counts.read_rows.load(Ordering::SeqCst);
        let before = (scene.counted().0, read_rows());
        let answer = sync(&path).await;
        costs.push((scene.counted().0 - before.0, read_rows() - before.1));
        let messages = answer.messages.iter().map(|part| part.items.len());
        assert_eq!(messages.sum::<usize>(), 5);
    }
    scene.engine.stop().await;
    costs.into_iter().min().unwrap_or_default()
}

#[tokio::test]
async fn catching_up_costs_what_was_missed_whatever_the_quiet_chats() {
    let (statements, rows) = cost_of_five_missed(3).await;
    assert_eq!(cost_of_five_missed(60).await, (statements, rows));
    println!("5 missed messages in 5 chats: {statements} statements, {rows} rows");
    // One for each changed chat, and what a whole answer needs once, settings and what was read
    // without telling among it.
    assert!(statements <= 22, "statements: {statements}");
    assert!(rows <= 60, "rows: {rows}");
}
