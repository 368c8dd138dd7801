//! Messages written in the host's own transaction, on a real PostgreSQL: there when it commits, and
//! never when it does not.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use relaychat_engine::{
    Engine, Roles, StagedDraft,
    blobs::MemoryBlobs,
    mailer::MemoryMailer,
    membership::{HostMember, MembershipSource, SourceError},
    storage::postgres::Postgres,
    test_support::{DEADLINE, TestEngine, TestUser},
};
use relaychat_protocol::{
    ChatId, ErrorCode, MessageId, frames::ServerFrame, rest::messages::MessagePage,
};
use sqlx::{AssertSqlSafe, Executor, PgPool};

use crate::client::{Client, direct_chat, get, new_id, post_message};

/// Names the schema to the process that is killed.
const CHILD: &str = "RELAYCHAT_TEST_CHILD";

/// A host with its own tables and the engine's in one database.
struct Shop {
    pool: PgPool,
    schema: String,
    engine: TestEngine,
}

impl Shop {
    async fn open() -> Self {
        let schema = format!("shop_{}", new_id().simple());
        let pool = pool().await;
        let create = format!(
            "CREATE SCHEMA \"{schema}\"; CREATE TABLE \"{schema}\".orders (id BIGINT PRIMARY KEY)"
        );
        pool.execute(AssertSqlSafe(create)).await.expect("a table");
        let engine = start(&pool, &schema).await;
        Self {
            pool,
            schema,
            engine,
        }
    }

    /// Two people with a chat, and a live socket of the second.
    async fn people(&self) -> (TestUser, TestUser, ChatId, Client) {
        let ann = self.engine.log_in("ann@example.com").await;
        let bob = self.engine.log_in("bob@example.com").await;
        let chat_id = direct_chat(&self.engine, &ann, &bob).await;
        let (socket, _) = Client::open(&self.engine, &bob).await;
        (ann, bob, chat_id, socket)
    }

    async fn begin(&self) -> sqlx::Transaction<'static, sqlx::Postgres> {
        self.pool.begin().await.expect("begins")
    }

    /// The statement of the host that its messages go along with.
    fn order(&self, id: i64) -> AssertSqlSafe<String> {
        AssertSqlSafe(format!(
            "INSERT INTO \"{}\".orders VALUES ({id})",
            self.schema
        ))
    }

    async fn count(&self, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM \"{}\".{table}", self.schema);
        let counted = sqlx::query_scalar(AssertSqlSafe(count));
        counted.fetch_one(&self.pool).await.expect("counts")
    }

    async fn close(self) {
        let drop = format!(
            "DROP SCHEMA \"{0}\" CASCADE; DROP SCHEMA \"{0}_chat\" CASCADE",
            self.schema
        );
        self.engine.stop().await;
        self.pool.execute(AssertSqlSafe(drop)).await.expect("drops");
        self.pool.close().await;
    }

    async fn waiting(&self) -> i64 {
        let count = format!(
            "SELECT count(*) FROM \"{}_chat\".relay_staged_messages",
            self.schema
        );
        let counted = sqlx::query_scalar(AssertSqlSafe(count));
        counted.fetch_one(&self.pool).await.expect("counts")
    }
}

async fn pool() -> PgPool {
    let url = std::env::var("RELAYCHAT_TEST_POSTGRES_URL").expect(
        "RELAYCHAT_TEST_POSTGRES_URL is not set: run `cargo xtask test`, or `cargo xtask servers` \
         and export what it prints",
    );
    PgPool::connect(&url).await.expect("PostgreSQL answers")
}

/// An engine on a schema of its own beside the host's tables, on the host's pool.
async fn start(pool: &PgPool, schema: &str) -> TestEngine {
    let storage = Postgres::from_pool(pool.clone()).schema(&format!("{schema}_chat"));
    let storage = storage.await.expect("a schema");
    TestEngine::builder().storage(storage).start().await
}

fn named(user: &TestUser) -> String {
    format!("id:{}", user.id)
}

async fn texts(engine: &TestEngine, user: &TestUser, chat_id: ChatId) -> Vec<String> {
    let path = format!("/v1/chats/{chat_id}/messages");
    let page: MessagePage = get(engine, user, &path).await;
    page.items.into_iter().map(|message| message.text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_transaction_that_rolls_back_was_never_there() {
    let shop = Shop::open().await;
    let (ann, bob, chat_id, mut socket) = shop.people().await;
    for is_dropped in [true, false] {
        let mut tx = shop.begin().await;
        tx.execute(shop.order(1)).await.expect("an order");
        let mut chat = shop.engine.engine().in_transaction(&mut tx);
        let draft = StagedDraft::text("never");
        let staged = chat
            .send_as(named(&ann), chat_id, draft)
            .await
            .expect("staged");
        if is_dropped {
            drop(tx);
        } else {
            tx.rollback().await.expect("rolls back");
        }
        let lost = staged.live().await.expect_err("it is nowhere");
        assert_eq!(lost.code, ErrorCode::NotFound);
    }
    let seen = socket.drain().await;
    let is_message = |frame: &ServerFrame| matches!(frame, ServerFrame::Message { .. });
    assert!(!seen.iter().any(is_message), "{seen:?}");
    assert!(texts(&shop.engine, &bob, chat_id).await.is_empty());
    let sync: serde_json::Value = get(&shop.engine, &bob, "/v1/sync").await;
    assert!(!format!("{sync:?}").contains("never"));
    assert_eq!((shop.waiting().await, shop.count("orders").await), (0, 0));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_transaction_that_commits_is_live_at_once() {
    let shop = Shop::open().await;
    let (ann, bob, chat_id, mut socket) = shop.people().await;
    let mut slowest = Duration::ZERO;
    for number in 0..20 {
        let mut tx = shop.begin().await;
        tx.execute(shop.order(number)).await.expect("an order");
        let mut chat = shop.engine.engine().in_transaction(&mut tx);
        let draft = StagedDraft::text(format!("order {number}"));
        let staged = chat
            .send_as(named(&ann), chat_id, draft)
            .await
            .expect("staged");
        tx.commit().await.expect("commits");
        let committed = Instant::now();
        assert_eq!(socket.text().await, format!("order {number}"));
        slowest = slowest.max(committed.elapsed());
        let live = staged.live().await.expect("sent");
        assert_eq!(
            (live.chat_id, live.seq),
            (chat_id, number.unsigned_abs() + 1)
        );
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    assert_eq!((shop.waiting().await, shop.count("orders").await), (0, 20));
    assert_eq!(texts(&shop.engine, &bob, chat_id).await.len(), 20);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_transaction_keep_their_order_and_come_once() {
    let shop = Shop::open().await;
    let (ann, bob, chat_id, mut socket) = shop.people().await;
    let mut tx = shop.begin().await;
    let mut expected = Vec::new();
    for number in 0..30 {
        let sender = if number % 3 == 0 { &bob } else { &ann };
        let id = MessageId(new_id());
        for _ in 0..2 {
            let draft = StagedDraft::text(format!("{number}")).id(id);
            let mut chat = shop.engine.engine().in_transaction(&mut tx);
            chat.send_as(named(sender), chat_id, draft)
                .await
                .expect("staged");
        }
        expected.push(format!("{number}"));
    }
    tx.commit().await.expect("commits");
    for text in &expected {
        assert_eq!(&socket.text().await, text);
    }
    assert_eq!(texts(&shop.engine, &bob, chat_id).await, expected);
    assert_eq!(shop.waiting().await, 0);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_stays_open_blocks_nobody() {
    let shop = Shop::open().await;
    let (ann, _, chat_id, mut socket) = shop.people().await;
    let mut tx = shop.begin().await;
    let mut chat = shop.engine.engine().in_transaction(&mut tx);
    let late = StagedDraft::text("late");
    chat.send_as(named(&ann), chat_id, late)
        .await
        .expect("staged");
    let began = Instant::now();
    for number in 0..10 {
        post_message(&shop.engine, &ann, chat_id, &format!("meanwhile {number}")).await;
        assert_eq!(socket.text().await, format!("meanwhile {number}"));
        // Another transaction of the host comes and goes beside it.
        let mut other = shop.begin().await;
        let mut chat = shop.engine.engine().in_transaction(&mut other);
        let draft = StagedDraft::text(format!("beside {number}"));
        chat.send_as(named(&ann), chat_id, draft)
            .await
            .expect("staged");
        other.commit().await.expect("commits");
        assert_eq!(socket.text().await, format!("beside {number}"));
    }
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    tx.commit().await.expect("commits");
    assert_eq!(socket.text().await, "late");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_sender_is_refused_and_the_transaction_goes_on() {
    let shop = Shop::open().await;
    let (ann, _, chat_id, mut socket) = shop.people().await;
    let stranger = shop.engine.log_in("cem@example.com").await;
    let mut tx = shop.begin().await;
    for (sender, target, text) in [
        (named(&stranger), chat_id, "no member"),
        ("nobody".to_owned(), chat_id, "unknown"),
        (named(&ann), ChatId(new_id()), "no chat"),
    ] {
        let mut chat = shop.engine.engine().in_transaction(&mut tx);
        let refused = chat.send_as(sender, target, StagedDraft::text(text)).await;
        assert_eq!(refused.expect_err(text).code, ErrorCode::NotFound);
    }
    let mut chat = shop.engine.engine().in_transaction(&mut tx);
    let empty = chat
        .send_as(named(&ann), chat_id, StagedDraft::text(" "))
        .await;
    assert_eq!(empty.expect_err("empty").code, ErrorCode::ValidationFailed);
    let no_chat = shop.engine.engine().chat_for("order:1");
    let no_chat = chat
        .send_as(named(&ann), no_chat, StagedDraft::text("nowhere"))
        .await;
    assert_eq!(no_chat.expect_err("no source").code, ErrorCode::NotFound);
    let good = StagedDraft::text("good");
    chat.send_as(named(&ann), chat_id, good)
        .await
        .expect("staged");
    tx.execute(shop.order(1))
        .await
        .expect("the transaction is as good as before");
    tx.commit().await.expect("commits");
    assert_eq!(socket.text().await, "good");
    assert_eq!(shop.count("orders").await, 1);
    shop.close().await;
}

/// Whoever has an order belongs to it: read from the host's own table.
struct Orders(PgPool, String);

#[async_trait::async_trait]
impl MembershipSource for Orders {
    async fn members(&self, host_key: &str) -> Result<Vec<HostMember>, SourceError> {
        let id: i64 = host_key.trim_start_matches("order:").parse()?;
        let find = format!("SELECT id FROM \"{}\".orders WHERE id = $1", self.1);
        let found: Option<(i64,)> = sqlx::query_as(AssertSqlSafe(find))
            .bind(id)
            .fetch_optional(&self.0)
            .await?;
        let members = found.map(|_| ["customer", "staff"].map(HostMember::new));
        Ok(members.into_iter().flatten().collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_and_the_first_message_of_its_chat_commit_together() {
    let Shop {
        pool,
        schema,
        engine,
    } = Shop::open().await;
    engine.stop().await;
    let storage = Postgres::from_pool(pool.clone()).schema(&format!("{schema}_chat"));
    let storage = storage.await.expect("a schema");
    let orders = (pool.clone(), schema.clone());
    let builder = TestEngine::builder()
        .storage(storage)
        .engine(move |builder| builder.membership(Orders(orders.0.clone(), orders.1.clone())));
    let engine = builder.start().await;
    let shop = Shop {
        pool,
        schema,
        engine,
    };
    let chat = shop.engine.engine();
    let mut tx = shop.begin().await;
    tx.execute(shop.order(7)).await.expect("an order");
    let mut inside = chat.in_transaction(&mut tx);
    let target = || chat.chat_for("order:7").name("Order 7");
    let first = inside
        .send_as("customer", target(), StagedDraft::text("Hello"))
        .await;
    let wrong = inside
        .send_as("thief", target(), StagedDraft::text("Mine"))
        .await;
    let (first, wrong) = (first.expect("staged"), wrong.expect("decided later"));
    tx.commit().await.expect("commits");
    let live = first.live().await.expect("sent");
    let found = chat.chat_for("order:7").await.expect("the chat");
    assert_eq!((live.chat_id, live.seq), (found.id, 1));
    assert_eq!(
        (found.name.as_str(), found.member_count, found.is_new),
        ("Order 7", 2, false)
    );
    assert_eq!(
        wrong.live().await.expect_err("refused").code,
        ErrorCode::NotFound
    );
    assert_eq!(shop.waiting().await, 0);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_has_committed_is_sent_by_another() {
    let shop = Shop::open().await;
    let (ann, bob, chat_id, mut socket) = shop.people().await;
    let began = Instant::now();
    kill_after_commit(&shop.schema, &ann, chat_id, "while another node runs");
    assert_eq!(socket.text().await, "while another node runs");
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    let token = socket.token().await;
    drop(socket);
    // Nobody runs: the next one that starts sends it, and a client that comes back has it.
    let Shop {
        pool,
        schema,
        engine,
    } = shop;
    engine.stop().await;
    kill_after_commit(&schema, &ann, chat_id, "while nobody runs");
    let engine = start(&pool, &schema).await;
    let shop = Shop {
        pool,
        schema,
        engine,
    };
    let both = ["while another node runs", "while nobody runs"];
    let deadline = Instant::now() + Duration::from_secs(15);
    while texts(&shop.engine, &bob, chat_id).await != both {
        assert!(Instant::now() < deadline, "not sent in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (_, ready) = Client::open_since(&shop.engine, &bob, Some(token)).await;
    assert!(format!("{ready:?}").contains("while nobody runs"));
    shop.close().await;
}

/// Lets another process commit a message and kills it (-9) before it does anything else.
fn kill_after_commit(schema: &str, sender: &TestUser, chat_id: ChatId, text: &str) {
    let program = std::env::current_exe().expect("this program");
    let name = "host_transactions::the_process_that_is_killed";
    let ended = Command::new(program)
        .args(["--exact", name])
        .env(
            CHILD,
            [schema, &*named(sender), &chat_id.to_string(), text].join("|"),
        )
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), None, "killed by a signal: {said}");
}

/// Runs in the process that is killed; nothing in any other.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Ok(what) = std::env::var(CHILD) else {
        return;
    };
    let [schema, sender, chat_id, text] = what.split('|').collect::<Vec<_>>()[..] else {
        panic!("four parts");
    };
    let pool = pool().await;
    let engine = Engine::builder()
        .storage(Postgres::from_pool(pool.clone()).schema(&format!("{schema}_chat")))
        .blobs(MemoryBlobs::new())
        .mailer(MemoryMailer::new())
        .secret([7; 32])
        // Its clock is not the one of the story: to its jobs all sessions would have expired.
        .roles(Roles {
            jobs: false,
            ..Roles::ALL
        })
        .build();
    let engine = engine.await.expect("an engine");
    let mut tx = pool.begin().await.expect("begins");
    let chat_id: ChatId = chat_id.parse().expect("an id");
    let mut chat = engine.in_transaction(&mut tx);
    chat.send_as(sender, chat_id, StagedDraft::text(text))
        .await
        .expect("staged");
    tx.commit().await.expect("commits");
    // One thread runs everything here, and it waits for the end: nobody sends in between.
    let own = std::process::id().to_string();
    let killed = Command::new("kill").args(["-9", &own]).status();
    panic!("still alive after {DEADLINE:?}: {killed:?}");
}
